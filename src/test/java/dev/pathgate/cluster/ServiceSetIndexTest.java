package dev.pathgate.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.rule.ObjectRef;
import dev.pathgate.rule.ServiceSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServiceSetIndexTest {
  private static final ObjectRef CLUSTER = new ObjectRef("ClusterDeployment", "t1", "eu");
  private static final ObjectRef FLEET = new ObjectRef("MultiClusterService", "", "fleet");

  private final ServiceSetIndex index = new ServiceSetIndex();

  @Test
  void findsTheSetsOfAnOwnerByNamespaceAndName() {
    put("t2", "b", "eu", "fleet");
    put("t1", "c", "eu", "fleet");
    put("t1", "eu", "eu", "");

    assertThat(index.of(FLEET)).extracting(ServiceSet::location).containsExactly("t1/c", "t2/b");
    assertThat(index.of(CLUSTER)).extracting(ServiceSet::location).containsExactly("t1/eu");
  }

  @Test
  void keepsASetAsItWasPutLast() {
    put("t1", "eu", "eu", "fleet");
    put("t1", "eu", "eu", "");

    assertThat(index.of(FLEET)).isEmpty();
    assertThat(index.of(CLUSTER)).hasSize(1);
  }

  @Test
  void forgetsASet() {
    put("t1", "eu", "eu", "");
    put("t1", "other", "eu", "");
    index.remove("t1", "eu");
    index.remove("t1", "never-known");

    assertThat(index.of(CLUSTER)).extracting(ServiceSet::name).containsExactly("other");
  }

  private void put(String namespace, String name, String cluster, String multiClusterService) {
    index.put(
        new ServiceSetIndex.Seen(
            new ServiceSet(
                namespace,
                name,
                cluster,
                multiClusterService,
                false,
                false,
                List.of(),
                List.of())));
  }
}
