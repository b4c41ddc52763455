package dev.pathgate.webhook;

import io.netty.handler.ssl.OpenSsl;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import java.util.Map;

/**
 * Sends reviews to a port that this process itself has opened, over TLS and HTTP/2 as an API server
 * does. It does not verify the certificate, which is its own.
 */
public final class ReviewCaller {
  private static final long TIMEOUT_MILLIS = 20_000;

  private final HttpClient client;
  private final String host;
  private final int port;

  /** Calls that port. */
  public ReviewCaller(Vertx vertx, String host, int port) {
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setSsl(true)
                .setTrustAll(true)
                .setVerifyHost(false)
                .setSslEngineOptions(
                    OpenSsl.isAvailable() ? new OpenSSLEngineOptions() : new JdkSSLEngineOptions())
                .setUseAlpn(true)
                .setProtocolVersion(HttpVersion.HTTP_2));
    this.host = host;
    this.port = port;
  }

  /**
   * Completes once a review is answered with 200; otherwise fails.
   *
   * @param headers beside its content type
   */
  public Future<Void> send(String uri, Map<String, String> headers, String review) {
    return client
        .request(
            new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(host)
                .setPort(port)
                .setURI(uri)
                .setConnectTimeout(TIMEOUT_MILLIS)
                .setTimeout(TIMEOUT_MILLIS))
        .compose(
            request -> {
              request.putHeader("Content-Type", "application/json");
              headers.forEach(request::putHeader);
              return request.send(review);
            })
        .compose(
            response ->
                response.statusCode() == 200
                    ? response.body().mapEmpty()
                    : Future.failedFuture("it was answered " + response.statusCode()));
  }

  /** Ends its connections. */
  Future<Void> close() {
    return client.close();
  }
}
