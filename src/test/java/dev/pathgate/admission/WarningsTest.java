package dev.pathgate.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.rule.Action;
import dev.pathgate.rule.Finding;
import dev.pathgate.rule.RuleId;
import dev.pathgate.rule.Violation;
import dev.pathgate.rule.ViolationSketch;
import dev.pathgate.rule.Words;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WarningsTest {
  @Test
  void keepsAShortMessageAndPutsTheRuleBehindIt() {
    assertThat(Warnings.of(finding("no chain"))).isEqualTo("no chain [service-has-chain]");
  }

  @Test
  void keepsTheRuleWhereItCutsTheMessage() {
    String warning = Warnings.of(finding("x ".repeat(300)));

    assertThat(warning).hasSize(255).endsWith("x … [service-has-chain]");
  }

  @Test
  void takesOutTheMiddleOfLongNamesBeforeItCutsTheEnd() {
    String name = "cert-manager-with-approver-policy-addon-for-all-of-the-fleet-v1-15-3";
    String message =
        "service platform/%s names ServiceTemplateChain platform/%s-chain, which does not exist; "
                .formatted(name, name)
            + "ServiceTemplateChain kcm-system/other does";

    String warning = Warnings.of(finding(message));

    assertThat(warning)
        .hasSizeLessThan(256)
        .startsWith("service platform/cert-manager-")
        .contains("…", "-v1-15-3-chain, which does not exist; ")
        .endsWith("; ServiceTemplateChain kcm-system/other does [service-has-chain]");
  }

  @Test
  void cutsNoWordOfOursAndTellsWhatIsMissingBeforeWhatWouldHelp() {
    String warning =
        Warnings.of(
            finding(
                "service ingress-nginx-system/ingress-nginx-controller with template"
                    + " ingress-nginx-controller-4-11-3 names ServiceTemplateChain"
                    + " tenant-platform-engineering/ingress-nginx-controller-chain, which does not"
                    + " exist; ServiceTemplateChain kcm-system/ingress-nginx-controller-chain does:"
                    + " k0rdent copies it to namespace tenant-platform-engineering by"
                    + " AccessManagement"));

    assertThat(warning)
        .isEqualTo(
            "service ingress-nginx-system/ingress-nginx-controller with template"
                + " ingress-nginx-controller-4-11-3 names ServiceTemplateChain"
                + " tenant-platform-engineering/ingress-nginx-controller-chain, which does not"
                + " exist [service-has-chain]");
  }

  @Test
  void cutsNothingThatJustFits() {
    assertThat(Warnings.of("x".repeat(255))).isEqualTo("x".repeat(255));
    assertThat(Warnings.of("x ".repeat(127) + "yy")).isEqualTo("x ".repeat(127) + "…");
  }

  @Test
  void cutsNoCharacterInHalf() {
    String warning = Warnings.of("x ".repeat(126) + "x\uD83D\uDE00" + " y".repeat(9));

    assertThat(warning).isEqualTo("x ".repeat(126) + "x…");
  }

  @Test
  void keepsAWarningOnOneLine() {
    assertThat(Warnings.of("two\nlines\tand\u0000more")).isEqualTo("two lines and more");
  }

  @ParameterizedTest
  @ValueSource(strings = {"$", "\\", "$1", "${name}", "\\$"})
  void takesNamesForNothingButText(String mark) {
    String name = mark + "a".repeat(100) + mark;

    String warning =
        Warnings.of(
            finding("service x/y has " + name + ", but " + name + " is wanted, not " + name));

    assertThat(warning).contains("has " + mark + "aaa").contains("…").hasSizeLessThan(256);
  }

  /** The same as these two expressions find, which take a time that grows with the square. */
  @Test
  void cutsWhatIsNoWordOfOurs() {
    Pattern name = Pattern.compile("(?=[^ /]*[^ /a-zA-Z])[^ /]{25,}");
    Random random = new Random(4);
    int cut = 0;
    for (int i = 0; i < 2_000; i++) {
      String text =
          Stream.generate(() -> word(random)).limit(8).collect(Collectors.joining(" ", "x ", " x"));
      String expected = text;
      for (int most = 248; expected.length() > 235 && most >= 48; most -= 8) {
        int longest = most;
        expected =
            name.matcher(expected)
                .replaceAll(it -> Matcher.quoteReplacement(Words.cut(it.group(), longest)));
      }
      if (expected.length() <= 235) {
        assertThat(Warnings.of(finding(text))).isEqualTo(expected + " [service-has-chain]");
        cut += expected.contains("…") ? 1 : 0;
      }
    }
    assertThat(cut).isGreaterThan(50);
  }

  private static String word(Random random) {
    return random
        .ints(1 + random.nextInt(random.nextInt(4) == 0 ? 120 : 12), 0, 30)
        .mapToObj(at -> String.valueOf("abcdefghijklmnopqrstuvwxyz/-1$".charAt(at)))
        .collect(Collectors.joining());
  }

  @Test
  void makesNoMoreOfThemThanThereIsAPointIn() {
    AtomicInteger made = new AtomicInteger();
    Supplier<String> alike =
        () -> {
          made.incrementAndGet();
          return "alike";
        };

    assertThat(Warnings.fitting(Collections.nCopies(30_000, alike)))
        .containsExactly("alike", "and 29800 more warnings");
    assertThat(made).hasValue(200);
    assertThat(Warnings.fitting(Collections.nCopies(200, alike))).containsExactly("alike");
  }

  @Test
  void keepsAllThatFitTogether() {
    List<String> warnings = List.of("a", "b");

    assertThat(fitting(warnings)).isEqualTo(warnings);
  }

  @Test
  void tellsEachOnce() {
    assertThat(fitting(List.of("a", "b", "a"))).isEqualTo(List.of("a", "b"));
  }

  @Test
  void countsThoseThatDoNotFitTogether() {
    List<String> fitting = fitting(hundred("x".repeat(252)));

    assertThat(fitting).hasSize(16).endsWith("and 85 more warnings");
    assertThat(bytes(fitting)).isLessThan(4_096);
  }

  @Test
  void staysInBoundsWhereCharactersTakeSeveralBytes() {
    List<String> fitting = fitting(hundred("€".repeat(252)));

    assertThat(fitting).hasSize(6).endsWith("and 95 more warnings");
    assertThat(bytes(fitting)).isLessThan(4_096);
  }

  private static List<String> hundred(String start) {
    return IntStream.range(0, 100).mapToObj(i -> start + String.format("%03d", i)).toList();
  }

  private static List<String> fitting(List<String> warnings) {
    return Warnings.fitting(
        warnings.stream().map(warning -> (Supplier<String>) () -> warning).toList());
  }

  private static int bytes(List<String> warnings) {
    return warnings.stream().mapToInt(w -> w.getBytes(StandardCharsets.UTF_8).length).sum();
  }

  private static Finding finding(String message) {
    return new Finding(
        RuleId.SERVICE_HAS_CHAIN,
        Action.WARN,
        ViolationSketch.of(
            Violation.Reason.REQUIRED,
            "f",
            message,
            new Violation.Subject("", "", "", "", ""),
            Optional.empty()));
  }
}
