package dev.pathgate.attack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** Connections that were begun and are left at that. */
public final class HalfOpen implements AutoCloseable {
  /** What is said before the silence. */
  public enum Greeting {
    /** Too little for an answer. */
    PART_OF_A_CLIENT_HELLO(0x16, 0x03, 0x01, 0x02, 0x00, 0x01),
    NOTHING;

    private final int[] bytes;

    Greeting(int... bytes) {
      this.bytes = bytes;
    }

    /** Says it. */
    public void sayTo(Socket socket) throws IOException {
      for (int one : bytes) {
        socket.getOutputStream().write(one);
      }
    }
  }

  private final List<Socket> sockets = new ArrayList<>();

  /**
   * Opens so many to a port of this machine.
   *
   * @param greeting what each of them says
   */
  public HalfOpen(int port, int count, Greeting greeting) throws IOException {
    for (int i = 0; i < count; i++) {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
      sockets.add(socket);
      try {
        greeting.sayTo(socket);
      } catch (IOException closed) {
        // it was ended already, which is what the other side may do
      }
    }
  }

  /** How many were opened. */
  public int count() {
    return sockets.size();
  }

  /** How many of them the other side has ended. */
  public int ended() throws IOException {
    int ended = 0;
    for (Socket socket : sockets) {
      socket.setSoTimeout(1);
      try {
        ended += socket.getInputStream().read() < 0 ? 1 : 0;
      } catch (SocketTimeoutException open) {
        // nothing is said, nothing ended
      } catch (IOException reset) {
        ended++;
      }
    }
    return ended;
  }

  @Override
  public void close() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
