package dev.pathgate.webhook;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reviews that the server sends to itself before it is ready for anybody else's: the first ones
 * take seconds on a busy machine, longer than an API server waits. They go through TLS, HTTP/2 and
 * a live read. A key that nobody else has marks them, so that they don't count as decisions.
 */
final class Rehearsal {
  /** The header with the key. */
  static final String HEADER = "X-Pathgate-Rehearsal";

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

  private final ReviewCaller caller;
  private final Map<String, String> headers;

  /**
   * @param host where the server listens
   */
  Rehearsal(Vertx vertx, String host, int port, String key) {
    this.caller = new ReviewCaller(vertx, reachable(host), port);
    this.headers = Map.of(HEADER, key);
  }

  /**
   * Sends what needs no look at the cluster while that is still being read: TLS, HTTP/2 and
   * decoding are half of what there is to rehearse, and the rules most of the rest. Nothing hangs
   * on how it ends.
   */
  void begin() {
    Future<Void> sent = Future.succeededFuture();
    for (String review : reviews(false)) {
      sent = sent.eventually(() -> send(review));
    }
  }

  /** Completes once all of its reviews were answered, fails if one was not. */
  Future<Void> through() {
    Future<Void> answered = Future.succeededFuture();
    for (String review : reviews(true)) {
      answered = answered.compose(before -> send(review));
    }
    return answered.eventually(() -> caller.close());
  }

  private Future<Void> send(String review) {
    return caller
        .send("/validate?timeout=5s", headers, review)
        .compose(before -> caller.send("/mutate?timeout=5s", headers, review));
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
    if (withLiveRead) {
      reviews.add(review("ServiceTemplateChain", "DELETE", "null", chain)); // rests on a list
    }
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
