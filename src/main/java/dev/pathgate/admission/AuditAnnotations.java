package dev.pathgate.admission;

import dev.pathgate.k0rdent.Edits;
import dev.pathgate.kube.OneLine;
import dev.pathgate.rule.Finding;
import dev.pathgate.rule.Service;
import dev.pathgate.rule.Violation;
import dev.pathgate.rule.Words;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the API server's audit log is told of a decision: who was refused what, on which data.
 * Values are joined by commas, in the same order under each key; what could be taken for a comma,
 * and what is not to be printed, is written as {@code %2C}.
 */
final class AuditAnnotations {
  /** All of them together. */
  static final int MAX_BYTES = 4_096;

  private static final int MAX_VALUE = 253;
  private static final int MAX_REASON = 400;

  /** What an entry takes beside its value: a comma, and its part of the key. */
  private static final int MARGIN = 300;

  private AuditAnnotations() {}

  /** The annotations by key, in order; none if there is nothing to tell. */
  static Map<String, String> of(Verdict verdict) {
    Map<String, String> annotations = new LinkedHashMap<>();
    int left = MAX_BYTES - MARGIN;
    Optional<String> exempt = verdict.exempt().map(reason -> OneLine.of(reason, MAX_REASON));
    left -= exempt.map(JsonLength::length).orElse(0);
    left -= refusals(verdict, left, annotations);
    replacements(verdict.replacements(), left, annotations);
    exempt.ifPresent(reason -> annotations.put("exempt", reason));
    return annotations;
  }

  private static int refusals(Verdict verdict, int bytes, Map<String, String> annotations) {
    List<Finding> refusals = verdict.denials().isEmpty() ? verdict.downgraded() : verdict.denials();
    Map<String, Function<Finding, String>> parts = new LinkedHashMap<>();
    parts.put("rules", finding -> finding.rule().id());
    parts.put("services", subject(Violation.Subject::service));
    parts.put("from", subject(Violation.Subject::from));
    parts.put("to", subject(Violation.Subject::to));
    parts.put("chains", subject(Violation.Subject::chain));
    parts.put("chain-resource-versions", subject(Violation.Subject::chainResourceVersion));
    Map<String, List<String>> values = new LinkedHashMap<>();
    parts.keySet().forEach(key -> values.put(key, new ArrayList<>()));
    int used = 0;
    for (Finding refusal : refusals.subList(0, Math.min(refusals.size(), Refusal.MAX_CAUSES))) {
      Map<String, String> entry = new LinkedHashMap<>();
      parts.forEach((key, part) -> entry.put(key, value(part.apply(refusal))));
      int size = entry.values().stream().mapToInt(value -> value.length() + 1).sum();
      if (used + size > bytes) {
        break;
      }
      used += size;
      entry.forEach((key, value) -> values.get(key).add(value));
    }
    values.forEach(
        (key, all) -> {
          if (!all.stream().allMatch(String::isEmpty)) {
            annotations.put(key, String.join(",", all));
          }
        });
    return used;
  }

  private static Function<Finding, String> subject(Function<Violation.Subject, String> part) {
    return finding -> part.apply(finding.violation().subject());
  }

  /** Each as {@code old service:template>new service:template}. */
  private static void replacements(
      List<Edits.Replacement> replacements, int bytes, Map<String, String> annotations) {
    StringBuilder all = new StringBuilder();
    for (Edits.Replacement replacement :
        replacements.subList(0, Math.min(replacements.size(), Refusal.MAX_CAUSES))) {
      String one = spelled(replacement.gone()) + ">" + spelled(replacement.added());
      if (all.length() + one.length() + 1 > bytes) {
        break;
      }
      all.append(all.isEmpty() ? "" : ",").append(one);
    }
    if (!all.isEmpty()) {
      annotations.put("replaced", all.toString());
    }
  }

  private static String spelled(Service service) {
    return value(Words.identity(service)) + ":" + value(service.template());
  }

  private static String value(String text) {
    StringBuilder plain = new StringBuilder();
    for (byte b : Words.name(text).getBytes(StandardCharsets.UTF_8)) {
      if (b > ' ' && b < 0x7f && ",%\"\\>".indexOf(b) < 0) {
        plain.append((char) b);
      } else {
        plain.append(String.format("%%%02X", b));
      }
    }
    return plain.length() <= MAX_VALUE
        ? plain.toString()
        : plain.substring(0, MAX_VALUE / 2 - 1)
            + "..."
            + plain.substring(plain.length() - MAX_VALUE / 2);
  }
}
