package dev.pathgate.admission;

import dev.pathgate.Settings;
import dev.pathgate.cluster.Cluster;
import dev.pathgate.cluster.ClusterFacts;
import dev.pathgate.k0rdent.Edits;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.rule.Action;
import dev.pathgate.rule.ChainEdit;
import dev.pathgate.rule.Facts;
import dev.pathgate.rule.Finding;
import dev.pathgate.rule.Findings;
import dev.pathgate.rule.RuleId;
import dev.pathgate.rule.Rulebook;
import dev.pathgate.rule.ServiceEdit;
import dev.pathgate.rule.Violation;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Judges a request: the edits in it, the rules on them, and once more on what was read from the API
 * server if the first round, on the cache, had something to say against it.
 */
public final class Judge {
  /** Kubernetes' own clean-up, which a chain in use must not block. */
  private static final Set<String> CLEANERS =
      Set.of(
          "system:serviceaccount:kube-system:namespace-controller",
          "system:serviceaccount:kube-system:generic-garbage-collector",
          "system:kube-controller-manager");

  /** What can't be judged before the cache was filled for the first time. */
  public static final class NotReady extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private NotReady(String message) {
      super(message);
    }
  }

  private final Cluster cluster;
  private final Rulebook rulebook;
  private final Edits edits;
  private final Settings.Mode mode;
  private final Set<String> exemptGroups;

  /**
   * @param exemptGroups whose members may lift path denials by annotation
   */
  public Judge(
      Cluster cluster,
      Rulebook rulebook,
      Edits edits,
      Settings.Mode mode,
      Set<String> exemptGroups) {
    this.cluster = cluster;
    this.rulebook = rulebook;
    this.edits = edits;
    this.mode = mode;
    this.exemptGroups = Set.copyOf(exemptGroups);
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
   * @param millis how long the API server may be asked before the caller gives up; called once, if
   *     it has to be asked
   * @throws NotReady if there is no cache yet to judge it by
   */
  public CompletableFuture<Verdict> validate(AdmissionRequest request, LongSupplier millis) {
    Optional<Kind> kind = request.knownKind();
    if (kind.isEmpty() || kind.get() == Kind.SERVICE_TEMPLATE) {
      return CompletableFuture.completedFuture(Verdict.allowed(registeredTooWidely(request)));
    }
    Function<Facts, Findings> judgement = judgement(request, kind.get());
    ClusterFacts cached = ClusterFacts.cached(cluster);
    Findings first = judgement.apply(cached);
    Set<Violation.Need> needs = new LinkedHashSet<>(first.needs());
    needs.addAll(cached.untrusted());
    if (needs.isEmpty()) {
      return CompletableFuture.completedFuture(verdict(request, first));
    }
    return cached
        .read(needs, millis.getAsLong())
        // Not on the thread of whoever answered, which may serve others meanwhile.
        .thenApplyAsync(facts -> verdict(request, judgement.apply(facts)));
  }

  private Function<Facts, Findings> judgement(AdmissionRequest request, Kind kind) {
    if (kind.hasServices()) {
      return request.operation().writes() && !request.isBeingDeleted()
          ? ofServices(request, kind)
          : facts -> Findings.none();
    }
    return ofChain(request);
  }

  private Function<Facts, Findings> ofServices(AdmissionRequest request, Kind kind) {
    K0rdentObject after = request.object().orElseThrow();
    Optional<K0rdentObject> before =
        request.operation() == Operation.CREATE ? Optional.empty() : request.oldObject();
    List<ServiceEdit> changed =
        edits.ofServices(
            before,
            after,
            edits.chainNamespace(kind, request.objectNamespace()),
            cluster.serviceIdentity());
    boolean exempt = isExempt(request);
    return facts -> rulebook.ofServices(changed, facts, exempt);
  }

  private Function<Facts, Findings> ofChain(AdmissionRequest request) {
    String namespace = request.objectNamespace();
    switch (request.operation()) {
      case CREATE -> {
        ChainEdit edit = edits.ofChain(namespace, Optional.empty(), request.object().orElseThrow());
        return facts -> rulebook.ofNewChain(edit, facts);
      }
      case UPDATE -> {
        ChainEdit edit =
            edits.ofChain(namespace, request.oldObject(), request.object().orElseThrow());
        return facts -> rulebook.ofChangedChain(edit, facts);
      }
      case DELETE -> {
        if (CLEANERS.contains(request.user()) || request.isBeingDeleted()) {
          return facts -> Findings.none();
        }
        if (!cluster.isReady()
            && mode == Settings.Mode.ENFORCE
            && rulebook.action(RuleId.CHAIN_IS_UNUSED) == Action.DENY) {
          throw new NotReady("who uses this chain is not yet read from the API server; try again");
        }
        ChainEdit edit =
            edits.ofChain(namespace, Optional.empty(), request.oldObject().orElseThrow());
        return facts -> rulebook.ofDeletedChain(edit, facts);
      }
      default -> {
        return facts -> Findings.none();
      }
    }
  }

  private boolean isExempt(AdmissionRequest request) {
    return request
            .object()
            .flatMap(object -> object.metadata().exempt())
            .filter(reason -> !reason.isBlank())
            .isPresent()
        && request.groups().stream().anyMatch(exemptGroups::contains);
  }

  private Verdict verdict(AdmissionRequest request, Findings findings) {
    Optional<String> reason = request.object().flatMap(object -> object.metadata().exempt());
    boolean exempt = isExempt(request);
    List<Finding> denials = new ArrayList<>();
    List<Finding> softened = new ArrayList<>();
    boolean lifted = false;
    List<String> warnings = new ArrayList<>();
    for (Finding finding : findings.spoken()) {
      boolean lift = finding.denies() && exempt && finding.rule().isAboutPaths();
      lifted |= lift;
      if (!finding.denies()) {
        warnings.add(Warnings.of(finding));
      } else if (lift || mode == Settings.Mode.WARN) {
        softened.add(finding);
        warnings.add(Warnings.of(finding));
      } else {
        denials.add(finding);
      }
    }
    boolean asks =
        findings.denials().stream().anyMatch(denial -> denial.rule().isAboutPaths())
            || !reason.equals(request.oldObject().flatMap(old -> old.metadata().exempt()));
    if (reason.isPresent() && !exempt && asks && request.hasServices()) {
      warnings.add(notExempt(request, reason.get()));
    }
    return new Verdict(
        denials,
        softened,
        Warnings.fitting(warnings),
        List.of(),
        lifted && denials.isEmpty()
            ? Optional.of(request.user() + ": " + reason.get())
            : Optional.empty(),
        Stream.of(denials, softened, findings.spoken())
            .flatMap(List::stream)
            .findFirst()
            .map(finding -> finding.rule().id())
            .orElse("none"));
  }

  private static String notExempt(AdmissionRequest request, String reason) {
    return Warnings.of(
        "annotation pathgate.dev/exempt of "
            + request.subject()
            + " has no effect: "
            + (reason.isBlank()
                ? "it gives no reason"
                : "user " + request.user() + " is in no group of pathgate.exempt.groups"));
  }

  /**
   * The default chains for new services that name none, each as it is now. What can't be read in
   * time is left as it is.
   */
  public CompletableFuture<Verdict> mutate(AdmissionRequest request, LongSupplier millis) {
    Optional<Kind> kind = request.knownKind();
    if (kind.isEmpty() || !kind.get().hasServices()) {
      return CompletableFuture.completedFuture(
          kind.isPresent() && kind.get() == Kind.SERVICE_TEMPLATE_CHAIN
              ? Verdict.allowed()
              : Verdict.allowed(registeredTooWidely(request)));
    }
    if (!request.operation().writes() || request.isBeingDeleted()) {
      return CompletableFuture.completedFuture(Verdict.allowed());
    }
    String namespace = edits.chainNamespace(kind.get(), request.objectNamespace());
    List<ServiceEdit> chainless =
        edits
            .ofServices(
                request.operation() == Operation.CREATE ? Optional.empty() : request.oldObject(),
                request.object().orElseThrow(),
                namespace,
                cluster.serviceIdentity())
            .stream()
            .filter(edit -> edit.isNew() && !edit.after().namesChain())
            .toList();
    return new DefaultChains(cluster, namespace).fill(chainless, millis.getAsLong());
  }
}
