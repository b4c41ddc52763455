package dev.pathgate.chain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What k0rdent's own functions were seen to do with templates of the same version. */
class SharedVersionTest {
  @Test
  void isOneThatTwoUpgradesOfATemplateHave() {
    assertThat(
            SharedVersion.of(
                List.of(
                    template("a", edge("b", "2.0.0"), edge("c", "3.0.0"), edge("twin", "v2")),
                    template("b"))))
        .containsExactly(new SharedVersion(0, 2, "a", "twin", "b"));
  }

  @Test
  void isNoneOfUpgradesOfDifferentTemplatesNorOfOneTemplateTwice() {
    assertThat(
            SharedVersion.of(
                List.of(
                    template("a", edge("b", "2.0.0"), edge("b", "2.0.0")),
                    template("x", edge("y", "2.0.0")))))
        .isEmpty();
  }

  @Test
  void isNoneWhereK0rdentDoesNotGoByVersion() {
    assertThat(
            SharedVersion.of(
                List.of(
                    template("a", edge("b", "stable"), edge("c", "stable")),
                    new SupportedTemplate(
                        "x", List.of(AvailableUpgrade.to("b"), AvailableUpgrade.to("c"))))))
        .isEmpty();
  }

  @Test
  void isNoneOnTheWayDown() {
    assertThat(
            SharedVersion.of(
                List.of(
                    template("new", edge("old", "1.0.0"), edge("older-twin", "1.0.0")),
                    template("old", edge("new", "2.0.0")))))
        .isEmpty();
  }

  private static SupportedTemplate template(String name, AvailableUpgrade... edges) {
    return new SupportedTemplate(name, List.of(edges));
  }

  private static AvailableUpgrade edge(String name, String version) {
    return new AvailableUpgrade(name, Optional.of(version));
  }
}
