package dev.pathgate.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pathgate.k0rdent.Kind;
import dev.pathgate.rule.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestsTest {
  private static final String CHAIN =
      """
      apiVersion: k0rdent.mirantis.com/v1beta1
      kind: ServiceTemplateChain
      metadata:
        name: ingress-chain
        namespace: tenant42
      spec:
        supportedTemplates:
          - name: ingress-0-9-0
            availableUpgrades:
              - name: ingress-0-10-0
                version: "0.10.0"
          - name: ingress-0-10-0
      """;

  @TempDir private Path temporary;
  private Path folder;

  @BeforeEach
  void findTheRealFolder() throws IOException {
    folder = temporary.toRealPath();
  }

  @Test
  void readsAManifestAsPeopleWriteIt() throws Exception {
    write("chain.yaml", CHAIN);

    List<Manifests.Entry> entries = read();

    assertThat(entries)
        .extracting(Manifests.Entry::kind)
        .containsExactly(Kind.SERVICE_TEMPLATE_CHAIN);
    assertThat(entries.get(0).object().asChain().templates())
        .containsExactly("ingress-0-9-0", "ingress-0-10-0");
    assertThat(entries.get(0).file()).isEqualTo(folder.resolve("chain.yaml"));
  }

  @Test
  void readsSeveralDocumentsOfOneFileAndEmptyOnesAmongThem() throws Exception {
    write("all.yml", "---\n" + CHAIN + "---\n# nothing here\n---\n" + template("a") + "---\n");

    assertThat(locations()).containsExactly("tenant42/ingress-chain", "tenant42/a");
  }

  @Test
  void readsJson() throws Exception {
    write(
        "template.json",
        """
        {"apiVersion": "k0rdent.mirantis.com/v1beta1", "kind": "ServiceTemplate",
         "metadata": {"name": "a", "namespace": "tenant42"}}
        """);

    assertThat(locations()).containsExactly("tenant42/a");
  }

  @Test
  void readsJsonThatIsIndentedByTabs() throws Exception {
    write(
        "template.json",
        "{\n\t\"apiVersion\": \"k0rdent.mirantis.com/v1beta1\",\n\t\"kind\": \"ServiceTemplate\","
            + "\n\t\"metadata\": {\n\t\t\"name\": \"a\",\n\t\t\"namespace\": \"tenant42\"\n\t}\n}\n");

    assertThat(locations()).containsExactly("tenant42/a");
  }

  @Test
  void readsFoldersWithinTheFolderInTheOrderOfPaths() throws Exception {
    write("b/two.yaml", template("two"));
    write("a/deep/one.yaml", template("one"));
    write("c.yaml", template("three"));

    assertThat(locations()).containsExactly("tenant42/one", "tenant42/two", "tenant42/three");
  }

  @Test
  void passesOverOtherFilesAndNamesThatBeginWithADot() throws Exception {
    write("README.md", "not: [yaml");
    write(".hidden.yaml", "not: [yaml");
    write(".git/config.yaml", "not: [yaml");
    write("one.YAML", template("one"));

    assertThat(locations()).containsExactly("tenant42/one");
  }

  @Test
  void readsAMountedConfigMapOnce() throws Exception {
    write("..2026_11_22/template.yaml", template("one"));
    Files.createSymbolicLink(folder.resolve("..data"), Path.of("..2026_11_22"));
    Files.createSymbolicLink(folder.resolve("template.yaml"), Path.of("..data/template.yaml"));

    assertThat(locations()).containsExactly("tenant42/one");
  }

  @Test
  void passesOverObjectsOfOtherKinds() throws Exception {
    write(
        "others.yaml",
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: tenant42}
        ---
        apiVersion: k0rdent.mirantis.com/v1beta1
        kind: ClusterTemplateChain
        metadata: {name: x}
        ---
        apiVersion: example.com/v1
        kind: ServiceTemplate
        metadata: {}
        """);

    assertThat(read()).isEmpty();
  }

  @Test
  void putsANamespacedObjectWithoutANamespaceInDefault() throws Exception {
    write(
        "objects.yaml",
        """
        apiVersion: k0rdent.mirantis.com/v1beta1
        kind: ClusterDeployment
        metadata: {name: prod-eu}
        ---
        apiVersion: k0rdent.mirantis.com/v1alpha1
        kind: MultiClusterService
        metadata: {name: fleet, namespace: ignored}
        """);

    assertThat(locations()).containsExactly("default/prod-eu", "fleet");
  }

  @Test
  void refusesWhatIsNoYamlByFileAndLine() throws Exception {
    write("broken.yaml", "kind: ServiceTemplate\nmetadata: [unclosed\n");

    assertThat(refusal()).startsWith(folder.resolve("broken.yaml") + ":").doesNotContain("\n");
    assertThat(refusal()).matches(".*/broken\\.yaml:[23]: .*");
  }

  @Test
  void refusesWhatIsNoUtf8ByFile() throws Exception {
    Files.write(folder.resolve("latin.yaml"), new byte[] {'a', ':', ' ', (byte) 0xe4, '\n'});

    assertThat(refusal()).startsWith(folder.resolve("latin.yaml") + ":");
  }

  @Test
  void refusesAControlCharacterByFile() throws Exception {
    write("control.yaml", "kind: \u0001\n");

    assertThat(refusal()).startsWith(folder.resolve("control.yaml") + ":");
  }

  @Test
  void refusesAFieldOfAnotherTypeByFileAndLine() throws Exception {
    write("chain.yaml", CHAIN.replace("\"0.10.0\"", "0.10"));

    assertThat(refusal())
        .isEqualTo(
            folder.resolve("chain.yaml")
                + ":11: spec.supportedTemplates[0].availableUpgrades[0].version is not a string");
  }

  @Test
  void refusesADocumentThatIsNoObject() throws Exception {
    write("list.yaml", template("a") + "---\n- a\n- b\n");

    assertThat(refusal())
        .isEqualTo(folder.resolve("list.yaml") + ":7: the document is not an object");
  }

  @Test
  void refusesADocumentWithoutAKind() throws Exception {
    write("values.yaml", "replicas: 3\n");

    assertThat(refusal())
        .isEqualTo(folder.resolve("values.yaml") + ":1: not a Kubernetes object: it has no kind");
  }

  @Test
  void refusesAnObjectWithoutAName() throws Exception {
    write("chain.yaml", CHAIN.replace("  name: ingress-chain\n", ""));

    assertThat(refusal())
        .isEqualTo(folder.resolve("chain.yaml") + ": a ServiceTemplateChain has no metadata.name");
  }

  @Test
  void refusesAnObjectThatStandsInTwoFiles() throws Exception {
    write("a.yaml", CHAIN);
    write("b.yaml", CHAIN);

    assertThat(refusal())
        .isEqualTo(
            folder.resolve("b.yaml")
                + ": ServiceTemplateChain tenant42/ingress-chain is already in "
                + folder.resolve("a.yaml"));
  }

  @Test
  void refusesAnAliasWhereItWouldHaveToFollowIt() throws Exception {
    write("anchor.yaml", template("a").replace("name: a", "name: *other"));

    assertThat(refusal())
        .isEqualTo(
            folder.resolve("anchor.yaml")
                + ":4: metadata.name is not written out; YAML aliases are not followed");
  }

  @Test
  void refusesAMergeKeyWhereItWouldHaveToFollowIt() throws Exception {
    write(
        "cluster.yaml",
        """
        apiVersion: k0rdent.mirantis.com/v1beta1
        kind: ClusterDeployment
        metadata: {name: prod-eu}
        x-base: &base {template: ingress-0-9-0}
        spec:
          serviceSpec:
            services:
              - name: ingress
                <<: *base
        """);

    assertThat(refusal())
        .isEqualTo(
            folder.resolve("cluster.yaml")
                + ":9: spec.serviceSpec.services[0].<< is not written out; YAML aliases are not"
                + " followed");
  }

  @Test
  void takesAnchorsAndAliasesWhereItDoesNotLook() throws Exception {
    write(
        "cluster.yaml",
        """
        apiVersion: k0rdent.mirantis.com/v1beta1
        kind: ClusterDeployment
        metadata: {name: prod-eu}
        spec:
          config: &shared {a: 1}
          other: *shared
          serviceSpec:
            services:
              - name: &name ingress
                template: ingress-0-9-0
                values: *name
        """);

    assertThat(read().get(0).object().services())
        .containsExactly(new Service("", "ingress", "ingress-0-9-0", ""));
  }

  private static String template(String name) {
    return """
        apiVersion: k0rdent.mirantis.com/v1beta1
        kind: ServiceTemplate
        metadata:
          name: %s
          namespace: tenant42
        """
        .formatted(name);
  }

  private void write(String file, String content) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
  }

  @Test
  void refusesAListRatherThanPassOverWhatItHolds() throws IOException {
    Files.writeString(folder.resolve("all.yaml"), "apiVersion: v1\nkind: List\nitems: []\n");

    assertThatThrownBy(this::read)
        .hasMessage(
            folder.resolve("all.yaml") + ":1: a List is not taken: one document for each object");
  }

  private List<Manifests.Entry> read() throws IOException, Manifests.Unreadable {
    return Manifests.read(Manifests.files(folder));
  }

  private List<String> locations() throws IOException, Manifests.Unreadable {
    return read().stream().map(entry -> entry.object().location()).toList();
  }

  private String refusal() {
    return catchThrowableOfType(Manifests.Unreadable.class, this::read).getMessage();
  }
}
