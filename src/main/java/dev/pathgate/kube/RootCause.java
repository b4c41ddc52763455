package dev.pathgate.kube;

import java.io.EOFException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/** Why something failed, in plain words: what is at the bottom, not what wraps it. */
public final class RootCause {
  private static final int LENGTH = 300;
  private static final Pattern OPENSSL =
      Pattern.compile("^error:[0-9a-f]+:SSL routines:OPENSSL_internal:");

  private RootCause() {}

  /** One line without class names. */
  public static String of(Throwable failure) {
    Throwable root = failure;
    for (Throwable at = failure; at != null && at != at.getCause(); at = at.getCause()) {
      root = at;
      if (at instanceof UnknownHostException) {
        return "host " + name(at) + " is not known";
      }
      if (at instanceof NoRouteToHostException) {
        return "No route to host";
      }
      if (at instanceof ConnectException && at.getMessage() != null) {
        // Some clients put the address behind the words.
        return OneLine.of(at.getMessage().replaceFirst(": [^ ]*[/\\]]?[^ ]*:\\d+$", ""), LENGTH);
      }
      if (at instanceof CertificateException) {
        return "its certificate is not trusted: " + words(at);
      }
      if (at instanceof TimeoutException) {
        return "no answer in time";
      }
    }
    return root instanceof EOFException ? "the connection was closed" : words(root);
  }

  private static String name(Throwable unknownHost) {
    String message = String.valueOf(unknownHost.getMessage());
    // "Failed to resolve 'a' [A(1)]" as well as "a: Name or service not known"
    int quote = message.indexOf('\'');
    return quote >= 0
        ? message.substring(quote + 1, Math.max(quote + 1, message.indexOf('\'', quote + 1)))
        : message.replaceFirst(":.*", "");
  }

  /** Whether OpenSSL itself says so: "error:10000438:SSL routines:OPENSSL_internal:…". */
  static boolean isOpenSsl(String message) {
    return OPENSSL.matcher(message).find();
  }

  /** Without OpenSSL's own numbers. */
  static String plain(String message) {
    return OPENSSL.matcher(message).replaceFirst("TLS: ");
  }

  private static String words(Throwable failure) {
    String message = failure.getMessage();
    return message == null || message.isBlank()
        ? "the connection failed"
        : OneLine.of(plain(message).replaceAll("\\b(?:[a-z]\\w*\\.){2,}[A-Z]\\w*:? ?", ""), LENGTH);
  }
}
