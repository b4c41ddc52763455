package dev.pathgate.cli.doctor;

import static dev.pathgate.rule.RuleId.*;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.rule.Action;
import dev.pathgate.rule.RuleId;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether the API server asks the webhook, and about the right things. */
final class RegistrationChecks {
  static final String REGISTERED = "webhook-registered";
  static final String RULES = "rules-registered";
  static final String FAILURE_POLICY = "failure-policy";

  private static final String RENDER =
      "helm upgrade with the chart of this version renders it anew";

  private static final String CRDS =
      "install k0rdent's CRDs, or upgrade k0rdent to a release that serves %s: the chart registers that alone"
          .formatted(Kind.VERSION);

  /** Which rules ask about an operation on a resource. */
  private record Asked(Kind kind, String operation, List<RuleId> rules) {}

  /**
   * What is wrong with the rules.
   *
   * @param fixes what to do about it
   */
  private record Findings(Set<String> errors, Set<String> warnings, Set<String> fixes) {
    Findings() {
      this(new LinkedHashSet<>(), new LinkedHashSet<>(), new LinkedHashSet<>());
    }

    void error(String text, String fix) {
      errors.add(text);
      fixes.add(fix);
    }

    void warning(String text) {
      warnings.add(text);
      fixes.add(RENDER);
    }

    /** All of it; empty where nothing is wrong. */
    Optional<CheckResult> result() {
      String text =
          Stream.of(errors, warnings).flatMap(Set::stream).collect(Collectors.joining("; "));
      String fix = String.join("; ", fixes);
      if (errors.isEmpty()) {
        return warnings.isEmpty()
            ? Optional.empty()
            : Optional.of(CheckResult.warning(RULES, text, fix));
      }
      return Optional.of(CheckResult.error(RULES, text, fix));
    }
  }

  /** The match conditions that the chart gives its webhooks, by name. */
  private static final Set<String> CONDITIONS =
      Set.of(
          "services-or-exemption-differ",
          "services-differ",
          "some-service-names-no-chain",
          "not-being-deleted",
          "not-being-deleted-already",
          "spec-differs",
          "not-a-clean-up");

  private static final List<RuleId> ON_CREATE =
      List.of(
          SERVICE_LISTED_ONCE,
          SERVICE_CHAIN_EXISTS,
          SERVICE_FITS_CHAIN,
          SERVICE_HAS_CHAIN,
          SERVICE_VERSION_FITS,
          SERVICE_REACHES_CLUSTERS);
  private static final List<RuleId> ON_UPDATE =
      List.of(
          SERVICE_LISTED_ONCE,
          SERVICE_FOLLOWS_CHAIN,
          SERVICE_PATH_PUBLISHED,
          SERVICE_CHAIN_EXISTS,
          SERVICE_FITS_CHAIN,
          SERVICE_HAS_CHAIN,
          SERVICE_VERSION_FITS,
          SERVICE_IS_SETTLED,
          SERVICE_REACHES_CLUSTERS);
  private static final List<Asked> ASKED =
      List.of(
          new Asked(Kind.CLUSTER_DEPLOYMENT, "CREATE", ON_CREATE),
          new Asked(Kind.CLUSTER_DEPLOYMENT, "UPDATE", ON_UPDATE),
          new Asked(Kind.MULTI_CLUSTER_SERVICE, "CREATE", ON_CREATE),
          new Asked(Kind.MULTI_CLUSTER_SERVICE, "UPDATE", ON_UPDATE),
          new Asked(
              Kind.SERVICE_TEMPLATE_CHAIN,
              "CREATE",
              List.of(CHAIN_IS_WELL_FORMED, CHAIN_IS_TIDY, CHAIN_TEMPLATES_EXIST)),
          new Asked(Kind.SERVICE_TEMPLATE_CHAIN, "UPDATE", List.of(CHAIN_IS_IMMUTABLE)),
          new Asked(Kind.SERVICE_TEMPLATE_CHAIN, "DELETE", List.of(CHAIN_IS_UNUSED)),
          new Asked(Kind.SERVICE_TEMPLATE, "UPDATE", List.of(TEMPLATE_IS_IMMUTABLE)),
          new Asked(Kind.SERVICE_TEMPLATE, "DELETE", List.of(TEMPLATE_IS_UNUSED)));

  private final Reads reads;
  private final Installation installation;

  RegistrationChecks(Reads reads, Installation installation) {
    this.reads = reads;
    this.installation = installation;
  }

  /** The configurations exist and call a Service of the install namespace. */
  CheckResult registered() {
    if (installation.validating().isUnseen()) {
      return CheckResult.unseen(REGISTERED, installation.validating());
    }
    if (installation.validatingHooks().isEmpty()) {
      return unregistered();
    }
    List<Hook> here = installation.hooksHere();
    if (here.stream().allMatch(Hook::mutating)) {
      Hook elsewhere = installation.validatingHooks().get(0);
      return CheckResult.error(
          REGISTERED,
          "%s calls Service %s/%s, none calls one of namespace %s"
              .formatted(
                  elsewhere.configuration(),
                  elsewhere.serviceNamespace(),
                  elsewhere.serviceName(),
                  installation.namespace()),
          "pathgate doctor --install-namespace " + elsewhere.serviceNamespace());
    }
    Set<String> configurations = here.stream().map(Hook::configuration).collect(Collectors.toSet());
    for (Hook hook : installation.hooks()) {
      if (!installation.isHere(hook) && configurations.contains(hook.configuration())) {
        return CheckResult.error(
            REGISTERED,
            "%s calls %s for %s, others of its webhooks one of namespace %s"
                .formatted(
                    hook.configuration(), hook.called(), hook.name(), installation.namespace()),
            RENDER);
      }
    }
    for (Hook hook : here) {
      String path = hook.mutating() ? "/mutate" : "/validate";
      if (!hook.path().equals(path)) {
        return CheckResult.error(
            REGISTERED,
            "%s calls path \"%s\" for %s; Pathgate answers at %s"
                .formatted(hook.configuration(), hook.path(), hook.name(), path),
            RENDER);
      }
    }
    for (Hook hook : here) {
      if (!hook.url().isEmpty()) {
        return CheckResult.warning(
            REGISTERED,
            hook.configuration() + " calls " + hook.url() + ", no Service",
            "fine for a trial; in a cluster: install the chart");
      }
    }
    return service(here);
  }

  /** Why no webhook of Pathgate is there. */
  private CheckResult unregistered() {
    List<String> empty = installation.emptyConfigurations();
    if (!empty.isEmpty()) {
      String message =
          "ValidatingWebhookConfiguration %s has no webhooks".formatted(String.join(", ", empty));
      return installation.settings().filter(InstalledSettings::asksNothing).isPresent()
          ? CheckResult.warning(
              REGISTERED,
              message + ", since every rule is off: nothing is judged",
              "helm upgrade --reset-then-reuse-values --set rules.RULE=deny, for each rule that is"
                  + " to judge")
          : CheckResult.error(REGISTERED, message + ": nothing is judged", RENDER);
    }
    List<String> callers = installation.namesOfCallers();
    if (installation.deployments().isUnseen() && !callers.isEmpty()) {
      return CheckResult.skipped(
          REGISTERED,
          "whether %s calls Pathgate can't be seen: %s"
              .formatted(String.join(", ", callers), installation.deployments().unseen()),
          "run doctor as somebody who may list Deployments in " + installation.namespace());
    }
    return CheckResult.error(
        REGISTERED,
        "there is no ValidatingWebhookConfiguration of Pathgate: nothing is judged",
        "install the chart: helm upgrade --install pathgate charts/pathgate --create-namespace -n "
            + installation.namespace()
            + " --set image.repository=REGISTRY/pathgate");
  }

  private CheckResult service(List<Hook> here) {
    Set<String> called = new LinkedHashSet<>();
    for (Hook hook : here) {
      String name = installation.namespace() + "/" + hook.serviceName();
      Reading service =
          reads.get(
              "/api/v1/namespaces/" + installation.namespace() + "/services/" + hook.serviceName());
      if (service.isAbsent()) {
        return CheckResult.error(
            REGISTERED,
            hook.configuration() + " calls Service " + name + ", which does not exist",
            RENDER);
      }
      boolean hasPort = service.isUnseen();
      for (JsonNode port : service.value().path("spec").path("ports")) {
        hasPort |= port.path("port").asInt() == hook.servicePort();
      }
      if (!hasPort) {
        return CheckResult.error(
            REGISTERED,
            hook.configuration()
                + " calls port "
                + hook.servicePort()
                + " of Service "
                + name
                + ", which has no such port",
            RENDER);
      }
      called.add(hook.configuration() + " calls Service " + name);
    }
    return CheckResult.ok(REGISTERED, String.join("; ", called));
  }

  /** The rules name resources and versions that are served, and all that Pathgate's rules judge. */
  CheckResult rules() {
    if (installation.validating().isUnseen()) {
      return CheckResult.unseen(RULES, installation.validating());
    }
    List<Hook> hooks = installation.hooksHere();
    if (hooks.isEmpty()) {
      return CheckResult.skipped(RULES, "there is no webhook to look at", "see " + REGISTERED);
    }
    Map<String, Set<String>> served = new LinkedHashMap<>();
    Reading group = reads.get("/apis/" + Kind.GROUP);
    if (group.isUnseen()) {
      return CheckResult.unseen(RULES, group);
    }
    for (JsonNode version : group.value().path("versions")) {
      String name = version.path("version").asText();
      Reading resources = reads.get("/apis/" + Kind.GROUP + "/" + name);
      if (resources.isUnseen()) {
        return CheckResult.unseen(RULES, resources);
      }
      Set<String> names = new TreeSet<>();
      resources.value().path("resources").forEach(one -> names.add(one.path("name").asText()));
      served.put(name, names);
    }
    if (served.isEmpty()) {
      return CheckResult.error(
          RULES, "the API server has no " + Kind.GROUP, "install k0rdent, or wait for its CRDs");
    }
    Findings findings = new Findings();
    for (Hook hook : hooks) {
      compare(hook, served, findings);
    }
    installation.settings().ifPresent(settings -> asked(settings, hooks, findings));
    hooks.forEach(hook -> narrowed(hook, hooks, findings));
    return findings
        .result()
        .orElseGet(
            () ->
                CheckResult.ok(
                    RULES,
                    "all resources and versions are served: "
                        + hooks.stream()
                            .map(Hook::name)
                            .distinct()
                            .collect(Collectors.joining(", "))));
  }

  private static void compare(Hook hook, Map<String, Set<String>> served, Findings findings) {
    for (JsonNode rule : hook.json().path("rules")) {
      for (JsonNode resource : rule.path("resources")) {
        String name = resource.asText();
        if (name.contains("*") || !Hook.has(rule.path("apiGroups"), Kind.GROUP)) {
          continue;
        }
        Set<String> missed = new TreeSet<>();
        boolean matches = false;
        for (Map.Entry<String, Set<String>> version : served.entrySet()) {
          if (version.getValue().contains(name)) {
            boolean named = Hook.has(rule.path("apiVersions"), version.getKey());
            matches |= named;
            if (!named) {
              missed.add(version.getKey());
            }
          }
        }
        if (!matches) {
          findings.error(
              hook.name()
                  + " is registered for "
                  + name
                  + (missed.isEmpty()
                      ? ", which the API server does not serve"
                      : " in versions that are not served; served: " + String.join(", ", missed)),
              isOfTheChart(rule, name) ? CRDS : RENDER);
        } else if (!missed.isEmpty()
            && hook.json().path("matchPolicy").asText("Equivalent").equals("Exact")) {
          findings.warning(
              hook.name()
                  + " has matchPolicy Exact: edits of "
                  + name
                  + " by version "
                  + String.join(", ", missed)
                  + " pass unjudged");
        }
      }
    }
  }

  /** Whether the chart registers it so: then it is the API server that lacks it. */
  private static boolean isOfTheChart(JsonNode rule, String resource) {
    return Hook.has(rule.path("apiVersions"), Kind.VERSION)
        && Arrays.stream(Kind.values()).anyMatch(kind -> kind.plural().equals(resource));
  }

  /** A webhook that is asked about fewer edits than the chart's, or than its siblings. */
  private static void narrowed(Hook hook, List<Hook> hooks, Findings findings) {
    for (String selector : List.of("namespaceSelector", "objectSelector")) {
      JsonNode own = hook.json().path(selector);
      Set<String> asked = Selection.requirements(own);
      boolean differs =
          hooks.stream()
              .filter(other -> other.configuration().equals(hook.configuration()))
              .map(other -> Selection.requirements(other.json().path(selector)))
              .anyMatch(others -> !others.equals(asked));
      if (differs && !asked.isEmpty()) {
        findings.warning(
            "%s has a %s that not all webhooks of %s have: what it leaves out is not judged there: %s"
                .formatted(hook.name(), selector, hook.configuration(), own));
      }
    }
    for (JsonNode condition : hook.json().path("matchConditions")) {
      String name = condition.path("name").asText();
      if (!CONDITIONS.contains(name)) {
        findings.warning(
            "%s has a match condition that the chart does not have: where %s does not hold, edits"
                    .formatted(hook.name(), name)
                + " pass unjudged");
      }
    }
  }

  private static void asked(InstalledSettings settings, List<Hook> hooks, Findings findings) {
    for (Asked asked : ASKED) {
      List<RuleId> rules =
          asked.rules().stream().filter(rule -> settings.action(rule) != Action.OFF).toList();
      boolean registered =
          hooks.stream()
              .anyMatch(
                  hook -> !hook.mutating() && hook.isAskedAbout(asked.operation(), asked.kind()));
      if (!rules.isEmpty() && !registered) {
        String text =
            "no webhook is registered for %s of %s, which %s judge"
                .formatted(
                    asked.operation(),
                    asked.kind().plural(),
                    rules.stream().map(RuleId::id).collect(Collectors.joining(", ")));
        if (rules.stream().anyMatch(rule -> settings.action(rule) == Action.DENY)) {
          findings.error(text, RENDER);
        } else {
          findings.warning(text);
        }
      }
    }
  }

  /** What holds while no pod answers. */
  CheckResult failurePolicy() {
    if (installation.validating().isUnseen()) {
      return CheckResult.unseen(FAILURE_POLICY, installation.validating());
    }
    List<Hook> hooks = installation.hooksHere().stream().filter(hook -> !hook.mutating()).toList();
    if (hooks.isEmpty()) {
      return CheckResult.skipped(
          FAILURE_POLICY, "there is no webhook to look at", "see " + REGISTERED);
    }
    String open =
        hooks.stream().filter(Hook::failsOpen).map(Hook::name).collect(Collectors.joining(", "));
    if (open.isEmpty()) {
      return CheckResult.ok(
          FAILURE_POLICY, "Fail: while no pod answers, edits that rules judge are refused");
    }
    if (installation.policies().isUnseen()) {
      return CheckResult.unseen(FAILURE_POLICY, installation.policies());
    }
    if (PolicyChecks.ofRules(installation).isEmpty()) {
      return CheckResult.warning(
          FAILURE_POLICY,
          "Ignore (" + open + ") without policies: while no pod answers, every edit passes",
          "helm upgrade --reset-then-reuse-values --set policies.enabled=true, or"
              + " --set webhook.failurePolicy=Fail");
    }
    if (installation.bindings().isUnseen()) {
      return CheckResult.unseen(FAILURE_POLICY, installation.bindings());
    }
    List<String> gaps = PolicyChecks.gaps(installation);
    return gaps.isEmpty()
        ? CheckResult.ok(
            FAILURE_POLICY,
            "Ignore ("
                + open
                + "): while no pod answers, the policies alone judge"
                + (installation.settings().filter(InstalledSettings::warnsOnly).isPresent()
                    ? ", and only warn"
                    : ""))
        : CheckResult.warning(
            FAILURE_POLICY,
            "Ignore ("
                + open
                + "): while no pod answers, edits pass that the policies leave alone: "
                + String.join("; ", gaps),
            "helm upgrade --reset-then-reuse-values renders policies and bindings anew, or --set"
                + " webhook.failurePolicy=Fail");
  }
}
