package dev.pathgate.webhook;

import dev.pathgate.kube.ObservedTls;
import io.netty.channel.Channel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.Future;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.spi.tls.DefaultSslContextFactory;
import io.vertx.core.spi.tls.SslContextFactory;
import java.net.SocketAddress;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/**
 * Bounds the connections whose TLS handshake is not done, of which Vert.x tells nobody; each costs
 * up to 50 KB. Beyond the bound the one goes that began first, never the newcomer.
 *
 * <p>Used as the TLS engine in a server's options: OpenSSL's if its library can be loaded, which
 * takes a third less CPU for a call and is fast from the first one on, and otherwise the JDK's.
 */
final class Handshakes extends JdkSSLEngineOptions {
  /** An API server shakes hands a few times a minute. */
  static final int MAX_OPEN = 500;

  private final Consumer<SocketAddress> evicted;

  /** In the order of their arrival. */
  private final Set<Channel> open = new LinkedHashSet<>();

  /**
   * @param evicted is told who came when another one had to go, on any event loop
   */
  Handshakes(Consumer<SocketAddress> evicted) {
    this.evicted = evicted;
  }

  /** A server copies its options; what is counted here is counted once. */
  @Override
  public Handshakes copy() {
    return this;
  }

  @Override
  public SslContextFactory sslContextFactory() {
    // Sessions are not kept: an API server's connections last, and others' would only take memory.
    SslProvider provider = OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
    return new DefaultSslContextFactory(provider, false) {
      @Override
      public SslContext create() throws SSLException {
        return new Counted(super.create());
      }
    };
  }

  /** A handshake is under way on that channel. */
  @SuppressWarnings("FutureReturnValueIgnored") // closed is closed
  void began(Channel channel) {
    Channel eldest = null;
    synchronized (open) {
      if (open.size() >= MAX_OPEN) {
        eldest = open.iterator().next();
        open.remove(eldest);
      }
      open.add(channel);
    }
    if (eldest != null) {
      eldest.close();
      evicted.accept(channel.remoteAddress());
    }
  }

  /** It is no more, for good or bad. */
  void ended(Channel channel) {
    synchronized (open) {
      open.remove(channel);
    }
  }

  /** What makes the TLS of every connection. */
  private final class Counted extends ObservedTls {
    private final SslContext made;

    Counted(SslContext made) {
      this.made = made;
    }

    @Override
    protected SslContext maker() {
      return made;
    }

    @Override
    protected void began(SslContext maker, Channel channel, Future<Channel> handshake) {
      Handshakes.this.began(channel);
      handshake.addListener(over -> ended(channel));
    }
  }
}
