package dev.pathgate.charts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code certs} holds for people, tried with the real OpenSSL. */
class CertsByHandTest {
  private static final Path CERTS = Path.of("certs").toAbsolutePath();

  @TempDir Path folder;

  @BeforeAll
  static void needOpenssl() throws IOException, InterruptedException {
    boolean isThere;
    try {
      isThere = run("openssl", "version").exit() == 0;
    } catch (IOException none) {
      isThere = false;
    }
    if (!isThere) {
      System.out.println("SKIPPED: certs/make-dev-pair was not tried: there is no openssl");
    }
    Assumptions.assumeTrue(isThere, "no openssl");
  }

  @Test
  void makesAPairThatTheCaVouchesForUnderAllItsNames() throws Exception {
    assertThat(make("localhost", "127.0.0.1", "::1", "pathgate.pathgate.svc").exit()).isZero();

    X509Certificate leaf = certificate("tls.crt");
    leaf.verify(certificate("ca.crt").getPublicKey());
    assertThat(leaf.getSubjectAlternativeNames())
        .hasToString(
            "[[2, localhost], [7, 127.0.0.1], [7, 0:0:0:0:0:0:0:1], [2, pathgate.pathgate.svc]]");
    assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
    assertThat(leaf.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    assertThat(certificate("ca.crt").getBasicConstraints()).isNotNegative();
    for (String name : List.of("localhost", "pathgate.pathgate.svc")) {
      assertThat(
              run(
                      "openssl",
                      "verify",
                      "-CAfile",
                      at("ca.crt"),
                      "-verify_hostname",
                      name,
                      at("tls.crt"))
                  .exit())
          .as(name)
          .isZero();
    }
    assertThat(
            run(
                    "openssl",
                    "verify",
                    "-CAfile",
                    at("ca.crt"),
                    "-verify_hostname",
                    "x",
                    at("tls.crt"))
                .exit())
        .isNotZero();
  }

  @Test
  void renewsThePairAndKeepsTheCa() throws Exception {
    make("localhost");
    X509Certificate authority = certificate("ca.crt");
    X509Certificate first = certificate("tls.crt");

    make("localhost");

    assertThat(certificate("ca.crt")).isEqualTo(authority);
    assertThat(certificate("tls.crt")).isNotEqualTo(first);
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder("ca.crt", "ca.key", "tls.crt", "tls.key");
  }

  @Test
  void keepsKeysFromOthers() throws Exception {
    make("localhost");

    for (String key : List.of("ca.key", "tls.key")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(key))))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void saysHowItIsUsed() throws Exception {
    Outcome outcome = make();

    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.output()).startsWith("usage: certs/make-dev-pair FOLDER NAME…");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void requestsACertificateForTheChartsService() throws Exception {
    Outcome made =
        run(
            "openssl",
            "req",
            "-new",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-config",
            CERTS.resolve("request.cnf").toString(),
            "-keyout",
            at("tls.key"),
            "-out",
            at("tls.csr"));

    assertThat(made.exit()).isZero();
    assertThat(run("openssl", "req", "-in", at("tls.csr"), "-noout", "-text", "-verify").output())
        .contains("DNS:" + calledAs() + ",", "TLS Web Server Authentication");
  }

  @Test
  void namesTheChartsServiceInTheReadme() throws IOException {
    assertThat(CERTS.resolve("README.md")).content().contains("name: " + calledAs() + " ");
  }

  /** How the API server calls the webhook where the chart is installed as its README says. */
  private static String calledAs() {
    return Chart.render("")
        .environment("pathgate-webhook", "PATHGATE_TLS_SELF_DNS_NAMES")
        .split(",", 2)[0]
        .replace(Chart.NAMESPACE, "pathgate");
  }

  private Outcome make(String... names) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of(CERTS.resolve("make-dev-pair").toString(), folder.toString()));
    command.addAll(List.of(names));
    return run(command.toArray(String[]::new));
  }

  private String at(String name) {
    return folder.resolve(name).toString();
  }

  private X509Certificate certificate(String name) throws Exception {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(
                new ByteArrayInputStream(Files.readAllBytes(folder.resolve(name))));
  }

  private record Outcome(int exit, String output) {}

  private static Outcome run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    return new Outcome(process.exitValue(), output);
  }
}
