package dev.pathgate.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures what Pathgate costs beside what nothing of it would, and prints one table: {@code mvn
 * -Pbench verify}. Needs Linux, a kube-apiserver (as the tests do) and, for the image's own
 * figures, its Java; a Go webhook is the floor where Go is at hand, else a bare route.
 *
 * <p>{@code -Dbench.quick} tries it out with few objects and rounds, {@code -Dbench.only=start,calls}
 * takes some of: start, commands, decision, throughput, admission, calls, memory, patcher. {@code
 * -Dbench.image} names a folder that is assembled and trained already, {@code -Dbench.java-options}
 * tries others than the chart's.
 */
public final class Bench {
  static final boolean QUICK = !System.getProperty("bench.quick", "false").equals("false");
  private static final String ONLY = System.getProperty("bench.only", "all");
  private static final int OBJECTS = Integer.getInteger("bench.objects", QUICK ? 500 : 10_000);

  private static final long BEGAN = System.nanoTime();
  private static final List<String> ROWS = new ArrayList<>();

  private Bench() {}

  /** The only argument is a folder with {@code tls.crt} and {@code tls.key}. */
  public static void main(String[] args) {
    int code = 0;
    try {
      measure(args[0]);
    } catch (Exception | Error failure) {
      failure.printStackTrace();
      code = 1;
    }
    System.exit(code); // event loops of clients would go on
  }

  private static void measure(String certificates) throws Exception {
    Pair pair = new Pair(Path.of(certificates, "tls.crt"), Path.of(certificates, "tls.key"));
    Image image = Image.make(Files.createTempDirectory(Path.of("target"), "bench-"));
    if (isWanted("commands")) {
      Commands.measure(image);
    }
    if (isWanted("decision")) {
      Decision.measure(image);
    }
    if (isWanted("throughput")) {
      Throughput.measure(image, pair);
    }
    if (isWanted("start", "admission", "calls", "memory", "patcher")) {
      say("a kube-apiserver starts");
      try (Fleet fleet = Fleet.start()) {
        onAnApiServer(image, pair, fleet);
      }
    }
    System.out.printf("%n%s, Java %s, %d processors", os(), release(image), processors());
    System.out.printf(" (%.0f min)%n%n", (System.nanoTime() - BEGAN) / 60e9);
    System.out.println("| what | Pathgate | beside it | ratio |");
    System.out.println("| --- | --- | --- | --- |");
    ROWS.forEach(System.out::println);
  }

  private static void onAnApiServer(Image image, Pair pair, Fleet fleet) throws Exception {
    Map<String, String> cluster = Map.of("KUBECONFIG", fleet.kubeconfig().toString());
    if (isWanted("start")) {
      Starts.measure(image, pair.in(cluster));
    }
    if (isWanted("admission")) {
      Admission.measure(image, pair, fleet);
    }
    if (isWanted("calls")) {
      Calls.measure(image, cluster, "no objects", pair);
    }
    if (isWanted("memory", "patcher")) {
      fleet.fill(OBJECTS);
      String objects = "%,d ClusterDeployments of 5 services".formatted(OBJECTS);
      Calls.measure(image, cluster, objects, pair);
      Patching.measure(image, cluster, fleet, OBJECTS);
    }
  }

  /** A certificate and its key. */
  record Pair(Path certificate, Path key) {
    /** The settings with this certificate, as the chart mounts it. */
    Map<String, String> in(Map<String, String> settings) {
      Map<String, String> all = new HashMap<>(settings);
      all.put("PATHGATE_TLS_CERTIFICATE", certificate.toAbsolutePath().toString());
      all.put("PATHGATE_TLS_KEY", key.toAbsolutePath().toString());
      return all;
    }
  }

  private static boolean isWanted(String... sections) {
    return ONLY.equals("all")
        || Arrays.stream(sections).anyMatch(Arrays.asList(ONLY.split(",", -1))::contains);
  }

  private static String os() {
    return System.getProperty("os.name") + " " + System.getProperty("os.arch");
  }

  private static int processors() {
    return Runtime.getRuntime().availableProcessors();
  }

  private static String release(Image image) throws Exception {
    Path release = image.java().getParent().resolveSibling("release");
    return Files.readAllLines(release).stream()
        .filter(line -> line.startsWith("JAVA_VERSION="))
        .findFirst()
        .map(line -> line.replaceAll("[^0-9.]", ""))
        .orElse("?");
  }

  /** Shows how far it is. */
  @SuppressWarnings("AnnotateFormatMethod") // plain text, too
  static void say(String format, Object... arguments) {
    Duration since = Duration.ofNanos(System.nanoTime() - BEGAN);
    System.out.printf(
        "%2d:%02d %s%n",
        since.toMinutes(),
        since.toSecondsPart(),
        String.format(Locale.ROOT, format, arguments));
  }

  /** A row of the table; also shown at once. */
  static void row(String what, String ours, String theirs, String ratio) {
    String row = "| %s | %s | %s | %s |".formatted(what, ours, theirs, ratio);
    ROWS.add(row);
    say("%s", row);
  }

  static void row(String what, String ours) {
    row(what, ours, "", "");
  }

  /** The middle one. */
  static double median(List<Double> figures) {
    double[] sorted = figures.stream().mapToDouble(f -> f).sorted().toArray();
    return sorted[sorted.length / 2];
  }
}
