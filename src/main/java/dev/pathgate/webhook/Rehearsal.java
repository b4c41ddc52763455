package dev.pathgate.webhook;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.util.ArrayList;
import java.util.List;

/**
 * Reviews of its own that the server answers before anybody else's: the first ones take seconds on
 * a busy machine, longer than an API server waits. They go through TLS, HTTP/2 and a live read, and
 * are told by a key that nobody else has, so that they are no decisions.
 */
final class Rehearsal {
  /** The header with the key. */
  static final String HEADER = "X-Pathgate-Rehearsal";

  private static final int ROUNDS = 3;
  private static final long PATIENCE_MILLIS = 20_000;

  /** Of a chain that is not there, and is looked for once at the API server. */
  private static final String MOVE =
      """
      {"metadata":{"name":"rehearsal","namespace":"pathgate-rehearsal"},"spec":{"serviceSpec":
       {"services":[{"name":"a","namespace":"b","template":"%s","templateChain":"%s"}]}}}\
      """;

  private static final String CHAIN =
      """
      {"metadata":{"name":"rehearsal","namespace":"pathgate-rehearsal"},"spec":
       {"supportedTemplates":[{"name":"a","availableUpgrades":[{"name":"%s"}]},{"name":"b"}]}}\
      """;

  private final Vertx vertx;
  private final String host;
  private final String key;

  /**
   * @param host where the server listens
   */
  Rehearsal(Vertx vertx, String host, String key) {
    this.vertx = vertx;
    this.host = host;
    this.key = key;
  }

  /** Completes once all of its reviews were answered, fails if one was not. */
  Future<Void> through(int port) {
    // It calls the very port that it opened: whose certificate that is needs no proof.
    HttpClient client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setSsl(true)
                .setTrustAll(true)
                .setVerifyHost(false)
                .setUseAlpn(true)
                .setProtocolVersion(HttpVersion.HTTP_2));
    Future<Void> answered = Future.succeededFuture();
    for (int round = 0; round < ROUNDS; round++) {
      for (String review : reviews(round == 0)) {
        answered =
            answered
                .compose(before -> ask(client, port, "/validate?timeout=5s", review))
                .compose(before -> ask(client, port, "/mutate?timeout=5s", review));
      }
    }
    return answered.eventually(() -> client.close());
  }

  private Future<Void> ask(HttpClient client, int port, String uri, String review) {
    return client
        .request(
            new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(reachable(host))
                .setPort(port)
                .setURI(uri)
                .setConnectTimeout(PATIENCE_MILLIS)
                .setTimeout(PATIENCE_MILLIS))
        .compose(
            request ->
                request
                    .putHeader("Content-Type", "application/json")
                    .putHeader(HEADER, key)
                    .send(review))
        .compose(
            response ->
                response.statusCode() == 200
                    ? response.body().mapEmpty()
                    : Future.failedFuture("it was answered " + response.statusCode()));
  }

  /** Where the server can be called that listens there. */
  private static String reachable(String host) {
    return switch (host) {
      case "0.0.0.0" -> "127.0.0.1";
      case "::", "[::]" -> "::1";
      default -> host;
    };
  }

  private static List<String> reviews(boolean withLiveRead) {
    List<String> reviews = new ArrayList<>();
    for (String kind : List.of("ClusterDeployment", "MultiClusterService")) {
      String old = MOVE.formatted("a", "none");
      reviews.add(review(kind, "CREATE", MOVE.formatted("a", ""), "null"));
      reviews.add(review(kind, "UPDATE", old, old));
      if (withLiveRead) {
        reviews.add(review(kind, "UPDATE", MOVE.formatted("b", "none"), old));
      }
    }
    String chain = CHAIN.formatted("b");
    reviews.add(review("ServiceTemplateChain", "CREATE", CHAIN.formatted("c"), "null"));
    reviews.add(review("ServiceTemplateChain", "UPDATE", CHAIN.formatted("a"), chain));
    reviews.add(review("ServiceTemplateChain", "DELETE", "null", chain));
    return reviews;
  }

  private static String review(String kind, String operation, String object, String old) {
    return """
    {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"rehearsal",
     "kind":{"group":"k0rdent.mirantis.com","version":"v1beta1","kind":"%s"},"name":"rehearsal",
     "namespace":"pathgate-rehearsal","operation":"%s","userInfo":{"username":"pathgate"},
     "object":%s,"oldObject":%s,"dryRun":true}}\
    """
        .formatted(kind, operation, object, old);
  }
}
