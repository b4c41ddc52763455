package dev.pathgate.cli.doctor;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.cli.output.StructuredOutput;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.kube.ApiServer.Answer;
import dev.pathgate.rule.Action;
import dev.pathgate.rule.RuleId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Two dry-runs through the whole way, API server and all: the creation of an ill-formed chain must
 * be refused with Pathgate's text, that of a well-formed one must pass. Nothing is stored.
 */
final class Rehearsals {
  static final String DENIED = "dry-run-denied";
  static final String ALLOWED = "dry-run-allowed";

  private static final RuleId RULE = RuleId.CHAIN_IS_WELL_FORMED;
  private static final String FROM = "pathgate-doctor-1";
  private static final String TO = "pathgate-doctor-2";

  /** Some releases of k0rdent want one of each upgrade; others take it, or pass over it. */
  private static final String VERSION = "2.0.0";

  /** k0rdent's own webhook refuses the chain, too, and whoever is faster has the word. */
  private static final int TRIES = 5;

  private final Reads reads;
  private final Installation installation;
  private final String namespace;
  private Answer refused;
  private Answer passed;

  /**
   * @param namespace where the chains would be made
   */
  Rehearsals(Reads reads, Installation installation, String namespace) {
    this.reads = reads;
    this.installation = installation;
    this.namespace = namespace;
  }

  /** Whether Pathgate itself answered one of them there: the API server trusts what it serves. */
  boolean reachedPathgate(Hook hook) {
    return isOurs(refused())
        && rehearsed()
            .filter(asked -> refused().message().contains(quoted(asked) + " denied the request"))
            .filter(asked -> asked.called().equals(hook.called()) && asked.port() == hook.port())
            .isPresent();
  }

  /** Why the API server can't call the webhook, in its words; empty where it can, or can't say. */
  String callFailure() {
    for (Answer answer : new Answer[] {refused(), passed()}) {
      if (answer.message().contains("failed calling webhook") && namesOurs(answer)) {
        return answer.message();
      }
    }
    return "";
  }

  private boolean namesOurs(Answer answer) {
    return answer.message().contains(".pathgate.dev\"")
        || installation.hooksHere().stream()
            .anyMatch(hook -> answer.message().contains(quoted(hook)));
  }

  private static String quoted(Hook hook) {
    return '"' + hook.name() + '"';
  }

  /** Whether it can't for the dates of the certificate that is served. */
  boolean failsByDates() {
    return isByDates(callFailure());
  }

  private static boolean isByDates(String failure) {
    return failure.contains("x509: certificate has expired or is not yet valid");
  }

  CheckResult denied() {
    Optional<CheckResult> notDenied = installation.settings().flatMap(Rehearsals::notDenied);
    if (notDenied.isPresent()) {
      return notDenied.get();
    }
    if (isOurs(refused())) {
      return CheckResult.ok(
          DENIED, "an ill-formed chain in " + namespace + " is refused, with [" + RULE.id() + "]");
    }
    if (refused().isSuccess() && installation.deployments().isUnseen()) {
      return CheckResult.skipped(
          DENIED,
          "an ill-formed chain passes; whether it should can't be seen: "
              + installation.deployments().unseen(),
          "run doctor as somebody who may list Deployments in " + installation.namespace());
    }
    if (refused().isSuccess()) {
      return CheckResult.error(
          DENIED,
          "an ill-formed chain in " + namespace + " passes: nobody asks Pathgate about it",
          rehearsed().isEmpty()
              ? "see " + RegistrationChecks.REGISTERED + " and " + RegistrationChecks.RULES
              : "with failurePolicy Ignore: see endpoints, ca-bundle and certificate-expiry; else see"
                  + " whether the webhook's"
                  + " namespaceSelector leaves "
                  + namespace
                  + " out, and take another one with -n");
    }
    if (refused().message().contains("denied the request")) {
      return CheckResult.warning(
          DENIED,
          "refused, but another webhook is faster than Pathgate: " + refused().message(),
          "run doctor again; dry-run-allowed and ca-bundle tell whether Pathgate is asked");
    }
    return otherwise(DENIED, refused());
  }

  /** What is said where the settings have no ill-formed chain refused. */
  private static Optional<CheckResult> notDenied(InstalledSettings settings) {
    List<String> why = new ArrayList<>();
    List<String> fix = new ArrayList<>();
    if (settings.warnsOnly()) {
      why.add("mode is warn");
      fix.add("mode=enforce");
    }
    if (settings.ownAction(RULE) != Action.DENY) {
      why.add(RULE.id() + " is " + InstalledSettings.word(settings.ownAction(RULE)));
      fix.add("rules." + RULE.id() + "=deny");
    }
    return why.isEmpty()
        ? Optional.empty()
        : Optional.of(
            CheckResult.skipped(
                DENIED,
                "nothing here is denied: " + String.join(", ", why),
                "when the warnings look right: helm upgrade --reset-then-reuse-values --set "
                    + String.join(",", fix)));
  }

  CheckResult allowed() {
    if (passed().isSuccess()) {
      return CheckResult.ok(ALLOWED, "a well-formed chain in " + namespace + " passes");
    }
    // Its templates are made up, and one rule may be set to deny that.
    return isDeniedBy(RuleId.CHAIN_TEMPLATES_EXIST, passed())
        ? CheckResult.ok(
            ALLOWED,
            "a well-formed chain in "
                + namespace
                + " is refused for nothing but that its templates do not exist, which "
                + RuleId.CHAIN_TEMPLATES_EXIST.id()
                + " is set to deny")
        : otherwise(ALLOWED, passed());
  }

  private CheckResult otherwise(String id, Answer answer) {
    if (answer.isMissingRule()) {
      return CheckResult.unseen(id, Reading.refused(Reads.refusal(answer)));
    }
    if (answer.code() == 404 && !answer.message().contains("namespaces \"")) {
      return CheckResult.skipped(
          id,
          "the API server has no servicetemplatechains." + Kind.GROUP + ": " + answer.message(),
          "install or upgrade k0rdent, or wait for its CRDs");
    }
    if (answer.code() == 404) {
      return CheckResult.skipped(
          id,
          "no chain can be made in namespace " + namespace + ": " + answer.message(),
          "name a namespace that exists with -n");
    }
    return CheckResult.error(
        id,
        answer.message(),
        isByDates(answer.message())
            ? "see " + CertificateChecks.EXPIRY
            : answer.message().contains("failed calling webhook")
                ? "see endpoints and ca-bundle; a firewall or NetworkPolicy may stand between the"
                    + " API server and the pods"
                : "see who refuses, and why");
  }

  private static boolean isOurs(Answer answer) {
    return isDeniedBy(RULE, answer);
  }

  /** By Pathgate's text: its webhooks may be registered by another name. */
  private static boolean isDeniedBy(RuleId rule, Answer answer) {
    return answer.message().contains("\" denied the request")
        && answer.message().contains("[" + rule.id() + "]");
  }

  private Answer refused() {
    for (int i = 0; i < TRIES && (refused == null || isOfAnother(refused)); i++) {
      refused = create(false);
    }
    return refused;
  }

  private static boolean isOfAnother(Answer answer) {
    return answer.message().contains("denied the request") && !isOurs(answer);
  }

  private Answer passed() {
    if (passed == null) {
      passed = create(true);
    }
    return passed;
  }

  /** What the API server asks about a chain. */
  private Optional<Hook> rehearsed() {
    return installation.hooksHere().stream()
        .filter(
            hook -> !hook.mutating() && hook.isAskedAbout("CREATE", Kind.SERVICE_TEMPLATE_CHAIN))
        .findFirst();
  }

  private Answer create(boolean wellFormed) {
    ObjectNode chain =
        StructuredOutput.object()
            .put("apiVersion", Kind.API_VERSION)
            .put("kind", Kind.SERVICE_TEMPLATE_CHAIN.kindName());
    ObjectNode metadata =
        chain.putObject("metadata").put("name", "pathgate-doctor").put("namespace", namespace);
    rehearsed()
        .map(Hook::selectedLabels)
        .orElse(Map.of())
        .forEach(metadata.withObjectProperty("labels")::put);
    ArrayNode templates = chain.putObject("spec").putArray("supportedTemplates");
    templates
        .addObject()
        .put("name", FROM)
        .putArray("availableUpgrades")
        .addObject()
        .put("name", TO)
        .put("version", VERSION);
    if (wellFormed) {
      templates.addObject().put("name", TO);
    }
    return reads.dryRun(Kind.SERVICE_TEMPLATE_CHAIN.path(namespace), chain);
  }
}
