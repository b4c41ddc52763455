package dev.pathgate.kube;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSessionContext;

/** TLS that another context makes, and whose handshakes somebody wants to know of. */
public abstract class ObservedTls extends SslContext {
  /** Who makes the TLS of the next connection. */
  protected abstract SslContext maker();

  /**
   * A handshake begins.
   *
   * @param maker who made its TLS
   * @param handshake how it ends
   */
  protected abstract void began(SslContext maker, Channel channel, Future<Channel> handshake);

  private SslHandler observed(
      SslContext maker, SSLEngine engine, boolean startTls, Executor delegatedTasks) {
    return new SslHandler(engine, startTls, delegatedTasks) {
      @Override
      public void handlerAdded(ChannelHandlerContext context) throws Exception {
        super.handlerAdded(context);
        began(maker, context.channel(), handshakeFuture());
      }
    };
  }

  @Override
  protected final SslHandler newHandler(
      ByteBufAllocator alloc, boolean startTls, Executor delegatedTasks) {
    SslContext maker = maker();
    return observed(maker, maker.newEngine(alloc), startTls, delegatedTasks);
  }

  /** The one that Vert.x asks for, with the address of the peer. */
  @Override
  protected final SslHandler newHandler(
      ByteBufAllocator alloc,
      String peerHost,
      int peerPort,
      boolean startTls,
      Executor delegatedTasks) {
    SslContext maker = maker();
    return observed(maker, maker.newEngine(alloc, peerHost, peerPort), startTls, delegatedTasks);
  }

  @Override
  public final boolean isClient() {
    return maker().isClient();
  }

  @Override
  public final List<String> cipherSuites() {
    return maker().cipherSuites();
  }

  @Override
  @SuppressWarnings("deprecation") // Netty's own abstract method
  public final ApplicationProtocolNegotiator applicationProtocolNegotiator() {
    return maker().applicationProtocolNegotiator();
  }

  @Override
  public final SSLEngine newEngine(ByteBufAllocator alloc) {
    return maker().newEngine(alloc);
  }

  @Override
  public final SSLEngine newEngine(ByteBufAllocator alloc, String peerHost, int peerPort) {
    return maker().newEngine(alloc, peerHost, peerPort);
  }

  @Override
  public final SSLSessionContext sessionContext() {
    return maker().sessionContext();
  }
}
