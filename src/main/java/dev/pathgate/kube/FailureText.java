package dev.pathgate.kube;

import io.fabric8.kubernetes.api.model.StatusDetails;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why a request to the API server failed, in one line for people. Clients wrap what happened
 * ("Operation: [get] for kind: [Secret] … failed."); what helps is at the bottom: "Connection
 * refused", "No route to host", or the RBAC rule that a 403 asks for.
 */
public final class FailureText {
  /** As all authorizers of Kubernetes put it. */
  private static final Pattern FORBIDDEN =
      Pattern.compile(
          "cannot (\\S+) resource \"([^\"]+)\" in API group \"([^\"]*)\""
              + "(?: in the namespace \"([^\"]+)\")?");

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
    return OneLine.of(rootCause(causes), MAX_LENGTH);
  }

  /** Whether the API server's message is about a right that an RBAC rule would give. */
  static boolean namesRule(String message) {
    return FORBIDDEN.matcher(message).find();
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

  private static String rootCause(List<Throwable> causes) {
    int at = causes.size() - 1;
    while (at > 0 && message(causes.get(at)).isEmpty() && words(causes.get(at)).isEmpty()) {
      at--;
    }
    Throwable root = causes.get(at);
    if (message(root).isEmpty() || root instanceof UnknownHostException) {
      return words(root)
          .orElseGet(
              () ->
                  root.getClass()
                      .getSimpleName()
                      .replaceAll("Exception$|Error$", "")
                      .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                      .toLowerCase(Locale.ROOT));
    }
    // "Connection refused" is refused by someone: its wrapper often says by whom.
    while (at > 0 && message(causes.get(at - 1)).startsWith(message(root))) {
      at--;
    }
    return message(causes.get(at));
  }

  private static String message(Throwable cause) {
    return cause.getMessage() == null
        ? ""
        : KubernetesJson.complaint(RootCause.plain(cause.getMessage()));
  }

  private static Optional<String> words(Throwable cause) {
    if (cause instanceof UnknownHostException) {
      return Optional.of(
          "unknown host" + (message(cause).isEmpty() ? "" : " " + message(cause).split(":", 2)[0]));
    }
    if (cause instanceof TimeoutException) {
      return Optional.of("no answer in time");
    }
    return cause instanceof ClosedChannelException
        ? Optional.of("the connection was closed")
        : Optional.empty();
  }
}
