package dev.pathgate.k0rdent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import dev.pathgate.kube.KubernetesJson;
import dev.pathgate.rule.ObjectRef;
import dev.pathgate.rule.ServiceSet;
import dev.pathgate.rule.ServiceSet.Deployed;
import dev.pathgate.rule.ServiceSet.Reported;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServiceSetReaderTest {
  @Test
  void readsWhatIsDeployedAndWhatBecameOfIt() {
    ServiceSet set =
        read(
            """
            {"apiVersion": "k0rdent.mirantis.com/v1beta1", "kind": "ServiceSet",
             "metadata": {"name": "prod-eu-1a2b", "namespace": "tenant42", "annotations": {"x": "y"}},
             "spec": {"cluster": "prod-eu", "multiClusterService": "fleet",
              "provider": {"config": {"services": [{"name": "none"}]}},
              "services": [
               {"name": "redis", "namespace": "cache", "template": "redis-1", "version": "1.0.0",
                "values": "a: b", "valuesFrom": [{"kind": "Secret", "name": "s"}]},
               {"name": "dns", "template": "dns-1"}]},
             "status": {"deployed": false, "provider": {"ready": true, "suspended": false},
              "services": [
               {"name": "redis", "namespace": "cache", "template": "redis-0", "version": "0.9.0",
                "state": "Deployed", "type": "Helm",
                "lastStateTransitionTime": "2026-11-25T17:00:00Z",
                "conditions": [{"type": "Helm", "name": "other"}]}]}}
            """);

    assertThat(set)
        .isEqualTo(
            new ServiceSet(
                "tenant42",
                "prod-eu-1a2b",
                "prod-eu",
                "fleet",
                false,
                false,
                List.of(
                    new Deployed("cache/redis", "redis-1", "1.0.0"),
                    new Deployed("default/dns", "dns-1", "")),
                List.of(
                    new Reported(
                        "cache/redis", "redis-0", "0.9.0", "Deployed", "2026-11-25T17:00:00Z"))));
    assertThat(set.owner()).isEqualTo(new ObjectRef("MultiClusterService", "", "fleet"));
  }

  @Test
  void ownsASetWithoutMultiClusterServiceToItsCluster() {
    assertThat(
            read("{'metadata': {'namespace': 't', 'name': 'a'}, 'spec': {'cluster': 'eu'}}")
                .owner())
        .isEqualTo(new ObjectRef("ClusterDeployment", "t", "eu"));
  }

  @Test
  void seesThatASetIsPausedByItsAnnotationOrItsProvider() {
    assertThat(
            read("{'metadata': {'annotations': {'k0rdent.mirantis.com/service-set-paused': ''}}}")
                .isAtWork())
        .isFalse();
    assertThat(read("{'status': {'provider': {'suspended': true}}}").isAtWork()).isFalse();
    assertThat(read("{'status': {'provider': {'suspended': false}}}").isAtWork()).isTrue();
  }

  @Test
  void seesThatASetIsBeingDeleted() {
    assertThat(read("{'metadata': {'deletionTimestamp': '2026-01-01T00:00:00Z'}}").isAtWork())
        .isFalse();
  }

  @Test
  void takesAFieldOfAnotherTypeForAbsent() {
    assertThat(
            read(
                "{'metadata': 1, 'spec': {'cluster': {}, 'services': {'name': 'x'}}, 'status':"
                    + " {'services': [1, null, {'name': 2, 'state': []}], 'provider': []}}"))
        .isEqualTo(
            new ServiceSet(
                "",
                "",
                "",
                "",
                false,
                false,
                List.of(),
                List.of(
                    new Reported("default/", "", "", "", ""),
                    new Reported("default/", "", "", "", ""),
                    new Reported("default/", "", "", "", ""))));
  }

  private static ServiceSet read(String json) {
    try (JsonParser parser = KubernetesJson.FACTORY.createParser(json.replace('\'', '"'))) {
      parser.nextToken();
      ServiceSet set = ServiceSetReader.read(parser);
      assertThat(parser.nextToken()).isNull();
      return set;
    } catch (IOException malformed) {
      throw new UncheckedIOException(malformed);
    }
  }
}
