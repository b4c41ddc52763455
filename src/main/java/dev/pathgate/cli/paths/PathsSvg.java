package dev.pathgate.cli.paths;

import dev.pathgate.cli.output.Counted;
import dev.pathgate.cli.output.XmlText;
import dev.pathgate.kube.OneLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A map as a picture: one chain below the other. */
final class PathsSvg {
  private static final double TITLE = 34;
  private static final double MARGIN = 12;

  /** All that the picture needs is in it. */
  private static final String STYLE =
      """
      <style>
        svg { background: #fff; font-family: ui-sans-serif, system-ui, sans-serif; }
        .title { font-size: 15px; font-weight: 600; fill: #1f2933; }
        .name { font-size: 12px; fill: #1f2933; text-anchor: middle; font-family: ui-monospace, monospace; }
        .count { font-size: 11px; fill: #2e7d4f; text-anchor: middle; }
        .note { font-size: 11px; fill: #7b8794; text-anchor: middle; }
        .box { fill: #f7f9fb; stroke: #52606d; stroke-width: 1.2; }
        .used .box { fill: #d7f0dd; stroke: #2e7d4f; }
        .deadend .box { stroke-width: 2.6; }
        .unreachable .box { fill: #fff; stroke: #9aa5b1; stroke-width: 1.2; stroke-dasharray: 4 3; }
        .unlisted .box { fill: #fff; stroke: #c62828; stroke-dasharray: 4 3; }
        .edge { fill: none; stroke: #52606d; stroke-width: 1.3; }
        .back { stroke: #b7791f; stroke-dasharray: 6 3; }
      </style>
      <defs>
        <marker id="tip" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#52606d"/></marker>
        <marker id="tipback" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#b7791f"/></marker>
      </defs>
      """;

  private PathsSvg() {}

  static String of(FleetMap map) {
    StringBuilder body = new StringBuilder();
    List<double[]> sizes = new ArrayList<>();
    double top = MARGIN;
    for (int i = 0; i < map.chains().size(); i++) {
      ChainMap chain = map.chains().get(i);
      Drawing drawing = Drawing.of(chain);
      chain(body, chain, drawing, i, top);
      double titleWidth = 9.0 * chain.chain().ref().toString().length() + 2 * MARGIN;
      sizes.add(new double[] {Math.max(drawing.width(), titleWidth)});
      top += TITLE + drawing.height() + MARGIN;
    }
    double width = 2 * MARGIN + sizes.stream().mapToDouble(size -> size[0]).max().orElse(200);
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %s %s\" width=\"%s\" height=\"%s\">\n"
            .formatted(number(width), number(top), number(width), number(top))
        + STYLE
        + body
        + "</svg>\n";
  }

  private static void chain(
      StringBuilder svg, ChainMap chain, Drawing drawing, int index, double top) {
    String name = text(chain.chain().ref().toString());
    svg.append("<g class=\"chain\" data-chain=\"").append(name).append("\" transform=\"translate(");
    svg.append(number(MARGIN)).append(' ').append(number(top)).append(")\">\n");
    svg.append("<text class=\"title\" x=\"0\" y=\"16\">").append(name).append("</text>\n");
    svg.append("<g transform=\"translate(0 ").append(number(TITLE - 10)).append(")\">\n");
    Set<List<String>> back = chain.backEdges();
    for (Drawing.Arrow arrow : drawing.arrows()) {
      boolean leadsBack = back.contains(List.of(arrow.from(), arrow.to()));
      svg.append("<path class=\"edge").append(leadsBack ? " back" : "");
      svg.append("\" data-from=\"").append(text(arrow.from()));
      svg.append("\" data-to=\"").append(text(arrow.to()));
      svg.append("\" marker-end=\"url(#tip").append(leadsBack ? "back" : "").append(")\" d=\"");
      for (int i = 0; i < arrow.points().size(); i++) {
        double[] point = arrow.points().get(i);
        svg.append(i == 0 ? "M" : "L").append(number(point[0])).append(' ');
        svg.append(number(point[1]));
      }
      svg.append("\"/>\n");
    }
    for (ChainMap.Spot spot : chain.spots()) {
      spot(svg, spot, drawing.boxes().get(spot.name()), index);
    }
    svg.append("</g>\n</g>\n");
  }

  private static void spot(StringBuilder svg, ChainMap.Spot spot, Drawing.Box box, int index) {
    svg.append("<g class=\"spot").append(classes(spot)).append("\" data-at=\"").append(index);
    svg.append("\" data-name=\"").append(text(spot.name())).append("\" transform=\"translate(");
    svg.append(number(box.x())).append(' ').append(number(box.y())).append(")\">");
    svg.append("<title>").append(title(spot)).append("</title>");
    svg.append("<rect class=\"box\" rx=\"7\" width=\"").append(number(box.width()));
    svg.append("\" height=\"").append(number(box.height())).append("\"/>");
    String second = second(spot);
    String x = number(box.width() / 2);
    svg.append("<text class=\"name\" x=\"").append(x).append("\" y=\"");
    svg.append(second.isEmpty() ? "24" : "17").append("\">").append(text(spot.name()));
    svg.append("</text>");
    if (!second.isEmpty()) {
      svg.append("<text class=\"").append(spot.services().isEmpty() ? "note" : "count");
      svg.append("\" x=\"").append(x).append("\" y=\"32\">").append(second).append("</text>");
    }
    svg.append("</g>\n");
  }

  private static String classes(ChainMap.Spot spot) {
    if (!spot.listed()) {
      return " unlisted";
    }
    return (spot.unreachable() ? " unreachable" : "")
        + (spot.services().isEmpty() ? "" : " used")
        + (spot.deadEnd() ? " deadend" : "");
  }

  /** What is said of a template below its name. */
  static String second(ChainMap.Spot spot) {
    int services = spot.services().size();
    if (services > 0) {
      return "● " + Counted.of(services, "service") + (spot.deadEnd() ? ", dead end" : "");
    }
    return !spot.listed()
        ? "not listed"
        : spot.unreachable() ? "unreachable" : spot.deadEnd() ? "dead end" : "";
  }

  private static String title(ChainMap.Spot spot) {
    StringBuilder title = new StringBuilder(text(spot.name()));
    spot.services().stream()
        .limit(20)
        .forEach(
            member ->
                title
                    .append('\n')
                    .append(text(member.item().ref() + " " + member.service().identity())));
    return title.toString();
  }

  static String number(double value) {
    String text = String.format(Locale.ROOT, "%.1f", value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  static String text(String text) {
    return XmlText.of(OneLine.of(text))
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
