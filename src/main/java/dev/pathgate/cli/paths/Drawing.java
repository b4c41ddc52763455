package dev.pathgate.cli.paths;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.elk.alg.layered.options.LayeredMetaDataProvider;
import org.eclipse.elk.alg.layered.options.LayeredOptions;
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
  private static final double CHARACTER = 7.3;
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
    graph.setProperty(LayeredOptions.FEEDBACK_EDGES, true);
    Map<String, ElkNode> nodes = new HashMap<>();
    for (ChainMap.Spot spot : map.spots()) {
      ElkNode node = ElkGraphUtil.createNode(graph);
      node.setDimensions(Math.max(90, 24 + CHARACTER * spot.name().length()), HEIGHT);
      nodes.put(spot.name(), node);
    }
    Map<ElkEdge, String[]> ends = new java.util.LinkedHashMap<>();
    for (ChainMap.Spot spot : map.spots()) {
      for (String next : spot.upgrades()) {
        ends.put(
            ElkGraphUtil.createSimpleEdge(nodes.get(spot.name()), nodes.get(next)),
            new String[] {spot.name(), next});
      }
    }
    new RecursiveGraphLayoutEngine().layout(graph, new BasicProgressMonitor());
    Map<String, Box> boxes = new HashMap<>();
    nodes.forEach(
        (name, node) ->
            boxes.put(name, new Box(node.getX(), node.getY(), node.getWidth(), node.getHeight())));
    List<Arrow> arrows =
        ends.entrySet().stream()
            .map(edge -> new Arrow(edge.getValue()[0], edge.getValue()[1], points(edge.getKey())))
            .toList();
    return new Drawing(graph.getWidth(), graph.getHeight(), boxes, arrows);
  }

  private static List<double[]> points(ElkEdge edge) {
    List<double[]> points = new java.util.ArrayList<>();
    for (ElkEdgeSection section : edge.getSections()) {
      points.add(new double[] {section.getStartX(), section.getStartY()});
      section.getBendPoints().forEach(bend -> points.add(new double[] {bend.getX(), bend.getY()}));
      points.add(new double[] {section.getEndX(), section.getEndY()});
    }
    return points;
  }
}
