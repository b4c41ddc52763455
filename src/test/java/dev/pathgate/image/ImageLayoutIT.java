package dev.pathgate.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.testkit.ImageJava;
import dev.pathgate.testkit.TestFolders;
import dev.pathgate.testkit.TrustsAll;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The image without an engine to build it: the same folder, made by {@code docker/assemble}, with
 * the AOT cache of {@code docker/train}, started by {@code docker/entrypoint} with the flags that
 * it has, by a user that may not write, and in an environment with next to nothing in it.
 *
 * <p>A Java of the image's version is taken from {@code -Dimage.java.home}, from the variables of
 * GitHub's runners, or is the one that runs the tests.
 */
class ImageLayoutIT {
  private static final Path APP = Path.of("target", "quarkus-app").toAbsolutePath();
  private static final Path DOCKER = Path.of("docker").toAbsolutePath();
  private static final List<String> COPIED =
      List.of(
          "lib",
          "quarkus",
          "app",
          "quarkus-run.jar",
          "entrypoint",
          "pathgate.aot",
          "status-patcher.aot",
          "commands.aot");

  private static final String REVIEW =
      """
      {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"1",
       "kind":{"group":"k0rdent.mirantis.com","version":"v1beta1","kind":"ServiceTemplateChain"},
       "name":"c","namespace":"tenant","operation":"CREATE","userInfo":{"username":"admin"},
       "object":{"metadata":{"name":"c","namespace":"tenant"},"spec":{"supportedTemplates":[]}},
       "oldObject":null,"dryRun":false}}
      """;

  /** Of ten thousand; most of them are made at run time, and differ from start to start. */
  private static final int MOST_UNTRAINED_CLASSES = 600;

  private static Path assembled;

  private Path folder;
  private Path built;
  private Path image;

  @BeforeAll
  static void assemble() throws Exception {
    assembled = makeFolder();
    assemble(assembled);
  }

  @AfterAll
  static void cleanAssembled() throws IOException {
    delete(assembled);
  }

  @BeforeEach
  void copy() throws Exception {
    folder = makeFolder();
    built = folder.resolve("built");
    image = folder.resolve("image");
    run(Map.of(), "cp", "-Rp", assembled.toString(), built.toString());
    Files.writeString(
        Files.createDirectory(folder.resolve("chains")).resolve("chain.yaml"),
        """
        apiVersion: k0rdent.mirantis.com/v1beta1
        kind: ServiceTemplateChain
        metadata: {name: c, namespace: tenant}
        spec: {supportedTemplates: [{name: a}]}
        """);
  }

  @AfterEach
  void clean() throws IOException, InterruptedException {
    if (Files.exists(image)) {
      run(Map.of(), "chmod", "-R", "u+w", image.toString());
    }
    delete(folder);
  }

  /** Not in target: another user must get there, whoever may enter the checkout. */
  private static Path makeFolder() throws IOException {
    Path made = Files.createTempDirectory(Path.of("/tmp"), "pathgate-image");
    Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
    return made;
  }

  private static void delete(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      all.sorted(java.util.Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }

  private static void assemble(Path target) throws Exception {
    run(Map.of(), DOCKER.resolve("assemble").toString(), APP.toString(), target.toString());
  }

  @Test
  void isTheSameEachTimeItIsAssembled() throws Exception {
    Path again = folder.resolve("again");
    assemble(again);

    assertThat(listing(again))
        .isEqualTo(listing(assembled))
        .anyMatch(file -> file.startsWith("lib/main/libraries.jar="));
    assertThat(again.resolve("lib/main/libraries.jar"))
        .hasSameBinaryContentAs(assembled.resolve("lib/main/libraries.jar"));
  }

  @Test
  void startsFromAReadOnlyFolderAndWritesNothing() throws Exception {
    Path java = ImageJava.home().orElse(Path.of(System.getProperty("java.home")));
    copyAsTheImageDoes();

    // The running Java may not know the flags of the image's; with it, the layout is tried alone.
    String answer =
        answerOf(java, "-XX:+IgnoreUnrecognizedVMOptions -Djava.io.tmpdir=/nonexistent");

    assertThat(answer).startsWith("400 ");
  }

  @Test
  void usesTheCacheThatWasTrainedBeforeTheCopy() throws Exception {
    Optional<Path> java = ImageJava.home();
    if (java.isEmpty()) {
      System.out.println(
          "SKIPPED: the image's AOT cache was not trained: that takes Java "
              + ImageJava.VERSION
              + ", this is "
              + Runtime.version().feature()
              + " (-Dimage.java.home names another)");
    }
    Assumptions.assumeTrue(java.isPresent(), "no Java " + ImageJava.VERSION);
    run(Map.of("PATH", path(java.get())), DOCKER.resolve("train").toString(), built.toString());
    copyAsTheImageDoes();

    // Does not start where the cache can't be used, as when a file's time has changed.
    Path classes = Files.createDirectory(folder.resolve("classes"));
    Files.setPosixFilePermissions(classes, PosixFilePermissions.fromString("rwxrwxrwx"));
    // With as small a first heap as a pod of 128 MiB has, which by itself can't take the cache's.
    String answer =
        answerOf(java.get(), "-Xms2m -XX:AOTMode=on -Xlog:class+load:file=" + classes + "/loaded");

    assertThat(answer).startsWith("400 ");
    List<String> loaded = Files.readAllLines(classes.resolve("loaded"));
    assertThat(loaded).filteredOn(line -> line.contains("shared objects")).hasSizeGreaterThan(8000);
    assertThat(loaded)
        .as("trained with what a server does: these were not")
        .filteredOn(line -> line.contains("source:") && !line.contains("shared objects"))
        .hasSizeLessThan(MOST_UNTRAINED_CLASSES);
    isReadByACommandInAnyFolder(java.get());
    assertThat(cacheOf(java.get(), "webhook")).endsWith("/pathgate.aot.");
    assertThat(cacheOf(java.get(), "webhook,status-patcher")).endsWith("/pathgate.aot.");
    assertThat(cacheOf(java.get(), "status-patcher")).endsWith("/status-patcher.aot.");
    saysNothingOfJavaItself(java.get());
    assertThat(Files.readAllLines(folder.resolve("log")))
        .as("nothing but objects, also of the JVM's")
        .isNotEmpty()
        .allMatch(line -> line.startsWith("{") && line.endsWith("}"));
  }

  private void isReadByACommandInAnyFolder(Path java) throws Exception {
    String option = "-XX:AOTMode=on";

    assertThat(outputOf(java, option, 0, image.resolve("entrypoint"), "check", "-f", "chains"))
        .contains("1 judged: 0 denied");
  }

  /** What the JVM says of the cache that it opens for a server of those roles. */
  private String cacheOf(Path java, String roles) throws IOException {
    ProcessBuilder builder =
        command(java, "-XX:AOTMode=on -Xlog:aot", image.resolve("entrypoint"), "serve");
    builder.environment().put("PATHGATE_ROLES", roles);
    Process process = builder.start();
    try (BufferedReader output = process.inputReader()) {
      return output
          .lines()
          .filter(line -> line.contains("Opened AOT cache"))
          .findFirst()
          .orElseThrow();
    } finally {
      process.destroyForcibly();
    }
  }

  /** Newer ones warn of what a library does, before the command has said a word. */
  private void saysNothingOfJavaItself(Path java) throws Exception {
    String nowhere =
        Path.of("src/test/resources/kubeconfigs/nowhere.yaml").toAbsolutePath().toString();
    Path image = this.image.resolve("entrypoint");
    Path launcher = Path.of("pathgate").toAbsolutePath();

    assertThat(outputOf(java, "-XX:AOTMode=on", 3, image, "audit", "--kubeconfig", nowhere))
        .contains("127.0.0.1:1")
        .doesNotContain("WARNING");
    assertThat(outputOf(java, "", 3, launcher, "audit", "--kubeconfig", nowhere))
        .contains("127.0.0.1:1")
        .doesNotContain("WARNING");
  }

  private String outputOf(Path java, String option, int code, Path command, String... words)
      throws Exception {
    Process process = command(java, option, command, words).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(output).isEqualTo(code);
    return output;
  }

  private ProcessBuilder command(Path java, String option, Path command, String... words) {
    List<String> line = new ArrayList<>(List.of(command.toString()));
    line.addAll(List.of(words));
    ProcessBuilder builder =
        new ProcessBuilder(line).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().put("PATH", path(java));
    builder.environment().remove("JAVA_HOME");
    builder.environment().put("JAVA_TOOL_OPTIONS", option);
    return builder;
  }

  /** COPY keeps times and modes, and so does this; then nobody may write any more. */
  private void copyAsTheImageDoes() throws IOException, InterruptedException {
    Files.createDirectory(image);
    for (String name : COPIED) {
      Path from = built.resolve(name);
      if (Files.isDirectory(from)) {
        run(Map.of(), "cp", "-Rp", from.toString(), image.toString());
      } else if (Files.exists(from)) {
        Files.copy(from, image.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    run(Map.of(), "chmod", "-R", "a-w,a+rX", image.toString());
  }

  /** Starts the entrypoint, asks it something that is no review, and ends it. */
  private String answerOf(Path java, String option) throws Exception {
    List<String> before = listing(image);
    int https = TestFolders.freePort();
    int management = TestFolders.freePort();
    List<String> command = new ArrayList<>(asNobody());
    command.addAll(List.of(image.resolve("entrypoint").toString(), "serve"));
    Path log = folder.resolve("log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(Path.of("/").toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().clear();
    builder
        .environment()
        .putAll(
            Map.of(
                "PATH", path(java),
                "JAVA_TOOL_OPTIONS", "-Xmx128m " + option,
                "PATHGATE_LOG_FORMAT", "json",
                "PATHGATE_HOST", "127.0.0.1",
                "PATHGATE_HTTPS_PORT", String.valueOf(https),
                "PATHGATE_MANAGEMENT_PORT", String.valueOf(management),
                "PATHGATE_CHAINS", folder.resolve("chains").toString()));
    Process process = builder.start();
    try {
      HttpClient client = HttpClient.newHttpClient();
      HttpRequest ready =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + management + "/q/health/ready"))
              .build();
      Awaitility.await("the image is ready, see " + log)
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(50))
          .ignoreExceptionsInstanceOf(IOException.class)
          .failFast("it has ended, see " + log, () -> !process.isAlive())
          .until(
              () -> client.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200);
      assertThat(validate(https, REVIEW)).startsWith("200 ");
      String answer = validate(https, "{}");
      process.destroy();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("ends when told to").isTrue();
      assertThat(listing(image)).isEqualTo(before);
      return answer;
    } finally {
      process.destroyForcibly();
    }
  }

  private static String validate(int port, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/validate"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> answered =
        TrustsAll.client().send(request, HttpResponse.BodyHandlers.ofString());
    return answered.statusCode() + " " + answered.body();
  }

  /** The image's user where this one is root and can become it. */
  private static List<String> asNobody() {
    boolean isRoot = System.getProperty("user.name").equals("root");
    return isRoot && Files.isExecutable(Path.of("/usr/bin/setpriv"))
        ? List.of("/usr/bin/setpriv", "--reuid=65532", "--regid=65532", "--clear-groups")
        : List.of();
  }

  private static String path(Path java) {
    return java.resolve("bin") + ":/usr/bin:/bin";
  }

  /** Path, size, time and mode of every file. */
  private static List<String> listing(Path root) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file : all.toList()) {
        files.put(
            root.relativize(file).toString(),
            Files.size(file)
                + " "
                + Files.getLastModifiedTime(file)
                + " "
                + PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
      }
    }
    return files.entrySet().stream().map(Map.Entry::toString).toList();
  }

  private static void run(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("PATHGATE_"));
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(String.join(" ", command) + ": " + output).isZero();
  }
}
