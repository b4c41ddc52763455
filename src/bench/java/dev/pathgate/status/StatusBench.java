package dev.pathgate.status;

import static dev.pathgate.status.TestCluster.ok;
import static dev.pathgate.status.TestCluster.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.kube.ApiServer;
import dev.pathgate.kube.ApiServer.Call;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * What the patcher costs, on a real API server of this machine: {@code mvn -Pbench-status verify}.
 * The patcher runs in a process of its own with the chart's rights and heap; then as many clients
 * as it has workers write as large a status to the same objects in a bare loop.
 */
class StatusBench {
  private static final int OBJECTS = Integer.getInteger("bench.objects", 10_000);
  private static final int CHAINS = Integer.getInteger("bench.chains", 500);
  private static final int QUIET_SECONDS = Integer.getInteger("bench.quiet", 60);
  private static final int SERVICES = 5;
  private static final int TEMPLATES = 10;
  private static final int CLIENTS = 8;
  private static final Pattern REPORT = Pattern.compile("(\\d+) written, .*");

  @Test
  void measure() throws Exception {
    try (TestCluster cluster = TestCluster.start("v1.12")) {
      cluster.namespace("bench");
      cluster.emptyLease();
      Config rights = cluster.serviceAccount("patcher", true);
      progress(
          "chains",
          CHAINS,
          number -> {
            String[] line = new String[TEMPLATES];
            for (int i = 0; i < TEMPLATES; i++) {
              line[i] =
                  template(number, i) + (i < TEMPLATES - 1 ? " -> " + template(number, i + 1) : "");
            }
            cluster.chain("bench", "chain-" + number, line);
          });
      progress("ClusterDeployments", OBJECTS, number -> create(cluster, number));

      Process patcher =
          PatcherProcess.prepare(Serialization.asYaml(kubeconfig(rights)), "status.events", "true")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        Duration servers = TestCluster.cpuOfServers();
        long start = System.nanoTime();
        long first = 0;
        try (BufferedReader counts = patcher.inputReader(StandardCharsets.UTF_8)) {
          long written = 0;
          for (int line = 0; written < OBJECTS; line++) {
            String count = counts.readLine();
            assertThat(count).as("the patcher ended").isNotNull();
            Matcher report = REPORT.matcher(count);
            if (!report.matches()) {
              continue;
            }
            written = Long.parseLong(report.group(1));
            if (written > 0 && first == 0) {
              first = System.nanoTime();
            }
            if (line % 10 == 0) {
              print("  patcher after %d s: %s, of %d", seconds(start), count, OBJECTS);
            }
          }
          double all = (System.nanoTime() - start) / 1e9;
          double writing = (System.nanoTime() - first) / 1e9;
          Duration serversForPatcher = TestCluster.cpuOfServers().minus(servers);
          Duration ownForPatcher = cpu(patcher.toHandle());
          String busy = memory(patcher);
          check(cluster);
          TimeUnit.SECONDS.sleep(3);
          List<String> before = requests(cluster);
          print("  quiet for %d s", QUIET_SECONDS);
          TimeUnit.SECONDS.sleep(QUIET_SECONDS);
          List<String> idle = requests(cluster);
          idle.subList(0, before.size()).clear();
          String quiet = memory(patcher);
          long lease = idle.stream().filter(line -> line.contains("/leases/")).count();
          patcher.destroy();
          patcher.waitFor(20, TimeUnit.SECONDS);

          servers = TestCluster.cpuOfServers();
          Duration own = cpu(ProcessHandle.current());
          double bare = bareLoop(cluster);
          Duration serversForLoop = TestCluster.cpuOfServers().minus(servers);
          Duration ownForLoop = cpu(ProcessHandle.current()).minus(own);
          print("");
          print("%d ClusterDeployments of %d services, %d chains", OBJECTS, SERVICES, CHAINS);
          print("start to all written        %8.1f s", all);
          print("  of it writing             %8.1f s, %.0f writes/s", writing, OBJECTS / writing);
          print("a bare loop of such applies %8.1f s, %.0f writes/s", bare, OBJECTS / bare);
          print(
              "CPU, from the start         %8d s patcher, %d s API server and etcd",
              ownForPatcher.toSeconds(), serversForPatcher.toSeconds());
          print(
              "CPU of the bare loop        %8d s loop, %d s API server and etcd",
              ownForLoop.toSeconds(), serversForLoop.toSeconds());
          print("memory while writing        %s", busy);
          print("memory when idle            %s", quiet);
          print(
              "requests in %d idle seconds: %d to the Lease, %d others",
              QUIET_SECONDS, lease, idle.size() - lease);
        }
      } finally {
        patcher.destroyForcibly();
      }
    }
  }

  private static Duration cpu(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private static String template(int chain, int version) {
    return "service-template-" + chain + "-0-" + version + "-0";
  }

  private static void create(TestCluster cluster, int number) {
    List<String> services = new ArrayList<>();
    for (int i = 0; i < SERVICES; i++) {
      int chain = (number * SERVICES + i) % CHAINS;
      services.add(
          "{name: service-%d, namespace: apps, template: %s, templateChain: chain-%d, values: '%s'}"
              .formatted(i, template(chain, TEMPLATES / 2), chain, "x".repeat(800)));
    }
    cluster.deployment("bench", "deployment-" + number, services.toArray(String[]::new));
  }

  private static io.fabric8.kubernetes.api.model.Config kubeconfig(Config rights) {
    return new io.fabric8.kubernetes.api.model.ConfigBuilder()
        .withApiVersion("v1")
        .withKind("Config")
        .addNewCluster()
        .withName("bench")
        .withNewCluster()
        .withServer(rights.getMasterUrl())
        .withCertificateAuthority(rights.getCaCertFile())
        .withCertificateAuthorityData(rights.getCaCertData())
        .withInsecureSkipTlsVerify(rights.isTrustCerts() ? Boolean.TRUE : null)
        .endCluster()
        .endCluster()
        .addNewUser()
        .withName("patcher")
        .withNewUser()
        .withToken(rights.getOauthToken())
        .endUser()
        .endUser()
        .addNewContext()
        .withName("bench")
        .withNewContext()
        .withCluster("bench")
        .withUser("patcher")
        .endContext()
        .endContext()
        .withCurrentContext("bench")
        .build();
  }

  private static void check(TestCluster cluster) {
    JsonNode one = cluster.deployment("bench", "deployment-" + (OBJECTS - 1));
    assertThat(TestCluster.paths(one)).hasSize(SERVICES);
    assertThat(TestCluster.paths(one).path(0).path("availableUpgrades")).hasSize(TEMPLATES / 2 - 1);
    print(
        "  an object measures %d bytes, its paths %d",
        one.toString().length(), TestCluster.paths(one).toString().length());
  }

  private static List<String> requests(TestCluster cluster) throws IOException {
    List<String> lines = new ArrayList<>();
    try (BufferedReader reader = Files.newBufferedReader(cluster.audit())) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (line.contains("system:serviceaccount:kcm-system:patcher\"")) {
          lines.add(line.substring(0, Math.min(400, line.length())));
        }
      }
    }
    return lines;
  }

  private static String memory(Process process) throws IOException {
    long resident = 0;
    long peak = 0;
    for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        resident = Long.parseLong(line.replaceAll("\\D", "")) / 1024;
      } else if (line.startsWith("VmHWM:")) {
        peak = Long.parseLong(line.replaceAll("\\D", "")) / 1024;
      }
    }
    return "%8d MiB RSS, %d MiB at most".formatted(resident, peak);
  }

  /** The same kind of write without anything around it, to the same objects. */
  private static double bareLoop(TestCluster cluster) throws Exception {
    JsonNode like = cluster.deployment("bench", "deployment-0");
    ObjectNode status = yaml("{}").deepCopy();
    ArrayNode paths = TestCluster.paths(like).deepCopy();
    ((ObjectNode) paths.path(0)).put("name", "service-X");
    status.set("servicesUpgradePaths", paths);
    status.withArrayProperty("conditions").add(TestCluster.condition(like).deepCopy());
    ((ObjectNode) status.path("conditions").path(0)).put("reason", "Bare");
    try (var client = new KubernetesClientBuilder().withConfig(cluster.config()).build()) {
      ApiServer api = new ApiServer(client);
      long start = System.nanoTime();
      progress(
          "bare applies",
          OBJECTS,
          number -> {
            String name = "deployment-" + number;
            ObjectNode body =
                yaml("{apiVersion: k0rdent.mirantis.com/v1beta1, kind: ClusterDeployment}")
                    .deepCopy();
            body.putObject("metadata").put("name", name).put("namespace", "bench");
            body.set("status", status);
            ok(
                api.ask(
                    Call.send(
                            "PATCH",
                            TestCluster.path("ClusterDeployment", "bench", name)
                                + "/status?fieldManager=pathgate&fieldValidation=Strict&force=true",
                            ApiServer.APPLY,
                            body)
                        .with("Accept", ApiServer.METADATA_ONLY),
                    Duration.ofSeconds(30)));
          });
      return (System.nanoTime() - start) / 1e9;
    }
  }

  private interface Step {
    void run(int number) throws Exception;
  }

  private static void progress(String what, int count, Step step) throws Exception {
    AtomicInteger next = new AtomicInteger();
    AtomicLong shown = new AtomicLong(System.nanoTime());
    ExecutorService workers = Executors.newFixedThreadPool(CLIENTS);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        running.add(
            workers.submit(
                () -> {
                  for (int number = next.getAndIncrement();
                      number < count;
                      number = next.getAndIncrement()) {
                    step.run(number);
                    long last = shown.get();
                    if (seconds(last) >= 5 && shown.compareAndSet(last, System.nanoTime())) {
                      print("  %s: %d of %d", what, number, count);
                    }
                  }
                  return null;
                }));
      }
      for (Future<?> one : running) {
        one.get();
      }
      print("  %s: %d of %d", what, count, count);
    } finally {
      workers.shutdownNow();
    }
  }

  private static long seconds(long since) {
    return (System.nanoTime() - since) / 1_000_000_000;
  }

  @SuppressWarnings("AnnotateFormatMethod") // plain text, too
  private static void print(String format, Object... arguments) {
    System.out.println(format.formatted(arguments));
  }
}
