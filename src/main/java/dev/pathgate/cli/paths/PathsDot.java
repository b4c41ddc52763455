package dev.pathgate.cli.paths;

import dev.pathgate.kube.OneLine;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A map for Graphviz. */
final class PathsDot {
  private PathsDot() {}

  static String of(FleetMap map) {
    StringBuilder dot =
        new StringBuilder(
            """
            digraph pathgate {
              rankdir=LR;
              node [shape=box, style="rounded,filled", fillcolor=white, fontname="sans-serif"];
            """);
    int number = 0;
    for (ChainMap chain : map.chains()) {
      dot.append("  subgraph cluster_").append(number).append(" {\n");
      dot.append("    label=")
          .append(quoted(OneLine.of(chain.chain().ref().toString())))
          .append(";\n");
      Map<String, String> ids = new HashMap<>();
      for (ChainMap.Spot spot : chain.spots()) {
        String id = "c" + number + "_" + ids.size();
        ids.put(spot.name(), id);
        dot.append("    ").append(id).append(" [label=").append(quoted(label(spot)));
        dot.append(style(spot)).append("];\n");
      }
      Set<List<String>> back = chain.backEdges();
      for (ChainMap.Spot spot : chain.spots()) {
        for (String next : spot.upgrades()) {
          dot.append("    ").append(ids.get(spot.name())).append(" -> ").append(ids.get(next));
          dot.append(
              back.contains(List.of(spot.name(), next)) ? " [style=dashed, constraint=false]" : "");
          dot.append(";\n");
        }
      }
      dot.append("  }\n");
      number++;
    }
    return dot.append("}\n").toString();
  }

  static String label(ChainMap.Spot spot) {
    int services = spot.services().size();
    return OneLine.of(spot.name())
        + (services == 0 ? "" : "\n" + services + (services == 1 ? " service" : " services"));
  }

  private static String style(ChainMap.Spot spot) {
    if (!spot.listed()) {
      return ", style=\"rounded,dashed\", color=red";
    }
    if (spot.unreachable()) {
      return ", style=\"rounded,dashed\", color=gray";
    }
    String fill = spot.services().isEmpty() ? "" : ", fillcolor=\"#d7f0dd\"";
    return spot.deadEnd() ? fill + ", peripheries=2" : fill;
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
  }
}
