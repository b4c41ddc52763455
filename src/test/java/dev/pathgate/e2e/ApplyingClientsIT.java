package dev.pathgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.marcnuri.helm.Helm;
import dev.pathgate.e2e.Kubectl.Answer;
import dev.pathgate.testkit.CrdShape;
import dev.pathgate.testkit.K0rdentObjects;
import dev.pathgate.testkit.KubeServer;
import dev.pathgate.testkit.NeedsApiServer;
import dev.pathgate.testkit.PathgateProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients that send whole manifests again and again: what they do to an object whose move is
 * refused, and to a default chain that their file leaves out. A client that takes a refusal for an
 * immutable field deletes the object and creates it anew: its uid tells.
 */
@NeedsApiServer
class ApplyingClientsIT {
  private static final CrdShape SHAPE = CrdShape.ofRepository().get(0);

  private static KubeServer api;
  private static Kubectl kubectl;
  private static String registration;

  private String home;

  @BeforeAll
  static void register() throws IOException {
    api = KubeServer.shared();
    SHAPE.serve(api);
    kubectl = new Kubectl(api);
    registration = MutatingRegistration.of("pathgate-applying", PathgateProcess.shared());
    api.put(registration);
  }

  @AfterAll
  static void unregister() {
    api.delete(registration);
  }

  @BeforeEach
  void makeAHomeWithADefaultChain() {
    home = api.freshNamespace();
    api.create(
        K0rdentObjects.chain(SHAPE, home, "standard", "a > b", "b", "z")
            .replace(
                "metadata: {", "metadata: {annotations: {pathgate.dev/default-chain: 'true'}, "));
    Awaitility.await("the default chain is given")
        .pollInterval(Duration.ofMillis(50))
        .until(
            () ->
                kubectl
                    .on(prodEu("a", ""), "create", "--dry-run=server", "-oyaml")
                    .out()
                    .contains("templateChain: standard"));
  }

  private String prodEu(String template, String chain) {
    return K0rdentObjects.cluster(
        home, "prod-eu", K0rdentObjects.service(home, "dns", template, chain));
  }

  /** {@code <uid> <template> <chain>} of prod-eu. */
  private String stored() throws Exception {
    String service = ".spec.serviceSpec.services[0]";
    String path = "{.metadata.uid} {" + service + ".template} {" + service + ".templateChain}";
    Answer answer =
        kubectl.run("-n", home, "get", "clusterdeployment/prod-eu", "-o", "jsonpath=" + path);
    assertThat(answer.exit()).as(answer.err()).isZero();
    return answer.out();
  }

  static List<List<String>> ways() {
    return List.of(
        List.of("apply"),
        List.of("apply", "--force"),
        List.of("apply", "--force", "--field-manager=kubectl-edit"),
        List.of("apply", "--server-side", "--force-conflicts"),
        List.of("replace"));
  }

  private Answer send(String manifest, List<String> way) throws Exception {
    return kubectl.on(manifest, way.toArray(String[]::new));
  }

  private void apply(String manifest) throws Exception {
    Answer answer = kubectl.on(manifest, "apply");
    assertThat(answer.exit()).as(answer.err()).isZero();
  }

  /** {@code z}: the chain lists it elsewhere; {@code x}: it does not. */
  @ParameterizedTest
  @MethodSource("ways")
  void leaveTheObjectAloneWhoseMoveIsRefused(List<String> way) throws Exception {
    apply(prodEu("a", "standard"));
    String before = stored();
    for (String target : List.of("z", "x")) {
      Answer answer = send(prodEu(target, "standard"), way);

      assertThat(answer.exit()).isEqualTo(1);
      assertThat(answer.err())
          .contains("(Forbidden)", "can't be upgraded from a to " + target)
          .doesNotContain("is immutable");
      assertThat(stored()).isEqualTo(before);
    }
  }

  /** The file says the same as when it was applied; the object moved on since. */
  @ParameterizedTest
  @MethodSource("ways")
  void leaveTheObjectAloneThatMovedSinceItsFileWasApplied(List<String> way) throws Exception {
    apply(prodEu("a", "standard"));
    String patch = "[{'op':'replace','path':'/spec/serviceSpec/services/0/template','value':'b'}]";
    Answer moved =
        kubectl.run(
            "-n",
            home,
            "patch",
            "clusterdeployment/prod-eu",
            "--type=json",
            "-p",
            patch.replace('\'', '"'));
    assertThat(moved.exit()).as(moved.err()).isZero();
    String before = stored();

    Answer answer = send(prodEu("a", "standard"), way);

    assertThat(answer.err()).contains("(Forbidden)", "can't be upgraded from b to a");
    assertThat(stored()).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void moveTheObjectAlongThePath(List<String> way) throws Exception {
    apply(prodEu("a", "standard"));
    String before = stored();

    Answer answer = send(prodEu("b", "standard"), way);

    assertThat(answer.exit()).as(answer.err()).isZero();
    assertThat(stored()).isEqualTo(before.replace(" a ", " b "));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void keepTheDefaultChainThatTheirFileLeavesOut(List<String> way) throws Exception {
    apply(prodEu("a", ""));
    String before = stored();
    assertThat(before).endsWith(" a standard");

    assertThat(send(prodEu("a", ""), way).exit()).isZero();
    assertThat(stored()).isEqualTo(before);
    assertThat(send(prodEu("b", ""), way).exit()).isZero();
    assertThat(stored()).isEqualTo(before.replace(" a ", " b "));
    assertThat(send(prodEu("z", ""), way).err()).contains("leads nowhere from b");
    assertThat(stored()).isEqualTo(before.replace(" a ", " b "));
  }

  /** The sibling: the file does not leave it out, it says that there is none. */
  @ParameterizedTest
  @MethodSource("ways")
  void takeTheDefaultChainAwayWhereTheirFileSaysSo(List<String> way) throws Exception {
    apply(prodEu("a", ""));
    String before = stored();

    assertThat(send(prodEu("a", "\"\""), way).exit()).isZero();

    assertThat(stored()).isEqualTo(before.replace("standard", ""));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void keepTheDefaultChainThroughUpgradesByHelm(boolean force, @TempDir Path chart)
      throws Exception {
    upgrade(chart, "a", force);
    String before = stored();
    assertThat(before).endsWith(" a standard");

    upgrade(chart, "b", force);
    assertThat(stored()).isEqualTo(before.replace(" a ", " b "));

    Throwable refused = catchThrowable(() -> upgrade(chart, "z", force));
    assertThat(refused).hasMessageContaining("leads nowhere from b [service-follows-chain]");
    assertThat(stored()).isEqualTo(before.replace(" a ", " b "));
  }

  private void upgrade(Path chart, String template, boolean force) throws IOException {
    Files.writeString(
        chart.resolve("Chart.yaml"), "{apiVersion: v2, name: fleet, version: 1.0.0}\n");
    Path templates = Files.createDirectories(chart.resolve("templates"));
    Files.writeString(templates.resolve("prod-eu.yaml"), prodEu(template, ""));
    var upgrade =
        new Helm(chart)
            .upgrade()
            .install()
            .withName("fleet")
            .withNamespace(home)
            .withKubeConfig(api.kubeconfig());
    (force ? upgrade.force() : upgrade).call();
  }
}
