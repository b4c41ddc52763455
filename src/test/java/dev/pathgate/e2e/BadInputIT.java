package dev.pathgate.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.testkit.PathgateProcess;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What no API server would send: answered with a 4xx and a reason, never with a 5xx. */
class BadInputIT {
  private static final int MAX_BYTES = 16 * 1024 * 1024;
  private static final String JSON = "application/json";
  private static final String JSON_TYPE = "Content-Type: " + JSON;

  private static PathgateProcess gate;

  @BeforeAll
  static void start() throws IOException {
    gate = PathgateProcess.onFolder(Reviews.folder()).start();
  }

  @AfterAll
  static void stop() {
    gate.close();
  }

  /** How a body gets to the server. */
  enum Transport {
    HTTP_1_1(HttpClient.Version.HTTP_1_1, true),
    HTTP_1_1_CHUNKED(HttpClient.Version.HTTP_1_1, false),
    HTTP_2(HttpClient.Version.HTTP_2, true),
    HTTP_2_WITHOUT_LENGTH(HttpClient.Version.HTTP_2, false);

    private final HttpClient.Version version;
    private final boolean announcesLength;

    Transport(HttpClient.Version version, boolean announcesLength) {
      this.version = version;
      this.announcesLength = announcesLength;
    }

    BodyPublisher publisher(byte[] body) {
      return announcesLength ? BodyPublishers.ofByteArray(body) : Caller.chunked(body);
    }
  }

  /** One bad request and its answer. */
  private record Case(
      String name,
      String method,
      String path,
      String type,
      Supplier<byte[]> body,
      int status,
      String reason) {
    static Case of(String name, byte[] body, int status, String reason) {
      return new Case(name, "POST", "/validate", JSON, () -> body, status, reason);
    }

    static Case of(String name, String body, String reason) {
      return of(name, body.getBytes(UTF_8), 400, reason);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Arguments> badRequests() {
    String review = Reviews.allowed();
    byte[] bytes = review.getBytes(UTF_8);
    String notAReview = "not an AdmissionReview of admission.k8s.io/v1";
    List<Case> cases =
        List.of(
            new Case(
                "GET", "GET", "/validate", JSON, () -> bytes, 405, "only POST is answered here"),
            new Case("PUT", "PUT", "/mutate", JSON, () -> bytes, 405, "only POST is answered here"),
            new Case(
                "another path",
                "POST",
                "/",
                JSON,
                () -> bytes,
                404,
                "there is /validate and /mutate here"),
            new Case(
                "YAML",
                "POST",
                "/validate",
                "application/yaml",
                () -> bytes,
                415,
                "only application/json, not encoded otherwise, is taken here"),
            new Case(
                "another charset",
                "POST",
                "/validate",
                JSON + "; charset=utf-16",
                () -> bytes,
                415,
                "only application/json, not encoded otherwise, is taken here"),
            Case.of("nothing", "", "not JSON: the body is empty"),
            Case.of("a list", "[]", "not an AdmissionReview"),
            Case.of("another object", "{}", notAReview),
            Case.of(
                "an old version", review.replace("k8s.io/v1\"", "k8s.io/v1beta1\""), notAReview),
            Case.of("no uid", review.replace("\"uid\"", "\"x\""), "request.uid is missing"),
            Case.of(
                "no object",
                review.replace("\"object\"", "\"x\""),
                "request.object is missing, which every UPDATE has"),
            Case.of(
                "services of another type",
                review.replaceFirst("\"services\": \\[.*?]", "\"services\": \"all\""),
                "request.object.spec.serviceSpec.services is not a list"),
            Case.of(
                "two reviews", review + review, "not JSON: something follows the AdmissionReview"),
            Case.of("deep nesting", "[".repeat(5_000), "not an AdmissionReview"),
            Case.of("deep nesting inside", "{\"x\": " + "[".repeat(200_000), "nested too deep"),
            Case.of("UTF-16", review.getBytes(UTF_16), 400, "not UTF-8"),
            Case.of(
                "Latin 1",
                review.replace("jane", "j\u00e4ne").getBytes(ISO_8859_1),
                400,
                "not UTF-8"),
            Case.of(
                "too much",
                new byte[MAX_BYTES + 1],
                413,
                "the body is larger than 16777216 bytes (pathgate.max-request-bytes)"));
    return Arrays.stream(Transport.values())
        .flatMap(transport -> cases.stream().map(request -> Arguments.of(transport, request)));
  }

  @ParameterizedTest(name = "{1} over {0}")
  @MethodSource("badRequests")
  void answersWithAReason(Transport transport, Case bad) throws Exception {
    Caller caller = Caller.of(gate, transport.version);
    HttpRequest request =
        caller
            .request(bad.path())
            .header("Content-Type", bad.type())
            .method(bad.method(), transport.publisher(bad.body().get()))
            .build();

    HttpResponse<String> answer = caller.send(request);

    assertThat(answer.statusCode() + " " + answer.body())
        .isEqualTo(bad.status() + " " + bad.reason() + "\n");
  }

  @Test
  void refusesAnEncodedBody() throws Exception {
    Caller caller = Caller.of(gate, HttpClient.Version.HTTP_2);
    HttpRequest request =
        caller
            .request("/validate")
            .header("Content-Type", JSON)
            .header("Content-Encoding", "gzip")
            .POST(BodyPublishers.ofString(Reviews.allowed()))
            .build();

    assertThat(caller.send(request).statusCode()).isEqualTo(415);
  }

  @Test
  void namesTheMethodThatIsAnswered() throws Exception {
    Caller caller = Caller.of(gate, HttpClient.Version.HTTP_2);

    HttpResponse<String> answer = caller.send(caller.request("/validate").GET().build());

    assertThat(answer.headers().firstValue("Allow")).contains("POST");
  }

  @Test
  void answersBrokenHttpWithA4xx() throws IOException {
    List<String> broken =
        List.of(
            head("NONSENSE"),
            head("POST /validate HTTP/1.1", "Host: x", JSON_TYPE, "Content-Length: -1"),
            head("POST /validate HTTP/1.1", "Host: x", JSON_TYPE, "Transfer-Encoding: chunked")
                + "zz\r\n",
            head("POST /validate HTTP/1.1", "Host: x", "X: " + "x".repeat(20_000)),
            head("POST /" + "x".repeat(20_000) + " HTTP/1.1", "Host: x"));

    assertThat(broken.stream().map(BadInputIT::statusOf))
        .allSatisfy(status -> assertThat(status).matches("HTTP/1\\.\\d 4\\d\\d.*|closed"));
  }

  private static String head(String... lines) {
    return String.join("\r\n", lines) + "\r\n\r\n";
  }

  private static String statusOf(String request) {
    try (SSLSocket socket = Caller.of(gate, HttpClient.Version.HTTP_1_1).connect()) {
      socket.getOutputStream().write(request.getBytes(UTF_8));
      socket.getOutputStream().flush();
      return Caller.answer(socket.getInputStream()).lines().findFirst().orElse("");
    } catch (IOException closed) {
      return "closed";
    }
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void answersAHeadWithoutABody(HttpClient.Version version) throws Exception {
    Caller caller = Caller.of(gate, version);

    HttpResponse<String> answer =
        caller.send(caller.request("/validate").method("HEAD", BodyPublishers.noBody()).build());

    assertThat(answer.statusCode() + answer.body()).isEqualTo("405");
  }

  @Test
  void answersAConnectThatHasNoPath() {
    Vertx vertx = Vertx.vertx();
    try {
      RequestOptions connect =
          new RequestOptions()
              .setMethod(HttpMethod.CONNECT)
              .setHost("127.0.0.1")
              .setPort(gate.httpsPort());
      Integer status =
          vertx
              .createHttpClient(
                  new HttpClientOptions()
                      .setProtocolVersion(HttpVersion.HTTP_2)
                      .setSsl(true)
                      .setUseAlpn(true)
                      .setTrustAll(true)
                      .setVerifyHost(false))
              .request(connect)
              .compose(HttpClientRequest::connect)
              .map(HttpClientResponse::statusCode)
              .toCompletionStage()
              .toCompletableFuture()
              .orTimeout(30, TimeUnit.SECONDS)
              .join();

      assertThat(status).isEqualTo(404);
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  @Test
  void survivesAFuzzedCorpus() throws Exception {
    Random random = new Random(42);
    Caller caller = Caller.of(gate, HttpClient.Version.HTTP_2);
    List<byte[]> seeds =
        Stream.of(Reviews.allowed(), Reviews.refused(), Reviews.creation("tenant", "a", "none"))
            .map(review -> review.getBytes(UTF_8))
            .toList();
    List<Integer> statuses = new ArrayList<>();
    for (int round = 0; round < 100; round++) {
      List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        byte[] fuzzed = fuzzed(seeds.get(random.nextInt(seeds.size())), random);
        answers.add(caller.postLater(random.nextBoolean() ? "/validate" : "/mutate", fuzzed));
      }
      answers.forEach(answer -> statuses.add(answer.join().statusCode()));
    }

    assertThat(statuses).hasSize(5_000).containsOnly(200, 400);
    assertThat(gate.log()).doesNotContain("could not be judged");
  }

  /** Flips, cuts, doubles and swaps a few bytes or tokens. */
  private static byte[] fuzzed(byte[] seed, Random random) {
    byte[] bytes = seed.clone();
    for (int change = random.nextInt(4); change >= 0; change--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
        case 2 -> bytes[at] = (byte) "{}[]\",:0n".charAt(random.nextInt(9));
        case 3 -> {
          byte[] longer = Arrays.copyOf(bytes, bytes.length + bytes.length - at);
          System.arraycopy(bytes, at, longer, bytes.length, bytes.length - at);
          bytes = longer;
        }
        default -> bytes = otherType(bytes, random);
      }
    }
    return bytes;
  }

  private static byte[] otherType(byte[] bytes, Random random) {
    List<String> values = List.of("null", "{}", "[]", "1e999", "\"\\ud800\"", "true", "[[[]]]");
    String value = values.get(random.nextInt(values.size()));
    String text = new String(bytes, ISO_8859_1);
    int colon = text.indexOf(": ", random.nextInt(text.length()));
    return colon < 0
        ? bytes
        : (text.substring(0, colon)
                + ": "
                + value
                + text.substring(colon + 2).replaceFirst("^(\"[^\"]*\"|[a-z]+)", ""))
            .getBytes(ISO_8859_1);
  }
}
