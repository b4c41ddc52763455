package dev.pathgate.chain;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * What one breadth-first search found: for every template that can be reached the fewest edges that
 * lead to it. Paths are spelled out only when asked for, since a line of 10,000 templates has 50
 * million steps in all its paths together.
 */
public final class Reach {
  static final int UNSEEN = -1;

  private final TemplateChain chain;
  private final int start;
  private final int[] cameFrom;
  private final int[] edge;
  private final int[] distance;

  /**
   * The edges that were asked for, by the template that they lead to: paths have most in common.
   */
  private AvailableUpgrade[] made;

  Reach(TemplateChain chain, int start, int[] cameFrom, int[] edge, int[] distance) {
    this.chain = chain;
    this.start = start;
    this.cameFrom = cameFrom;
    this.edge = edge;
    this.distance = distance;
  }

  /** Whether a way of at least one edge was found to {@code template}. */
  public boolean leadsTo(String template) {
    int number = chain.numberOf(template);
    return number != UNSEEN && isReached(number);
  }

  /**
   * The templates that can be reached and that the chain lists, the start itself left out: nearest
   * first, equally near ones in the order of {@code spec.supportedTemplates}. A target that the
   * chain does not list is no destination, since a service may not settle there.
   */
  public List<String> destinations() {
    int[] startOf = new int[cameFrom.length + 1]; // no way has more edges than there are templates
    int count = 0;
    for (int number = 0; number < cameFrom.length; number++) {
      if (isDestination(number)) {
        startOf[distance[number]]++;
        count++;
      }
    }
    int before = 0;
    for (int edges = 0; edges < startOf.length; edges++) {
      int here = startOf[edges];
      startOf[edges] = before;
      before += here;
    }
    String[] names = new String[count];
    for (int number = 0; number < cameFrom.length; number++) {
      if (isDestination(number)) {
        names[startOf[distance[number]]++] = chain.name(number);
      }
    }
    return Collections.unmodifiableList(Arrays.asList(names));
  }

  private boolean isDestination(int number) {
    return isReached(number) && chain.isListed(number);
  }

  /** The number of edges to a template that was reached. */
  public int distanceTo(String template) {
    return distance[chain.numberOf(template)];
  }

  /**
   * The templates on the way to one that was reached: the start left out, {@code template} last.
   */
  public List<String> pathTo(String template) {
    String[] steps = new String[distanceTo(template)];
    int here = chain.numberOf(template);
    for (int i = steps.length - 1; i >= 0; i--) {
      steps[i] = chain.name(here);
      here = cameFrom[here];
    }
    return List.of(steps);
  }

  /** The edges on the way to a template that was reached, in walking order. */
  public List<AvailableUpgrade> upgradesTo(String template) {
    AvailableUpgrade[] steps = new AvailableUpgrade[distanceTo(template)];
    int here = chain.numberOf(template);
    for (int i = steps.length - 1; i >= 0; i--) {
      steps[i] = edgeTo(here);
      here = cameFrom[here];
    }
    return List.of(steps);
  }

  /** Threads may make the same edge at the same time, which does no harm. */
  private AvailableUpgrade edgeTo(int number) {
    AvailableUpgrade[] known = made;
    if (known == null) {
      known = new AvailableUpgrade[cameFrom.length];
      made = known;
    }
    AvailableUpgrade upgrade = known[number];
    if (upgrade == null) {
      upgrade = chain.upgrade(cameFrom[number], edge[number]);
      known[number] = upgrade;
    }
    return upgrade;
  }

  /** How many templates it was searched among, which is what it takes to keep it. */
  public int size() {
    return cameFrom.length;
  }

  boolean startsAt(int number) {
    return start == number;
  }

  private boolean isReached(int number) {
    return number < cameFrom.length && cameFrom[number] != UNSEEN && number != start;
  }
}
