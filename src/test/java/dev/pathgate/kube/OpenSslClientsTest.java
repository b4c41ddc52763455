package dev.pathgate.kube;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathgate.testkit.Pki;
import dev.pathgate.tls.ServingPair;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.StandardHttpClientBuilder;
import io.fabric8.kubernetes.client.utils.HttpClientUtils;
import io.fabric8.kubernetes.client.utils.TokenRefreshInterceptor;
import io.netty.handler.ssl.OpenSsl;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OpenSslClientsTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final Pki PKI = new Pki("API server's CA");

  @AfterAll
  static void stop() throws Exception {
    VERTX.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void isTheFactoryThatEveryClientIsMadeWith() {
    assertThat(HttpClientUtils.getHttpClientFactory()).isInstanceOf(OpenSslClients.class);
  }

  @Test
  @EnabledOnOs(
      value = OS.LINUX,
      architectures = {"amd64", "aarch64"})
  void findsOpenSslWhereTheImageRuns() {
    assertThat(OpenSsl.isAvailable()).as("%s", OpenSsl.unavailabilityCause()).isTrue();
  }

  @Test
  void asksForNoNewTokenWhereACertificateIsAllThereIs() {
    ConfigBuilder certificate = new ConfigBuilder(Config.empty()).withClientCertData("c");

    assertThat(interceptors(certificate)).doesNotContain(TokenRefreshInterceptor.NAME);
    assertThat(interceptors(certificate.withAutoOAuthToken("token")))
        .contains(TokenRefreshInterceptor.NAME);
    assertThat(interceptors(new ConfigBuilder(Config.empty())))
        .contains(TokenRefreshInterceptor.NAME);
  }

  private static Set<String> interceptors(ConfigBuilder config) {
    HttpClient.Builder builder = HttpClientUtils.getHttpClientFactory().newBuilder(config.build());
    return ((StandardHttpClientBuilder<?, ?, ?>) builder).getInterceptors().keySet();
  }

  @Test
  void trustsTheCertificateAuthorityOfTheConfiguration() throws Exception {
    String server = server(PKI.issue("server", Pki.KeyKind.EC), ClientAuth.NONE);

    assertThat(answer(trusting(PKI, server).build())).isEqualTo("nobody");
  }

  @Test
  void refusesACertificateOfAnotherAuthority() throws Exception {
    String server = server(new Pki("another").issue("server", Pki.KeyKind.EC), ClientAuth.NONE);

    assertThatThrownBy(() -> answer(trusting(PKI, server).build()))
        .hasStackTraceContaining("unable to find valid certification path");
  }

  @Test
  void takesAnyCertificateWhereTheConfigurationSaysSo() throws Exception {
    String server = server(new Pki("another").issue("server", Pki.KeyKind.EC), ClientAuth.NONE);

    assertThat(answer(trusting(PKI, server).withTrustCerts(true).build())).isEqualTo("nobody");
  }

  @Test
  void refusesACertificateForAnotherHost() throws Exception {
    ServingPair forLocalhost = Pki.ec();
    String server = server(Pki.certificate(forLocalhost), Pki.pkcs8(forLocalhost), ClientAuth.NONE);
    ConfigBuilder config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(server)
            .withCaCertData(base64(Pki.certificate(forLocalhost)));

    assertThatThrownBy(() -> answer(config.build())).hasStackTraceContaining("127.0.0.1");
    assertThat(answer(config.withMasterUrl(server.replace("127.0.0.1", "localhost")).build()))
        .isEqualTo("nobody");
  }

  @Test
  void asksWithTheTlsOfTheJdkWhereOpenSslCannotAgree() throws Exception {
    String server = server(PKI.issue("server", Pki.KeyKind.P521), ClientAuth.NONE);

    try (KubernetesClient client =
        new KubernetesClientBuilder().withConfig(trusting(PKI, server).build()).build()) {
      if (OpenSsl.isAvailable()) {
        assertThatThrownBy(() -> answer(client))
            .isInstanceOf(IOException.class)
            .satisfies(failure -> assertThat(FailureText.of(failure)).startsWith("TLS: "));
      }
      assertThat(answer(client)).isEqualTo("nobody");
      assertThat(answer(client)).isEqualTo("nobody");
    }
  }

  /** As kube-apiserver, which then shows the certificate that it made for itself. */
  @Test
  void asksWithTheTlsOfTheJdkWhereTheServerChoseAnotherCertificateForOpenSsl() throws Exception {
    Pki.Identity chosen = PKI.issue("server", Pki.KeyKind.P521);
    Pki.Identity loopback = new Pki("another").issue("loopback", Pki.KeyKind.RSA);
    String server =
        server(KeyCertOptions.wrap(new ByWhatIsSupported(chosen, loopback)), ClientAuth.NONE);

    try (KubernetesClient client =
        new KubernetesClientBuilder().withConfig(trusting(PKI, server).build()).build()) {
      if (OpenSsl.isAvailable()) {
        assertThatThrownBy(() -> answer(client))
            .hasStackTraceContaining("unable to find valid certification path");
      }
      assertThat(answer(client)).isEqualTo("nobody");
    }
  }

  /** Shows the first where the client can verify SHA-512 with a curve, else the second. */
  private static final class ByWhatIsSupported extends X509ExtendedKeyManager {
    private final Pki.Identity first;
    private final Pki.Identity second;

    ByWhatIsSupported(Pki.Identity first, Pki.Identity second) {
      this.first = first;
      this.second = second;
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
      boolean canVerify =
          List.of(
                  ((ExtendedSSLSession) engine.getHandshakeSession())
                      .getPeerSupportedSignatureAlgorithms())
              .contains("SHA512withECDSA");
      return keyType.equals(canVerify ? "EC" : "RSA") ? keyType : null;
    }

    private Pki.Identity named(String alias) {
      return alias.equals("EC") ? first : second;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return new X509Certificate[] {named(alias).certificate()};
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return named(alias).key();
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
      return new String[] {"EC", "RSA"};
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
      throw new UnsupportedOperationException();
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
      throw new UnsupportedOperationException();
    }

    @Override
    public String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
      throw new UnsupportedOperationException();
    }
  }

  @ParameterizedTest
  @EnumSource(value = Pki.KeyKind.class, names = "ED25519", mode = EnumSource.Mode.EXCLUDE)
  void showsTheCertificateOfTheConfiguration(Pki.KeyKind kind) throws Exception {
    String server = server(PKI.issue("server", Pki.KeyKind.RSA), ClientAuth.REQUIRED);
    Pki.Identity me = PKI.issue("me", kind);

    assertThat(
            answer(
                trusting(PKI, server)
                    .withClientCertData(base64(me.certificatePem()))
                    .withClientKeyData(base64(me.pkcs8()))
                    .withClientKeyAlgo(kind == Pki.KeyKind.RSA ? "RSA" : "EC")
                    .build()))
        .isEqualTo("CN=me");
    assertThatThrownBy(() -> answer(trusting(PKI, server).build())).isInstanceOf(IOException.class);
  }

  private static ConfigBuilder trusting(Pki authority, String server) {
    return new ConfigBuilder(Config.empty())
        .withMasterUrl(server)
        .withCaCertData(base64(authority.authorityPem()));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  private static String answer(Config config) throws Exception {
    try (KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build()) {
      return answer(client);
    }
  }

  private static String answer(KubernetesClient client) throws Exception {
    return new String(
        new ApiServer(client).ask(ApiServer.Call.get("/"), Duration.ofSeconds(10)).body(), UTF_8);
  }

  private static String server(Pki.Identity identity, ClientAuth clientAuth) throws Exception {
    return server(identity.certificatePem(), identity.pkcs8(), clientAuth);
  }

  private static String server(String certificate, String key, ClientAuth clientAuth)
      throws Exception {
    return server(
        new PemKeyCertOptions()
            .addCertValue(Buffer.buffer(certificate))
            .addKeyValue(Buffer.buffer(key)),
        clientAuth);
  }

  /** Answers with the name of who asks. */
  private static String server(KeyCertOptions certificate, ClientAuth clientAuth) throws Exception {
    return "https://127.0.0.1:"
        + VERTX
            .createHttpServer(
                new HttpServerOptions()
                    .setSsl(true)
                    .setKeyCertOptions(certificate)
                    .setClientAuth(clientAuth)
                    .setTrustOptions(
                        new PemTrustOptions().addCertValue(Buffer.buffer(PKI.authorityPem()))))
            .requestHandler(
                request -> {
                  String who = "nobody";
                  try {
                    who = request.sslSession().getPeerPrincipal().getName();
                  } catch (javax.net.ssl.SSLPeerUnverifiedException anonymous) {
                    // nobody
                  }
                  request.response().end(who);
                })
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS)
            .actualPort();
  }
}
