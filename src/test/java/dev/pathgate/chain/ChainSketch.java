package dev.pathgate.chain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A chain as a few words draw it, one entry of {@code spec.supportedTemplates} per line:
 *
 * <pre>
 *   ChainSketch.of("tenant42/ingress", "a → b, c", "b → d", "c → d", "d")
 * </pre>
 */
public final class ChainSketch {
  private ChainSketch() {}

  /** A chain at resourceVersion 7. */
  public static TemplateChain of(String ref, String... entries) {
    return new TemplateChain(ref(ref), "7", entries(entries));
  }

  /** {@code namespace/name} taken apart. */
  public static ChainRef ref(String ref) {
    int slash = ref.indexOf('/');
    return new ChainRef(ref.substring(0, slash), ref.substring(slash + 1));
  }

  /** The entries alone, without a chain around them. */
  public static List<SupportedTemplate> entries(String... entries) {
    List<SupportedTemplate> templates = new ArrayList<>();
    for (String entry : entries) {
      int arrow = entry.indexOf('→');
      String name = arrow < 0 ? entry : entry.substring(0, arrow);
      List<AvailableUpgrade> upgrades = new ArrayList<>();
      if (arrow >= 0) {
        for (String target : entry.substring(arrow + 1).split(",", -1)) {
          upgrades.add(AvailableUpgrade.to(target.strip()));
        }
      }
      templates.add(new SupportedTemplate(name.strip(), upgrades));
    }
    return templates;
  }

  /** A line {@code prefix-0 → prefix-1 → …} of that many templates. */
  public static TemplateChain line(String ref, String prefix, int length) {
    List<SupportedTemplate> templates = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      templates.add(
          new SupportedTemplate(
              prefix + "-" + i,
              i == length - 1 ? List.of() : List.of(AvailableUpgrade.to(prefix + "-" + (i + 1)))));
    }
    return new TemplateChain(ref(ref), "7", templates);
  }

  /** The entries with versions on all edges: a is at 1.0.0, b at 2.0.0 and so on. */
  public static List<SupportedTemplate> versioned(String... entries) {
    return entries(entries).stream()
        .map(
            entry ->
                new SupportedTemplate(
                    entry.name(),
                    entry.availableUpgrades().stream()
                        .map(
                            edge ->
                                new AvailableUpgrade(
                                    edge.name(),
                                    Optional.of(edge.name().charAt(0) - 'a' + 1 + ".0.0")))
                        .toList()))
        .toList();
  }
}
