package dev.pathgate.kube;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RootCauseTest {
  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(
            new ConnectException("Connection refused: localhost/127.0.0.1:6443"),
            "Connection refused"),
        Arguments.of(new ConnectException("Connection refused"), "Connection refused"),
        Arguments.of(new NoRouteToHostException("Host unreachable"), "No route to host"),
        Arguments.of(
            new UnknownHostException("Failed to resolve 'api.example' [A(1)]"),
            "host api.example is not known"),
        Arguments.of(
            new UnknownHostException("api.example: Name or service not known"),
            "host api.example is not known"),
        Arguments.of(
            new CertificateException("unable to find valid certification path"),
            "its certificate is not trusted: unable to find valid certification path"),
        Arguments.of(new TimeoutException(), "no answer in time"),
        Arguments.of(new EOFException(), "the connection was closed"),
        Arguments.of(
            new IllegalStateException("io.vertx.core.VertxException: gone\naway"), "gone away"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void saysWhatIsAtTheBottomInPlainWords(Exception bottom, String words) {
    assertThat(RootCause.of(new IOException("outer", new RuntimeException(bottom))))
        .isEqualTo(words);
  }
}
