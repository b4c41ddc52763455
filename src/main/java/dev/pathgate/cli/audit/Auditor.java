package dev.pathgate.cli.audit;

import dev.pathgate.Settings;
import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.cli.audit.AuditFinding.Severity;
import dev.pathgate.cli.gate.Edit;
import dev.pathgate.cli.gate.Fleet;
import dev.pathgate.cli.gate.Fleet.Member;
import dev.pathgate.cli.gate.Gate;
import dev.pathgate.cli.gate.PrintedVerdict;
import dev.pathgate.cli.input.Inventory;
import dev.pathgate.cli.input.Item;
import dev.pathgate.cli.output.RuleWords;
import dev.pathgate.cli.output.ShellText;
import dev.pathgate.cli.paths.ChainMap;
import dev.pathgate.k0rdent.Edits;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.rule.PublishedPaths;
import dev.pathgate.rule.Service;
import dev.pathgate.rule.ServiceIdentity;
import dev.pathgate.status.OfferedPaths;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks at all objects: what the gate would say if each were made now, and what it never asks. */
final class Auditor {
  private static final Pattern SERVICE = Pattern.compile("service (\\S+) .*", Pattern.DOTALL);

  private final Inventory inventory;
  private final Fleet fleet;
  private final Gate gate;
  private final String sources;
  private final List<AuditFinding> findings = new ArrayList<>();

  /**
   * @param sources the options that name the same sources in a command that mends a finding
   */
  Auditor(Settings settings, ServiceIdentity identity, Inventory inventory, String sources) {
    this.inventory = inventory;
    this.sources = sources;
    this.fleet = new Fleet(inventory, new Edits(settings.systemNamespace()));
    this.gate = Gate.enforcing(settings, identity, inventory.all());
  }

  AuditReport audit() {
    Map<Object, List<Member>> members = new HashMap<>();
    fleet
        .members()
        .forEach(
            member ->
                members.computeIfAbsent(member.item().ref(), key -> new ArrayList<>()).add(member));
    int objects = 0;
    Set<String> namespaces = new HashSet<>();
    for (Item item : inventory.all()) {
      if (!item.subject()) {
        continue;
      }
      objects++;
      namespaces.add(item.object().metadata().namespace());
      if (item.object().metadata().deleting()) {
        continue;
      }
      rules(item);
      if (item.kind() == Kind.SERVICE_TEMPLATE_CHAIN) {
        chain(item);
      }
      for (Member member : members.getOrDefault(item.ref(), List.of())) {
        deadEnd(member);
      }
      status(item, members.getOrDefault(item.ref(), List.of()));
      exempt(item);
    }
    return new AuditReport(findings, inventory.problems(), objects, namespaces);
  }

  private void add(Severity severity, String check, Item item, String field, String message) {
    findings.add(
        new AuditFinding(severity, check, item, field, message, RuleWords.of(check).fix()));
  }

  private void rules(Item item) {
    PrintedVerdict verdict =
        PrintedVerdict.of(gate.judge(new Edit(Optional.empty(), Optional.of(item))));
    for (PrintedVerdict.Cause cause : verdict.causes()) {
      add(Severity.ERROR, cause.rule(), item, cause.field(), cause.message());
    }
    for (PrintedVerdict.Warning warning : verdict.warnings()) {
      // The exemption's own warning is about who asks, and nobody does here.
      if (!warning.rule().isEmpty()) {
        add(
            Severity.WARNING,
            warning.rule(),
            item,
            field(item, warning.message()),
            warning.message());
      }
    }
  }

  /** The entry of the service that a message is about. */
  private static String field(Item item, String message) {
    Matcher named = SERVICE.matcher(message);
    List<Service> services = item.object().services();
    for (int i = 0; named.matches() && i < services.size(); i++) {
      if (services.get(i).identity().equals(named.group(1))) {
        return "spec.serviceSpec.services[" + i + "]";
      }
    }
    return "";
  }

  private void chain(Item item) {
    TemplateChain chain = item.object().asChain();
    List<Member> users = fleet.usersOf(chain.ref());
    if (users.isEmpty()) {
      add(
          Severity.INFO,
          "chain-is-used",
          item,
          "",
          "no service names ServiceTemplateChain " + chain.ref() + " [chain-is-used]");
    }
    List<ChainMap.Spot> spots = ChainMap.of(chain, users).spots();
    for (int i = 0; i < spots.size(); i++) {
      if (spots.get(i).listed() && spots.get(i).unreachable()) {
        add(
            Severity.WARNING,
            "chain-is-reachable",
            item,
            "spec.supportedTemplates[" + position(item, spots.get(i).name()) + "].name",
            unreachable(spots, spots.get(i).name())
                + chain.ref()
                + " leads to "
                + spots.get(i).name()
                + " [chain-is-reachable]");
      }
    }
  }

  /** A cycle that nothing leads into has ways of its own. */
  private static String unreachable(List<ChainMap.Spot> spots, String name) {
    boolean isTarget =
        spots.stream()
            .anyMatch(spot -> !spot.name().equals(name) && spot.upgrades().contains(name));
    return (isTarget ? "no beginning of " : "no way of ") + "ServiceTemplateChain ";
  }

  private static int position(Item item, String template) {
    for (int i = 0; i < item.object().templates().size(); i++) {
      if (item.object().templates().get(i).name().equals(template)) {
        return i;
      }
    }
    return 0;
  }

  private void deadEnd(Member member) {
    Optional<TemplateChain> chain = member.chain().flatMap(fleet::chain);
    String here = member.service().template();
    if (chain.filter(found -> found.lists(here)).isPresent() && !chain.get().leadsOn(here)) {
      ChainRef ref = chain.get().ref();
      findings.add(
          new AuditFinding(
              Severity.INFO,
              "service-can-move",
              member.item(),
              member.field() + ".template",
              "service "
                  + member.service().identity()
                  + " stands at "
                  + here
                  + ", where ServiceTemplateChain "
                  + ref
                  + " ends [service-can-move]",
              "extend the chain: pathgate extend chain/%s -n %s%s --add TEMPLATE --after %s"
                  .formatted(
                      ShellText.quoted(ref.name()),
                      ShellText.quoted(ref.namespace()),
                      sources,
                      ShellText.quoted(here))));
    }
  }

  private void status(Item item, List<Member> members) {
    List<PublishedPaths> published = item.object().published();
    if (published.isEmpty()) {
      return; // never written, or not by anybody who is here
    }
    Map<String, Deque<PublishedPaths>> stored = new HashMap<>();
    published.forEach(
        paths -> stored.computeIfAbsent(paths.identity(), key -> new ArrayDeque<>()).add(paths));
    Set<String> listed = new HashSet<>();
    for (Member member : members) {
      String identity = member.service().identity();
      listed.add(identity);
      Deque<PublishedPaths> entries = stored.getOrDefault(identity, new ArrayDeque<>());
      // Of a service that is listed twice, the last entry may stand for all that follow.
      PublishedPaths paths = entries.size() > 1 ? entries.poll() : entries.peek();
      disagreement(member, paths)
          .ifPresent(
              what ->
                  add(
                      Severity.WARNING,
                      "status-agrees",
                      item,
                      "status.servicesUpgradePaths",
                      "status.servicesUpgradePaths of service "
                          + identity
                          + " "
                          + what
                          + " [status-agrees]"));
    }
    stored.keySet().stream()
        .filter(identity -> !listed.contains(identity))
        .sorted()
        .forEach(
            identity ->
                add(
                    Severity.WARNING,
                    "status-agrees",
                    item,
                    "status.servicesUpgradePaths",
                    "status.servicesUpgradePaths has service "
                        + identity
                        + ", which the spec has not [status-agrees]"));
  }

  private Optional<String> disagreement(Member member, PublishedPaths stored) {
    if (stored == null) {
      return Optional.of("is missing");
    }
    if (!stored.template().equals(member.service().template())) {
      return Optional.of(
          "is for " + stored.template() + ", the spec has " + member.service().template());
    }
    Set<String> offered = new HashSet<>();
    OfferedPaths.of(member.service(), member.chainNamespace(), fleet::chain)
        .forEach(path -> offered.add(path.get(path.size() - 1)));
    Set<String> written = new HashSet<>(stored.destinations());
    return offered.equals(written)
        ? Optional.empty()
        : Optional.of("leads to other templates than the chains do");
  }

  private void exempt(Item item) {
    item.object()
        .metadata()
        .exempt()
        .ifPresent(
            reason ->
                findings.add(
                    new AuditFinding(
                        Severity.INFO,
                        "service-follows-chain",
                        item,
                        "metadata.annotations",
                        item.ref()
                            + " carries the annotation pathgate.dev/exempt"
                            + (reason.isBlank() ? ", which says nothing" : ": " + reason)
                            + " [service-follows-chain]",
                        "remove the annotation pathgate.dev/exempt: it was for one edit")));
  }
}
