package dev.pathgate.charts;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands where the Service would: one address for several pods, which it takes in turn. */
final class Endpoints implements AutoCloseable {
  private final ServerSocket listener;
  private final List<Pod> pods = new CopyOnWriteArrayList<>();
  private final AtomicInteger turn = new AtomicInteger();

  Endpoints() throws IOException {
    listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    thread(this::accept);
  }

  /** Sends connections to this pod, too. */
  void add(Pod pod) {
    pods.add(pod);
  }

  void remove(Pod pod) {
    pods.remove(pod);
  }

  int port() {
    return listener.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        thread(() -> connect(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void connect(Socket client) {
    List<Pod> now = List.copyOf(pods);
    int first = turn.getAndIncrement();
    for (int i = 0; i < now.size(); i++) {
      Pod pod = now.get(Math.floorMod(first + i, now.size()));
      try {
        Socket server = new Socket(InetAddress.getLoopbackAddress(), pod.httpsPort());
        thread(() -> pump(client, server));
        pump(server, client);
        return;
      } catch (IOException dead) {
        // the next one may live
      }
    }
    close(client);
  }

  private static void pump(Socket from, Socket to) {
    byte[] buffer = new byte[16 * 1024];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        out.write(buffer, 0, count);
        out.flush();
      }
    } catch (IOException ended) {
      // both ends are closed by now
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException closed) {
      // that was the aim
    }
  }

  private static void thread(Runnable work) {
    Thread thread = new Thread(work, "endpoints");
    thread.setDaemon(true);
    thread.start();
  }
}
