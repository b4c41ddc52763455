package dev.pathgate.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;

/** Posts one body over and over, over HTTP/2 and TLS, each of a few askers as fast as it can. */
final class Load implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client;
  private final RequestOptions request;
  private final int askers;

  /** What came of it; times in microseconds. */
  record Result(long count, double perSecond, double p50, double p99, long failed) {}

  Load(int port, int askers) {
    this.askers = askers;
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setSsl(true)
                .setUseAlpn(true)
                .setTrustAll(true)
                .setVerifyHost(false)
                .setHttp2MaxPoolSize(4));
    this.request =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setHost("127.0.0.1")
            .setPort(port)
            .setURI("/validate?timeout=10s")
            .putHeader("Content-Type", "application/json");
  }

  /** Asks for that many seconds. */
  Result run(byte[] body, int seconds) throws InterruptedException {
    ConcurrentHistogram nanos = new ConcurrentHistogram(3);
    AtomicLong failed = new AtomicLong();
    CountDownLatch done = new CountDownLatch(askers);
    long begin = System.nanoTime();
    long end = begin + seconds * 1_000_000_000L;
    Buffer payload = Buffer.buffer(body);
    for (int i = 0; i < askers; i++) {
      ask(payload, end, nanos, failed, done);
    }
    done.await();
    double took = (System.nanoTime() - begin) / 1e9;
    return new Result(
        nanos.getTotalCount(),
        nanos.getTotalCount() / took,
        nanos.getValueAtPercentile(50) / 1e3,
        nanos.getValueAtPercentile(99) / 1e3,
        failed.get());
  }

  private void ask(
      Buffer body, long end, ConcurrentHistogram nanos, AtomicLong failed, CountDownLatch done) {
    long begin = System.nanoTime();
    if (begin > end) {
      done.countDown();
      return;
    }
    client
        .request(request)
        .compose(
            asked -> {
              // Before the request is sent: an answer that comes first, on another event loop, loses
              // its body.
              Future<Boolean> allowed = asked.response().compose(Load::isAllowed);
              return asked.end(body).compose(sent -> allowed);
            })
        .onComplete(
            answer -> {
              if (answer.succeeded() && answer.result()) {
                nanos.recordValue(System.nanoTime() - begin);
              } else {
                if (failed.getAndIncrement() == 0) {
                  System.err.println(
                      "A request failed: "
                          + (answer.failed() ? answer.cause() : "another answer than allowed"));
                }
              }
              ask(body, end, nanos, failed, done);
            });
  }

  private static Future<Boolean> isAllowed(HttpClientResponse response) {
    return response
        .body()
        .map(
            text ->
                response.statusCode() == 200 && text.toString().contains("\"allowed\":true"));
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
