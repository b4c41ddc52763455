package dev.pathgate.bench;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The yardstick: the same Vert.x, TLS and event loops, taking the whole body and allowing it, of
 * which nothing is read but where its uid is. Arguments: port, certificate, key.
 */
public final class HelloServer {
  private static final byte[] UID = "\"uid\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final int UID_LENGTH = 36;

  private HelloServer() {}

  /** Runs until it is killed. */
  public static void main(String[] args) throws Exception {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost("127.0.0.1")
            .setPort(Integer.parseInt(args[0]))
            .setSsl(true)
            .setUseAlpn(true)
            .setTcpNoDelay(true)
            .setKeyCertOptions(new PemKeyCertOptions().setCertPath(args[1]).setKeyPath(args[2]));
    Vertx.vertx()
        .deployVerticle(
            () ->
                new AbstractVerticle() {
                  @Override
                  public void start() {
                    vertx
                        .createHttpServer(options)
                        .requestHandler(
                            request ->
                                request.bodyHandler(
                                    body ->
                                        request
                                            .response()
                                            .putHeader("Content-Type", "application/json")
                                            .end(answer(body.getBytes()))))
                        .listen();
                  }
                },
            new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors()))
        .toCompletionStage()
        .toCompletableFuture()
        .get();
    Thread.currentThread().join();
  }

  private static Buffer answer(byte[] review) {
    return Buffer.buffer(
            "{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\",\"response\":{\"uid\":\"")
        .appendBytes(review, uidIn(review), UID_LENGTH)
        .appendString("\",\"allowed\":true}}");
  }

  /** Where the first uid is, which is the request's: an API server sends it first. */
  private static int uidIn(byte[] review) {
    int at = 0;
    while (!Arrays.equals(review, at, at + UID.length, UID, 0, UID.length)) {
      at++;
    }
    return at + UID.length;
  }
}
