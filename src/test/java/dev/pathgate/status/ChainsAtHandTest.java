package dev.pathgate.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.k0rdent.ObjectSketch;
import dev.pathgate.rule.Service;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChainsAtHandTest {
  private static final TemplateChain ONE = ObjectSketch.chain("team/one", "t → u", "u").asChain();
  private static final TemplateChain TWO = ObjectSketch.chain("team/two", "t → v", "v").asChain();
  private static final List<Service> SERVICES =
      List.of(
          new Service("n", "a", "t", "one"),
          new Service("n", "b", "t", "two"),
          new Service("n", "c", "t", "three"),
          new Service("n", "d", "t", ""));

  private final Map<ChainRef, TemplateChain> held = new HashMap<>();
  private final Set<ChainRef> named = Set.of(ONE.ref(), TWO.ref());

  @Test
  void asksToReadWhatIsKnownByNameAlone() {
    held.put(ONE.ref(), ONE);

    ChainsAtHand chains = chains(0);

    assertThat(chains.toBeRead()).containsExactly(TWO.ref());
    assertThat(chains.find(ONE.ref())).containsSame(ONE);
    assertThat(chains.find(TWO.ref())).isEmpty();
  }

  @Test
  void keepsAChainThatACacheLetsGoOfMeanwhile() {
    held.put(ONE.ref(), ONE);
    ChainsAtHand chains = chains(0);

    held.clear();

    assertThat(chains.find(ONE.ref())).containsSame(ONE);
  }

  @Test
  void takesWhatIsReadAsFarAsThereIsRoom() {
    ChainsAtHand chains = chains(ONE.weight() + TWO.weight() - 1);
    chains.put(ONE);
    chains.put(TWO);

    assertThat(chains.find(ONE.ref())).containsSame(ONE);
    assertThat(chains.isTooLarge(ONE.ref())).isFalse();
    assertThat(chains.find(TWO.ref())).isEmpty();
    assertThat(chains.isTooLarge(TWO.ref())).isTrue();
    assertThat(reason(chains, 1))
        .contains(
            "ServiceTemplateChain team/two is too large to be looked at beside the object's other"
                + " chains");
  }

  @Test
  void takesAllThatIsReadWhereThereIsRoom() {
    ChainsAtHand chains = chains(ONE.weight() + TWO.weight());
    chains.put(ONE);
    chains.put(TWO);

    assertThat(chains.find(TWO.ref())).containsSame(TWO);
    assertThat(reason(chains, 1)).isEmpty();
    assertThat(reason(chains, 2)).contains("ServiceTemplateChain team/three does not exist");
  }

  private static Optional<String> reason(ChainsAtHand chains, int service) {
    return UpgradePaths.of(SERVICES, Map.of(), "team", chains, false, 100_000)
        .entries()
        .get(service)
        .unresolvedReason();
  }

  private ChainsAtHand chains(long room) {
    UpgradePaths.Chains known =
        new UpgradePaths.Chains() {
          @Override
          public Optional<TemplateChain> find(ChainRef ref) {
            return Optional.ofNullable(held.get(ref));
          }

          @Override
          public boolean isNamedOnly(ChainRef ref) {
            return named.contains(ref) && !held.containsKey(ref);
          }
        };
    return new ChainsAtHand(known, "team", SERVICES, room);
  }
}
