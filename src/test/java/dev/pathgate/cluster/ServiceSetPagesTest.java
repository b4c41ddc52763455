package dev.pathgate.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathgate.rule.ObjectRef;
import dev.pathgate.rule.ServiceSet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class ServiceSetPagesTest {
  private static final ObjectRef CLUSTER = new ObjectRef("ClusterDeployment", "tenant42", "eu");
  private static final ObjectRef FLEET = new ObjectRef("MultiClusterService", "", "fleet");
  private static final String ROOT = "apis/k0rdent.mirantis.com/v1beta1/";

  private final List<String> asked = new ArrayList<>();
  private final List<Optional<String>> answers = new ArrayList<>();

  @Test
  void keepsTheSetsOfOneOwnerOfAllPages() {
    answers.add(
        Optional.of(
            "{'metadata': {'resourceVersion': '5', 'continue': 'a/b=='}, 'items': ["
                + item("eu", "")
                + ","
                + item("us", "")
                + "]}"));
    answers.add(Optional.of("{'items': [" + item("eu", "fleet") + "], 'metadata': {}}"));

    assertThat(read(CLUSTER)).extracting(ServiceSet::name).containsExactly("eu-");
    assertThat(asked)
        .containsExactly(
            ROOT + "namespaces/tenant42/servicesets?limit=200",
            ROOT + "namespaces/tenant42/servicesets?limit=200&continue=a%2Fb%3D%3D");
  }

  @Test
  void looksForTheSetsOfAMultiClusterServiceInAllNamespaces() {
    answers.add(
        Optional.of("{'items': [" + item("eu", "fleet") + "," + item("eu", "other") + "]}"));

    assertThat(read(FLEET)).extracting(ServiceSet::name).containsExactly("eu-fleet");
    assertThat(asked).containsExactly(ROOT + "servicesets?limit=200");
  }

  @Test
  void findsNoneWhereThereIsNoSuchKind() {
    answers.add(Optional.empty());

    assertThat(read(CLUSTER)).isEmpty();
  }

  @Test
  void givesUpWhereThereIsNoEndOfPages() {
    answers.add(Optional.of("{'metadata': {'continue': 'more'}, 'items': []}"));

    assertThatThrownBy(() -> read(CLUSTER))
        .isInstanceOf(CompletionException.class)
        .hasMessageContaining("more than 10000 ServiceSets");
    assertThat(asked).hasSize(50);
  }

  private List<ServiceSet> read(ObjectRef owner) {
    return ServiceSetPages.of(
            owner,
            path -> {
              asked.add(path);
              Optional<String> answer = answers.size() > 1 ? answers.remove(0) : answers.get(0);
              return CompletableFuture.completedFuture(
                  answer.map(body -> body.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
            })
        .join();
  }

  private static String item(String cluster, String multiClusterService) {
    return "{'metadata': {'namespace': 'tenant42', 'name': '"
        + cluster
        + "-"
        + multiClusterService
        + "'}, 'spec': {'cluster': '"
        + cluster
        + "', 'multiClusterService': '"
        + multiClusterService
        + "'}}";
  }
}
