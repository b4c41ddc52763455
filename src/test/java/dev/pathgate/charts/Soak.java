package dev.pathgate.charts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.testkit.KubeServer;
import dev.pathgate.testkit.PathgateProcess;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code mvn -Psoak verify}: legal edits at a steady rate through a real API server, with the
 * chart's registration, heap and roles, while everything of {@link SoakAttacks} is done to the one
 * webhook pod in turn, again and again. No legal edit may be lost but by the API server's own
 * limits, no process may end, no forbidden edit may pass. Prints a table.
 */
class Soak {
  private static final double MINUTES =
      Double.parseDouble(System.getProperty("soak.minutes", "10"));
  private static final int RATE = Integer.getInteger("soak.rate", 10);
  private static final int ROUNDS = Integer.getInteger("soak.rounds", MINUTES < 5 ? 1 : 2);
  private static final boolean POLICIES = Boolean.getBoolean("soak.policies");
  private static final Duration PROBE_PATIENCE = Duration.ofSeconds(5);

  @TempDir Path folder;

  @AfterAll
  static void stop() {
    KubeServer.tidyAll();
  }

  /** What one attack did to the legal edits, over all its rounds. */
  private static final class Row {
    private final List<SoakTraffic.Sent> sent = new ArrayList<>();
    private final Map<String, Integer> answers = new TreeMap<>();
    private int probes;
    private int probesLost;
    private long mib;
    private double load;

    long count(SoakTraffic.Outcome outcome) {
      return sent.stream().filter(one -> one.outcome() == outcome).count();
    }

    private String line(String name) {
      long[] millis = sent.stream().mapToLong(SoakTraffic.Sent::millis).sorted().toArray();
      return "| %s | %d | %d | %d | %d | %s | %s | %d/%d | %d MiB | %.0f | %s |"
          .formatted(
              name,
              sent.size(),
              count(SoakTraffic.Outcome.ADMITTED),
              count(SoakTraffic.Outcome.LOST_BY_API_SERVER),
              count(SoakTraffic.Outcome.LOST),
              percentile(millis, 0.5),
              percentile(millis, 0.99) + " / " + percentile(millis, 1),
              probes - probesLost,
              probes,
              mib,
              load,
              answers.toString().replaceAll("[{}]", ""));
    }

    private static String percentile(long[] sorted, double part) {
      return sorted.length == 0
          ? "-"
          : sorted[(int) Math.min(sorted.length - 1L, Math.round(part * sorted.length))] + " ms";
    }
  }

  @Test
  @SuppressWarnings("FutureReturnValueIgnored") // of what goes on until it is shut down
  void losesNothingAndLetsNothingPass() throws Exception {
    KubeServer api = KubeServer.of("v1.12");
    try (Installation installation =
            Installation.of(
                api,
                """
                exempt: {groups: [sre]}
                policies: {enabled: %s}
                webhook:
                  replicas: 1
                  extraEnv:
                    - {name: PATHGATE_TLS_SELF_DNS_NAMES, value: "127.0.0.1"}
                """
                    .formatted(POLICIES));
        PathgateProcess webhook = installation.startWebhook();
        PathgateProcess patcher = installation.startPatcher()) {
      installation.serve(webhook);
      patcher.awaitReady();
      SoakAttacks attacks = new SoakAttacks(api, installation, webhook, folder);
      Map<String, Row> rows = new LinkedHashMap<>();
      ScheduledExecutorService kubelet = Executors.newSingleThreadScheduledExecutor();
      AtomicInteger probes = new AtomicInteger();
      AtomicInteger probesLost = new AtomicInteger();
      kubelet.scheduleAtFixedRate(
          () -> {
            probes.incrementAndGet();
            if (!isReady(webhook)) {
              probesLost.incrementAndGet();
            }
          },
          0,
          1,
          TimeUnit.SECONDS);
      try (SoakTraffic traffic = new SoakTraffic(api, RATE)) {
        Map<String, SoakAttacks.Attack> all = attacks.all();
        long each = (long) (MINUTES * 60e9 / ROUNDS / all.size());
        for (int round = 0; round < ROUNDS; round++) {
          for (Map.Entry<String, SoakAttacks.Attack> attack : all.entrySet()) {
            Row row = rows.computeIfAbsent(attack.getKey(), name -> new Row());
            long end = System.nanoTime() + each;
            attack.getValue().run(() -> System.nanoTime() < end);
            row.sent.addAll(traffic.drain());
            attacks
                .drainAnswers()
                .forEach((code, count) -> row.answers.merge(code, count, Integer::sum));
            row.probes += probes.getAndSet(0);
            row.probesLost += probesLost.getAndSet(0);
            row.mib = Math.max(row.mib, webhook.residentMib());
            row.load =
                Math.max(
                    row.load, ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
          }
        }
      } finally {
        kubelet.shutdownNow();
        System.out.println(table(rows));
      }
      List<String> lost =
          rows.values().stream()
              .flatMap(row -> row.sent.stream())
              .filter(sent -> sent.outcome() == SoakTraffic.Outcome.LOST)
              .map(SoakTraffic.Sent::why)
              .toList();
      System.out.println(reasons(rows));

      assertThat(attacks.wrong()).isEmpty();
      assertThat(lost).isEmpty();
      for (PathgateProcess pod : List.of(webhook, patcher)) {
        assertThat(pod.isAlive()).as(pod.name()).isTrue();
        assertThat(pod.log()).as(pod.name()).doesNotContain("OutOfMemory");
        Installation.await(
            pod.name() + " is ready and follows everything",
            Duration.ofSeconds(30),
            () -> isReady(pod) && followsEverything(pod));
      }
    }
  }

  /** Why edits were lost, and how often, in the words of who said so; names left out. */
  private static String reasons(Map<String, Row> rows) {
    Map<String, Integer> reasons = new TreeMap<>();
    rows.values().stream()
        .flatMap(row -> row.sent.stream())
        .filter(sent -> sent.outcome() != SoakTraffic.Outcome.ADMITTED)
        .forEach(
            sent ->
                reasons.merge(
                    sent.outcome() + " " + sent.why().replaceAll("[a-z]+-[0-9]+", "…"),
                    1,
                    Integer::sum));
    return String.join(
        "\n", reasons.entrySet().stream().map(why -> why.getValue() + " " + why.getKey()).toList());
  }

  private static boolean followsEverything(PathgateProcess pod) {
    List<String> watching =
        pod.get("/q/metrics")
            .lines()
            .filter(line -> line.startsWith("pathgate_cache_watching{"))
            .toList();
    return !watching.isEmpty() && watching.stream().allMatch(line -> line.endsWith(" 1.0"));
  }

  /** Asks as a kubelet does: on a connection of its own each time. */
  private static boolean isReady(PathgateProcess pod) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), pod.managementPort())) {
      socket.setSoTimeout((int) PROBE_PATIENCE.toMillis());
      socket
          .getOutputStream()
          .write(
              "GET /q/health/ready HTTP/1.1\r\nHost: pod\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readNBytes(15), StandardCharsets.US_ASCII)
          .startsWith("HTTP/1.1 200");
    } catch (IOException unanswered) {
      return false;
    }
  }

  private static String table(Map<String, Row> rows) {
    Row all = new Row();
    for (Row row : rows.values()) {
      all.sent.addAll(row.sent);
      all.probes += row.probes;
      all.probesLost += row.probesLost;
      all.mib = Math.max(all.mib, row.mib);
      all.load = Math.max(all.load, row.load);
    }
    Function<Map.Entry<String, Row>, String> line = row -> row.getValue().line(row.getKey());
    return String.join(
        "\n",
        Stream.of(
                Stream.of(
                    "",
                    "| attack | edits | admitted | lost by the API server | lost by Pathgate | p50"
                        + " | p99 / slowest | probes answered | RSS | machine's load | the"
                        + " attack's answers |",
                    "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"),
                rows.entrySet().stream().map(line),
                Stream.of(all.line("all"), ""))
            .flatMap(Function.identity())
            .toList());
  }
}
