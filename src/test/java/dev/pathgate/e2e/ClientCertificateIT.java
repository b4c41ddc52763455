package dev.pathgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathgate.testkit.PathgateProcess;
import dev.pathgate.testkit.Pki;
import dev.pathgate.testkit.TestFolders;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** With {@code pathgate.tls.client-ca}, only callers of that authority are heard. */
class ClientCertificateIT {
  private static final Pki CLIENTS = new Pki("Test client CA");

  private static PathgateProcess gate;

  @BeforeAll
  static void start() throws IOException {
    Path authority = TestFolders.make("client-ca").resolve("ca.pem");
    Files.writeString(authority, CLIENTS.authorityPem());
    gate =
        PathgateProcess.onFolder(Reviews.folder())
            .with("PATHGATE_TLS_CLIENT_CA", authority)
            .start();
  }

  @AfterAll
  static void stop() {
    gate.close();
  }

  @Test
  void answersACallerOfTheAuthority() throws Exception {
    Caller caller = Caller.with(gate, CLIENTS.issue("apiserver", Pki.KeyKind.EC));

    assertThat(caller.post("/validate", Reviews.allowed()).statusCode()).isEqualTo(200);
  }

  @Test
  void turnsAwayACallerWithoutACertificate() {
    Caller caller = Caller.of(gate, HttpClient.Version.HTTP_2);

    assertThatThrownBy(() -> caller.post("/validate", Reviews.allowed()))
        .isInstanceOf(IOException.class);
  }

  @Test
  void turnsAwayACallerOfAnotherAuthority() {
    Pki others = new Pki("Another CA");
    Caller caller = Caller.with(gate, others.issue("apiserver", Pki.KeyKind.EC));

    assertThatThrownBy(() -> caller.post("/validate", Reviews.allowed()))
        .isInstanceOf(IOException.class);
  }
}
