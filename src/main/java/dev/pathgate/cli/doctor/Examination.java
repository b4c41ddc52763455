package dev.pathgate.cli.doctor;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

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
   * @throws dev.pathgate.cli.output.CommandFailure where the cluster can't be reached
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
        registration.registered(),
        certificates.caBundle(),
        certificates.expiry(),
        pods.endpoints(),
        registration.rules(),
        registration.failurePolicy(),
        PolicyChecks.policies(installation),
        rehearsals.denied(),
        rehearsals.allowed(),
        pods.lease());
  }
}
