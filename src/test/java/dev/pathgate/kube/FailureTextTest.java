package dev.pathgate.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.EOFException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailureTextTest {
  private static final String WRAPPER =
      "Operation: [get]  for kind: [Secret]  with name: [pathgate-tls]  in namespace: [home] failed.";

  @Test
  void namesTheRootCauseAndWhomItIsAbout() {
    ConnectException refused = new ConnectException("Connection refused");
    IOException where = new ConnectException("Connection refused: localhost/127.0.0.1:6443");
    where.initCause(refused);

    assertThat(FailureText.of(wrapped(where)))
        .isEqualTo("Connection refused: localhost/127.0.0.1:6443");
    assertThat(FailureText.of(wrapped(new NoRouteToHostException("No route to host"))))
        .isEqualTo("No route to host");
  }

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
            new SSLHandshakeException("General OpenSslEngine problem")
                .initCause(new CertificateException("unable to find valid certification path")),
            "its certificate is not trusted: unable to find valid certification path"),
        Arguments.of(
            new CertificateException("Could not parse certificate"), "Could not parse certificate"),
        Arguments.of(
            new BindException("Address already in use: /0.0.0.0:9000"),
            "Address already in use: /0.0.0.0:9000"),
        Arguments.of(new UnknownHostException(), "the host is not known"),
        Arguments.of(new TimeoutException(), "no answer in time"),
        Arguments.of(new EOFException(), "the connection was closed"),
        Arguments.of(
            new IllegalStateException("io.vertx.core.VertxException: gone\naway"), "gone away"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void saysWhatIsAtTheBottomInPlainWords(Throwable bottom, String words) {
    assertThat(FailureText.withoutAddress(new IOException("outer", new RuntimeException(bottom))))
        .isEqualTo(words);
  }

  @Test
  void putsIntoWordsWhatHasNoMessage() {
    assertThat(FailureText.of(wrapped(new UnknownHostException("api.example"))))
        .isEqualTo("host api.example is not known");
    assertThat(FailureText.of(wrapped(new TimeoutException()))).isEqualTo("no answer in time");
    assertThat(FailureText.of(wrapped(new ClosedChannelException())))
        .isEqualTo("the connection was closed");
    assertThat(FailureText.of(new ArithmeticException())).isEqualTo("arithmetic");
  }

  @Test
  void namesTheRbacRuleThatA403AsksFor() {
    String said =
        "secrets \"pathgate-tls\" is forbidden: User \"u\" cannot get resource \"secrets\" in API"
            + " group \"\" in the namespace \"home\"";

    assertThat(FailureText.of(wrapped(answered(403, said, "pathgate-tls"))))
        .isEqualTo(
            "answered 403: "
                + said
                + "; missing RBAC rule: verb get on resource secrets, name pathgate-tls, in"
                + " namespace home");
    String cluster =
        "x is forbidden: User \"u\" cannot patch resource \"validatingwebhookconfigurations\" in"
            + " API group \"admissionregistration.k8s.io\" at the cluster scope";
    assertThat(FailureText.of(answered(403, cluster, "pathgate")))
        .endsWith(
            "; missing RBAC rule: verb patch on resource validatingwebhookconfigurations of group"
                + " admissionregistration.k8s.io, name pathgate");
  }

  @Test
  void namesNoRuleWhereA403OrAnotherAnswerAsksForNone() {
    assertThat(FailureText.of(answered(403, "denied by quota", "pathgate-tls")))
        .isEqualTo("answered 403: denied by quota");
    assertThat(FailureText.of(answered(500, "etcdserver: request timed out", "pathgate-tls")))
        .isEqualTo("answered 500: etcdserver: request timed out");
  }

  private static KubernetesClientException wrapped(Throwable cause) {
    return new KubernetesClientException(WRAPPER, new ExecutionException(cause));
  }

  private static KubernetesClientException answered(int code, String message, String name) {
    return new KubernetesClientException(
        new StatusBuilder()
            .withCode(code)
            .withMessage(message)
            .withNewDetails()
            .withName(name)
            .endDetails()
            .build());
  }
}
