package dev.pathgate.cli.doctor;

import dev.pathgate.cli.output.CommandFailure;
import dev.pathgate.kube.FailureText;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One look at an installation, all checks in the order in which they are shown.
 *
 * @param namespace where Pathgate is installed
 * @param trial where the dry-runs are made; empty for k0rdent's own namespace, which is always
 *     judged
 * @param inCluster whether Services can be reached from here
 */
record Examination(String namespace, Optional<String> trial, boolean inCluster) {

  /**
   * Looks.
   *
   * @throws CommandFailure where the cluster can't be reached
   */
  List<CheckResult> of(Reads reads, Instant now, PodChecks.Pause pause) {
    Installation installation = Installation.read(reads, namespace);
    RegistrationChecks registration = new RegistrationChecks(reads, installation);
    Rehearsals rehearsals =
        new Rehearsals(
            reads,
            installation,
            trial.orElseGet(
                () ->
                    installation
                        .settings()
                        .map(InstalledSettings::systemNamespace)
                        .orElse("kcm-system")));
    CertificateChecks certificates =
        new CertificateChecks(reads, installation, rehearsals, inCluster, now);
    PodChecks pods = new PodChecks(reads, installation, now, pause);
    return List.of(
        looked(RegistrationChecks.REGISTERED, registration::registered),
        looked(CertificateChecks.CA_BUNDLE, certificates::caBundle),
        looked(CertificateChecks.EXPIRY, certificates::expiry),
        looked(PodChecks.ENDPOINTS, pods::endpoints),
        looked(RegistrationChecks.RULES, registration::rules),
        looked(RegistrationChecks.FAILURE_POLICY, registration::failurePolicy),
        looked(PolicyChecks.POLICIES, () -> PolicyChecks.policies(installation)),
        looked(Rehearsals.DENIED, rehearsals::denied),
        looked(Rehearsals.ALLOWED, rehearsals::allowed),
        looked(PodChecks.LEASE, pods::lease));
  }

  /** What a check says; one that fails is an error of its own, and the others still look. */
  private static CheckResult looked(String id, Supplier<CheckResult> check) {
    try {
      return check.get();
    } catch (CommandFailure noCluster) {
      throw noCluster;
    } catch (RuntimeException unforeseen) {
      return CheckResult.error(
          id,
          "doctor does not know what to make of this: " + FailureText.of(unforeseen),
          "see what is unusual about the registration, and please report it");
    }
  }
}
