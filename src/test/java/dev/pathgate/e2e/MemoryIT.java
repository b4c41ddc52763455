package dev.pathgate.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.testkit.PathgateProcess;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What costs far more memory than it has bytes, with the chart's heap: it is judged or refused by
 * 413 or 429, the process lives on, and the next edit that is right is admitted.
 */
class MemoryIT {
  private static PathgateProcess gate;
  private static Caller honest;

  @BeforeEach
  void start() throws IOException {
    if (gate != null && gate.process().isAlive()) {
      return;
    }
    gate = launch();
    honest = Caller.of(gate, java.net.http.HttpClient.Version.HTTP_2);
  }

  private static PathgateProcess launch() throws IOException {
    Path folder = Reviews.folder();
    Files.writeString(folder.resolve("huge.json"), chain("huge", 20, i -> pad("h" + i, 40_000)));
    Files.writeString(folder.resolve("long.json"), chain("long", 200, i -> pad("l" + i, 253)));
    return PathgateProcess.onFolder(folder).start();
  }

  @AfterAll
  static void stop() {
    gate.close();
  }

  private static String pad(String name, int length) {
    return name + "x".repeat(length - name.length());
  }

  /** A chain in which each template leads to the next. */
  private static String chain(String name, int templates, IntFunction<String> template) {
    return """
    {"apiVersion": "k0rdent.mirantis.com/v1beta1", "kind": "ServiceTemplateChain",
     "metadata": {"name": "%s", "namespace": "tenant"}, "spec": {"supportedTemplates": [%s]}}\
    """
        .formatted(
            name,
            join(
                templates,
                i ->
                    "{\"name\":\""
                        + template.apply(i)
                        + "\""
                        + (i + 1 < templates
                            ? ",\"availableUpgrades\":[{\"name\":\""
                                + template.apply(i + 1)
                                + "\"}]"
                            : "")
                        + "}"));
  }

  private static String join(int count, IntFunction<String> item) {
    return IntStream.range(0, count).mapToObj(item).collect(Collectors.joining(","));
  }

  private static String cluster(String services) {
    return """
    {"apiVersion":"k0rdent.mirantis.com/v1beta1","kind":"ClusterDeployment",
     "metadata":{"name":"x","namespace":"tenant"},"spec":{"serviceSpec":{"services":[%s]}}}\
    """
        .formatted(services);
  }

  private static String service(int i, String template, String chain) {
    return "{\"name\":\"s"
        + i
        + "\",\"template\":\""
        + template
        + "\",\"templateChain\":\""
        + chain
        + "\"}";
  }

  private static byte[] review(String kind, String operation, String after, String before) {
    return """
    {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u",
     "kind":{"group":"k0rdent.mirantis.com","version":"v1beta1","kind":"%s"},"name":"x",
     "namespace":"tenant","operation":"%s","userInfo":{"username":"jane","groups":["g"]},
     "object":%s,"oldObject":%s,"dryRun":true}}\
    """
        .formatted(kind, operation, after, before)
        .getBytes(UTF_8);
  }

  private static byte[] creation(String services) {
    return review("ClusterDeployment", "CREATE", cluster(services), "null");
  }

  private static byte[] chainCreation(String chain) {
    return review("ServiceTemplateChain", "CREATE", chain, "null");
  }

  /** One request that once ended the process, or would. */
  enum Costly {
    CREATION_AGAINST_A_CHAIN_OF_HUGE_NAMES {
      @Override
      byte[] body() {
        return creation(join(100, i -> service(i, "none-of-them", "huge")));
      }
    },
    REFUSAL_OF_6_000_SERVICES_OF_A_CHAIN_OF_LONG_NAMES {
      @Override
      byte[] body() {
        return creation(join(6_000, i -> service(i, "none-of-them", "long")));
      }
    },
    MOVES_OF_2_000_SERVICES_OFF_A_CHAIN_OF_LONG_NAMES {
      @Override
      byte[] body() {
        return review(
            "ClusterDeployment",
            "UPDATE",
            cluster(join(2_000, i -> service(i, "none-of-them", "long"))),
            cluster(join(2_000, i -> service(i, pad("l0", 253), "long"))));
      }
    },
    CREATION_OF_100_000_SERVICES {
      @Override
      byte[] body() {
        return creation(join(100_000, i -> service(i, pad("t", 22), "a-chain-of-that-name")));
      }
    },
    MOVES_OF_80_000_SERVICES {
      @Override
      byte[] body() {
        return review(
            "ClusterDeployment",
            "UPDATE",
            cluster(join(80_000, i -> service(i, pad("b", 22), "a-chain-of-that-name"))),
            cluster(join(80_000, i -> service(i, pad("a", 22), "a-chain-of-that-name"))));
      }
    },
    SERVICES_OF_THREE_BYTES {
      @Override
      byte[] body() {
        return creation(join(5_000_000, i -> "{}"));
      }
    },
    A_CHAIN_OF_9_MEGABYTES {
      @Override
      byte[] body() {
        return chainCreation(chain("big", 180_000, i -> "t" + i));
      }
    },
    TEMPLATES_OF_THREE_BYTES {
      @Override
      byte[] body() {
        return chainCreation(
            "{\"metadata\":{\"name\":\"x\"},\"spec\":{\"supportedTemplates\":["
                + join(5_000_000, i -> "{}")
                + "]}}");
      }
    },
    A_NAME_OF_15_MEGABYTES {
      @Override
      byte[] body() {
        return creation(service(0, "x".repeat(15_000_000), "path"));
      }
    },
    A_NAME_OF_7_MEGABYTES_IN_KANJI_BEFORE_AND_AFTER {
      @Override
      byte[] body() {
        String before = cluster(service(0, "字".repeat(2_500_000), "path"));
        return review("ClusterDeployment", "UPDATE", before.replace("字}", "字字}"), before);
      }
    },
    A_MILLION_GROUPS {
      @Override
      byte[] body() {
        return new String(creation(service(0, "a", "path")), UTF_8)
            .replace("[\"g\"]", "[" + join(1_500_000, i -> "\"g" + i + "\"") + "]")
            .getBytes(UTF_8);
      }
    },
    PUBLISHED_PATHS_OF_THREE_BYTES {
      @Override
      byte[] body() {
        String one = "{\"status\":{\"servicesUpgradePaths\":[" + join(2_500_000, i -> "{}") + "]}}";
        return review("ClusterDeployment", "UPDATE", one, one);
      }
    };

    abstract byte[] body();
  }

  @ParameterizedTest
  @EnumSource
  void livesOnAfter(Costly costly) throws Exception {
    byte[] body = costly.body();
    assertThat(body.length).isLessThan(16 * 1024 * 1024);

    int status = honest.postLater("/validate", body).get(60, TimeUnit.SECONDS).statusCode();

    assertThat(status).isIn(200, 413);
    admitsWhatIsRight();
  }

  /** Many requests at once. */
  enum Flood {
    SIX_CHAINS_OF_A_MEGABYTE(6, 1) {
      @Override
      byte[] body(int i) {
        return chainCreation(chain("big" + i, 24_000, t -> "t" + t));
      }
    },
    SIXTY_CHAINS_OF_60_KILOBYTES_ON_60_CONNECTIONS(60, 60) {
      @Override
      byte[] body(int i) {
        return chainCreation(
            "{\"metadata\":{\"name\":\"x\"},\"spec\":{\"supportedTemplates\":["
                + join(20_000, t -> "{}")
                + "]}}");
      }
    },
    SERVICES_OF_THREE_BYTES(40, 4) {
      @Override
      byte[] body(int i) {
        return creation(join(500_000, t -> "{}"));
      }
    },
    KEYS_THAT_NO_OTHER_REQUEST_HAS(6_000, 4) {
      @Override
      byte[] body(int i) {
        return new String(creation(service(0, "a", "path")), UTF_8)
            .replace("\"metadata\":", "\"" + pad("k" + i, 45_000) + "\":1,\"metadata\":")
            .getBytes(UTF_8);
      }
    };

    private final int requests;
    private final int connections;

    Flood(int requests, int connections) {
      this.requests = requests;
      this.connections = connections;
    }

    abstract byte[] body(int i);
  }

  @ParameterizedTest
  @EnumSource
  void livesOnAfterManyAtOnce(Flood flood) throws Exception {
    List<Caller> callers = new ArrayList<>();
    for (int i = 0; i < flood.connections; i++) {
      callers.add(Caller.of(gate, java.net.http.HttpClient.Version.HTTP_2));
    }
    List<CompletableFuture<Integer>> answers = new ArrayList<>();
    for (int i = 0; i < flood.requests; i++) {
      answers.add(
          callers
              .get(i % callers.size())
              .postLater("/validate", flood.body(i))
              .thenApply(HttpResponse::statusCode));
      if (i >= 50) {
        answers.get(i - 50).get(60, TimeUnit.SECONDS); // as many at once as one connection takes
      }
    }

    for (CompletableFuture<Integer> answer : answers) {
      assertThat(answer.get(60, TimeUnit.SECONDS)).isIn(200, 408, 413, 429);
    }
    admitsWhatIsRight();
  }

  @Test
  void livesOnAfterAnswersThatNobodyReads() throws Exception {
    Buffer body = Buffer.buffer(creation(join(550, i -> service(i, "none-of-them", "long"))));
    assertThat(body.length()).isBetween(30_000, 50_000);
    Vertx vertx = Vertx.vertx();
    try {
      for (int connection = 0; connection < 30; connection++) {
        HttpClient client = deaf(vertx);
        for (int i = 0; i < 100; i++) {
          client
              .request(HttpMethod.POST, gate.httpsPort(), "127.0.0.1", "/validate")
              .compose(request -> send(request, body));
        }
      }
      Awaitility.await("a connection whose answers are not read is closed")
          .atMost(Duration.ofSeconds(40))
          .until(
              () ->
                  gate.body("/q/metrics")
                      .matches(
                          "(?s).*pathgate_connections_evicted_total.reason=.unread.. [1-9].*"));
      admitsWhatIsRight();
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get();
    }
  }

  private static io.vertx.core.Future<Void> send(HttpClientRequest request, Buffer body) {
    request.putHeader("Content-Type", "application/json");
    return request.send(body).mapEmpty();
  }

  private static HttpClient deaf(Vertx vertx) {
    return vertx.createHttpClient(
        new HttpClientOptions()
            .setSsl(true)
            .setTrustAll(true)
            .setVerifyHost(false)
            .setUseAlpn(true)
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setInitialSettings(new Http2Settings().setInitialWindowSize(0))
            .setHttp2MaxPoolSize(1));
  }

  @Test
  void livesOnBesideThousandsThatNeverFinishTheirHandshake() throws Exception {
    List<Socket> half = new ArrayList<>();
    try {
      for (int i = 0; i < 6_000; i++) {
        half.add(new Socket(InetAddress.getLoopbackAddress(), gate.httpsPort()));
        half.get(i).getOutputStream().write(new byte[] {0x16, 0x03, 0x01, 0x02, 0x00, 0x01});
      }
      admitsWhatIsRight();
    } finally {
      for (Socket socket : half) {
        socket.close();
      }
    }
  }

  private static void admitsWhatIsRight() throws IOException {
    assertThat(gate.process().isAlive()).as(gate.log()).isTrue();
    Awaitility.await("an edit that is right is admitted")
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(
            () ->
                Caller.of(gate, java.net.http.HttpClient.Version.HTTP_2)
                        .post("/validate", Reviews.allowed())
                        .statusCode()
                    == 200);
    assertThat(gate.process().isAlive()).isTrue();
    assertThat(gate.log()).doesNotContain("OutOfMemory");
  }
}
