package dev.pathgate.kube;

import io.fabric8.kubernetes.api.model.StatusDetails;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/**
 * Why something failed, mostly a request to the API server, in one line for people. Clients wrap
 * what happened ("Operation: [get] for kind: [Secret] … failed."); what helps is at the bottom:
 * "Connection refused", "No route to host", or the RBAC rule that a 403 asks for.
 */
public final class FailureText {
  /** As all authorizers of Kubernetes put it. */
  private static final Pattern FORBIDDEN =
      Pattern.compile(
          "cannot (\\S+) resource \"([^\"]+)\" in API group \"([^\"]*)\""
              + "(?: in the namespace \"([^\"]+)\")?");

  private static final Pattern OPENSSL =
      Pattern.compile("^error:[0-9a-f]+:SSL routines:OPENSSL_internal:");
  private static final Pattern CLASS_NAME = Pattern.compile("\\b(?:[a-z]\\w*\\.){2,}[A-Z]\\w*:? ?");

  /** Some clients put the address behind the words. */
  private static final Pattern ADDRESS = Pattern.compile(": [^ ]*[/\\]]?[^ ]*:\\d+$");

  private static final int MAX_CAUSES = 20;
  private static final int MAX_LENGTH = 500;

  private FailureText() {}

  /** Why, in at most 500 characters on one line. */
  public static String of(Throwable failure) {
    List<Throwable> causes = causes(failure);
    for (Throwable cause : causes) {
      if (cause instanceof KubernetesClientException answered && answered.getCode() > 0) {
        return answered(answered);
      }
    }
    return OneLine.of(KubernetesJson.complaint(atTheBottom(causes)), MAX_LENGTH);
  }

  /** The same where the address that was called is told beside it. */
  public static String withoutAddress(Throwable failure) {
    String text = of(failure);
    return causes(failure).stream().anyMatch(ConnectException.class::isInstance)
        ? ADDRESS.matcher(text).replaceFirst("")
        : text;
  }

  /** Whether the API server's message is about a right that an RBAC rule would give. */
  static boolean namesRule(String message) {
    return FORBIDDEN.matcher(message).find();
  }

  /** Whether OpenSSL itself says so: "error:10000438:SSL routines:OPENSSL_internal:…". */
  static boolean isOpenSsl(String message) {
    return OPENSSL.matcher(message).find();
  }

  private static List<Throwable> causes(Throwable failure) {
    List<Throwable> causes = new ArrayList<>();
    for (Throwable next = failure;
        next != null && causes.size() < MAX_CAUSES;
        next = next.getCause()) {
      causes.add(next);
    }
    return causes;
  }

  private static String answered(KubernetesClientException failure) {
    String said =
        failure.getStatus() == null || failure.getStatus().getMessage() == null
            ? String.valueOf(failure.getMessage())
            : failure.getStatus().getMessage();
    Optional<String> name =
        Optional.ofNullable(failure.getStatus() == null ? null : failure.getStatus().getDetails())
            .map(StatusDetails::getName)
            .filter(found -> !found.isEmpty());
    return "answered "
        + failure.getCode()
        + ": "
        + OneLine.of(said, MAX_LENGTH)
        + (failure.getCode() == 403 ? missingRule(said, name) : "");
  }

  private static String missingRule(String said, Optional<String> name) {
    Matcher rule = FORBIDDEN.matcher(said);
    if (!rule.find()) {
      return "";
    }
    return "; missing RBAC rule: verb %s on resource %s%s%s%s"
        .formatted(
            rule.group(1),
            rule.group(2),
            rule.group(3).isEmpty() ? "" : " of group " + rule.group(3),
            name.map(found -> ", name " + found).orElse(""),
            rule.group(4) == null ? "" : ", in namespace " + rule.group(4));
  }

  /** The words of the first cause that has words of its own, else those of the last with any. */
  private static String atTheBottom(List<Throwable> causes) {
    boolean isHandshake = causes.stream().anyMatch(SSLException.class::isInstance);
    for (Throwable cause : causes) {
      Optional<String> words =
          isHandshake && cause instanceof CertificateException
              ? Optional.of("its certificate is not trusted: " + message(cause))
              : words(cause);
      if (words.isPresent()) {
        return words.get();
      }
    }
    for (int at = causes.size() - 1; at >= 0; at--) {
      if (!message(causes.get(at)).isEmpty()) {
        return message(causes.get(at));
      }
    }
    Throwable root = causes.get(causes.size() - 1);
    return root instanceof IOException ? "the connection failed" : nameOf(root);
  }

  private static Optional<String> words(Throwable cause) {
    if (cause instanceof UnknownHostException) {
      String host = host(message(cause));
      return Optional.of((host.isEmpty() ? "the host" : "host " + host) + " is not known");
    }
    if (cause instanceof NoRouteToHostException) {
      return Optional.of("No route to host");
    }
    if (cause instanceof ConnectException && !message(cause).isEmpty()) {
      return Optional.of(message(cause));
    }
    if (cause instanceof TimeoutException) {
      return Optional.of("no answer in time");
    }
    return cause instanceof ClosedChannelException || cause instanceof EOFException
        ? Optional.of("the connection was closed")
        : Optional.empty();
  }

  /** Of "Failed to resolve 'a' [A(1)]" as well as of "a: Name or service not known". */
  private static String host(String message) {
    int quote = message.indexOf('\'');
    return quote >= 0
        ? message.substring(quote + 1, Math.max(quote + 1, message.indexOf('\'', quote + 1)))
        : message.replaceFirst(":.*", "");
  }

  /** Without class names and OpenSSL's own numbers; empty if it has none. */
  private static String message(Throwable cause) {
    String message = cause.getMessage() == null ? "" : cause.getMessage().strip();
    return CLASS_NAME
        .matcher(OPENSSL.matcher(message).replaceFirst("TLS: "))
        .replaceAll("")
        .strip();
  }

  private static String nameOf(Throwable cause) {
    return cause
        .getClass()
        .getSimpleName()
        .replaceAll("Exception$|Error$", "")
        .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
        .toLowerCase(Locale.ROOT);
  }
}
