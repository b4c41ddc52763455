package dev.pathgate.attack;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.OpenSSLEngineOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** Somebody who reaches the webhook's port, and takes of it what there is to take. */
public final class Neighbour implements AutoCloseable {
  private static final Buffer NO_REVIEW =
      Buffer.buffer("GET /nothing-here HTTP/1.1\r\nHost: localhost\r\n\r\n");

  /** Fewer than may be in their handshake. */
  private static final int AT_ONCE = 250;

  private final Vertx vertx = Vertx.vertx();
  private final int port;
  private final NetClient net;
  private final List<NetSocket> held = new CopyOnWriteArrayList<>();
  private final AtomicInteger closed = new AtomicInteger();

  /**
   * @param port the webhook's, on this machine
   */
  public Neighbour(int port) {
    this.port = port;
    this.net =
        vertx.createNetClient(
            new NetClientOptions()
                .setSsl(true)
                .setSslEngineOptions(new OpenSSLEngineOptions())
                .setTrustAll(true)
                .setHostnameVerificationAlgorithm(""));
  }

  /**
   * Opens so many TLS connections, many at once: one by one, on a busy machine, the first are
   * evicted before the last is there. Each asks something cheap.
   *
   * @return how many there were
   */
  public int open(int count) throws InterruptedException {
    int opened = 0;
    for (int left = count; left > 0; left -= AT_ONCE) {
      opened += openAtOnce(Math.min(left, AT_ONCE));
    }
    return opened;
  }

  private int openAtOnce(int count) throws InterruptedException {
    List<Future<NetSocket>> opening = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      opening.add(
          net.connect(port, "127.0.0.1")
              // At once: one that is evicted before it is counted would be waited for in vain.
              .onSuccess(this::hold));
    }
    int opened = 0;
    for (Future<NetSocket> one : opening) {
      try {
        one.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        opened++;
      } catch (ExecutionException | TimeoutException evicted) {
        // during its handshake, for another one
      }
    }
    return opened;
  }

  private void hold(NetSocket socket) {
    socket.closeHandler(gone -> closed.incrementAndGet());
    socket.exceptionHandler(gone -> {});
    socket.write(NO_REVIEW);
    held.add(socket);
  }

  /** From now on asks something cheap on all of its connections every second. */
  public void keepAsking() {
    vertx.setPeriodic(1_000, id -> held.forEach(socket -> socket.write(NO_REVIEW)));
  }

  /** How many of its connections were closed. */
  public int closed() {
    return closed.get();
  }

  /** Posts a review on so many HTTP/2 connections so often, and reads no answer to its end. */
  public void readNothing(int connections, int requests, byte[] review) {
    Buffer body = Buffer.buffer(review);
    for (int connection = 0; connection < connections; connection++) {
      HttpClient client = deaf();
      for (int i = 0; i < requests; i++) {
        client
            .request(HttpMethod.POST, port, "127.0.0.1", "/validate")
            .compose(request -> send(request, body));
      }
    }
  }

  private static Future<Void> send(HttpClientRequest request, Buffer body) {
    request.exceptionHandler(evicted -> {});
    request.putHeader("Content-Type", "application/json");
    return request
        .send(body)
        .onSuccess(answer -> answer.exceptionHandler(evicted -> {}))
        .mapEmpty();
  }

  private HttpClient deaf() {
    return vertx
        .httpClientBuilder()
        .withConnectHandler(connection -> connection.exceptionHandler(evicted -> {}))
        .with(
            new HttpClientOptions()
                .setSsl(true)
                .setTrustAll(true)
                .setVerifyHost(false)
                .setUseAlpn(true)
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setInitialSettings(new Http2Settings().setInitialWindowSize(0))
                .setHttp2MaxPoolSize(1))
        .build();
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
