package dev.pathgate.rule;

import java.util.List;
import java.util.Optional;

/**
 * What k0rdent (from 1.3 on) deploys to one cluster on behalf of one object, and what became of it.
 *
 * @param cluster the ClusterDeployment, in the set's namespace; empty for the management cluster
 * @param multiClusterService the MultiClusterService that it is for; empty if it is for the
 *     ClusterDeployment itself
 * @param deleting whether it is being deleted
 * @param paused whether somebody holds it, or the provider that deploys it
 * @param deploys {@code spec.services}: what is to run
 * @param reports {@code status.services}: what became of it
 */
public record ServiceSet(
    String namespace,
    String name,
    String cluster,
    String multiClusterService,
    boolean deleting,
    boolean paused,
    List<Deployed> deploys,
    List<Reported> reports) {
  private static final String RUNS = "Deployed";

  /**
   * A service that is to run.
   *
   * @param identity {@code namespace/name}
   * @param version empty if the set gives none
   */
  public record Deployed(String identity, String template, String version) {
    private String step() {
      return version.isEmpty() ? template : version;
    }
  }

  /**
   * What became of a service.
   *
   * @param identity {@code namespace/name}
   * @param state as k0rdent writes it, such as {@code Provisioning}
   * @param since when it came into that state, as written; empty if nothing says so
   */
  public record Reported(
      String identity, String template, String version, String state, String since) {
    private String step() {
      return version.isEmpty() ? template : version;
    }
  }

  public ServiceSet {
    deploys = List.copyOf(deploys);
    reports = List.copyOf(reports);
  }

  /** The same set, with nothing said of what it deploys. */
  public ServiceSet withoutServices() {
    return new ServiceSet(
        namespace, name, cluster, multiClusterService, deleting, paused, List.of(), List.of());
  }

  /** The object on whose behalf it deploys. */
  public ObjectRef owner() {
    return multiClusterService.isEmpty()
        ? new ObjectRef("ClusterDeployment", namespace, cluster)
        : new ObjectRef("MultiClusterService", "", multiClusterService);
  }

  /** Whether it is expected to deploy what its owner asks for. */
  public boolean isAtWork() {
    return !deleting && !paused;
  }

  /** {@code namespace/name}. */
  public String location() {
    return namespace + "/" + name;
  }

  /**
   * What is missing until the service runs at its template; empty if it does, and for a disabled
   * one that the set does not hold: k0rdent passes it over, however long somebody waits.
   *
   * @param service as its owner had it
   */
  public Optional<String> waitsFor(Service service) {
    String identity = service.identity();
    Optional<Deployed> wanted =
        deploys.stream().filter(entry -> entry.identity().equals(identity)).findFirst();
    if (wanted.isEmpty() && service.disabled()) {
      return Optional.empty();
    }
    if (wanted.filter(entry -> entry.template().equals(service.template())).isEmpty()) {
      return Optional.of(
          wanted.map(entry -> "still at " + entry.template()).orElse("not taken up yet"));
    }
    Optional<Reported> report =
        reports.stream().filter(entry -> entry.identity().equals(identity)).findFirst();
    if (report.isEmpty()) {
      return Optional.of("not reported yet");
    }
    Reported entry = report.get();
    if (entry.state().equals(RUNS)
        && entry.template().equals(service.template())
        && entry.step().equals(wanted.get().step())) {
      return Optional.empty();
    }
    return Optional.of(
        entry.state()
            + (entry.template().equals(service.template()) ? "" : " at " + entry.template())
            + (entry.since().isEmpty() ? "" : " since " + entry.since()));
  }
}
