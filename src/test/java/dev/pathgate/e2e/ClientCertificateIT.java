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
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * With {@code pathgate.tls.client-ca}, only callers of that authority are heard, by OpenSSL as by
 * the JDK, which serves where OpenSSL's library can't be loaded.
 */
class ClientCertificateIT {
  private enum Tls {
    OPENSSL,
    JDK
  }

  private static final Pki CLIENTS = new Pki("Test client CA");
  private static final Map<Tls, PathgateProcess> GATES = new EnumMap<>(Tls.class);

  @BeforeAll
  static void start() throws IOException {
    Path authority = TestFolders.make("client-ca").resolve("ca.pem");
    Files.writeString(authority, CLIENTS.authorityPem());
    for (Tls tls : Tls.values()) {
      PathgateProcess.Setup setup =
          PathgateProcess.onFolder(Reviews.folder()).with("PATHGATE_TLS_CLIENT_CA", authority);
      if (tls == Tls.JDK) {
        setup.with("JAVA_TOOL_OPTIONS", "-Dio.netty.handler.ssl.noOpenSsl=true");
      }
      GATES.put(tls, setup.launch());
    }
    GATES.values().forEach(PathgateProcess::awaitReady);
  }

  @AfterAll
  static void stop() {
    GATES.values().forEach(PathgateProcess::close);
  }

  @ParameterizedTest
  @EnumSource
  void answersACallerOfTheAuthority(Tls tls) throws Exception {
    Caller caller = Caller.with(GATES.get(tls), CLIENTS.issue("apiserver", Pki.KeyKind.EC));

    var answer = caller.post("/validate", Reviews.allowed());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
  }

  @ParameterizedTest
  @EnumSource
  void turnsAwayACallerWithoutACertificate(Tls tls) {
    Caller caller = Caller.of(GATES.get(tls), HttpClient.Version.HTTP_1_1);

    assertThatThrownBy(() -> caller.postOnce("/validate", Reviews.allowed()))
        .isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @EnumSource
  void turnsAwayACallerOfAnotherAuthority(Tls tls) {
    Pki others = new Pki("Another CA");
    Caller caller = Caller.with(GATES.get(tls), others.issue("apiserver", Pki.KeyKind.EC));

    assertThatThrownBy(() -> caller.postOnce("/validate", Reviews.allowed()))
        .isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @EnumSource
  @EnabledOnOs(
      value = OS.LINUX,
      architectures = {"amd64", "x86_64", "aarch64"})
  void servesByTheLibraryWhereItIsToBeHad(Tls tls) throws IOException {
    Path maps = Path.of("/proc/" + GATES.get(tls).process().pid() + "/maps");

    assertThat(Files.readString(maps).contains("netty_tcnative")).isEqualTo(tls == Tls.OPENSSL);
  }
}
