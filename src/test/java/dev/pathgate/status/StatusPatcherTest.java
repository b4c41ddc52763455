package dev.pathgate.status;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StatusPatcherTest {
  @Test
  void refusesAFolderOfManifestsAndSaysWhy() {
    assertThat(StatusPatcher.problem(TestCluster.settings("chains", "/manifests")))
        .contains(
            "pathgate.chains=/manifests can't be used with the role status-patcher: it writes to"
                + " the objects of a cluster, and a folder of manifests has none; set"
                + " pathgate.chains=kubernetes or leave the role out of pathgate.roles");
  }

  @Test
  void takesAClusterAndMindsNoFolderInAnotherRole() {
    assertThat(StatusPatcher.problem(TestCluster.settings())).isEmpty();
    assertThat(
            StatusPatcher.problem(TestCluster.settings("chains", "/manifests", "roles", "webhook")))
        .isEmpty();
  }
}
