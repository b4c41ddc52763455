package dev.pathgate.bench;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Whole processes of commands that read files. */
final class Commands {
  private static final int ROUNDS = Bench.QUICK ? 3 : 9;

  private Commands() {}

  static void measure(Image image) throws Exception {
    Path few = folder(500);
    Path many = folder(Bench.QUICK ? 1_000 : 10_000);
    measure("image: `--help`", image.command("--help"));
    measure("image: `check -f`, 500 objects", image.command("check", "-f", few.toString()));
    measure("image: `audit -f`, 10,000 objects", image.command("audit", "-f", many.toString()));
    measure("`./pathgate --help`", launcher(image, "--help"));
    measure("`./pathgate check -f`, 500 objects", launcher(image, "check", "-f", few.toString()));
  }

  /** The launcher of the checkout, which takes the Java of JAVA_HOME. */
  private static ProcessBuilder launcher(Image image, String... arguments) {
    List<String> line = new ArrayList<>(List.of("./pathgate"));
    line.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().put("JAVA_HOME", image.java().getParent().getParent().toString());
    return builder;
  }

  private static void measure(String what, ProcessBuilder command) throws Exception {
    List<String> line = new ArrayList<>(List.of("sh", "-c", "\"$@\" >/dev/null 2>&1; times", "sh"));
    line.addAll(command.command());
    command.command(line);
    run(command); // the files are in the page cache, and what is made once is made
    List<Double> seconds = new ArrayList<>();
    List<Double> cpu = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      long began = System.nanoTime();
      cpu.add(run(command));
      seconds.add((System.nanoTime() - began) / 1e9);
    }
    Bench.row(
        what + ": wall; CPU",
        "%.2f s; %.2f s".formatted(Bench.median(seconds), Bench.median(cpu)));
  }

  /** Runs it and says how many CPU seconds it took. */
  private static double run(ProcessBuilder command) throws Exception {
    Process process = command.start();
    String times = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    double cpu = 0;
    for (String time : times.lines().toList().get(1).split(" ", -1)) {
      String[] parts = time.replace("s", "").split("m", -1);
      cpu += 60 * Double.parseDouble(parts[0]) + Double.parseDouble(parts[1]);
    }
    return cpu;
  }

  private static Path folder(int objects) throws Exception {
    Path folder = Files.createTempDirectory(Path.of("target"), "bench-manifests-").toAbsolutePath();
    for (int i = 0; i < 20; i++) {
      Files.writeString(
          folder.resolve("chain-" + i + ".yaml"),
          named(Fleet.chain("chain-" + i, i).toPrettyString()));
    }
    for (int i = 0; i < objects; i++) {
      Files.writeString(
          folder.resolve("deployment-" + i + ".yaml"),
          Fleet.deployment(Fleet.NAMESPACE, "deployment-" + i, 2, i % 10, 100).toPrettyString());
    }
    return folder;
  }

  private static String named(String chain) {
    return chain.replace(
        "\"metadata\" : {", "\"metadata\" : { \"namespace\": \"" + Fleet.NAMESPACE + "\",");
  }
}
