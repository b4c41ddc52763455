package dev.pathgate.k0rdent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.chain.AvailableUpgrade;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SharedEdgesTest {
  private final SharedEdges edges = new SharedEdges();

  @Test
  void givesTheEdgesThatWereAskedFor() {
    Random random = new Random(7);
    for (int i = 0; i < 50_000; i++) {
      String name = "t-" + random.nextInt(6_000);
      int version = random.nextInt(4);
      Optional<String> given = version == 0 ? Optional.empty() : Optional.of("1." + version);

      assertThat(edges.shared(name, given)).isEqualTo(new AvailableUpgrade(name, given));
    }
  }

  @Test
  void holdsWhatIsTheSameOnce() {
    Set<AvailableUpgrade> held = Collections.newSetFromMap(new IdentityHashMap<>());
    for (int i = 0; i < 84_000; i++) {
      held.add(edges.shared("t-" + i % 290, Optional.of("1." + i % 290)));
    }

    assertThat(held).hasSizeLessThan(400);
  }
}
