package dev.pathgate.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RuleIdTest {
  @Test
  void listsTheRulesInTheOrderInWhichTheySpeakWithTheirDefaults() {
    assertThat(Arrays.stream(RuleId.values()).map(rule -> rule.id() + " " + rule.defaultAction()))
        .containsExactly(
            "service-listed-once DENY",
            "service-follows-chain DENY",
            "service-path-published OFF",
            "service-chain-exists WARN",
            "service-fits-chain DENY",
            "service-has-chain WARN",
            "service-version-fits DENY",
            "service-is-settled WARN",
            "service-reaches-clusters WARN",
            "chain-is-immutable DENY",
            "template-is-immutable DENY",
            "chain-is-well-formed DENY",
            "chain-is-tidy WARN",
            "chain-templates-exist WARN",
            "template-is-unused DENY",
            "chain-is-unused DENY");
  }
}
