package dev.pathgate.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.rule.Violation.Reason;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChainIsImmutableTest {
  private static final ChainRef REF = new ChainRef("tenant42", "ingress-chain");

  @Test
  void allowsAnUpdateThatKeepsTheSpec() {
    assertThat(
            check(spec(template("a", "b"), template("b")), spec(template("a", "b"), template("b"))))
        .isEmpty();
  }

  @Test
  void refusesAnUpgradeMore() {
    assertThat(
            check(
                spec(template("a", "b"), template("b")),
                spec(template("a", "b"), template("b", "a"))))
        .containsExactly(
            new Violation(
                Reason.INVALID,
                "spec",
                "spec is immutable: create another ServiceTemplateChain beside"
                    + " tenant42/ingress-chain and name it as templateChain where it is needed",
                new Violation.Subject("", "", "", "tenant42/ingress-chain", ""),
                Optional.empty()));
  }

  @Test
  void allowsAnotherOrderOfTheTemplates() {
    assertThat(
            check(spec(template("a", "b"), template("b")), spec(template("b"), template("a", "b"))))
        .isEmpty();
  }

  @Test
  void refusesAnotherOrderOfTheUpgrades() {
    assertThat(check(spec(template("a", "b", "c")), spec(template("a", "c", "b")))).isNotEmpty();
  }

  @Test
  void refusesATemplateLessThoughItIsListedStill() {
    assertThat(check(spec(template("a"), template("a")), spec(template("a")))).isNotEmpty();
  }

  @Test
  void refusesAnotherShareOfTemplatesThatAreListedTwice() {
    assertThat(
            check(
                spec(template("a"), template("a"), template("b")),
                spec(template("a"), template("b"), template("b"))))
        .isNotEmpty();
  }

  @Test
  void takesAnAbsentANullAndAnEmptyListForTheSame() {
    Map<String, Object> absent = Map.of("name", "a");
    Map<String, Object> empty = Map.of("name", "a", "availableUpgrades", List.of());
    Map<String, Object> none = new HashMap<>(absent);
    none.put("availableUpgrades", null);

    assertThat(check(spec(absent), spec(empty))).isEmpty();
    assertThat(check(spec(empty), spec(none))).isEmpty();
    assertThat(check(spec(none), spec(absent))).isEmpty();
  }

  @Test
  void takesASpecWithoutAndOneWithAnEmptyListOfTemplatesForTheSame() {
    assertThat(check(Optional.of(Map.of()), spec())).isEmpty();
  }

  @Test
  void refusesToRemoveTheSpec() {
    assertThat(check(spec(template("a")), Optional.empty())).isNotEmpty();
  }

  @Test
  void refusesToFillAMissingSpec() {
    assertThat(check(Optional.empty(), spec(template("a")))).isNotEmpty();
  }

  @Test
  void tellsAnEmptySpecFromAMissingOne() {
    assertThat(check(Optional.of(Map.of()), Optional.empty())).isNotEmpty();
    assertThat(check(Optional.empty(), Optional.of(Map.of()))).isNotEmpty();
  }

  @Test
  void allowsASpecThatStaysMissing() {
    assertThat(check(Optional.empty(), Optional.empty())).isEmpty();
  }

  @Test
  void refusesAChangeOfAFieldThatItDoesNotKnow() {
    assertThat(
            check(
                Optional.of(Map.of("policy", Map.of("keep", 1))),
                Optional.of(Map.of("policy", Map.of("keep", 2)))))
        .isNotEmpty();
  }

  @Test
  void refusesAnotherOrderOfAListThatItDoesNotKnow() {
    assertThat(
            check(
                Optional.of(Map.of("stages", List.of("a", "b"))),
                Optional.of(Map.of("stages", List.of("b", "a")))))
        .isNotEmpty();
  }

  @Test
  void refusesAnotherVersionOfAnUpgrade() {
    assertThat(
            check(
                spec(Map.of("name", "a", "availableUpgrades", List.of(Map.of("name", "b")))),
                spec(
                    Map.of(
                        "name",
                        "a",
                        "availableUpgrades",
                        List.of(Map.of("name", "b", "version", "0.10.0"))))))
        .isNotEmpty();
  }

  private static List<Violation> check(Optional<Object> before, Optional<Object> after) {
    return new ChainIsImmutable()
        .check(new ChainEdit(REF, List.of(), false, before, after), FakeFacts.with());
  }

  private static Map<String, Object> template(String name, String... upgrades) {
    return Map.of(
        "name",
        name,
        "availableUpgrades",
        Arrays.stream(upgrades).map(upgrade -> Map.of("name", upgrade)).toList());
  }

  private static Optional<Object> spec(Object... templates) {
    return Optional.of(Map.of("supportedTemplates", List.of(templates)));
  }
}
