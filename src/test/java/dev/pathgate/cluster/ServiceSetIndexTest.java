package dev.pathgate.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.rule.ObjectRef;
import dev.pathgate.rule.ServiceSet;
import java.util.List;
import java.util.stream.IntStream;
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

    assertThat(index.of(FLEET).orElseThrow())
        .extracting(ServiceSet::location)
        .containsExactly("t1/c", "t2/b");
    assertThat(index.of(CLUSTER).orElseThrow())
        .extracting(ServiceSet::location)
        .containsExactly("t1/eu");
  }

  @Test
  void keepsASetAsItWasPutLast() {
    put("t1", "eu", "eu", "fleet");
    put("t1", "eu", "eu", "");

    assertThat(index.of(FLEET).orElseThrow()).isEmpty();
    assertThat(index.of(CLUSTER).orElseThrow()).hasSize(1);
  }

  @Test
  void forgetsASet() {
    put("t1", "eu", "eu", "");
    put("t1", "other", "eu", "");
    index.remove("t1", "eu");
    index.remove("t1", "never-known");

    assertThat(index.of(CLUSTER).orElseThrow())
        .extracting(ServiceSet::name)
        .containsExactly("other");
  }

  /** So many services that they would fill the memory are to be read when they are asked for. */
  @Test
  void keepsNoSetOfThousandsOfServicesAndSaysSo() {
    put("t1", "eu", "eu", "", 1_000);
    assertThat(index.of(CLUSTER).orElseThrow().get(0).deploys()).hasSize(1_000);

    put("t1", "eu", "eu", "", 1_001);
    put("t1", "other", "eu", "");
    assertThat(index.of(CLUSTER)).isEmpty();
    assertThat(index.of(FLEET).orElseThrow()).isEmpty();
    index.remove("t1", "eu");

    assertThat(index.of(CLUSTER).orElseThrow())
        .extracting(ServiceSet::name)
        .containsExactly("other");
  }

  private void put(String namespace, String name, String cluster, String multiClusterService) {
    put(namespace, name, cluster, multiClusterService, 0);
  }

  private void put(
      String namespace, String name, String cluster, String multiClusterService, int services) {
    index.put(
        new ServiceSetIndex.Seen(
            new ServiceSet(
                namespace,
                name,
                cluster,
                multiClusterService,
                false,
                false,
                IntStream.range(0, services)
                    .mapToObj(i -> new ServiceSet.Deployed("n/s" + i, "t", ""))
                    .toList(),
                List.of())));
  }
}
