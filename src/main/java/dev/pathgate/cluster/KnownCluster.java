package dev.pathgate.cluster;

import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.rule.ServiceIdentity;

/** Objects in hand as the only source: what is cached of them is what they are. */
public final class KnownCluster implements LocalCluster {
  private final ObjectIndex index;
  private final ServiceIdentity identity;

  /**
   * @param systemNamespace where the chains of MultiClusterServices live
   */
  public KnownCluster(String systemNamespace, ServiceIdentity identity) {
    this.index = new ObjectIndex(systemNamespace);
    this.identity = identity;
  }

  @Override
  public ObjectIndex index() {
    return index;
  }

  @Override
  public ServiceIdentity serviceIdentity() {
    return identity;
  }

  /** Takes an object in. */
  public void put(Kind kind, K0rdentObject object) {
    index.put(kind, object);
  }

  /** Takes an object out. */
  public void remove(Kind kind, String namespace, String name) {
    index.remove(kind, namespace, name);
  }
}
