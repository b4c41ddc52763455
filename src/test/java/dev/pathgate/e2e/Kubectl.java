package dev.pathgate.e2e;

import dev.pathgate.testkit.KubeServer;
import dev.pathgate.testkit.TestFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The real kubectl, as an administrator of the API server of this run. */
final class Kubectl {
  private static final long MINUTES = 1;

  private final KubeServer api;
  private final Path folder;

  Kubectl(KubeServer api) throws IOException {
    this.api = api;
    this.folder = TestFolders.make("e2e-kubectl");
  }

  /** What a user sees, and the exit code. */
  record Answer(int exit, String out, String err) {
    static Answer ok(String out) {
      return new Answer(0, out + "\n", "");
    }

    /** Done, with these warnings. */
    static Answer warned(String out, String... warnings) {
      StringBuilder err = new StringBuilder();
      for (String warning : warnings) {
        err.append("Warning: ").append(warning).append('\n');
      }
      return new Answer(0, out + "\n", err.toString());
    }

    /** Not done, for this reason. */
    static Answer refused(String message) {
      return new Answer(
          1,
          "",
          "Error from server (Forbidden): admission webhook \"validate.pathgate.dev\" denied the"
              + " request: "
              + message
              + "\n");
    }
  }

  Answer run(String... arguments) throws IOException, InterruptedException {
    return run(Map.of(), arguments);
  }

  /** {@code kubectl <arguments> -f <manifest>}. */
  Answer on(String manifest, String... arguments) throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve("manifest.yaml"), manifest);
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("-f", file.toString()));
    return run(Map.of(), all.toArray(String[]::new));
  }

  /** A script of {@code kubectl} lines, ended by the first that fails. */
  Answer script(Path file) throws IOException, InterruptedException {
    String path = api.kubectl().getParent() + ":" + System.getenv("PATH");
    return start(Map.of("PATH", path), List.of("sh", "-e", file.toString()));
  }

  Answer run(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(api.kubectl().toString());
    command.addAll(List.of(arguments));
    return start(environment, command);
  }

  private Answer start(Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("KUBECONFIG", api.kubeconfig().toString());
    builder.environment().put("KUBECACHEDIR", folder.resolve("cache").toString());
    builder.environment().put("TMPDIR", folder.toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IOException("kubectl hangs: " + String.join(" ", command));
    }
    return new Answer(process.exitValue(), Files.readString(out), Files.readString(err));
  }
}
