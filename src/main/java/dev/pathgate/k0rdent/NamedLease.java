package dev.pathgate.k0rdent;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

/**
 * A Lease that may be there already, empty, and that its holder may get and update but not patch:
 * so much, for that one name, is what Pathgate asks of a cluster's administrator.
 */
public final class NamedLease extends LeaseLock {
  private static final ZonedDateTime LONG_AGO = Instant.EPOCH.atZone(ZoneOffset.UTC);

  private final String namespace;
  private final String name;
  private String resourceVersion;

  /**
   * @param identity who holds it, different in every process
   */
  public NamedLease(String namespace, String name, String identity) {
    super(namespace, name, identity);
    this.namespace = namespace;
    this.name = name;
  }

  @Override
  public synchronized LeaderElectionRecord get(KubernetesClient client) {
    Lease lease = client.leases().inNamespace(namespace).withName(name).get();
    if (lease == null) {
      return null;
    }
    resourceVersion = lease.getMetadata().getResourceVersion();
    boolean held = lease.getSpec() != null && lease.getSpec().getLeaseDurationSeconds() != null;
    return held
        ? toRecord(lease)
        : new LeaderElectionRecord("", Duration.ofSeconds(1), LONG_AGO, LONG_AGO, 0);
  }

  @Override
  public synchronized void update(KubernetesClient client, LeaderElectionRecord record) {
    Lease ours = toResource(record, getObjectMeta(resourceVersion));
    Lease live = client.leases().inNamespace(namespace).withName(name).get();
    if (live == null || !live.getMetadata().getResourceVersion().equals(resourceVersion)) {
      throw new IllegalStateException("Lease " + name + " was changed by someone else");
    }
    live.setSpec(ours.getSpec());
    resourceVersion =
        client.resource(live).inNamespace(namespace).update().getMetadata().getResourceVersion();
  }
}
