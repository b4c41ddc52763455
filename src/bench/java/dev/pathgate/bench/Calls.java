package dev.pathgate.bench;

import dev.pathgate.testkit.TrustsAll;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** The first hundred reviews after readiness, one after the other, by a caller that is warm. */
final class Calls {
  private static final int CALLS = 100;
  private static final int WARM_UP = 400;
  private static final int ROUNDS = Bench.QUICK ? 1 : 3;

  private Calls() {}

  static void measure(Image image, Map<String, String> cluster, String objects, Bench.Pair pair)
      throws Exception {
    byte[] review = SampleReviews.unchanged(Fleet.SERVICES);
    try (Running bare = Throughput.bare(image, pair)) {
      bare.awaitPort();
      times(TrustsAll.client(), bare.https(), review, WARM_UP);
    }
    List<Double> ready = new ArrayList<>();
    List<Double> first = new ArrayList<>();
    List<Double> p99 = new ArrayList<>();
    List<Double> resident = new ArrayList<>();
    List<Double> own = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      try (Running server = image.serve("webhook", cluster)) {
        ready.add(server.awaitReady());
        List<Double> millis = times(TrustsAll.client(), server.https(), review, CALLS);
        first.add(millis.get(0));
        List<Double> others = new ArrayList<>(millis.subList(1, CALLS));
        Collections.sort(others);
        p99.add(others.get(others.size() - 2));
        Thread.sleep(10_000);
        Running.Memory memory = server.memory();
        resident.add((double) memory.resident());
        own.add((double) memory.isPrivate());
      }
    }
    Bench.row("webhook, " + objects + ": start to ready", "%.2f s".formatted(Bench.median(ready)));
    Bench.row(
        "webhook, " + objects + ": first call after ready; p99 of the next 99",
        "%.0f ms; %.1f ms".formatted(Bench.median(first), Bench.median(p99)));
    Bench.row(
        "webhook, " + objects + ", at rest: RSS / private",
        "%.0f / %.0f MiB".formatted(Bench.median(resident), Bench.median(own)));
  }

  /** Milliseconds of each call, over one connection that the first one opens. */
  private static List<Double> times(HttpClient client, int port, byte[] review, int count)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/validate?timeout=10s"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(review))
            .build();
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long began = System.nanoTime();
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      millis.add((System.nanoTime() - began) / 1e6);
      if (answer.statusCode() != 200 || !answer.body().contains("\"allowed\":true")) {
        throw new IllegalStateException(answer.statusCode() + ": " + answer.body());
      }
    }
    return millis;
  }
}
