package dev.pathgate.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.k0rdent.Kind;
import dev.pathgate.rule.Service;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    assertThat(entries.get(0).place()).isEqualTo(folder.resolve("chain.yaml") + ":1");
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
  void passesOverOtherFilesAndWhatToolsLeaveBesideThem() throws Exception {
    write("README.md", "not: [yaml");
    write(".#one.yaml", "not: [yaml");
    write("._one.yaml", "not: [yaml");
    write(".git/config.yaml", "not: [yaml");
    write("one.YAML", template("one"));

    assertThat(locations()).containsExactly("tenant42/one");
  }

  @Test
  void readsNamesThatBeginWithADotAsKubectlDoes() throws Exception {
    write(".one.yaml", template("one"));
    write(".h/two.yaml", template("two"));

    assertThat(locations()).containsExactly("tenant42/two", "tenant42/one");
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
  void passesOverAndCountsWhatIsNoKubernetesObject() throws Exception {
    write("list.yaml", template("a") + "---\n- a\n- b\n");
    write("values.yaml", "replicas: 3\n");
    write("Chart.yaml", "apiVersion: v2\nname: x\nversion: 1.0.0\n");
    write("kustomization.yaml", "resources:\n  - list.yaml\n");
    write("namespace.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n");

    assertThat(locations()).containsExactly("tenant42/a");
    assertThat(reading().passedOver())
        .containsExactlyInAnyOrderEntriesOf(Map.of(Manifests.NO_OBJECT, 4, "Namespace", 1));
    assertThat(reading().skipped()).isEqualTo(5);
  }

  @Test
  void refusesAnObjectOfK0rdentWithoutAKindOrAnApiVersion() throws Exception {
    write("a.yaml", template("a").replace("kind: ServiceTemplate\n", ""));
    write("b.yaml", template("b").replace("apiVersion: k0rdent.mirantis.com/v1beta1\n", ""));

    assertThat(reading().problems())
        .extracting(Manifests.Problem::toString)
        .containsExactly(
            folder.resolve("a.yaml") + ":1: an object of k0rdent has no kind",
            folder.resolve("b.yaml") + ":1: a ServiceTemplate has no apiVersion");
  }

  @Test
  void readsWhatKubectlPrintsAsAList() throws Exception {
    write(
        "all.yaml",
        "apiVersion: v1\nkind: List\nitems:\n"
            + ("- " + template("a").stripTrailing().replace("\n", "\n  "))
            + "\n"
            + "- {apiVersion: v1, kind: Secret, metadata: {name: s}}\n");
    write(
        "typed.json",
        """
        {"apiVersion": "k0rdent.mirantis.com/v1beta1", "kind": "ServiceTemplateList",
         "items": [{"metadata": {"name": "b", "namespace": "tenant42"}}]}
        """);

    assertThat(read())
        .extracting(entry -> entry.object().location() + " " + entry.line())
        .containsExactly("tenant42/a 4", "tenant42/b 2");
    assertThat(reading().passedOver()).containsExactlyEntriesOf(Map.of("Secret", 1));
  }

  @Test
  void reportsAllThatIsWrongAndReadsTheRest() throws Exception {
    write(
        "all.yaml",
        template("a")
            + "---\nkind: [unclosed\n---\n"
            + template("b").replace("name: b", "name: 7")
            + "---\n"
            + template("c"));
    write("broken.json", "{\"kind\": ");

    Manifests.Reading reading = reading();

    assertThat(reading.entries())
        .extracting(entry -> entry.object().metadata().name() + " " + entry.line())
        .containsExactly("a 1", "c 15");
    assertThat(reading.problems())
        .extracting(Manifests.Problem::toString)
        .containsExactly(
            folder.resolve("all.yaml") + ":8: it ends within a list, an object or a text",
            folder.resolve("all.yaml") + ":12: metadata.name is not a string",
            folder.resolve("broken.json") + ":1: it ends within an object, a list or a text");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a: b: c              | 1: a second ': ' on the line; put the text in quotes
          a:;\tb: c            | 2: a tab stands where only blanks may
          a: 1;b               | 2: a key without ':'
          a: 1;  b: 2          | 2: a second ': ' on the line; put the text in quotes
          a:;  b: 1; c: 2      | 3: indented otherwise than the lines before it
          a: "b                | 2: it ends within a list, an object or a text
          a: *b                | 1: alias *b has no anchor before it
          a: &b [*b]           | 1: alias *b stands within its own anchor
          a: 1;a: 2            | 2: key a is set twice, before in line 1
          [a]: 1               | 1: a key that is not a text
          <<: 1                | 1: << merges something that is not an object
          {a: 1                | 2: it ends within a list, an object or a text
          a: [1; b: 2          | 2: a list or an object is not closed
          """)
  void saysInPlainWordsWhatIsNoYaml(String text, String reason) throws Exception {
    write("broken.yaml", text.replace(';', '\n').replace("\\t", "\t") + "\n");

    assertThat(refusal()).isEqualTo(folder.resolve("broken.yaml") + ":" + reason);
  }

  @Test
  void passesOverATemplateThatIsNotYetRendered() throws Exception {
    write("chart.yaml", template("a") + "---\n{{- if .Values.x }}\n" + template("b"));
    write("w3.yaml", template("c").replace("name: c", "name: {{ name }}"));

    Manifests.Reading reading = reading();

    assertThat(reading.problems()).isEmpty();
    assertThat(reading.entries()).hasSize(1);
    assertThat(reading.templates())
        .extracting(Manifests.Problem::toString)
        .containsExactly(
            folder.resolve("chart.yaml") + ":7: template mark",
            folder.resolve("w3.yaml") + ":4: template mark");
  }

  @Test
  void takesMarksInTextsAsTextButNotInFieldsThatAreRead() throws Exception {
    write("values.yaml", cluster("a", "'{{ .Values.x }}'"));
    assertThat(locations()).containsExactly("default/prod-eu");

    write("values.yaml", cluster("'{{ .Values.x }}'", "a"));
    assertThat(refusal())
        .isEqualTo(
            folder.resolve("values.yaml")
                + ":8: template mark in spec.serviceSpec.services[0].template");
  }

  @ParameterizedTest
  @CsvSource({
    "k0rdent.mirantis.com/v1beta1, '{{ .k }}', 1",
    "'{{ .v }}', ServiceTemplate, 1",
    "'{{ .v }}', '{{ .k }}', 1",
    "'{{ .v }}', ConfigMap, 0",
    "v1, '{{ .k }}', 0",
  })
  void refusesAMarkThatMayHideAKindThatIsRead(String apiVersion, String kind, int problems)
      throws Exception {
    write("one.yaml", "apiVersion: '%s'\nkind: '%s'\n".formatted(apiVersion, kind));

    assertThat(reading().problems()).hasSize(problems);
    assertThat(reading().skipped()).isEqualTo(1 - problems);
  }

  @ParameterizedTest
  @CsvSource({"a\\e[2Jb, 1", "a\\nb, 1", "a-b, 0"})
  void refusesANameThatSteersATerminal(String name, int problems) throws Exception {
    write("one.yaml", template("\"" + name + "\""));

    assertThat(reading().problems()).hasSize(problems);
    assertThat(reading().problems().toString()).doesNotContain("\n", "\u001b");
  }

  @Test
  void tellsTheLineOfEachField() throws Exception {
    write("cluster.yaml", "# first\n---\n" + cluster("a", "b"));

    Lines lines = read().get(0).lines();

    assertThat(lines.document()).isEqualTo(3);
    assertThat(lines.of("spec.serviceSpec.services[0].template")).isEqualTo(10);
    assertThat(lines.of("spec.serviceSpec.services[0].templateChain")).isEqualTo(9);
    assertThat(lines.of("spec.serviceSpec.services[9].template")).isEqualTo(3);
    assertThat(lines.of("spec.supportedTemplates[0].name")).isEqualTo(3);
    assertThat(lines.place("spec.serviceSpec.services[0].template"))
        .contains(new Lines.Place(10, 19));
  }

  @Test
  void readsWindowsLineEndsAByteOrderMarkAndDirectives() throws Exception {
    write("a.yaml", "\ufeff%YAML 1.1\n---\n" + template("a") + "---\n" + template("b"));
    write("b.yaml", ("\ufeff" + template("c") + "---\n" + template("d")).replace("\n", "\r\n"));
    write("c.json", "\ufeff{\"kind\": \"x\"}\r\n");

    assertThat(read())
        .extracting(entry -> entry.object().metadata().name() + " " + entry.line())
        .containsExactly("a 3", "b 9", "c 1", "d 7");
  }

  @Test
  void keepsASeparatorInATextApartFromOneBetweenDocuments() throws Exception {
    write("a.yaml", template("a") + "x: |\n  ---\n  b\n--- # next\n" + template("b"));

    assertThat(locations()).containsExactly("tenant42/a", "tenant42/b");
  }

  @Test
  void warnsOfWhatCanHardlyBeMeant() throws Exception {
    write(
        "chain.yaml",
        CHAIN
            .replace("availableUpgrades", "availableUpgrade")
            .replace("      - name: ingress-0-10-0\n", "      - name: x\n"));
    write("suported.yaml", CHAIN.replace("ingress-chain", "b").replace("supportedT", "suportedT"));
    write(
        "target.yaml",
        CHAIN.replace("ingress-chain", "c").replace("\n    - name: ingress-0-10-0\n", "\n"));
    write(
        "twice.yaml",
        cluster("a", "b")
            + "      - name: ingress\n        templatechain: x\n        namespace: default\n");
    write("kind.yaml", "apiVersion: k0rdent.mirantis.com/v1beta1\nkind: ServiceTemplatechains\n");
    write("group.yaml", "apiVersion: k0rdent.mirantis.co/v1beta1\nkind: ServiceTemplate\n");
    write("other.yaml", "apiVersion: k0rdent.mirantis.com/v1beta1\nkind: ClusterTemplate\n");

    assertThat(warnings())
        .containsExactly(
            "chain.yaml:9: ServiceTemplateChain tenant42/ingress-chain:"
                + " spec.supportedTemplates[0].availableUpgrade is no field that k0rdent knows:"
                + " did you mean availableUpgrades?",
            "group.yaml:2: ServiceTemplate is not of the group k0rdent.mirantis.co:"
                + " did you mean k0rdent.mirantis.com/v1beta1?",
            "kind.yaml:2: kind ServiceTemplatechains is not one of k0rdent's:"
                + " did you mean ServiceTemplateChain?",
            "suported.yaml:7: ServiceTemplateChain tenant42/b: spec.suportedTemplates is no field"
                + " that k0rdent knows: did you mean supportedTemplates?",
            "target.yaml:10: ServiceTemplateChain tenant42/c: ingress-0-9-0 upgrades to"
                + " ingress-0-10-0, which spec.supportedTemplates does not list",
            "twice.yaml:11: ClusterDeployment default/prod-eu:"
                + " spec.serviceSpec.services[1].templatechain is no field that k0rdent knows:"
                + " did you mean templateChain?",
            "twice.yaml:10: ClusterDeployment default/prod-eu: service default/ingress is listed"
                + " twice, before in line 7");
  }

  @Test
  void warnsOfNothingThatK0rdentKnows() throws Exception {
    write("chain.yaml", CHAIN);
    write("cluster.yaml", cluster("a", "b"));

    assertThat(warnings()).isEmpty();
  }

  @Test
  void readsKeysAndNestingThatOtherParsersRefuse() throws Exception {
    int depth = 100_000;
    write(
        "deep.json",
        "{\"apiVersion\": \"k0rdent.mirantis.com/v1beta1\", \"kind\": \"ServiceTemplateChain\","
            + " \"metadata\": {\"name\": \"a\"}, \"status\": {\""
            + "k".repeat(50_001)
            + "\": "
            + "[".repeat(depth)
            + "]".repeat(depth)
            + "}}");
    write(
        "deep.yaml",
        "apiVersion: k0rdent.mirantis.com/v1beta1\nkind: ServiceTemplateChain\n"
            + "metadata: {name: b}\nstatus:\n  a: "
            + "[".repeat(2_000)
            + "]".repeat(2_000)
            + "\n");

    assertThat(locations()).containsExactly("default/a", "default/b");
  }

  @Test
  void refusesAliasesThatUnfoldWithoutEnd() throws Exception {
    StringBuilder laughs = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 10; i++) {
      String before = "*a" + (i - 1);
      laughs.append("a%d: &a%d [%s]\n".formatted(i, i, (before + ", ").repeat(9) + before));
    }
    write("laughs.yaml", template("a") + laughs);

    assertThat(refusal())
        .isEqualTo(
            folder.resolve("laughs.yaml")
                + ":1: its YAML aliases make far more of it than is there");
  }

  @Test
  void refusesAnObjectWithoutAName() throws Exception {
    write("chain.yaml", CHAIN.replace("  name: ingress-chain\n", ""));

    assertThat(refusal())
        .isEqualTo(
            folder.resolve("chain.yaml") + ":1: a ServiceTemplateChain has no metadata.name");
  }

  @Test
  void refusesAnObjectThatStandsInTwoFiles() throws Exception {
    write("a.yaml", CHAIN);
    write("b.yaml", CHAIN);

    assertThat(refusal())
        .isEqualTo(
            folder.resolve("b.yaml")
                + ":1: ServiceTemplateChain tenant42/ingress-chain is already in "
                + folder.resolve("a.yaml")
                + ":1");
  }

  @Test
  void followsAliasesAndMergeKeys() throws Exception {
    write(
        "cluster.yaml",
        """
        apiVersion: k0rdent.mirantis.com/v1beta1
        kind: ClusterDeployment
        metadata: {name: &name prod-eu, namespace: *name}
        x-base: &base {template: ingress-0-9-0, templateChain: ingress-chain}
        x-other: &other {templateChain: other-chain, namespace: web}
        spec:
          serviceSpec:
            services:
              - name: ingress
                <<: [*base, *other]
                template: ingress-0-10-0
        """);

    Manifests.Entry entry = read().get(0);
    assertThat(entry.object().location()).isEqualTo("prod-eu/prod-eu");
    assertThat(entry.object().services())
        .containsExactly(new Service("web", "ingress", "ingress-0-10-0", "ingress-chain"));
    assertThat(entry.lines().of("spec.serviceSpec.services[0].template")).isEqualTo(11);
    assertThat(entry.lines().of("spec.serviceSpec.services[0].templateChain")).isEqualTo(4);
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

  private static String cluster(String template, String value) {
    return """
        apiVersion: k0rdent.mirantis.com/v1beta1
        kind: ClusterDeployment
        metadata: {name: prod-eu}
        spec:
          serviceSpec:
            services:
              - name: ingress
                template: %s
                values: %s
        """
        .formatted(template, value);
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

  private Manifests.Reading reading() throws IOException {
    return Manifests.read(
        Manifests.files(folder).stream().map(Manifests.Source::of).toList(), "default");
  }

  private List<Manifests.Entry> read() throws IOException {
    Manifests.Reading reading = reading();
    assertThat(reading.problems()).isEmpty();
    return reading.entries();
  }

  private List<String> locations() throws IOException {
    return read().stream().map(entry -> entry.object().location()).toList();
  }

  private String refusal() throws IOException {
    List<Manifests.Problem> problems = reading().problems();
    assertThat(problems).hasSize(1);
    return problems.get(0).toString();
  }

  private List<String> warnings() throws IOException {
    return reading().warnings().stream()
        .map(warning -> warning.toString().substring(folder.toString().length() + 1))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"no", "On", "yes"})
  void takesNoBooleanOfKubectlForAName(String name) {
    Manifests.Reading reading = named(name);

    assertThat(reading.entries()).isEmpty();
    assertThat(reading.problems()).extracting(Manifests.Problem::line).containsExactly(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"'yes'", "\"no\"", "!!str on", "yesno", "y", "n"})
  void takesTheSameLettersForANameWhereTheyAreText(String name) {
    assertThat(named(name).problems()).isEmpty();
    assertThat(named(name).entries()).hasSize(1);
  }

  private static Manifests.Reading named(String name) {
    String yaml =
        "apiVersion: k0rdent.mirantis.com/v1beta1\nkind: ServiceTemplate\nmetadata: {name: "
            + name
            + "}\n";
    return Manifests.read(
        List.of(
            new Manifests.Source() {
              @Override
              public String name() {
                return "a.yaml";
              }

              @Override
              public byte[] content() {
                return yaml.getBytes(StandardCharsets.UTF_8);
              }
            }),
        "default");
  }
}
