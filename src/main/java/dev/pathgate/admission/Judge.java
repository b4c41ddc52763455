package dev.pathgate.admission;

import dev.pathgate.Settings;
import dev.pathgate.cluster.Cluster;
import dev.pathgate.cluster.ClusterFacts;
import dev.pathgate.k0rdent.Edits;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.rule.ChainEdit;
import dev.pathgate.rule.Facts;
import dev.pathgate.rule.Finding;
import dev.pathgate.rule.Findings;
import dev.pathgate.rule.PathPolicy;
import dev.pathgate.rule.Rulebook;
import dev.pathgate.rule.ServiceEdit;
import dev.pathgate.rule.TemplateEdit;
import dev.pathgate.rule.Violation;
import dev.pathgate.rule.Words;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Judges a request: the edits in it, the rules on them, and once more on what was read from the API
 * server if the first round, on the cache, had something to say against it.
 *
 * <p>This class is long because every kind of request takes the same two rounds.
 */
public final class Judge {
  /** Kubernetes' own clean-up, which a chain in use must not block. */
  private static final Set<String> CLEANERS =
      Set.of(
          "system:serviceaccount:kube-system:namespace-controller",
          "system:serviceaccount:kube-system:generic-garbage-collector",
          "system:kube-controller-manager");

  private final Cluster cluster;
  private final Rulebook rulebook;
  private final Edits edits;
  private final Settings.Mode mode;
  private final Set<String> exemptGroups;
  private final Optional<String> help;

  /** A judge whose denials name no place to find help. */
  public Judge(
      Cluster cluster,
      Rulebook rulebook,
      Edits edits,
      Settings.Mode mode,
      Set<String> exemptGroups) {
    this(cluster, rulebook, edits, mode, exemptGroups, Optional.empty());
  }

  /** A judge as the settings have it, but for the mode. */
  public static Judge of(Settings settings, Settings.Mode mode, Cluster cluster) {
    return new Judge(
        cluster,
        new Rulebook(
            RuleActions.of(settings.rules()),
            new PathPolicy(settings.path().steps(), settings.path().chainSwitch()),
            settings.systemNamespace()),
        new Edits(settings.systemNamespace()),
        mode,
        settings.exempt().groups().orElse(List.of()).stream()
            .map(String::strip)
            .collect(Collectors.toSet()),
        settings.helpUrl());
  }

  /**
   * @param exemptGroups whose members may lift path denials by annotation
   * @param help where people find help, for the end of every denial
   */
  public Judge(
      Cluster cluster,
      Rulebook rulebook,
      Edits edits,
      Settings.Mode mode,
      Set<String> exemptGroups,
      Optional<String> help) {
    this.cluster = cluster;
    this.rulebook = rulebook;
    this.edits = edits;
    this.mode = mode;
    this.exemptGroups = Set.copyOf(exemptGroups);
    this.help = help;
  }

  /** The warning about a request that no rule is for. */
  static String registeredTooWidely(AdmissionRequest request) {
    return Warnings.of(
        "Pathgate does not judge "
            + request.kind()
            + (request.group().isEmpty() ? "" : "." + request.group())
            + ": its webhook is registered too widely");
  }

  /**
   * The verdict on a request.
   *
   * @param millis how long the API server may be asked before the caller gives up; called each time
   *     that it has to be asked
   */
  public CompletableFuture<Verdict> validate(AdmissionRequest request, LongSupplier millis) {
    Optional<Kind> kind = request.knownKind();
    if (kind.isEmpty()) {
      return CompletableFuture.completedFuture(Verdict.allowed(registeredTooWidely(request)));
    }
    Case judged = judged(request, kind.get());
    ClusterFacts cached = ClusterFacts.cached(cluster);
    return verdict(request, judged, cached, millis)
        .whenComplete((verdict, failure) -> cached.close());
  }

  private CompletableFuture<Verdict> verdict(
      AdmissionRequest request, Case judged, ClusterFacts cached, LongSupplier millis) {
    Findings first = judged.findings().apply(cached);
    Set<Violation.Need> needs = new LinkedHashSet<>(first.needs());
    needs.addAll(cached.untrusted());
    if (needs.isEmpty()) {
      return CompletableFuture.completedFuture(verdict(request, judged, first));
    }
    return onceRead(
        cached.read(needs, millis.getAsLong()),
        facts -> {
          Findings second = judged.findings().apply(facts);
          Set<Violation.Need> more = new LinkedHashSet<>(second.needs());
          more.removeAll(needs);
          return more.isEmpty()
              ? CompletableFuture.completedFuture(verdict(request, judged, second))
              : onceRead(
                  facts.read(more, millis.getAsLong()),
                  read ->
                      CompletableFuture.completedFuture(
                          verdict(request, judged, judged.findings().apply(read))));
        });
  }

  /**
   * Goes on with what is read; where that takes a while, not on the thread of whoever answered,
   * which may serve others meanwhile.
   */
  private static <T, U> CompletableFuture<U> onceRead(
      CompletableFuture<T> read, Function<T, CompletableFuture<U>> next) {
    return read.isDone() ? read.thenCompose(next) : read.thenComposeAsync(next);
  }

  /**
   * A request as the rules look at it.
   *
   * @param findings what they say, given facts
   * @param exemption what the object's annotation asks for
   * @param replacements the services that take the place of others
   */
  private record Case(
      Function<Facts, Findings> findings,
      Optional<Exemption> exemption,
      List<Edits.Replacement> replacements) {
    Case(Function<Facts, Findings> findings) {
      this(findings, Optional.empty(), List.of());
    }

    static Case ofNothing() {
      return new Case(facts -> Findings.none());
    }
  }

  private Case judged(AdmissionRequest request, Kind kind) {
    return switch (kind) {
      case CLUSTER_DEPLOYMENT, MULTI_CLUSTER_SERVICE -> ofServices(request, kind);
      case SERVICE_TEMPLATE_CHAIN -> ofChain(request);
      case SERVICE_TEMPLATE -> ofTemplate(request);
    };
  }

  private Case ofServices(AdmissionRequest request, Kind kind) {
    if (!request.operation().writes() || request.isBeingDeleted()) {
      return Case.ofNothing();
    }
    K0rdentObject after = request.object().orElseThrow();
    List<ServiceEdit> changed =
        edits.ofServices(
            request.replaced(),
            after,
            edits.chainNamespace(kind, request.objectNamespace()),
            cluster.serviceIdentity());
    Optional<Exemption> exemption = Exemption.of(request, exemptGroups);
    boolean lifts = exemption.filter(Exemption::lifts).isPresent();
    return new Case(
        facts -> rulebook.ofServices(changed, facts, lifts),
        exemption,
        request
            .replaced()
            .map(before -> edits.replacements(changed, before, after))
            .orElse(List.of()));
  }

  private Case ofChain(AdmissionRequest request) {
    String namespace = request.objectNamespace();
    return switch (request.operation()) {
      case CREATE -> {
        ChainEdit edit = edits.ofChain(namespace, Optional.empty(), request.object().orElseThrow());
        yield new Case(facts -> rulebook.ofNewChain(edit, facts));
      }
      case UPDATE -> {
        ChainEdit edit =
            edits.ofChain(namespace, request.oldObject(), request.object().orElseThrow());
        yield new Case(facts -> rulebook.ofChangedChain(edit, facts));
      }
      case DELETE -> {
        if (mayGo(request)) {
          yield Case.ofNothing();
        }
        ChainEdit edit =
            edits.ofChain(namespace, Optional.empty(), request.oldObject().orElseThrow());
        yield new Case(facts -> rulebook.ofDeletedChain(edit, facts));
      }
      default -> Case.ofNothing();
    };
  }

  private Case ofTemplate(AdmissionRequest request) {
    String namespace = request.objectNamespace();
    return switch (request.operation()) {
      case UPDATE -> {
        TemplateEdit edit =
            edits.ofTemplate(namespace, request.oldObject(), request.object().orElseThrow());
        yield new Case(facts -> rulebook.ofChangedTemplate(edit, facts));
      }
      case DELETE -> {
        if (mayGo(request)) {
          yield Case.ofNothing();
        }
        TemplateEdit edit =
            edits.ofTemplate(namespace, Optional.empty(), request.oldObject().orElseThrow());
        yield new Case(facts -> rulebook.ofDeletedTemplate(edit, facts));
      }
      default -> Case.ofNothing();
    };
  }

  /** Whether an object goes whoever uses it: it is on its way already, or is cleaned up. */
  private static boolean mayGo(AdmissionRequest request) {
    return CLEANERS.contains(request.user()) || request.isBeingDeleted();
  }

  private Verdict verdict(AdmissionRequest request, Case judged, Findings findings) {
    if (findings.reported().isEmpty()
        && judged.exemption().isEmpty()
        && judged.replacements().isEmpty()) {
      return Verdict.allowed();
    }
    boolean exempt = judged.exemption().filter(Exemption::lifts).isPresent();
    List<Finding> denials = new ArrayList<>();
    List<Finding> downgraded = new ArrayList<>();
    List<Supplier<String>> warnings = new ArrayList<>();
    boolean exempted = false;
    Set<String> denied = denied(findings, exempt);
    for (Finding finding : findings.reported()) {
      boolean exempts = exempt && finding.isExemptible();
      exempted |= exempts;
      if (!finding.denies()) {
        warnings.add(() -> Warnings.of(finding));
      } else if (exempts) {
        // A denied service, which was listed twice, gets no warning besides.
        if (!denied.contains(finding.violation().subject().service())) {
          downgraded.add(finding);
          warnings.add(() -> Warnings.of("exempted: ", finding));
        }
      } else if (mode == Settings.Mode.WARN) {
        downgraded.add(finding);
        warnings.add(() -> Warnings.of("would be refused once enforced: ", finding));
      } else {
        denials.add(finding);
      }
    }
    boolean isAboutPaths = findings.reported().stream().anyMatch(Finding::isExemptible);
    judged
        .exemption()
        .filter(asked -> !asked.lifts() && (asked.isGivenNow() || isAboutPaths))
        .ifPresent(asked -> warnings.add(() -> Warnings.of(asked.noEffect(request))));
    List<Edits.Replacement> replacements =
        judged.replacements().stream()
            .filter(replacement -> !denied.contains(Words.identity(replacement.added())))
            .toList();
    replacements.forEach(replacement -> warnings.add(() -> Warnings.of(replaced(replacement))));
    return new Verdict(
        denials,
        downgraded,
        Warnings.fitting(warnings),
        List.of(),
        exempted && denials.isEmpty()
            ? judged.exemption().map(asked -> request.user() + ": " + asked.reason())
            : Optional.empty(),
        replacements,
        help,
        Stream.of(denials, downgraded, findings.reported())
            .flatMap(List::stream)
            .findFirst()
            .map(finding -> finding.rule().id())
            .orElse("none"));
  }

  /** The services that are refused, break-glass or not; none in a trial. */
  private Set<String> denied(Findings findings, boolean exempt) {
    return mode == Settings.Mode.WARN
        ? Set.of()
        : findings.reported().stream()
            .filter(finding -> finding.denies() && !(exempt && finding.isExemptible()))
            .map(finding -> finding.violation().subject().service())
            .collect(Collectors.toSet());
  }

  private static String replaced(Edits.Replacement replacement) {
    return "service "
        + Words.identity(replacement.added())
        + " with template "
        + Words.name(replacement.added().template())
        + " takes the place of "
        + Words.identity(replacement.gone())
        + " with template "
        + Words.name(replacement.gone().template())
        + ": no path was asked for";
  }

  /** The default chains for services that name none. */
  public CompletableFuture<Verdict> mutate(AdmissionRequest request, LongSupplier millis) {
    Optional<Kind> kind = request.knownKind();
    if (kind.isEmpty()) {
      return CompletableFuture.completedFuture(Verdict.allowed(registeredTooWidely(request)));
    }
    if (!kind.get().hasServices() || !request.operation().writes() || request.isBeingDeleted()) {
      return CompletableFuture.completedFuture(Verdict.allowed());
    }
    String namespace = edits.chainNamespace(kind.get(), request.objectNamespace());
    return new DefaultChains(cluster, namespace)
        .fill(
            edits.ofServices(
                request.replaced(),
                request.object().orElseThrow(),
                namespace,
                cluster.serviceIdentity()),
            millis);
  }
}
