package dev.pathgate.k0rdent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.pathgate.chain.AvailableUpgrade;
import dev.pathgate.chain.SupportedTemplate;
import dev.pathgate.rule.ClusterSelector;
import dev.pathgate.rule.PublishedPaths;
import dev.pathgate.rule.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectReaderTest {
  @ParameterizedTest
  @ValueSource(strings = {"v1alpha1", "v1beta1"})
  void readsAClusterDeploymentOfEitherVersion(String version) {
    K0rdentObject object =
        strict(
            """
            {"apiVersion": "k0rdent.mirantis.com/%s", "kind": "ClusterDeployment",
             "metadata": {"namespace": "tenant42", "name": "prod-eu", "resourceVersion": "12"},
             "spec": {"template": "aws-1-0-0", "serviceSpec": {"priority": 100, "services": [
               {"name": "redis", "namespace": "cache", "template": "redis-0-9-0",
                "templateChain": "redis-chain", "values": "a: {b: c}", "valuesFrom": [{"kind": "x"}]},
               {"name": "ingress", "template": "ingress-0-10-0"}]}}}
            """
                .formatted(version));

    assertThat(object)
        .isEqualTo(
            new K0rdentObject(
                "k0rdent.mirantis.com/" + version,
                "ClusterDeployment",
                new K0rdentObject.Metadata(
                    "tenant42", "prod-eu", "12", false, false, false, Optional.empty()),
                List.of(
                    new Service("cache", "redis", "redis-0-9-0", "redis-chain"),
                    new Service("", "ingress", "ingress-0-10-0", "")),
                List.of(),
                List.of(),
                ClusterSelector.NONE,
                "",
                Optional.empty()));
    assertThat(object.knownKind()).contains(Kind.CLUSTER_DEPLOYMENT);
    assertThat(object.location()).isEqualTo("tenant42/prod-eu");
  }

  @Test
  void readsAChainWithAndWithoutVersions() {
    K0rdentObject chain =
        strict(
            """
            {"kind": "ServiceTemplateChain", "spec": {"supportedTemplates": [
              {"name": "a", "availableUpgrades": [{"name": "b", "version": "0.10.0"}, {"name": "c"}]},
              {"name": "b"}]}}
            """);

    assertThat(chain.templates())
        .containsExactly(
            new SupportedTemplate(
                "a",
                List.of(
                    new AvailableUpgrade("b", Optional.of("0.10.0")), AvailableUpgrade.to("c"))),
            new SupportedTemplate("b", List.of()));
  }

  @Test
  void readsPublishedPathsOfBothShapes() {
    K0rdentObject object =
        strict(
            """
            {"status": {"conditions": [], "servicesUpgradePaths": [
              {"name": "redis", "namespace": "cache", "template": "r-1", "availableUpgrades": [
                {"upgradePaths": ["r-2", "r-3"]}, {"upgradePaths": []}, {}]},
              {"name": "ingress", "template": "i-1", "availableUpgrades": [
                {"versions": [{"name": "i-2", "version": "2"}, {"name": "i-3"}]}]},
              {"name": "dns", "namespace": "", "template": "d-1"}]}}
            """);

    assertThat(object.published())
        .containsExactly(
            new PublishedPaths("cache/redis", "r-1", List.of("r-3")),
            new PublishedPaths("default/ingress", "i-1", List.of("i-3")),
            new PublishedPaths("default/dns", "d-1", List.of()));
  }

  @Test
  void readsWhatRulesAndCachesLookAtInMetadata() {
    K0rdentObject object =
        strict(
            """
            {"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z", "finalizers": ["x"],
             "labels": {"k0rdent.mirantis.com/managed": "true", "other": "x"},
             "annotations": {"pathgate.dev/default-chain": "true", "pathgate.dev/exempt": "fire"},
             "managedFields": [{"fieldsV1": {"f:spec": {}}}], "generation": 3}}
            """);

    assertThat(object.metadata())
        .isEqualTo(new K0rdentObject.Metadata("", "", "", true, true, true, Optional.of("fire")));
  }

  @Test
  void keepsTheLabelsOfAClusterDeploymentAlone() {
    String labelled =
        """
        {"metadata": {"labels": {"region": "eu", "empty": ""}}, "kind": "%s"}
        """;

    assertThat(strict(labelled.formatted("ClusterDeployment")).metadata().labels())
        .isEqualTo(Map.of("region", "eu", "empty", ""));
    assertThat(strict(labelled.formatted("MultiClusterService")).metadata().labels()).isEmpty();
  }

  @Test
  void readsWhichClustersAMultiClusterServiceSelects() {
    K0rdentObject object =
        strict(
            """
            {"kind": "MultiClusterService", "spec": {"clusterSelector": {
              "matchLabels": {"region": "eu"},
              "matchExpressions": [
               {"key": "tier", "operator": "In", "values": ["prod", "test"]},
               {"key": "old", "operator": "DoesNotExist"}]}}}
            """);

    assertThat(object.selector())
        .isEqualTo(
            new ClusterSelector(
                Map.of("region", "eu"),
                List.of(
                    new ClusterSelector.Requirement("tier", "In", List.of("prod", "test")),
                    new ClusterSelector.Requirement("old", "DoesNotExist", List.of()))));
    assertThat(object.in("x").selector()).isEqualTo(object.selector());
  }

  @Test
  void takesASelectorOfAnotherTypeForAbsent() {
    assertThat(
            strict("{\"kind\": \"MultiClusterService\", \"spec\": {\"clusterSelector\": [1]}}")
                .selector())
        .isEqualTo(ClusterSelector.NONE);
  }

  @Test
  void readsWhichChainAChainSucceeds() {
    K0rdentObject chain =
        strict("{\"metadata\": {\"annotations\": {\"pathgate.dev/succeeds\": \"old\"}}}");

    assertThat(chain.metadata().succeeds()).contains("old");
    assertThat(chain.in("x").metadata().succeeds()).contains("old");
    assertThat(strict("{\"metadata\": {}}").metadata().succeeds()).isEmpty();
  }

  @Test
  void takesOtherValuesOfLabelAndAnnotationForUnset() {
    K0rdentObject object =
        strict(
            """
            {"metadata": {"deletionTimestamp": null,
             "labels": {"k0rdent.mirantis.com/managed": "false"},
             "annotations": {"pathgate.dev/default-chain": "no"}}}
            """);

    assertThat(object.metadata()).isEqualTo(K0rdentObject.Metadata.NONE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"version": "1.2.3", "helm": {"chartSpec": {"version": "4.5.6"}}} | 1.2.3
          {"helm": {"chartSpec": {"chart": "x", "version": "4.5.6"}}}       | 4.5.6
          {"helm": {"chartRef": {"name": "x"}}}                             | ingress-1
          {"version": "", "kustomize": {}}                                  | ingress-1
          """)
  void readsTheVersionOfAServiceTemplate(String spec, String version) {
    K0rdentObject template =
        strict(
            """
            {"kind": "ServiceTemplate", "metadata": {"name": "ingress-1"}, "spec": %s}
            """
                .formatted(spec));

    assertThat(template.version()).isEqualTo(version);
  }

  @Test
  void readsTheVersionOfAService() {
    K0rdentObject object =
        strict("{\"spec\": {\"serviceSpec\": {\"services\": [{\"version\": \"0.10.0\"}]}}}");

    assertThat(object.services()).containsExactly(new Service("", "", "", "", "0.10.0", true));
  }

  @ParameterizedTest
  @CsvSource({
    "true, true",
    "false, false",
    "null, false",
    "'\"true\"', false",
    "'{\"a\": 1}', false"
  })
  void readsWhetherAServiceIsDisabledAndRefusesNothingForIt(String json, boolean disabled) {
    K0rdentObject object =
        strict(
            "{\"spec\": {\"serviceSpec\": {\"services\": [{\"disable\": %s, \"name\": \"x\"}]}}}"
                .formatted(json));

    assertThat(object.services()).containsExactly(new Service("", "x", "", "", "", true, disabled));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ClusterDeployment    | {"version": {}, "helm": 1, "supportedTemplates": "x"}
          ServiceTemplateChain | {"version": {}, "helm": 1, "serviceSpec": "x"}
          ServiceTemplate      | {"supportedTemplates": "x", "serviceSpec": 1}
          """)
  void passesOverWhatAnotherKindSpellsLikeThat(String kind, String spec) {
    K0rdentObject object = strict("{\"kind\": \"%s\", \"spec\": %s}".formatted(kind, spec));

    assertThat(object.services()).isEmpty();
    assertThat(object.templates()).isEmpty();
    assertThat(object.templateVersion()).isEmpty();
  }

  @Test
  void takesAChainThatIsBeingDeletedForOneThatListsNothing() {
    String chain =
        """
        {"kind": "ServiceTemplateChain", "metadata": {"name": "c"%s},
         "spec": {"supportedTemplates": [{"name": "a"}]}}
        """;

    assertThat(strict(chain.formatted("")).asChain().lists("a")).isTrue();
    assertThat(strict(chain.formatted("")).asChain().isTerminating()).isFalse();
    String leaving = chain.formatted(", \"deletionTimestamp\": \"2026-01-01T00:00:00Z\"");
    assertThat(strict(leaving).asChain().lists("a")).isFalse();
    assertThat(strict(leaving).asChain().isTerminating()).isTrue();
  }

  @Test
  void passesOverFieldsThatANewerCrdAdds() {
    K0rdentObject object =
        strict(
            """
            {"extra": {"deep": [1, {"x": null}]}, "metadata": {"more": [[]]},
             "spec": {"policy": 1, "serviceSpec": {"mode": true, "services": [
               {"name": "redis", "template": "r-1", "dependsOn": [{"name": "dns"}], "weight": 1.5}]}},
             "status": {"services": "any"}}
            """);

    assertThat(object.services()).containsExactly(new Service("", "redis", "r-1", ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"metadata\": null, \"spec\": null, \"status\": null}",
        "{\"spec\": {\"serviceSpec\": null, \"supportedTemplates\": null}}",
        "{\"spec\": {\"serviceSpec\": {\"services\": null}}}",
        "{\"metadata\": {\"name\": null, \"labels\": null, \"annotations\": {\"a\": null}}}",
        "{\"status\": {\"servicesUpgradePaths\": null}}"
      })
  void takesNullForAbsent(String json) {
    assertThat(strict(json))
        .isEqualTo(
            new K0rdentObject(
                "",
                "",
                K0rdentObject.Metadata.NONE,
                List.of(),
                List.of(),
                List.of(),
                ClusterSelector.NONE,
                "",
                Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          []                                                     | request.object is not an object
          "x"                                                    | request.object is not an object
          {"kind": 1}                                            | request.object.kind is not a string
          {"apiVersion": {}}                                     | request.object.apiVersion is not a string
          {"metadata": []}                                       | request.object.metadata is not an object
          {"metadata": {"name": 7}}                              | request.object.metadata.name is not a string
          {"metadata": {"deletionTimestamp": true}}              | request.object.metadata.deletionTimestamp is not a string
          {"metadata": {"labels": ["a"]}}                        | request.object.metadata.labels is not an object
          {"metadata": {"labels": {"a": 1}}}                     | request.object.metadata.labels.a is not a string
          {"metadata": {"annotations": {"a": {}}}}               | request.object.metadata.annotations.a is not a string
          {"spec": "x"}                                          | request.object.spec is not an object
          {"spec": {"serviceSpec": 1}}                           | request.object.spec.serviceSpec is not an object
          {"spec": {"serviceSpec": {"services": {}}}}            | request.object.spec.serviceSpec.services is not a list
          {"spec": {"serviceSpec": {"services": [{}, null]}}}    | request.object.spec.serviceSpec.services[1] is not set
          {"spec": {"serviceSpec": {"services": [{}, "x"]}}}     | request.object.spec.serviceSpec.services[1] is not an object
          {"spec": {"serviceSpec": {"services": [{"name": 1}]}}} | request.object.spec.serviceSpec.services[0].name is not a string
          {"spec": {"serviceSpec": {"services": [{"template": 0.9}]}}} | request.object.spec.serviceSpec.services[0].template is not a string
          {"spec": {"serviceSpec": {"services": [{"namespace": []}]}}} | request.object.spec.serviceSpec.services[0].namespace is not a string
          {"spec": {"serviceSpec": {"services": [{"templateChain": {}}]}}} | request.object.spec.serviceSpec.services[0].templateChain is not a string
          {"spec": {"serviceSpec": {"services": [{"version": 1}]}}} | request.object.spec.serviceSpec.services[0].version is not a string
          {"kind": "ServiceTemplate", "spec": {"version": 1}}    | request.object.spec.version is not a string
          {"kind": "ServiceTemplate", "spec": {"helm": {"chartSpec": []}}} | request.object.spec.helm.chartSpec is not an object
          {"spec": {"supportedTemplates": "x"}}                  | request.object.spec.supportedTemplates is not a list
          {"spec": {"supportedTemplates": [{"name": false}]}}    | request.object.spec.supportedTemplates[0].name is not a string
          {"spec": {"supportedTemplates": [{"availableUpgrades": {}}]}} | request.object.spec.supportedTemplates[0].availableUpgrades is not a list
          {"spec": {"supportedTemplates": [{"availableUpgrades": [{"name": 1}]}]}} | request.object.spec.supportedTemplates[0].availableUpgrades[0].name is not a string
          {"spec": {"supportedTemplates": [{"availableUpgrades": [{"version": 0.10}]}]}} | request.object.spec.supportedTemplates[0].availableUpgrades[0].version is not a string
          {"status": [1]}                                        | request.object.status is not an object
          {"status": {"servicesUpgradePaths": {}}}               | request.object.status.servicesUpgradePaths is not a list
          {"status": {"servicesUpgradePaths": [{"availableUpgrades": [{"upgradePaths": [1]}]}]}} | request.object.status.servicesUpgradePaths[0].availableUpgrades[0].upgradePaths[0] is not a string
          {"status": {"servicesUpgradePaths": [{"availableUpgrades": [{"versions": ["x"]}]}]}} | request.object.status.servicesUpgradePaths[0].availableUpgrades[0].versions[0] is not an object
          """)
  void refusesAFieldOfAnotherTypeByItsPath(String json, String message) {
    assertThat(refusal(ObjectReader.strict(), json)).isEqualTo(message);
    assertThat(refusal(ObjectReader.strictKeepingSpec(), json)).isEqualTo(message);
  }

  @Test
  void takesAFieldOfAnotherTypeForAbsentWhereItIsLenient() {
    K0rdentObject object =
        read(
            ObjectReader.lenient(),
            """
            {"metadata": {"name": 7, "namespace": "tenant42", "labels": [1]},
             "spec": {"serviceSpec": {"services": [
               {"name": "redis", "template": {"x": [1]}}, null, "text", {"name": "dns"}]}},
             "status": 3}
            """);

    assertThat(object.metadata().namespace()).isEqualTo("tenant42");
    assertThat(object.services())
        .containsExactly(
            new Service("", "redis", "", ""),
            new Service("", "", "", ""),
            new Service("", "", "", ""),
            new Service("", "dns", "", ""));
  }

  @Test
  void keepsWhatTheSpecComesToWhereItIsToldTo() {
    K0rdentObject chain =
        read(
            ObjectReader.strictKeepingSpec(),
            """
            {"spec": {"supportedTemplates": [{"name": "a", "hint": null}], "future": {"n": 1}}}
            """);

    assertThat(chain.templates()).containsExactly(new SupportedTemplate("a", List.of()));
    assertThat(chain.spec()).isPresent();
  }

  @Test
  void tellsAnEmptySpecFromAMissingOneWhereItKeepsIt() {
    assertThat(read(ObjectReader.strictKeepingSpec(), "{\"spec\": {}}").spec()).isPresent();
    assertThat(read(ObjectReader.strictKeepingSpec(), "{\"spec\": null}").spec()).isEmpty();
    assertThat(read(ObjectReader.strictKeepingSpec(), "{}").spec()).isEmpty();
  }

  @Test
  void keepsNoSpecOtherwise() {
    assertThat(strict("{\"spec\": {\"a\": 1}}").spec()).isEmpty();
  }

  @Test
  void leavesTheParserAtTheObjectsEnd() throws IOException {
    try (JsonParser parser = new JsonFactory().createParser("[{\"spec\": {\"a\": [1]}}, 5]")) {
      parser.nextToken();
      parser.nextToken();
      ObjectReader.strictKeepingSpec().read(parser, "");

      assertThat(parser.currentToken()).isEqualTo(JsonToken.END_OBJECT);
      assertThat(parser.nextToken()).isEqualTo(JsonToken.VALUE_NUMBER_INT);
    }
  }

  @Test
  void knowsTheFourKindsOfItsGroupOnly() {
    assertThat(Kind.of("k0rdent.mirantis.com", "MultiClusterService"))
        .contains(Kind.MULTI_CLUSTER_SERVICE);
    assertThat(Kind.of("example.com", "MultiClusterService")).isEmpty();
    assertThat(Kind.of("k0rdent.mirantis.com", "ClusterTemplateChain")).isEmpty();
    assertThat(strict("{\"apiVersion\": \"v1\", \"kind\": \"ServiceTemplate\"}").knownKind())
        .isEmpty();
  }

  private static K0rdentObject strict(String json) {
    return read(ObjectReader.strict(), json);
  }

  private static String refusal(ObjectReader reader, String json) {
    return catchThrowableOfType(
            UnexpectedType.class,
            () -> {
              try (JsonParser parser = new JsonFactory().createParser(json)) {
                parser.nextToken();
                reader.read(parser, "request.object");
              }
            })
        .getOriginalMessage();
  }

  private static K0rdentObject read(ObjectReader reader, String json) {
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      parser.nextToken();
      return reader.read(parser, "");
    } catch (IOException unexpected) {
      throw new UncheckedIOException(unexpected);
    }
  }
}
