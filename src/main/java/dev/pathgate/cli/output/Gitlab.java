package dev.pathgate.cli.output;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Results as GitLab's Code Quality report. */
public final class Gitlab {
  private Gitlab() {}

  /** The document. */
  public static String text(List<Result> results) {
    ArrayNode report = JsonNodeFactory.instance.arrayNode();
    for (Result result : results) {
      ObjectNode entry = report.addObject();
      entry
          .put("description", result.subject() + ": " + result.message())
          .put("check_name", result.rule())
          .put("fingerprint", fingerprint(result))
          .put(
              "severity",
              switch (result.level()) {
                case ERROR -> "major";
                case WARNING -> "minor";
                case NOTE -> "info";
              });
      ObjectNode location = entry.putObject("location");
      location.put(
          "path", result.file().isEmpty() ? "cluster" : RevisionName.pathOf(result.file()));
      location.putObject("lines").put("begin", Math.max(1, result.line()));
    }
    return StructuredOutput.text(report);
  }

  /** Stays while the finding does, wherever its lines move. */
  private static String fingerprint(Result result) {
    String what = String.join("\0", result.rule(), result.subject(), result.message());
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(what.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
