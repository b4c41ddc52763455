package dev.pathgate.status;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DigestTest {
  private static final String VALUE =
      "[{name: a, namespace: n, availableUpgrades: [{upgradePaths: [x, y]}, {upgradePaths: [x]}]}, {name: b}]";

  @Test
  void isTheSameForTheSameJsonWhateverTheOrderOfMembers() {
    assertThat(exact("{a: 1, b: [1, 2]}")).isEqualTo(exact("{b: [1, 2], a: 1}"));
    assertThat(exact("{a: 1, b: [1, 2]}")).isNotEqualTo(exact("{b: [2, 1], a: 1}"));
  }

  @Test
  void isTheSameAsSetsWhateverTheOrderOfLists() {
    String shuffled =
        "[{name: b, availableUpgrades: []}, {namespace: n, name: a, availableUpgrades: [{upgradePaths: [x]}, {upgradePaths: [y, x]}]}]";

    assertThat(asSets(shuffled)).isEqualTo(asSets(VALUE));
    assertThat(exact(shuffled)).isNotEqualTo(exact(VALUE));
  }

  @Test
  void differsAsSetsWhereATemplateDiffers() {
    assertThat(asSets(VALUE.replace("[x]", "[z]"))).isNotEqualTo(asSets(VALUE));
    assertThat(asSets(VALUE.replace("name: b", "name: c"))).isNotEqualTo(asSets(VALUE));
  }

  @Test
  void takesAbsentNullAndEmptyForTheSame() {
    assertThat(exact("[]")).isEqualTo(Digest.OF_NOTHING);
    assertThat(exact("null")).isEqualTo(Digest.OF_NOTHING);
    assertThat(Digest.exact(TestCluster.yaml("{}").path("gone"))).isEqualTo(Digest.OF_NOTHING);
    assertThat(exact("[{}]")).isNotEqualTo(Digest.OF_NOTHING);
  }

  private static Digest exact(String yaml) {
    return Digest.exact(TestCluster.yaml(yaml));
  }

  private static Digest asSets(String yaml) {
    return Digest.asSets(TestCluster.yaml(yaml));
  }

  @Test
  void takesTheNamesOfStepsFromEitherListWhereOnlyNamesCount() {
    Digest both =
        Digest.ofNames(
            TestCluster.yaml(
                "[{name: a, availableUpgrades: [{upgradePaths: [b, c], versions: [{name: b, version: '1'}, {name: c, version: c}]}]}]"));

    assertThat(
            Digest.ofNames(
                TestCluster.yaml(
                    "[{name: a, availableUpgrades: [{versions: [{name: c}, {name: b, version: '2'}]}]}]")))
        .isEqualTo(both);
    assertThat(
            Digest.ofNames(
                TestCluster.yaml(
                    "[{name: a, availableUpgrades: [{versions: [{name: d}, {name: b}]}]}]")))
        .isNotEqualTo(both);
  }
}
