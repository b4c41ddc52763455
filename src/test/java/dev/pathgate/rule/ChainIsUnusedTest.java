package dev.pathgate.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.rule.Facts.Basis;
import dev.pathgate.rule.Violation.Need;
import dev.pathgate.rule.Violation.Reason;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChainIsUnusedTest {
  private static final ChainRef REF = new ChainRef("kcm-system", "ingress-chain");

  @Test
  void allowsToDeleteAChainThatNobodyNames() {
    assertThat(check(FakeFacts.with())).isEmpty();
  }

  @Test
  void refusesToDeleteAChainThatIsNamedAndSaysByWhom() {
    FakeFacts used =
        FakeFacts.with()
            .user("ClusterDeployment", "kcm-system", "management")
            .user("MultiClusterService", "", "fleet");

    assertThat(check(used))
        .containsExactly(
            ViolationSketch.of(
                Reason.FORBIDDEN,
                "",
                "ServiceTemplateChain kcm-system/ingress-chain is in use by ClusterDeployment"
                    + " kcm-system/management, MultiClusterService fleet; name another"
                    + " templateChain there first, and remove the chain in a later commit than"
                    + " that",
                new Violation.Subject("", "", "", "kcm-system/ingress-chain", ""),
                Optional.empty()));
  }

  @Test
  void namesFiveUsersAndCountsTheRest() {
    FakeFacts used = FakeFacts.with();
    for (int i = 1; i <= 7; i++) {
      used.user("MultiClusterService", "", "fleet-" + i);
    }

    assertThat(check(used))
        .extracting(Violation::message)
        .containsExactly(
            "ServiceTemplateChain kcm-system/ingress-chain is in use by MultiClusterService"
                + " fleet-1, MultiClusterService fleet-2, MultiClusterService fleet-3,"
                + " MultiClusterService fleet-4, MultiClusterService fleet-5 and 2 more; name"
                + " another templateChain there first, and remove the chain in a later commit than"
                + " that");
  }

  @Test
  void waitsForAReadBeforeItRefusesOnTheCache() {
    FakeFacts used = FakeFacts.with().user("MultiClusterService", "", "fleet").on(Basis.CACHED);

    assertThat(check(used).get(0).needs()).contains(new Need.Users(REF));
  }

  @Test
  void refusesWhereItCouldNotBeReadThatNobodyNamesIt() {
    assertThat(check(FakeFacts.with().on(Basis.CACHED))).isEmpty();
    assertThat(check(FakeFacts.with().on(Basis.UNREADABLE)))
        .singleElement()
        .satisfies(
            violation -> {
              assertThat(violation.message())
                  .isEqualTo(
                      "who uses ServiceTemplateChain kcm-system/ingress-chain could not be read in"
                          + " time; try again");
              assertThat(violation.needs()).as("where the rule warns, it is silent").isNotEmpty();
            });
  }

  private static List<Violation> check(Facts facts) {
    return new ChainIsUnused()
        .check(new ChainEdit(REF, List.of(), false, Optional.empty(), Optional.empty()), facts);
  }
}
