package dev.pathgate.kube;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSessionContext;

/**
 * TLS of a client: OpenSSL's, and the JDK's after a handshake that the two ends could not agree on.
 * OpenSSL takes no P-521 or Ed25519 certificate, for example. A handshake of the JDK's that fails
 * gives OpenSSL another chance.
 */
final class EitherTls extends SslContext {
  private final SslContext openSsl;
  private final SslContext jdk;
  private volatile SslContext current;

  EitherTls(SslContext openSsl, SslContext jdk) {
    this.openSsl = openSsl;
    this.jdk = jdk;
    this.current = openSsl;
  }

  private void failed(SslContext context, Throwable cause) {
    if (context == jdk) {
      current = openSsl;
    } else if (isDisagreement(cause)) {
      current = jdk;
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
          || RootCause.isOpenSsl(String.valueOf(at.getMessage()))) {
        return true;
      }
    }
    return false;
  }

  private SslHandler handler(
      SslContext context, SSLEngine engine, boolean startTls, Executor delegatedTasks) {
    return new SslHandler(engine, startTls, delegatedTasks) {
      @Override
      public void handlerAdded(ChannelHandlerContext channel) throws Exception {
        super.handlerAdded(channel);
        handshakeFuture()
            .addListener(
                over -> {
                  if (!over.isSuccess()) {
                    failed(context, over.cause());
                  }
                });
      }
    };
  }

  @Override
  protected SslHandler newHandler(
      ByteBufAllocator alloc, boolean startTls, Executor delegatedTasks) {
    SslContext context = current;
    return handler(context, context.newEngine(alloc), startTls, delegatedTasks);
  }

  @Override
  protected SslHandler newHandler(
      ByteBufAllocator alloc,
      String peerHost,
      int peerPort,
      boolean startTls,
      Executor delegatedTasks) {
    SslContext context = current;
    return handler(context, context.newEngine(alloc, peerHost, peerPort), startTls, delegatedTasks);
  }

  @Override
  public boolean isClient() {
    return true;
  }

  @Override
  public List<String> cipherSuites() {
    return current.cipherSuites();
  }

  @Override
  @SuppressWarnings("deprecation") // Netty's own abstract method
  public ApplicationProtocolNegotiator applicationProtocolNegotiator() {
    return current.applicationProtocolNegotiator();
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator alloc) {
    return current.newEngine(alloc);
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator alloc, String peerHost, int peerPort) {
    return current.newEngine(alloc, peerHost, peerPort);
  }

  @Override
  public SSLSessionContext sessionContext() {
    return current.sessionContext();
  }
}
