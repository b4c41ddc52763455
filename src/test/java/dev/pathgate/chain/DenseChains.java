package dev.pathgate.chain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.stream.IntStream;

/** Chains in which each template leads to all others, as a process of its own holds them. */
public final class DenseChains {
  private DenseChains() {}

  /** Holds so many of them, each after it was asked all that makes it remember something. */
  public static void main(String[] arguments) {
    int count = Integer.parseInt(arguments[0]);
    boolean versioned = Boolean.parseBoolean(arguments[1]);
    List<TemplateChain> held = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      TemplateChain chain =
          versioned ? chain(i, 210, (from, to) -> from + "." + to) : chain(i, 290, null);
      String first = chain.templates().get(0);
      Reach reach = chain.reachFrom(first);
      reach.destinations().forEach(reach::upgradesTo);
      chain.ownerOf("1.2.3", first);
      held.add(chain);
    }
    System.out.println("held " + held.size());
  }

  /** The names of one chain are its own, and each edge has its own text of a version. */
  private static TemplateChain chain(int number, int templates, BinaryOperator<String> version) {
    List<SupportedTemplate> entries =
        IntStream.range(0, templates)
            .mapToObj(
                from ->
                    new SupportedTemplate(
                        name(number, from),
                        IntStream.range(0, templates)
                            .filter(to -> to != from)
                            .mapToObj(to -> edge(number, from, to, version))
                            .toList()))
            .toList();
    return new TemplateChain(new ChainRef("tenant", "dense-" + number), "7", entries);
  }

  private static AvailableUpgrade edge(
      int number, int from, int to, BinaryOperator<String> version) {
    return new AvailableUpgrade(
        name(number, to),
        Optional.ofNullable(version)
            .map(make -> make.apply(String.valueOf(from), String.valueOf(to))));
  }

  private static String name(int chain, int template) {
    return "c" + chain + "-" + template;
  }
}
