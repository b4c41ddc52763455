package dev.pathgate.cli.paths;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.KcmWalk;
import dev.pathgate.cli.gate.Fleet;
import dev.pathgate.cli.gate.Fleet.Member;
import dev.pathgate.cli.output.Console;
import dev.pathgate.cli.output.Counted;
import dev.pathgate.kube.OneLine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A map as a tree. A template that several ways lead to is spelled out once; ways without forks
 * stay at their margin, so that a long chain is a column and no staircase.
 *
 * <pre>
 *   a
 *   ├─ b
 *   │  → d  dead end
 *   └─ c
 *      → d  (above)
 * </pre>
 */
final class PathsText {
  private static final int NAMED = 5;

  private final ChainMap map;
  private final Console console;
  private final StringBuilder text;
  private final Map<String, ChainMap.Spot> spots = new HashMap<>();
  private final Set<String> shown = new HashSet<>();
  private final Set<String> onWay = new HashSet<>();

  private PathsText(ChainMap map, Console console, StringBuilder text) {
    this.map = map;
    this.console = console;
    this.text = text;
    map.spots().forEach(spot -> spots.put(spot.name(), spot));
  }

  static String of(FleetMap map, Console console) {
    StringBuilder text = new StringBuilder();
    for (ChainMap chain : map.chains()) {
      new PathsText(chain, console, text).chain(map);
    }
    List<Member> chainless =
        map.services().stream()
            .filter(member -> member.chain().flatMap(map.fleet()::chain).isEmpty())
            .toList();
    if (!chainless.isEmpty()) {
      text.append(console.bold("Without a chain")).append('\n');
    }
    for (Member member : chainless) {
      text.append("  ")
          .append(
              OneLine.of(
                  member.item().ref()
                      + " "
                      + member.service().identity()
                      + " at "
                      + member.service().template()
                      + ": "
                      + member
                          .chain()
                          .map(chain -> missing(chain, map.fleet()))
                          .orElse("it names none")))
          .append('\n');
    }
    if (text.length() == 0) {
      text.append("no chains and no services\n");
    }
    return text.toString();
  }

  private static String missing(ChainRef chain, Fleet fleet) {
    return "ServiceTemplateChain "
        + chain
        + (fleet.isGoing(chain) ? " is on its way out: it is being deleted" : " does not exist");
  }

  private void chain(FleetMap whole) {
    long services = map.spots().stream().mapToLong(spot -> spot.services().size()).sum();
    text.append(console.bold(OneLine.of("ServiceTemplateChain " + map.chain().ref())))
        .append("  ")
        .append(Counted.of(map.chain().templates().size(), "template"))
        .append(", ")
        .append(Counted.of(services, "service"))
        .append('\n');
    remarks(whole.fleet());
    if (whole.at().isPresent()) {
      tree(whole.at().get());
      return;
    }
    Set<String> targets = new HashSet<>();
    map.spots()
        .forEach(
            spot ->
                spot.upgrades().stream()
                    .filter(next -> !next.equals(spot.name()))
                    .forEach(targets::add));
    Stream.concat(
            map.spots().stream().filter(spot -> !targets.contains(spot.name()) && !spot.deadEnd()),
            map.spots().stream())
        .forEach(
            spot -> {
              if (!shown.contains(spot.name())) {
                tree(spot.name());
              }
            });
  }

  /** Where the chain comes from and goes to, and where k0rdent leaves it. */
  private void remarks(Fleet fleet) {
    fleet
        .predecessorOf(map.chain().ref())
        .ifPresent(old -> remark("succeeds " + old.name() + fate(fleet, old)));
    fleet.successorsOf(map.chain().ref()).forEach(next -> remark("succeeded by " + next.name()));
    List<KcmWalk.Detour> detours = map.detours();
    for (KcmWalk.Detour detour : detours.subList(0, Math.min(NAMED, detours.size()))) {
      remark(
          detour.from()
              + " → "
              + detour.to()
              + ": k0rdent (from 1.10 on) deploys "
              + String.join(", then ", detour.steps()));
    }
    if (detours.size() > NAMED) {
      remark("and " + (detours.size() - NAMED) + " more such");
    }
  }

  private static String fate(Fleet fleet, ChainRef chain) {
    return fleet.chain(chain).isPresent() ? "" : ", which is gone";
  }

  private void remark(String words) {
    text.append("  ").append(console.faint(OneLine.of(words))).append('\n');
  }

  /** A line to print; one without a name leaves a template that was gone into. */
  private record Line(String name, String mark, String margin, boolean leaves) {}

  private void tree(String root) {
    List<Line> stack = new ArrayList<>(List.of(new Line(root, "  ", "  ", false)));
    while (!stack.isEmpty()) {
      Line line = stack.remove(stack.size() - 1);
      if (line.leaves()) {
        onWay.remove(line.name());
      } else if (print(line)) {
        onWay.add(line.name());
        stack.add(new Line(line.name(), "", "", true));
        push(stack, line);
      }
    }
  }

  private void push(List<Line> stack, Line from) {
    List<String> next =
        spots.get(from.name()).upgrades().stream()
            .filter(name -> !name.equals(from.name()))
            .toList();
    if (next.size() == 1) {
      stack.add(new Line(next.get(0), from.margin() + "→ ", from.margin(), false));
      return;
    }
    for (int i = next.size() - 1; i >= 0; i--) {
      boolean last = i == next.size() - 1;
      stack.add(
          new Line(
              next.get(i),
              from.margin() + (last ? "└─ " : "├─ "),
              from.margin() + (last ? "   " : "│  "),
              false));
    }
  }

  /** Prints the line; whether what follows is still to be shown. */
  private boolean print(Line line) {
    ChainMap.Spot spot = spots.get(line.name());
    text.append(line.mark()).append(OneLine.of(line.name()));
    boolean isNew = shown.add(line.name());
    if (!isNew) {
      text.append(console.faint(onWay.contains(line.name()) ? "  ↩ back, a cycle" : "  (above)"));
    } else {
      notes(spot);
    }
    text.append('\n');
    return isNew;
  }

  private void notes(ChainMap.Spot spot) {
    if (!spot.listed()) {
      text.append("  ").append(console.red("not listed"));
    } else if (spot.unreachable()) {
      text.append("  ").append(console.yellow("unreachable"));
    } else if (spot.deadEnd()) {
      text.append("  ").append(console.faint("dead end"));
    }
    if (spot.upgrades().contains(spot.name())) {
      text.append("  ").append(console.yellow("upgrades to itself"));
    }
    if (!spot.services().isEmpty()) {
      text.append("  ").append(console.green("● " + OneLine.of(standing(spot.services()))));
    }
  }

  /** {@code 3 services: tenant42/ingress of ClusterDeployment tenant42/prod …}. */
  private static String standing(List<Member> members) {
    Map<String, List<String>> byService = new LinkedHashMap<>();
    members.forEach(
        member ->
            byService
                .computeIfAbsent(member.service().identity(), key -> new ArrayList<>())
                .add(member.item().ref().toString()));
    List<String> words = new ArrayList<>();
    byService.forEach(
        (service, objects) ->
            words.add(
                service
                    + " of "
                    + String.join(", ", objects.subList(0, Math.min(NAMED, objects.size())))
                    + (objects.size() > NAMED
                        ? " and " + (objects.size() - NAMED) + " more"
                        : "")));
    return String.join("; ", words);
  }
}
