package dev.pathgate.kube;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.Future;
import io.vertx.core.spi.tls.SslContextFactory;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;

/**
 * TLS for a client: OpenSSL's first, and the JDK's after a handshake on which the two ends could
 * not agree; OpenSSL takes no P-521 or Ed25519 certificate, for example. If a handshake of the
 * JDK's fails, OpenSSL gets another chance.
 */
final class EitherTls extends ObservedTls {
  private final SslContext openSsl;
  private final SslContextFactory jdk;
  private volatile SslContext current;

  /**
   * @param jdk made once it is needed, which it seldom is
   */
  EitherTls(SslContext openSsl, SslContextFactory jdk) {
    this.openSsl = openSsl;
    this.jdk = jdk;
    this.current = openSsl;
  }

  @Override
  protected SslContext maker() {
    return current;
  }

  @Override
  protected void began(SslContext maker, Channel channel, Future<Channel> handshake) {
    handshake.addListener(
        over -> {
          if (!over.isSuccess()) {
            failed(maker, over.cause());
          }
        });
  }

  private void failed(SslContext maker, Throwable cause) throws SSLException {
    if (maker != openSsl) {
      current = openSsl;
    } else if (isDisagreement(cause)) {
      current = jdk.create();
    }
  }

  /**
   * Whether OpenSSL itself gave up, or the certificate is not trusted: a server may have chosen it
   * for what OpenSSL takes, as kube-apiserver then shows the one of its own loopback. A connection
   * that ended says nothing.
   */
  private static boolean isDisagreement(Throwable cause) {
    for (Throwable at = cause; at != null && at != at.getCause(); at = at.getCause()) {
      if (at instanceof CertificateException
          || FailureText.isOpenSsl(String.valueOf(at.getMessage()))) {
        return true;
      }
    }
    return false;
  }
}
