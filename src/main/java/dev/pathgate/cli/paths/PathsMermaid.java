package dev.pathgate.cli.paths;

import dev.pathgate.kube.OneLine;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A map for Mermaid, which GitHub and GitLab draw in Markdown. */
final class PathsMermaid {
  private PathsMermaid() {}

  static String of(FleetMap map) {
    StringBuilder text = new StringBuilder("flowchart LR\n");
    int number = 0;
    for (ChainMap chain : map.chains()) {
      text.append("  subgraph s").append(number).append('[');
      text.append(quoted(OneLine.of(chain.chain().ref().toString()))).append("]\n");
      Map<String, String> ids = new HashMap<>();
      for (ChainMap.Spot spot : chain.spots()) {
        String id = "c" + number + "_" + ids.size();
        ids.put(spot.name(), id);
        text.append("    ").append(id).append(spot.deadEnd() ? "([" : "[");
        text.append(quoted(PathsDot.label(spot)));
        text.append(spot.deadEnd() ? "])" : "]").append(style(spot)).append('\n');
      }
      Set<List<String>> back = chain.backEdges();
      for (ChainMap.Spot spot : chain.spots()) {
        for (String next : spot.upgrades()) {
          text.append("    ").append(ids.get(spot.name()));
          text.append(back.contains(List.of(spot.name(), next)) ? " -.-> " : " --> ");
          text.append(ids.get(next)).append('\n');
        }
      }
      text.append("  end\n");
      number++;
    }
    return text.append(
            """
              classDef used fill:#d7f0dd,stroke:#2e7d4f
              classDef unlisted stroke:#c62828,stroke-dasharray:4
              classDef unreachable stroke:#888,stroke-dasharray:4
            """)
        .toString();
  }

  private static String style(ChainMap.Spot spot) {
    if (!spot.listed()) {
      return ":::unlisted";
    }
    return spot.unreachable() ? ":::unreachable" : spot.services().isEmpty() ? "" : ":::used";
  }

  /** In quotes, as the picture is to show it: nothing in it is taken for HTML or Markdown. */
  private static String quoted(String text) {
    StringBuilder label = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      label.append(
          switch (text.charAt(i)) {
            case '&' -> "#amp;";
            case '<' -> "#lt;";
            case '>' -> "#gt;";
            case '"' -> "#quot;";
            case '#' -> "#35;";
            case '`' -> "#96;";
            case '\n' -> "<br/>";
            default -> String.valueOf(text.charAt(i));
          });
    }
    return label.append('"').toString();
  }
}
