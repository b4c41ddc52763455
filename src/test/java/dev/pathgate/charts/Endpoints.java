package dev.pathgate.charts;

import dev.pathgate.testkit.PathgateProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Stands where the Service would: one address for several pods, which it takes in turn. */
final class Endpoints implements AutoCloseable {
  private final ServerSocket listener;
  private final List<PathgateProcess> pods = new CopyOnWriteArrayList<>();
  private final Map<PathgateProcess, Integer> connections = new HashMap<>();

  Endpoints() throws IOException {
    listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    thread(this::accept);
  }

  /** Sends connections to this pod, too. */
  void add(PathgateProcess pod) {
    pods.add(pod);
  }

  void remove(PathgateProcess pod) {
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
    for (PathgateProcess pod : fewestConnectionsFirst()) {
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

  /** An API server has one connection: this way every pod gets it sooner or later. */
  private synchronized List<PathgateProcess> fewestConnectionsFirst() {
    List<PathgateProcess> now = new ArrayList<>(pods);
    now.sort(Comparator.comparing(pod -> connections.getOrDefault(pod, 0)));
    now.stream().limit(1).forEach(pod -> connections.merge(pod, 1, Integer::sum));
    return now;
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
