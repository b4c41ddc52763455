package dev.pathgate.kube;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.utils.TokenRefreshInterceptor;
import io.fabric8.kubernetes.client.vertx.VertxHttpClientBuilder;
import io.fabric8.kubernetes.client.vertx.VertxHttpClientFactory;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.vertx.core.Vertx;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.spi.tls.SslContextFactory;
import io.vertx.ext.web.client.WebClientOptions;
import jakarta.enterprise.inject.spi.CDI;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;

/**
 * Makes the HTTP clients of servers, which try again: those of Vert.x, with OpenSSL's TLS if its
 * library can be loaded and agrees with the API server, and otherwise with the JDK's. Either way
 * the client's configuration says whom to trust and which certificate to present.
 *
 * <p>fabric8's client finds this factory by {@code META-INF/services}.
 */
public final class OpenSslClients extends VertxHttpClientFactory {
  private static final String KEY_ROUNDS = "keystore.pkcs12.keyPbeIterationCount";

  static {
    // The client puts the key of a client certificate into a key store that never leaves memory: to
    // encrypt it there, as slowly as the JDK does by default, takes 30 ms.
    if (System.getProperty(KEY_ROUNDS) == null) {
      System.setProperty(KEY_ROUNDS, "1");
    }
  }

  private final Vertx vertx;

  /** Of the one client that this makes; none where that has no TLS. */
  private Tls tls;

  /** Clients of the Vert.x of the running application, where there is one. */
  public OpenSslClients() {
    this(vertxOfTheApplication());
  }

  private OpenSslClients(Vertx vertx) {
    super(vertx);
    this.vertx = vertx;
  }

  /** The one that all share; {@code null}, one for each client, where no application runs. */
  private static Vertx vertxOfTheApplication() {
    try {
      return CDI.current().select(Vertx.class).get();
    } catch (RuntimeException noApplication) {
      return null;
    }
  }

  /** Before Quarkus' own. */
  @Override
  public int priority() {
    return 10;
  }

  @Override
  public VertxHttpClientBuilder<VertxHttpClientFactory> newBuilder() {
    return OpenSsl.isAvailable() ? new Builder(new OpenSslClients(vertx)) : super.newBuilder();
  }

  /** The same, but what asks for a new token is left out where there can be none. */
  @Override
  public HttpClient.Builder newBuilder(Config config) {
    HttpClient.Builder builder = super.newBuilder(config);
    if (hasCertificateAlone(config)) {
      // A minute after the start it would read the kubeconfig again for each request, in vain.
      builder.addOrReplaceInterceptor(TokenRefreshInterceptor.NAME, null);
    }
    return builder;
  }

  private static boolean hasCertificateAlone(Config config) {
    return (config.getClientCertData() != null || config.getClientCertFile() != null)
        && config.getOauthToken() == null
        && config.getAutoOAuthToken() == null
        && config.getOauthTokenProvider() == null
        && config.getAuthProvider() == null
        && config.getUsername() == null;
  }

  @Override
  protected void additionalConfig(WebClientOptions options) {
    if (tls != null) {
      options.setSslEngineOptions(tls);
    }
  }

  /** Tells the factory, which is the one that sees Vert.x' options, what it is configured with. */
  private static final class Builder extends VertxHttpClientBuilder<VertxHttpClientFactory> {
    private final OpenSslClients factory;

    Builder(OpenSslClients factory) {
      super(factory, factory.vertx);
      this.factory = factory;
    }

    @Override
    public VertxHttpClientBuilder<VertxHttpClientFactory> sslContext(
        KeyManager[] keys, TrustManager[] trusted) {
      factory.tls = new Tls(keys, trusted);
      return super.sslContext(keys, trusted);
    }
  }

  private static final class Tls extends JdkSSLEngineOptions {
    private final KeyManager[] keys;
    private final TrustManager[] trusted;

    Tls(KeyManager[] keys, TrustManager[] trusted) {
      this.keys = keys;
      this.trusted = trusted;
    }

    @Override
    public Tls copy() {
      return this;
    }

    @Override
    public SslContextFactory sslContextFactory() {
      return () -> new EitherTls(context(SslProvider.OPENSSL), () -> context(SslProvider.JDK));
    }

    private SslContext context(SslProvider provider) throws SSLException {
      SslContextBuilder context = SslContextBuilder.forClient().sslProvider(provider);
      if (keys != null && keys.length > 0) {
        context.keyManager(keys[0]);
      }
      if (trusted != null && trusted.length > 0) {
        context.trustManager(trusted[0]);
      }
      return context.build();
    }
  }
}
