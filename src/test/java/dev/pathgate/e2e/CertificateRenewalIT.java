package dev.pathgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.testkit.PathgateProcess;
import dev.pathgate.testkit.Pki;
import java.io.IOException;
import java.math.BigInteger;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Certificates are renewed while clients call, each over a new connection. */
class CertificateRenewalIT {
  /** The design's promise for a renewed certificate. */
  private static final Duration SOON = Duration.ofSeconds(60);

  private static PathgateProcess gate;
  private static Caller caller;

  @BeforeAll
  static void start() throws IOException {
    gate = PathgateProcess.onFolder(Reviews.folder()).start();
    caller = Caller.of(gate, HttpClient.Version.HTTP_1_1);
  }

  @AfterAll
  static void stop() {
    gate.close();
  }

  @Test
  void losesNoHandshakeOverRenewalsInEveryFormOfKey() throws Exception {
    Load load = new Load();

    Pki.Identity rsa = gate.pki().issue("rsa", Pki.KeyKind.RSA);
    renew(rsa, rsa.traditional());
    Pki.Identity ec = gate.pki().issue("ec", Pki.KeyKind.EC);
    renew(ec, ec.traditional());
    Pki.Identity rsaAgain = gate.pki().issue("rsa-again", Pki.KeyKind.RSA);
    renew(rsaAgain, rsaAgain.pkcs8());

    assertThat(load.end()).isEmpty();
    assertThat(load.answered.get()).isGreaterThan(100);
  }

  @Test
  void refusesAKeyOfAnotherCertificateAndServesTheOldPairOn() throws Exception {
    Pki.Identity good = gate.pki().issue("good", Pki.KeyKind.EC);
    renew(good, good.pkcs8());
    Pki.Identity other = gate.pki().issue("other", Pki.KeyKind.EC);

    write(other.certificatePem(), good.pkcs8());

    Awaitility.await("the mismatch is reported")
        .atMost(SOON)
        .until(
            () ->
                gate.log()
                    .contains(
                        "tls.key is not the key of the certificate in "
                            + gate.folder().resolve("tls.crt")));
    assertThat(served()).isEqualTo(good.certificate().getSerialNumber());
  }

  @Test
  void servesAMatchingPairAfterAMismatchedOne() throws Exception {
    Pki.Identity good = gate.pki().issue("good", Pki.KeyKind.EC);
    write(good.certificatePem(), gate.pki().issue("other", Pki.KeyKind.EC).pkcs8());

    renew(good, good.pkcs8());

    assertThat(caller.postOnce("/validate", Reviews.allowed())).startsWith("HTTP/1.1 200");
  }

  private static void renew(Pki.Identity identity, String key) throws Exception {
    write(identity.certificatePem(), key);
    Awaitility.await("the renewed certificate is served")
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> served().equals(identity.certificate().getSerialNumber()));
  }

  private static void write(String certificate, String key) throws IOException {
    replace(gate.folder().resolve("tls.crt"), certificate);
    replace(gate.folder().resolve("tls.key"), key);
  }

  private static void replace(Path file, String text) throws IOException {
    Path beside = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), text);
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static BigInteger served() throws IOException {
    try (SSLSocket socket = caller.connect()) {
      return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
    }
  }

  /** Three clients that call some fifty times a second, each time with a new handshake. */
  private static final class Load {
    private final AtomicInteger answered = new AtomicInteger();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final List<Thread> clients = new ArrayList<>();
    private volatile boolean over;

    Load() {
      for (int i = 0; i < 3; i++) {
        Thread client = new Thread(this::call, "load");
        client.start();
        clients.add(client);
      }
    }

    private void call() {
      while (!over) {
        try {
          String status = caller.postOnce("/validate", Reviews.allowed());
          if (status.startsWith("HTTP/1.1 200")) {
            answered.incrementAndGet();
          } else {
            failures.add(status);
          }
          TimeUnit.MILLISECONDS.sleep(40);
        } catch (IOException failed) {
          failures.add(failed.toString());
        } catch (InterruptedException interrupted) {
          return;
        }
      }
    }

    /** Stops the clients and returns what failed. */
    List<String> end() throws InterruptedException {
      over = true;
      for (Thread client : clients) {
        client.join();
      }
      return List.copyOf(failures);
    }
  }
}
