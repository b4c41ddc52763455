package dev.pathgate.admission;

import dev.pathgate.kube.OneLine;
import dev.pathgate.rule.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What is told of findings, however many there are and whatever names they hold: the first causes
 * in order, and how many more there are. Only what is told is made.
 *
 * @param causes at most {@link #MAX_CAUSES}
 * @param more in words, such as {@code and 5 more services}; empty if there are no more
 */
public record Refusal(List<Cause> causes, String more) {
  static final int MAX_CAUSES = 20;
  private static final int MAX_MESSAGE = 2_000;

  /** The blank in either of the two pairs of words that it looks for. */
  private static final Pattern FLUX_DELETES_ON =
      Pattern.compile("(?i)(?<=is) (?=immutable)|(?<=immutable) (?=field)");

  /** What a cause costs beside its texts: names of fields, reason, quotes. */
  private static final int CAUSE_FRAME = 90;

  /**
   * One cause.
   *
   * @param reason Kubernetes' own word
   * @param field empty on deletion
   */
  public record Cause(String reason, String field, String message) {
    private String line() {
      return field.isEmpty() ? message : field + ": " + message;
    }

    /** What it takes of an answer, which tells it twice: as a cause and in the message. */
    private int bytes() {
      return CAUSE_FRAME + 2 * (JsonLength.length(field) + JsonLength.length(message));
    }
  }

  /**
   * The findings in so many bytes of an answer; the first of them always.
   *
   * @param bytes at least 1,000
   */
  public static Refusal of(List<Finding> findings, int bytes) {
    List<Cause> causes = new ArrayList<>();
    int left = bytes;
    for (Finding finding : findings.subList(0, Math.min(findings.size(), MAX_CAUSES))) {
      Cause cause = cause(finding, MAX_MESSAGE);
      if (cause.bytes() > left && causes.isEmpty()) {
        // each character takes at most six bytes, twice, and the field is short
        cause = cause(finding, (left - CAUSE_FRAME) / 13);
      }
      if (cause.bytes() > left && !causes.isEmpty()) {
        break;
      }
      left -= cause.bytes();
      causes.add(cause);
    }
    int rest = findings.size() - causes.size();
    return new Refusal(
        List.copyOf(causes),
        rest == 0
            ? ""
            : "and "
                + rest
                + " more"
                + (findings.get(0).violation().subject().service().isEmpty()
                    ? ""
                    : rest == 1 ? " service" : " services"));
  }

  private static Cause cause(Finding finding, int length) {
    String id = " [" + finding.rule().id() + "]";
    return new Cause(
        finding.violation().reason().causeType(),
        finding.violation().field(),
        shown(finding.violation().message(), length - id.length()) + id);
  }

  /**
   * On one line, and without the words on which Flux deletes an object and makes it anew, whatever
   * the code of the answer: nobody keeps a name from having them, such as that of a template in
   * somebody's chain.
   */
  static String shown(String text, int length) {
    return FLUX_DELETES_ON.matcher(OneLine.of(text, length)).replaceAll("\u00a0");
  }

  /** All of it, one line a cause. */
  String text() {
    List<String> lines = new ArrayList<>(causes.stream().map(Cause::line).toList());
    if (!more.isEmpty()) {
      lines.add(more);
    }
    return String.join("\n", lines);
  }
}
