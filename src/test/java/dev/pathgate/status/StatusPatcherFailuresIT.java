package dev.pathgate.status;

import static dev.pathgate.status.TestCluster.await;
import static dev.pathgate.status.TestCluster.ok;
import static dev.pathgate.status.TestCluster.paths;
import static dev.pathgate.status.TestCluster.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.kube.ApiServer;
import dev.pathgate.status.TestCluster.RunningPatcher;
import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nothing is lost and nothing spins, whatever fails. */
@SuppressWarnings("try") // a patcher runs as long as its block, which need not name it
class StatusPatcherFailuresIT {
  private static final String SERVICE = "{name: a, template: a-1, templateChain: c}";
  private static final String LEASE = "/leases/pathgate-status-patcher";

  private TestCluster cluster;
  private final List<String> said = new CopyOnWriteArrayList<>();
  private final Logger logger = Logger.getLogger("dev.pathgate");
  private final Handler listener =
      new Handler() {
        @Override
        public void publish(LogRecord entry) {
          said.add(entry.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void start() {
    cluster = TestCluster.start("v1.12");
    cluster.namespace("team");
    cluster.chain("team", "c", "a-1 -> a-2", "a-2");
    logger.addHandler(listener);
  }

  @AfterEach
  void stop() {
    logger.removeHandler(listener);
    if (cluster != null) {
      cluster.close();
    }
  }

  private void awaitWritten(String name) {
    await().until(() -> paths(cluster.deployment("team", name)).path(0).has("availableUpgrades"));
  }

  @Test
  void needsNoMoreRightsThanTheChartGivesAndIsSilentWhenIdle() throws Exception {
    cluster.emptyLease();
    Config rights = cluster.serviceAccount("patcher", true);
    for (int i = 0; i < 50; i++) {
      cluster.deployment("team", "d" + i, SERVICE);
    }
    try (RunningPatcher patcher = cluster.patcher(rights)) {
      awaitWritten("d49");
      await().until(() -> patcher.writes("written") >= 50);
      awaitNothingButTheLease();
      long before = requests().count();

      TimeUnit.SECONDS.sleep(20);

      List<String> idle = requests().skip(before).toList();
      assertThat(idle).isNotEmpty().allMatch(request -> request.contains(LEASE));
      assertThat(idle).hasSizeLessThan(10);
      assertThat(patcher.writes("written")).isEqualTo(50);
      assertThat(patcher.writes("forbidden")).isZero();
    }
    assertThat(cluster.get(cluster.leasePath()).path("spec").has("holderIdentity")).isFalse();
  }

  /** What follows a write, such as its event, comes within three seconds of what was before it. */
  private void awaitNothingButTheLease() {
    long[] last = {0};
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofSeconds(3))
        .until(
            () -> {
              long before = last[0];
              last[0] = requests().filter(request -> !request.contains(LEASE)).count();
              return last[0] == before;
            });
  }

  private Stream<String> requests() throws IOException {
    return Files.readAllLines(cluster.audit()).stream()
        .filter(line -> line.contains("system:serviceaccount:kcm-system:patcher\""));
  }

  @Test
  void saysOnceWhichRbacRuleIsMissingAndGoesOnWhenItIsThere() {
    cluster.emptyLease();
    cluster.deployment("team", "d", SERVICE);
    cluster.deployment("team", "e", SERVICE);
    Config rights = cluster.serviceAccount("patcher", false);
    try (RunningPatcher patcher = cluster.patcher(rights)) {
      await().until(() -> patcher.writes("forbidden") >= 6);
      assertThat(said.stream().filter(line -> line.contains("missing RBAC rule")))
          .singleElement()
          .asString()
          .endsWith(
              "missing RBAC rule: verb patch on resource clusterdeployments/status of group"
                  + " k0rdent.mirantis.com");

      cluster.serviceAccount("patcher", true);

      awaitWritten("d");
      awaitWritten("e");
    }
  }

  @Test
  void saysThatTheLeaseIsMissingWhereItMayNotMakeIt() {
    cluster.deleteLease();
    Config rights = cluster.serviceAccount("patcher", true);
    cluster.deployment("team", "d", SERVICE);
    try (RunningPatcher patcher = cluster.patcher(rights)) {
      await()
          .until(
              () ->
                  said.stream()
                      .anyMatch(
                          line ->
                              line.contains(
                                  "apply an empty Lease of that name there, or allow verb create")));
      assertThat(patcher.patcher.isReady()).isTrue();
      assertThat(paths(cluster.deployment("team", "d")).isMissingNode()).isTrue();

      cluster.emptyLease();

      awaitWritten("d");
    }
  }

  @Test
  void outlivesARestartOfTheApiServer() throws Exception {
    try (RunningPatcher patcher = cluster.patcher()) {
      cluster.deployment("team", "d", SERVICE);
      awaitWritten("d");

      cluster.restart(5);
      cluster.deployment("team", "e", SERVICE);
      cluster.delete("ServiceTemplateChain", "team", "c");
      cluster.chain("team", "c", "a-1 -> a-3", "a-3");

      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  Stream.of("d", "e")
                      .allMatch(
                          name ->
                              paths(cluster.deployment("team", name)).toString().contains("a-3")));
      assertThat(said.stream().filter(line -> line.contains("can't be reached")))
          .hasSizeLessThan(3);
      assertThat(patcher.patcher.isReady()).isTrue();
    }
  }

  @Test
  void onePoisonedObjectDelaysNoOther() throws InterruptedException {
    refuse("poison");
    cluster.deployment("team", "poison", SERVICE);
    try (RunningPatcher patcher = cluster.patcher()) {
      await().until(() -> patcher.writes("refused") >= 2);
      for (int i = 0; i < 20; i++) {
        cluster.deployment("team", "d" + i, SERVICE);
      }
      await().atMost(Duration.ofSeconds(15)).until(() -> patcher.writes("written") >= 20);
      TimeUnit.SECONDS.sleep(5);

      assertThat(patcher.writes("refused")).isLessThan(10);
      assertThat(said.stream().filter(line -> line.contains("team/poison")))
          .singleElement()
          .asString()
          .contains("ClusterDeployment team/poison: its status was refused, answered 422");

      ok(
          cluster.call(
              new ApiServer.Call(
                  "DELETE",
                  "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings/refuse",
                  java.util.Map.of("Content-Type", ApiServer.JSON),
                  "")));
      await()
          .until(
              () ->
                  cluster
                      .updateStatus("v1beta1", cluster.deployment("team", "poison"), "probe")
                      .isSuccess());
      // A change of the spec does not wait for the back-off.
      cluster.deployment("team", "poison", SERVICE, "{name: b, template: b-1}");
      awaitWritten("poison");
    }
  }

  private void refuse(String name) {
    String path = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolic";
    ok(
        cluster.patch(
            path + "ies/refuse",
            ApiServer.APPLY,
            "user",
            true,
            yaml(
                """
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicy
                metadata: {name: refuse}
                spec:
                  matchConstraints:
                    resourceRules:
                      - apiGroups: [k0rdent.mirantis.com]
                        apiVersions: ["*"]
                        resources: [clusterdeployments/status]
                        operations: [UPDATE]
                  validations: [{expression: 'object.metadata.name != "%s"', message: refused here}]
                """
                    .formatted(name))));
    ok(
        cluster.patch(
            path + "ybindings/refuse",
            ApiServer.APPLY,
            "user",
            true,
            yaml(
                """
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicyBinding
                metadata: {name: refuse}
                spec: {policyName: refuse, validationActions: [Deny]}
                """)));
    ObjectNode probe = cluster.deployment("team", name, SERVICE).deepCopy();
    await().until(() -> cluster.updateStatus("v1beta1", probe, "probe").code() == 422);
  }
}
