package dev.pathgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.main.Launch;
import io.quarkus.test.junit.main.LaunchResult;
import io.quarkus.test.junit.main.QuarkusMainIntegrationTest;
import org.junit.jupiter.api.Test;

/** The commands of the packaged application: what a pipeline sees of them. */
@QuarkusMainIntegrationTest
class PackagedCommandsIT {
  @Test
  @Launch("version")
  void saysWhichVersionItIs(LaunchResult run) {
    assertThat(run.getOutput()).containsPattern("pathgate \\d+\\.\\d+\\.\\d+");
  }

  @Test
  @Launch(
      value = {"check", "-f", "src/test/resources/no-such-file"},
      exitCode = 2)
  void endsWithTwoForInputThatItCannotRead(LaunchResult run) {
    assertThat(run.getErrorOutput()).contains("no-such-file");
  }

  @Test
  @Launch(
      value = {"audit", "--kubeconfig", "src/test/resources/kubeconfigs/nowhere.yaml"},
      exitCode = 3)
  void endsWithThreeWithoutACluster(LaunchResult run) {
    assertThat(run.getErrorOutput()).contains("127.0.0.1:1");
  }
}
