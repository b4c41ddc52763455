package dev.pathgate.e2e;

import dev.pathgate.testkit.PathgateProcess;
import dev.pathgate.testkit.Pki;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** Calls Pathgate as an API server does, or as one should not. */
final class Caller {
  private final PathgateProcess gate;
  private final Optional<Pki.Identity> identity;
  private final HttpClient http;

  /** Waits far longer than Pathgate may take. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final int TRIES = 5;

  private Caller(
      PathgateProcess gate, HttpClient.Version version, Optional<Pki.Identity> identity) {
    this.gate = gate;
    this.identity = identity;
    this.http =
        HttpClient.newBuilder()
            .version(version)
            .sslContext(context(gate.pki().authority(), identity))
            .connectTimeout(PATIENCE)
            .build();
  }

  /** A caller that trusts the gate's authority. */
  static Caller of(PathgateProcess gate, HttpClient.Version version) {
    return new Caller(gate, version, Optional.empty());
  }

  /** A caller that also shows a certificate of its own. */
  static Caller with(PathgateProcess gate, Pki.Identity identity) {
    return new Caller(gate, HttpClient.Version.HTTP_2, Optional.of(identity));
  }

  private static SSLContext context(X509Certificate trusted, Optional<Pki.Identity> identity) {
    try {
      KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
      authorities.load(null, null);
      authorities.setCertificateEntry("ca", trusted);
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(authorities);
      KeyStore own = KeyStore.getInstance(KeyStore.getDefaultType());
      own.load(null, null);
      if (identity.isPresent()) {
        own.setKeyEntry(
            "own",
            identity.get().key(),
            new char[0],
            new X509Certificate[] {identity.get().certificate()});
      }
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(own, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Posts a review and returns status and body. */
  HttpResponse<String> post(String path, String review) throws IOException, InterruptedException {
    return http.send(review(path, review), BodyHandlers.ofString());
  }

  /**
   * The status that a body of megabytes gets. Where the machine is so busy that this client can't
   * send it in time (408, or the end of the connection meanwhile), it tries again.
   */
  int postLarge(String path, byte[] review) throws Exception {
    for (int i = 0; i < TRIES; i++) {
      try {
        int status = postLater(path, review).get(2, TimeUnit.MINUTES).statusCode();
        if (status != 408) {
          return status;
        }
      } catch (ExecutionException ended) {
        // it may have been told 408 while it was still writing
      }
    }
    return postLater(path, review).get(2, TimeUnit.MINUTES).statusCode();
  }

  CompletableFuture<HttpResponse<String>> postLater(String path, byte[] review) {
    return http.sendAsync(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(review))
            .build(),
        BodyHandlers.ofString());
  }

  private HttpRequest review(String path, String review) {
    return request(path)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(review))
        .build();
  }

  /** A request to be completed. */
  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(gate.uri(path)).timeout(PATIENCE);
  }

  HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return http.send(request, BodyHandlers.ofString());
  }

  /** A body without an announced length: chunked in HTTP/1.1. */
  static BodyPublisher chunked(byte[] body) {
    return BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body));
  }

  /**
   * A TLS connection on which the test writes HTTP/1.1 by hand. Its handshake is a full one: a
   * resumed session would still show the certificate that it began with.
   */
  SSLSocket connect() throws IOException {
    SSLContext fresh = context(gate.pki().authority(), identity);
    SSLSocket socket =
        (SSLSocket) fresh.getSocketFactory().createSocket("127.0.0.1", gate.httpsPort());
    socket.setSoTimeout((int) PATIENCE.toMillis());
    socket.startHandshake();
    return socket;
  }

  /** Posts over a connection of its own, handshake included, and returns the status line. */
  String postOnce(String path, String review) throws IOException {
    try (SSLSocket socket = connect()) {
      return ask(socket, path, review, "Connection: close\r\n").lines().findFirst().orElse("");
    }
  }

  /** Posts over this connection and returns head and body of the answer. */
  static String ask(SSLSocket socket, String path, String review, String headers)
      throws IOException {
    byte[] body = review.getBytes(StandardCharsets.UTF_8);
    String head =
        "POST "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
            + body.length
            + "\r\n"
            + headers
            + "\r\n";
    socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().write(body);
    socket.getOutputStream().flush();
    return answer(socket.getInputStream());
  }

  /** One answer, with the body that its Content-Length announces. */
  static String answer(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the connection ended after: " + head);
      }
      head.append((char) next);
    }
    String length = head.toString().replaceAll("(?is).*content-length: (\\d+).*", "$1");
    byte[] body = length.matches("\\d+") ? in.readNBytes(Integer.parseInt(length)) : new byte[0];
    return head + new String(body, StandardCharsets.UTF_8);
  }
}
