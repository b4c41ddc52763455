package dev.pathgate.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.rule.ObjectRef;
import dev.pathgate.rule.Violation.Need;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderClusterTest {
  private static final ChainRef REF = new ChainRef("tenant42", "ingress-chain");

  @TempDir private Path temporary;
  private Path folder;

  @BeforeEach
  void findTheRealFolder() throws IOException {
    folder = temporary.toRealPath();
  }

  @Test
  void knowsAllFourKinds() throws Exception {
    write("chain.yaml", chain("a"));
    write("template.yaml", object("ServiceTemplate", "a"));
    write("cluster.yaml", user("ClusterDeployment", "prod-eu"));
    write("fleet.yaml", user("MultiClusterService", "fleet"));

    FolderCluster cluster = cluster();

    assertThat(templates(cluster.chain(REF))).containsExactly("a");
    assertThat(cluster.chainsOf("tenant42")).hasSize(1);
    assertThat(cluster.hasTemplate("tenant42", "a")).isTrue();
    assertThat(cluster.usersOf(REF))
        .containsExactly(new ObjectRef("ClusterDeployment", "tenant42", "prod-eu"));
    assertThat(cluster.usersOf(new ChainRef("kcm-system", "ingress-chain")))
        .containsExactly(new ObjectRef("MultiClusterService", "", "fleet"));
    assertThat(cluster.summary())
        .isEqualTo(
            "1 ClusterDeployment, 1 MultiClusterService, 1 ServiceTemplateChain, 1 ServiceTemplate");
    assertThat(cluster.count(Kind.SERVICE_TEMPLATE)).isEqualTo(1);
    assertThat(cluster.isReady()).isTrue();
  }

  @Test
  void takesAnEmptyFolder() throws Exception {
    assertThat(cluster().summary())
        .isEqualTo(
            "0 ClusterDeployments, 0 MultiClusterServices, 0 ServiceTemplateChains, 0"
                + " ServiceTemplates");
  }

  @Test
  void refusesWhatIsNoFolder() {
    assertThatThrownBy(() -> new FolderCluster(folder.resolve("none"), "kcm-system"))
        .isInstanceOf(Manifests.Unreadable.class)
        .hasMessage(folder.resolve("none") + ": not a folder");
  }

  @Test
  void refusesToStartOnABrokenFile() throws Exception {
    write("chain.yaml", "kind: [\n");

    assertThatThrownBy(this::cluster)
        .isInstanceOf(Manifests.Unreadable.class)
        .hasMessageStartingWith(folder.resolve("chain.yaml") + ":");
  }

  @Test
  void refusesAFolderThatLeadsBackIntoItself() throws Exception {
    Files.createDirectories(folder.resolve("a"));
    Files.createSymbolicLink(folder.resolve("a/loop"), folder);

    assertThatThrownBy(this::cluster)
        .isInstanceOf(Manifests.Unreadable.class)
        .hasMessage(folder + ": can't be read: a link leads back into it");
  }

  @Test
  void keepsWhatItKnowsWhileTheFolderLeadsBackIntoItself() throws Exception {
    write("chain.yaml", chain("a"));
    FolderCluster cluster = cluster();

    Files.createDirectories(folder.resolve("a"));
    Files.createSymbolicLink(folder.resolve("a/loop"), folder);
    cluster.poll();

    assertThat(templates(cluster.chain(REF))).containsExactly("a");
  }

  @Test
  void answersFromTheLastLookUntilItIsRefreshed() throws Exception {
    write("chain.yaml", chain("a"));
    FolderCluster cluster = cluster();
    write("chain.yaml", chain("a, b"));

    assertThat(templates(cluster.chain(REF))).containsExactly("a");
    assertThat(templates(fresh(cluster).readChain(REF).join())).containsExactly("a", "b");
    assertThat(templates(cluster.chain(REF))).containsExactly("a", "b");
  }

  @Test
  void factsThatAreReadOfAFolderAreAsItIsNow() throws Exception {
    write("chain.yaml", chain("a"));
    FolderCluster cluster = cluster();
    ClusterFacts cached = ClusterFacts.cached(cluster);
    assertThat(templates(cached.chain(REF).value())).containsExactly("a");
    write("chain.yaml", chain("a, b"));

    ClusterFacts read = cached.read(Set.of(new Need.Chain(REF)), 10_000).join();

    assertThat(templates(read.chain(REF).value())).containsExactly("a", "b");
  }

  @Test
  void noticesAFileOfTheSameSizeByItsTime() throws Exception {
    write("chain.yaml", chain("a"));
    FolderCluster cluster = cluster();
    write("chain.yaml", chain("b"));
    Files.setLastModifiedTime(
        folder.resolve("chain.yaml"), FileTime.from(Instant.parse("2030-01-01T00:00:00Z")));

    assertThat(templates(fresh(cluster).readChain(REF).join())).containsExactly("b");
  }

  @Test
  void noticesANewFileAndOneThatIsGone() throws Exception {
    write("chain.yaml", chain("a"));
    FolderCluster cluster = cluster();

    Files.delete(folder.resolve("chain.yaml"));
    write("template.yaml", object("ServiceTemplate", "a"));

    assertThat(fresh(cluster).readChain(REF).join()).isEmpty();
    assertThat(fresh(cluster).readTemplates("tenant42").join()).containsExactly("a");
  }

  @Test
  void keepsTheLastGoodStateWhileAFileIsBroken() throws Exception {
    write("chain.yaml", chain("a"));
    FolderCluster cluster = cluster();

    write("chain.yaml", chain("a, b") + "kind: [\n");
    write("template.yaml", object("ServiceTemplate", "a"));
    cluster.poll();

    assertThat(templates(cluster.chain(REF))).containsExactly("a");
    assertThat(cluster.hasTemplate("tenant42", "a")).isFalse();
  }

  @Test
  void namesAllThatIsWrongAtOnce() throws Exception {
    write("a.yaml", "kind: [\n");
    write("b.yaml", chain("a").replace("name: ingress-chain", "name: 7"));

    assertThatThrownBy(this::cluster)
        .isInstanceOf(Manifests.Unreadable.class)
        .hasMessage(
            folder.resolve("a.yaml")
                + ":2: it ends within a list, an object or a text\n"
                + folder.resolve("b.yaml")
                + ":3: metadata.name is not a string");
  }

  @Test
  void countsWhatItPassesOver() throws Exception {
    write("kustomization.yaml", "resources: [chain.yaml]\n");
    write("chain.yaml", "{{ if }}\n" + chain("a"));

    assertThat(cluster().summary()).endsWith("0 ServiceTemplates; passed over: 2");
  }

  @Test
  void tellsThatItIsStaleUntilItsFileIsMended() throws Exception {
    write("chain.yaml", chain("a"));
    FolderCluster cluster = cluster();
    assertThat(cluster.isStale()).isFalse();

    write("chain.yaml", "kind: [\n");
    cluster.poll();
    assertThat(cluster.isStale()).isTrue();

    write("chain.yaml", chain("a, b, c"));
    cluster.poll();
    assertThat(cluster.isStale()).isFalse();
  }

  @Test
  void isNoLongerStaleOnceItsFileIsPutBackAsItWas() throws Exception {
    write("chain.yaml", chain("a"));
    FolderCluster cluster = cluster();
    Files.move(folder.resolve("chain.yaml"), folder.resolveSibling("aside"));
    Files.delete(folder);
    cluster.poll();
    assertThat(cluster.isStale()).isTrue();

    Files.createDirectories(folder);
    Files.move(folder.resolveSibling("aside"), folder.resolve("chain.yaml"));
    cluster.poll();

    assertThat(cluster.isStale()).isFalse();
  }

  @Test
  void takesTheFolderAgainOnceItsFileIsMended() throws Exception {
    write("chain.yaml", chain("a"));
    FolderCluster cluster = cluster();
    write("chain.yaml", "kind: [\n");
    cluster.poll();

    write("chain.yaml", chain("a, b, c"));

    assertThat(templates(fresh(cluster).readChain(REF).join())).containsExactly("a", "b", "c");
  }

  @Test
  void keepsTheLastGoodStateWhileTheFolderIsGone() throws Exception {
    write("chain.yaml", chain("a"));
    FolderCluster cluster = cluster();

    Files.move(folder.resolve("chain.yaml"), folder.resolveSibling("aside.yaml"));
    Files.delete(folder);
    cluster.poll();

    assertThat(templates(cluster.chain(REF))).containsExactly("a");
    Files.createDirectories(folder);
    Files.delete(folder.resolveSibling("aside.yaml"));
    assertThat(fresh(cluster).readChain(REF).join()).isEmpty();
  }

  @Test
  void tellsDefaultChainsByTheirAnnotation() throws Exception {
    write("chain.yaml", chain("a"));
    FolderCluster cluster = cluster();
    assertThat(cluster.defaultChainsOf("tenant42")).isEmpty();
    assertThat(fresh(cluster).readChain(REF).join()).map(TemplateChain::isDefault).contains(false);

    write(
        "chain.yaml",
        chain("a")
            .replace(
                "metadata: {", "metadata: {annotations: {pathgate.dev/default-chain: 'true'}, "));

    assertThat(fresh(cluster).readChain(REF).join()).map(TemplateChain::isDefault).contains(true);
  }

  @Test
  void tellsWhetherAnObjectStillNamesTheChain() throws Exception {
    ObjectRef user = new ObjectRef("ClusterDeployment", "tenant42", "prod-eu");
    write("cluster.yaml", user("ClusterDeployment", "prod-eu"));
    FolderCluster cluster = cluster();
    assertThat(fresh(cluster).readUse(user, REF).join()).isTrue();

    write("cluster.yaml", object("ClusterDeployment", "prod-eu"));

    assertThat(fresh(cluster).readUse(user, REF).join()).isFalse();
  }

  private static FolderCluster fresh(FolderCluster cluster) {
    cluster.refresh().join();
    return cluster;
  }

  private FolderCluster cluster() throws Manifests.Unreadable {
    return new FolderCluster(folder, "kcm-system");
  }

  private static List<String> templates(Optional<TemplateChain> chain) {
    return chain.orElseThrow().templates();
  }

  private static String object(String kind, String name) {
    return """
        apiVersion: k0rdent.mirantis.com/v1beta1
        kind: %s
        metadata: {name: %s, namespace: tenant42}
        """
        .formatted(kind, name);
  }

  private static String chain(String templates) {
    StringBuilder chain = new StringBuilder(object("ServiceTemplateChain", "ingress-chain"));
    chain.append("spec:\n  supportedTemplates:\n");
    for (String template : templates.split(", ", -1)) {
      chain.append("    - name: ").append(template).append('\n');
    }
    return chain.toString();
  }

  private static String user(String kind, String name) {
    return object(kind, name)
        + """
        spec:
          serviceSpec:
            services:
              - {name: ingress, template: a, templateChain: ingress-chain}
        """;
  }

  private void write(String file, String content) throws IOException {
    Files.writeString(folder.resolve(file), content);
  }
}
