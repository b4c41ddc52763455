package dev.pathgate.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.testkit.KubeBinaries;
import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Resident memory of the webhook, {@code -Xmx128m}, with many ClusterDeployments in a real
 * kube-apiserver, once they are cached and it is at rest. Argument: how many.
 */
public final class MemoryBenchmark {
  private static final Path CRDS = Path.of("src/test/resources/crds/v1.12");

  private MemoryBenchmark() {}

  /** Fills an API server, starts the webhook on it and prints what it takes. */
  public static void main(String[] args) throws Exception {
    int count = Integer.parseInt(args[0]);
    KubeAPIServer apiServer = new KubeAPIServer(KubeBinaries.settings().build());
    apiServer.start();
    try (KubernetesClient client =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(apiServer.getKubeConfigYaml()))
            .build()) {
      fill(client, count);
      Path kubeconfig = Files.createTempFile("pathgate-bench-", ".kubeconfig");
      Files.writeString(kubeconfig, apiServer.getKubeConfigYaml());
      int management = Server.freePort();
      try (Server server =
          Server.pathgate(
              Server.freePort(),
              Map.of(
                  "KUBECONFIG",
                  kubeconfig.toString(),
                  "PATHGATE_MANAGEMENT_PORT",
                  String.valueOf(management)))) {
        awaitReady(management);
        Thread.sleep(20_000);
        System.out.printf(
            "%d ClusterDeployments of 5 services and %d KB each: %d MiB resident at rest%n",
            count, object(0).toString().length() / 1_000, server.residentMib());
      }
    } finally {
      apiServer.stop();
    }
    System.exit(0); // the client's event loops would go on
  }

  private static void fill(KubernetesClient client, int count) throws Exception {
    try (Stream<Path> crds = Files.list(CRDS)) {
      for (Path crd : crds.toList()) {
        client.load(Files.newInputStream(crd)).create();
      }
    }
    client
        .namespaces()
        .resource(
            new NamespaceBuilder().withNewMetadata().withName("tenant42").endMetadata().build())
        .create();
    Thread.sleep(5_000);
    ExecutorService writers = Executors.newFixedThreadPool(8);
    List<Future<?>> written =
        IntStream.range(0, count)
            .<Future<?>>mapToObj(i -> writers.submit(() -> create(client, i)))
            .toList();
    for (int i = 0; i < written.size(); i++) {
      written.get(i).get();
      if (i % 500 == 499) {
        System.out.printf("created %d of %d%n", i + 1, count);
      }
    }
    writers.shutdown();
  }

  private static void create(KubernetesClient client, int number) {
    client
        .resource(
            client
                .getKubernetesSerialization()
                .convertValue(object(number), GenericKubernetesResource.class))
        .create();
  }

  /** A ClusterDeployment of about 8 KB, as the API server keeps it. */
  private static JsonNode object(int number) {
    try {
      ObjectNode object =
          (ObjectNode)
              new ObjectMapper()
                  .readTree(SampleReviews.update(5, 10))
                  .get("request")
                  .get("object");
      ObjectNode metadata = (ObjectNode) object.get("metadata");
      metadata.remove(List.of("uid", "resourceVersion", "creationTimestamp", "managedFields"));
      metadata.put("name", "cluster-" + number);
      ((ObjectNode) metadata.get("annotations")).put("pathgate.dev/filler", "x".repeat(5_000));
      return object;
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static void awaitReady(int port) throws Exception {
    HttpClient http = HttpClient.newHttpClient();
    HttpRequest ready =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/q/health/ready")).build();
    for (int i = 0; i < 300; i++) {
      try {
        if (http.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
          return;
        }
      } catch (IOException notYet) {
        // the port opens after a while
      }
      Thread.sleep(200);
    }
    throw new IllegalStateException("not ready");
  }
}
