package dev.pathgate.chain;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What the users of a chain lose if another chain takes its place. */
public final class Succession {
  /** Templates looked at, from all places together; there may be ten thousand of each. */
  private static final long MAX_LOOKED_AT = 2_000_000;

  /**
   * A template that could be reached and can't be any more.
   *
   * @param to the same as {@code from} where the new chain does not list it
   */
  public record Loss(String from, String to) {
    @Override
    public String toString() {
      return from.equals(to) ? from : from + " to " + to;
    }
  }

  /**
   * What is lost by many.
   *
   * @param first the first of them
   * @param count of all
   */
  public record Losses(List<Loss> first, long count) {
    public Losses {
      first = List.copyOf(first);
    }
  }

  private Succession() {}

  /**
   * Whether nothing is lost by services that stand at templates which the new chain lists: from
   * those it has all edges to listed templates that the old one has. Linear in the size of both,
   * where a search from each template is not.
   */
  public static boolean keepsAllEdges(TemplateChain old, TemplateChain successor) {
    for (String template : old.templates()) {
      if (successor.lists(template)) {
        Set<String> kept = new HashSet<>(targets(successor, template));
        for (String target : targets(old, template)) {
          if (!target.equals(template) && !kept.contains(target)) {
            return false;
          }
        }
      }
    }
    return true;
  }

  private static List<String> targets(TemplateChain chain, String template) {
    return chain.targetsFrom(template).stream().filter(chain::lists).toList();
  }

  /**
   * What is lost by services that stand at {@code stands}; of very large chains only what the first
   * of them lose. All of it may be millions, so that no more is kept than is named.
   *
   * @param named how many of them
   */
  public static Losses losses(
      TemplateChain old, TemplateChain successor, Collection<String> stands, int named) {
    long size = 1L + old.templates().size() + successor.templates().size();
    boolean keepsAll = keepsAllEdges(old, successor);
    List<Loss> first = new ArrayList<>();
    long count = 0;
    long looks = Math.max(1, MAX_LOOKED_AT / size);
    for (String from : new LinkedHashSet<>(stands)) {
      if (!old.lists(from)) {
        continue;
      }
      if (looks-- == 0) {
        break;
      }
      if (keepsAll && successor.lists(from)) {
        continue;
      }
      List<Loss> here = losses(old, successor, from);
      first.addAll(here.subList(0, Math.min(named - first.size(), here.size())));
      count += here.size();
    }
    return new Losses(first, count);
  }

  /** What is lost by services that stand at {@code from}. */
  public static List<Loss> losses(TemplateChain old, TemplateChain successor, String from) {
    if (!old.lists(from)) {
      return List.of();
    }
    if (!successor.lists(from)) {
      return List.of(new Loss(from, from));
    }
    Set<String> kept = new HashSet<>(successor.reachFrom(from).destinations());
    return old.reachFrom(from).destinations().stream()
        .filter(to -> !kept.contains(to))
        .map(to -> new Loss(from, to))
        .toList();
  }
}
