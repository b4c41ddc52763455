package dev.pathgate.attack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Connections that were begun and are left at that. */
public final class HalfOpen implements AutoCloseable {
  /** What is said before the silence. */
  public enum Greeting {
    /** Too little for an answer. */
    PART_OF_A_CLIENT_HELLO("160301020001"),
    NOTHING("");

    private final String hex;

    Greeting(String hex) {
      this.hex = hex;
    }

    /** Says it. */
    public void sayTo(Socket socket) throws IOException {
      socket.getOutputStream().write(HexFormat.of().parseHex(hex));
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
