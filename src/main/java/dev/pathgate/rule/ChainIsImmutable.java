package dev.pathgate.rule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A chain's {@code spec} stays as it was created, fields included that Pathgate doesn't know.
 *
 * <p>Only the order of {@code supportedTemplates} is free. For a list, absent, {@code null} and
 * {@code []} are the same. An absent spec and an empty one are not: k0rdent's own CRD rule is
 * skipped when a spec is removed and added again, so both halves of that are changes here.
 */
final class ChainIsImmutable implements ChainRule {
  private static final String TEMPLATES = "supportedTemplates";

  @Override
  public List<Violation> check(ChainEdit edit, Facts facts) {
    if (edit.specBefore()
        .map(ChainIsImmutable::comparable)
        .equals(edit.specAfter().map(ChainIsImmutable::comparable))) {
      return List.of();
    }
    String message =
        "spec is immutable: create another ServiceTemplateChain beside "
            + edit.ref()
            + " and name it as templateChain where it is needed";
    return List.of(
        new Violation(
            Violation.Reason.INVALID,
            "spec",
            message,
            Violation.Subject.of(edit.ref()),
            Optional.empty()));
  }

  private static Object comparable(Object spec) {
    Object plain = withoutEmptyLists(spec);
    if (plain instanceof Map<?, ?> map && map.get(TEMPLATES) instanceof List<?> templates) {
      Map<Object, Object> unordered = new HashMap<>(map);
      unordered.put(TEMPLATES, countEach(templates));
      return unordered;
    }
    return plain;
  }

  private static Map<Object, Integer> countEach(List<?> entries) {
    Map<Object, Integer> counts = new HashMap<>();
    entries.forEach(entry -> counts.merge(entry, 1, Integer::sum));
    return counts;
  }

  private static Object withoutEmptyLists(Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> kept = new HashMap<>();
      map.forEach(
          (key, member) -> {
            if (member != null && !List.of().equals(member)) {
              kept.put(key, withoutEmptyLists(member));
            }
          });
      return kept;
    }
    if (value instanceof List<?> list) {
      List<Object> kept = new ArrayList<>();
      list.stream().map(ChainIsImmutable::withoutEmptyLists).forEach(kept::add);
      return kept;
    }
    return Objects.requireNonNullElse(value, "null");
  }
}
