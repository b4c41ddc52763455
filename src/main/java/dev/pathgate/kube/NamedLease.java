package dev.pathgate.kube;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * A Lease that may be there already, empty, and that its holder may get and update but not patch:
 * so much, for that one name, is what Pathgate asks of a cluster's administrator.
 */
public final class NamedLease extends LeaseLock {
  private static final Logger LOG = Logger.getLogger(NamedLease.class);
  private static final ZonedDateTime LONG_AGO = Instant.EPOCH.atZone(ZoneOffset.UTC);

  private final String namespace;
  private final String name;
  private String resourceVersion;
  private volatile boolean missing;
  private String reported = "";

  /**
   * @param identity who holds it, different in every process
   */
  public NamedLease(String namespace, String name, String identity) {
    super(namespace, name, identity);
    this.namespace = namespace;
    this.name = name;
  }

  /** Whether there was no such Lease when it was last looked for. */
  public boolean isMissing() {
    return missing;
  }

  @Override
  public synchronized LeaderElectionRecord get(KubernetesClient client) {
    return telling(
        () -> {
          Lease lease = client.leases().inNamespace(namespace).withName(name).get();
          missing = lease == null;
          if (lease == null) {
            throw new KubernetesClientException("it does not exist");
          }
          resourceVersion = lease.getMetadata().getResourceVersion();
          return isWhole(lease.getSpec())
              ? toRecord(lease)
              : new LeaderElectionRecord("", Duration.ofSeconds(1), LONG_AGO, LONG_AGO, 0);
        });
  }

  private static boolean isWhole(LeaseSpec spec) {
    return spec != null
        && spec.getLeaseDurationSeconds() != null
        && spec.getLeaseTransitions() != null
        && spec.getAcquireTime() != null
        && spec.getRenewTime() != null;
  }

  @Override
  public synchronized void update(KubernetesClient client, LeaderElectionRecord record) {
    telling(
        () -> {
          Lease ours = toResource(record, getObjectMeta(resourceVersion));
          Lease live = client.leases().inNamespace(namespace).withName(name).get();
          if (live == null || !live.getMetadata().getResourceVersion().equals(resourceVersion)) {
            throw new KubernetesClientException(
                "it was changed by someone else", HttpURLConnection.HTTP_CONFLICT, null);
          }
          live.setSpec(ours.getSpec());
          resourceVersion =
              client
                  .resource(live)
                  .inNamespace(namespace)
                  .update()
                  .getMetadata()
                  .getResourceVersion();
          return null;
        });
  }

  /**
   * Logs a failure, once for as long as it stays the same: fabric8 would add a stack trace every
   * two seconds. It tries again after a {@link KubernetesClientException} alone; on anything else
   * it gives up for good, without a word to whoever waits.
   */
  private <T> T telling(Supplier<T> access) {
    try {
      T result = access.get();
      reported = "";
      return result;
    } catch (KubernetesClientException failed) {
      String why = String.valueOf(failed.getMessage());
      if (failed.getCode() != HttpURLConnection.HTTP_CONFLICT && !why.equals(reported)) {
        reported = why;
        LOG.errorf("Lease %s/%s can't be held: %s", namespace, name, why.replace('\n', ' '));
      }
      throw failed;
    } catch (RuntimeException failed) {
      throw new KubernetesClientException(String.valueOf(failed.getMessage()), failed);
    }
  }
}
