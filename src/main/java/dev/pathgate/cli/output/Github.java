package dev.pathgate.cli.output;

import java.util.List;

/** Results as GitHub's workflow commands, which become annotations at file and line. */
public final class Github {
  private Github() {}

  /** One line a result. */
  public static String text(List<Result> results) {
    StringBuilder text = new StringBuilder();
    for (Result result : results) {
      text.append("::")
          .append(
              switch (result.level()) {
                case ERROR -> "error";
                case WARNING -> "warning";
                case NOTE -> "notice";
              })
          .append(' ');
      if (!result.file().isEmpty()) {
        text.append("file=").append(property(RevisionName.pathOf(result.file()))).append(',');
        if (result.line() > 0) {
          text.append("line=").append(result.line()).append(',');
        }
      }
      text.append("title=")
          .append(property(result.rule()))
          .append("::")
          .append(data(result.subject() + ": " + result.message()))
          .append('\n');
    }
    return text.toString();
  }

  private static String data(String text) {
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
  }

  private static String property(String text) {
    return data(text).replace(":", "%3A").replace(",", "%2C");
  }
}
