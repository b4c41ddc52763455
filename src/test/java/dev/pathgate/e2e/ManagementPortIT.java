package dev.pathgate.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.attack.HalfOpen;
import dev.pathgate.testkit.PathgateProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The port of health and metrics beside somebody who holds its connections. */
class ManagementPortIT {
  private static final int MAX_OPEN = 200;
  private static final byte[] PROBE =
      "GET /q/health/live HTTP/1.1\r\nHost: pod\r\n\r\n".getBytes(US_ASCII);

  private static PathgateProcess gate;

  @BeforeAll
  static void start() throws IOException {
    gate = PathgateProcess.onFolder(Reviews.folder()).start();
  }

  @AfterAll
  static void stop() {
    gate.close();
  }

  @Test
  void endsTheIdlestConnectionsBeyondItsLimitAndAnswersEveryProbe() throws Exception {
    try (HalfOpen first = silent(100);
        HalfOpen more = silent(2 * MAX_OPEN)) {
      for (int i = 0; i < 20; i++) {
        assertThat(probe()).startsWith("HTTP/1.1 200");
      }
      Awaitility.await("those beyond the limit are ended, the first ones first")
          .atMost(Duration.ofSeconds(20))
          .until(() -> first.ended() == 100 && more.ended() >= MAX_OPEN);
      assertThat(gate.log()).contains("connections of the management port are in use");
    }
  }

  @Test
  void leavesFewerConnectionsAloneAndEndsThoseThatStayIdle() throws Exception {
    try (HalfOpen few = silent(50)) {
      assertThat(probe()).startsWith("HTTP/1.1 200");
      assertThat(few.ended()).isZero();
      Awaitility.await("whoever connects and asks nothing has to go")
          .atMost(Duration.ofSeconds(60))
          .until(() -> few.ended() == 50);
    }
  }

  private static HalfOpen silent(int count) throws IOException {
    return new HalfOpen(gate.managementPort(), count, HalfOpen.Greeting.NOTHING);
  }

  /** On a connection of its own, as a kubelet asks. */
  private static String probe() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gate.managementPort())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(PROBE);
      return new String(socket.getInputStream().readNBytes(12), US_ASCII);
    }
  }
}
