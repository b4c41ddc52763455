package dev.pathgate.bench;

import dev.pathgate.testkit.ImageJava;
import dev.pathgate.testkit.TestFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The image's folder as {@code docker/assemble} and {@code docker/train} make it, and its Java. */
final class Image {
  private static final Path APP = Path.of("target/quarkus-app").toAbsolutePath();

  /** What the chart gives the webhook and the patcher, as values.yaml has it. */
  private final Map<String, String> javaOptions = new HashMap<>();

  private final Path java;
  private final Path folder;

  private Image(Path java, Path folder) {
    this.java = java;
    this.folder = folder;
  }

  /** Assembles and trains it; without the image's Java there is no cache. */
  static Image make(Path into) throws Exception {
    String made = System.getProperty("bench.image", "");
    if (!made.isEmpty()) {
      Image image = new Image(ImageJava.home().orElseThrow(), Path.of(made).toAbsolutePath());
      image.readJavaOptions();
      return image;
    }
    boolean same = ImageJava.home().isPresent();
    Path java = ImageJava.home().orElse(Path.of(System.getProperty("java.home")));
    Image image = new Image(java, into.resolve("image"));
    image.readJavaOptions();
    run(Map.of(), "docker/assemble", APP.toString(), image.folder.toString());
    if (same) {
      long began = System.nanoTime();
      run(Map.of("PATH", image.path()), "docker/train", image.folder.toString());
      Bench.say(
          "trained in %.1f s: a cache of %d MiB",
          (System.nanoTime() - began) / 1e9,
          Files.size(image.folder.resolve("pathgate.aot")) >> 20);
    } else {
      Bench.say("no Java %d here: without a cache, on the Java that runs this", ImageJava.VERSION);
    }
    return image;
  }

  private void readJavaOptions() throws IOException {
    String section = "";
    for (String line : Files.readAllLines(Path.of("charts/pathgate/values.yaml"))) {
      if (line.matches("[a-zA-Z]+:.*")) {
        section = line.substring(0, line.indexOf(':'));
      } else if (line.startsWith("  javaOptions: \"")) {
        javaOptions.put(section, line.substring(line.indexOf('"') + 1, line.lastIndexOf('"')));
      }
    }
  }

  /** The JVM options that the chart gives that role. */
  String javaOptions(String role) {
    String other = System.getProperty("bench.java-options", "");
    if (!other.isEmpty()) {
      return other;
    }
    return javaOptions.get(role.equals("webhook") ? "webhook" : "statusPatcher");
  }

  Path java() {
    return java.resolve("bin/java");
  }

  private String path() {
    return java.resolve("bin") + ":/usr/bin:/bin";
  }

  /** A server that is being started in that role, with settings as environment variables. */
  Running serve(String role, Map<String, String> settings) throws IOException {
    int https = TestFolders.freePort();
    int management = TestFolders.freePort();
    ProcessBuilder builder = new ProcessBuilder(folder.resolve("entrypoint").toString(), "serve");
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("PATHGATE_"));
    environment.put("PATH", path());
    environment.put("JAVA_TOOL_OPTIONS", javaOptions(role));
    environment.put("PATHGATE_HOST", "127.0.0.1");
    environment.put("PATHGATE_ROLES", role);
    environment.put("PATHGATE_HTTPS_PORT", String.valueOf(https));
    environment.put("PATHGATE_MANAGEMENT_PORT", String.valueOf(management));
    environment.putAll(settings);
    return Running.start(builder, https, management);
  }

  /** The command line of a command, and the environment that it needs. */
  ProcessBuilder command(String... arguments) {
    List<String> line = new ArrayList<>(List.of(folder.resolve("entrypoint").toString()));
    line.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().put("PATH", path());
    return builder;
  }

  static void run(Map<String, String> environment, String... command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IllegalStateException(String.join(" ", command) + ": " + output);
    }
  }
}
