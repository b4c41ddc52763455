package dev.pathgate.cli.paths;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.elk.alg.layered.options.LayeredMetaDataProvider;
import org.eclipse.elk.alg.layered.options.LayeredOptions;
import org.eclipse.elk.alg.layered.options.WrappingStrategy;
import org.eclipse.elk.core.RecursiveGraphLayoutEngine;
import org.eclipse.elk.core.data.LayoutMetaDataService;
import org.eclipse.elk.core.math.ElkPadding;
import org.eclipse.elk.core.options.CoreOptions;
import org.eclipse.elk.core.options.Direction;
import org.eclipse.elk.core.options.EdgeRouting;
import org.eclipse.elk.core.util.BasicProgressMonitor;
import org.eclipse.elk.graph.ElkEdge;
import org.eclipse.elk.graph.ElkEdgeSection;
import org.eclipse.elk.graph.ElkNode;
import org.eclipse.elk.graph.util.ElkGraphUtil;

/**
 * A chain laid out in layers from left to right by Eclipse ELK: upgrades lead right, what leads
 * back is drawn back.
 *
 * @param width of the whole
 * @param height of the whole
 */
record Drawing(double width, double height, Map<String, Box> boxes, List<Arrow> arrows) {
  /** Longer chains are broken into rows, as text is. */
  private static final int IN_ONE_ROW = 10;

  private static final double CHARACTER = 7.3;
  private static final double SMALL = 6.2;
  private static final double HEIGHT = 40;

  /** Where a template is drawn. */
  record Box(double x, double y, double width, double height) {}

  /**
   * How an edge is drawn.
   *
   * @param points x and y of its start, its bends and its end
   */
  record Arrow(String from, String to, List<double[]> points) {}

  static Drawing of(ChainMap map) {
    LayoutMetaDataService.getInstance()
        .registerLayoutMetaDataProviders(new LayeredMetaDataProvider());
    ElkNode graph = ElkGraphUtil.createGraph();
    graph.setProperty(CoreOptions.ALGORITHM, LayeredOptions.ALGORITHM_ID);
    graph.setProperty(CoreOptions.DIRECTION, Direction.RIGHT);
    graph.setProperty(CoreOptions.EDGE_ROUTING, EdgeRouting.ORTHOGONAL);
    graph.setProperty(CoreOptions.PADDING, new ElkPadding(12));
    graph.setProperty(LayeredOptions.SPACING_NODE_NODE, 18.0);
    graph.setProperty(LayeredOptions.SPACING_NODE_NODE_BETWEEN_LAYERS, 36.0);

    if (map.spots().size() > IN_ONE_ROW) {
      graph.setProperty(LayeredOptions.WRAPPING_STRATEGY, WrappingStrategy.MULTI_EDGE);
      graph.setProperty(CoreOptions.ASPECT_RATIO, 1.8);
    }
    Map<String, ElkNode> nodes = new HashMap<>();
    for (ChainMap.Spot spot : map.spots()) {
      ElkNode node = ElkGraphUtil.createNode(graph);
      double letters =
          Math.max(CHARACTER * spot.name().length(), SMALL * PathsSvg.second(spot).length());
      node.setDimensions(Math.max(90, 24 + letters), HEIGHT);
      nodes.put(spot.name(), node);
    }
    Set<List<String>> back = map.backEdges();
    Map<List<String>, ElkEdge> edges = new LinkedHashMap<>();
    for (ChainMap.Spot spot : map.spots()) {
      for (String next : spot.upgrades()) {
        List<String> edge = List.of(spot.name(), next);
        // What leads back is laid out the other way round, so that it turns no layer.
        edges.put(
            edge,
            back.contains(edge)
                ? ElkGraphUtil.createSimpleEdge(nodes.get(next), nodes.get(spot.name()))
                : ElkGraphUtil.createSimpleEdge(nodes.get(spot.name()), nodes.get(next)));
      }
    }
    new RecursiveGraphLayoutEngine().layout(graph, new BasicProgressMonitor());
    Map<String, Box> boxes = new HashMap<>();
    nodes.forEach(
        (name, node) ->
            boxes.put(name, new Box(node.getX(), node.getY(), node.getWidth(), node.getHeight())));
    List<Arrow> arrows = new ArrayList<>();
    edges.forEach(
        (edge, drawn) -> {
          List<double[]> points = points(drawn);
          if (back.contains(edge)) {
            Collections.reverse(points);
          }
          arrows.add(new Arrow(edge.get(0), edge.get(1), points));
        });
    return new Drawing(graph.getWidth(), graph.getHeight(), boxes, arrows);
  }

  private static List<double[]> points(ElkEdge edge) {
    List<double[]> points = new ArrayList<>();
    for (ElkEdgeSection section : edge.getSections()) {
      points.add(new double[] {section.getStartX(), section.getStartY()});
      section.getBendPoints().forEach(bend -> points.add(new double[] {bend.getX(), bend.getY()}));
      points.add(new double[] {section.getEndX(), section.getEndY()});
    }
    return points;
  }
}
