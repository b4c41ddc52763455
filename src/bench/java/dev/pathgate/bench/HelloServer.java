package dev.pathgate.bench;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;

/**
 * The yardstick: the same Vert.x, TLS and event loops, taking the whole body and answering a
 * constant of the same size. Arguments: port, certificate, key.
 */
public final class HelloServer {
  private HelloServer() {}

  /** Runs until it is killed. */
  public static void main(String[] args) throws Exception {
    Buffer answer =
        Buffer.buffer(
            "{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\",\"response\":"
                + "{\"uid\":\"4449686e-aa4a-4809-b4ab-2b961bf9d273\",\"allowed\":true}}");
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
                                            .end(answer)))
                        .listen();
                  }
                },
            new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors()))
        .toCompletionStage()
        .toCompletableFuture()
        .get();
    Thread.currentThread().join();
  }
}
