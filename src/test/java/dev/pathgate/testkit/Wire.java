package dev.pathgate.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;

/**
 * The wire between Pathgate and the API server, which a test can cut, mend and make slow. It keeps
 * its own port, wherever the other end moves.
 */
public final class Wire implements AutoCloseable {
  private final IntSupplier target;
  private final int port;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private ServerSocket listener;
  private Thread acceptor;
  private volatile Duration delay = Duration.ZERO;

  /** A wire to the port of this machine that {@code target} names at each connection; cut. */
  public Wire(IntSupplier target) throws IOException {
    this.target = target;
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = any.getLocalPort();
    }
  }

  public int port() {
    return port;
  }

  /** Lets connections through again. */
  public void mend() throws IOException {
    ServerSocket opened = new ServerSocket();
    opened.setReuseAddress(true);
    opened.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    listener = opened;
    acceptor = thread(() -> accept(opened));
  }

  /** Ends all connections and refuses new ones. */
  public void cut() throws IOException {
    if (listener != null) {
      listener.close();
      try {
        acceptor.join(); // the port is free once the call to accept has returned
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    for (Socket socket : open) {
      socket.close();
    }
    open.clear();
  }

  /** Cuts it as a crash of the other end does: connections are reset. */
  public void reset() throws IOException {
    for (Socket socket : open) {
      socket.setSoLinger(true, 0);
    }
    cut();
  }

  /** From now on, answers take that much longer. */
  public void slowDown(Duration by) {
    delay = by;
  }

  @Override
  public void close() throws IOException {
    cut();
  }

  private void accept(ServerSocket from) {
    while (!from.isClosed()) {
      try {
        Socket client = from.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target.getAsInt());
        open.add(client);
        open.add(server);
        thread(() -> pump(client, server, false));
        thread(() -> pump(server, client, true));
      } catch (IOException cutOrRefused) {
        // the next connection may do better; a cut wire ends the loop
      }
    }
  }

  private void pump(Socket from, Socket to, boolean slow) {
    byte[] buffer = new byte[64 * 1024];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        if (slow && !delay.isZero()) {
          Thread.sleep(delay.toMillis());
        }
        out.write(buffer, 0, count);
        out.flush();
      }
    } catch (IOException cut) {
      // both ends are closed by now
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(from);
      open.remove(to);
    }
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "wire");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
