package dev.pathgate.testkit;

import dev.pathgate.chain.AvailableUpgrade;
import dev.pathgate.chain.SupportedTemplate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A graph over at most four templates, a to d, in 20 bits, so that all of them can be gone through.
 *
 * @param bits 16 for edges, four for each template that one may lead to, then four for the
 *     templates that are listed
 */
public record Graph(int bits) {
  /** How many templates there are at most. */
  public static final int SIZE = 4;

  private static final int EDGES = SIZE * SIZE;
  private static final int ALL_LISTED = ((1 << SIZE) - 1) << EDGES;

  /** The templates' names. */
  public static final List<String> NAMES = List.of("a", "b", "c", "d");

  /** Nothing is listed. */
  public static final Graph EMPTY = new Graph(0);

  /** Every template leads to all others. */
  public static final Graph COMPLETE = complete();

  private static Graph complete() {
    Graph graph = new Graph(ALL_LISTED);
    for (int edge = 0; edge < EDGES; edge++) {
      graph = edge % (SIZE + 1) == 0 ? graph : graph.toggled(edge / SIZE, edge % SIZE);
    }
    return graph;
  }

  /** All graphs over the first {@code size} templates, each listed, without loops to themselves. */
  public static List<Graph> all(int size) {
    List<Graph> graphs = new ArrayList<>();
    int listed = ((1 << size) - 1) << EDGES;
    for (int edges = 0; edges < 1 << EDGES; edges++) {
      Graph graph = new Graph(listed | edges);
      if (graph.isPlain(size)) {
        graphs.add(graph);
      }
    }
    return graphs;
  }

  private boolean isPlain(int size) {
    for (int from = 0; from < SIZE; from++) {
      for (int to = 0; to < SIZE; to++) {
        if (leads(from, to) && (from == to || from >= size || to >= size)) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * One graph of each form: of those that differ in the templates' names alone, the first. Rules
   * compare names for nothing but equality, so what holds for one holds for the others.
   */
  public static List<Graph> forms(int size) {
    Set<Graph> seen = new HashSet<>();
    List<Graph> forms = new ArrayList<>();
    for (Graph graph : all(size)) {
      if (seen.add(graph)) {
        forms.add(graph);
        for (int[] names : orders(size)) {
          seen.add(graph.renamed(names));
        }
      }
    }
    return forms;
  }

  private static List<int[]> orders(int size) {
    List<int[]> orders = new ArrayList<>(List.of(new int[] {0, 1, 2, 3}));
    for (int place = 0; place < size; place++) {
      List<int[]> more = new ArrayList<>();
      for (int[] order : orders) {
        for (int other = place; other < size; other++) {
          int[] swapped = order.clone();
          swapped[place] = order[other];
          swapped[other] = order[place];
          more.add(swapped);
        }
      }
      orders = more;
    }
    return orders;
  }

  private Graph renamed(int[] names) {
    Graph renamed = new Graph(bits & ALL_LISTED);
    for (int from = 0; from < SIZE; from++) {
      for (int to = 0; to < SIZE; to++) {
        renamed = leads(from, to) ? renamed.toggled(names[from], names[to]) : renamed;
      }
    }
    return renamed;
  }

  /** The same with that edge if it had none, without it if it had. */
  public Graph toggled(int from, int to) {
    return new Graph(bits ^ (1 << (from * SIZE + to)));
  }

  /** The same with a template no longer listed, whatever leads to it. */
  public Graph without(int template) {
    return new Graph(bits & ~(1 << (EDGES + template)) & ~(0xF << (template * SIZE)));
  }

  /** Every edge the other way round. */
  public Graph reversed() {
    Graph reversed = new Graph(bits & ALL_LISTED);
    for (int from = 0; from < SIZE; from++) {
      for (int to = 0; to < SIZE; to++) {
        reversed = leads(from, to) ? reversed.toggled(to, from) : reversed;
      }
    }
    return reversed;
  }

  /** Whether a template is listed. */
  public boolean lists(int template) {
    return (bits & (1 << (EDGES + template))) != 0;
  }

  private boolean leads(int from, int to) {
    return (bits & (1 << (from * SIZE + to))) != 0;
  }

  /** Whether there is that edge. */
  public boolean hasEdge(String from, String to) {
    return leads(NAMES.indexOf(from), NAMES.indexOf(to));
  }

  /** Whether edges lead from one to the other. */
  public boolean hasWay(String from, String to) {
    int reached = 0;
    int open = 1 << NAMES.indexOf(from);
    while (open != 0) {
      int here = Integer.numberOfTrailingZeros(open);
      int next = (bits >> (here * SIZE)) & 0xF;
      open = (open & (open - 1)) | (next & ~reached);
      reached |= next;
    }
    return (reached & (1 << NAMES.indexOf(to))) != 0;
  }

  /** The graph as a chain's {@code spec.supportedTemplates}. */
  public List<SupportedTemplate> entries() {
    List<SupportedTemplate> entries = new ArrayList<>();
    for (int from = 0; from < SIZE; from++) {
      List<AvailableUpgrade> upgrades = new ArrayList<>();
      for (int to = 0; to < SIZE; to++) {
        if (leads(from, to)) {
          upgrades.add(AvailableUpgrade.to(NAMES.get(to)));
        }
      }
      if (lists(from)) {
        entries.add(new SupportedTemplate(NAMES.get(from), upgrades));
      }
    }
    return entries;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int from = 0; from < SIZE; from++) {
      text.append(lists(from) ? NAMES.get(from) : "");
      for (int to = 0; to < SIZE; to++) {
        text.append(leads(from, to) ? ">" + NAMES.get(to) : "");
      }
      text.append(' ');
    }
    return text.toString().strip();
  }
}
