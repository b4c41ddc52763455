package dev.pathgate.status;

import dev.pathgate.chain.AvailableUpgrade;
import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.rule.Service;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** What the status patcher would write, for commands that only show it. */
public final class OfferedPaths {
  private OfferedPaths() {}

  /**
   * The paths of one service in the patcher's order: nearest destination first.
   *
   * @param chainNamespace where the object's chains live
   * @param chains the chain of that name, if there is one
   * @return each path as its steps, the destination last; none if it has no chain or no way
   */
  public static List<List<String>> of(
      Service service, String chainNamespace, Function<ChainRef, Optional<TemplateChain>> chains) {
    return UpgradePaths.of(
            List.of(service), Map.of(), chainNamespace, chains::apply, false, Long.MAX_VALUE)
        .entries()
        .get(0)
        .paths()
        .stream()
        .map(path -> path.stream().map(AvailableUpgrade::name).toList())
        .toList();
  }
}
