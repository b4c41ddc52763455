package dev.pathgate.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.marcnuri.helm.Helm;
import dev.pathgate.cli.doctor.CheckResult.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What doctor says of the policies that the chart renders, and of such that were changed. */
class DoctorPoliciesTest {
  private static final ObjectMapper YAML = new YAMLMapper();
  private static final String WITH_POLICIES =
      "webhook: {failurePolicy: Ignore%s}\npolicies: {enabled: true}\n";
  private static final String FOLLOWS = "pathgate-service-follows-chain";

  @TempDir private Path folder;
  private final Map<String, ArrayNode> objects = new HashMap<>();

  private void render(String values) throws IOException {
    objects.clear();
    String manifests =
        new Helm(Path.of("charts", "pathgate").toAbsolutePath())
            .template()
            .withName("pathgate")
            .withNamespace("pathgate")
            .withKubeVersion("1.30.0")
            .withValuesFile(Files.writeString(folder.resolve("values.yaml"), values))
            .call();
    try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(manifests)) {
      while (documents.hasNext()) {
        JsonNode object = documents.next();
        objects.computeIfAbsent(object.path("kind").asText(), kind -> list()).add(object);
      }
    }
  }

  private static ArrayNode list() {
    return JsonNodeFactory.instance.arrayNode();
  }

  /** Sets a field of an object, at a JSON pointer. */
  private void change(String kind, String name, String pointer, String yaml) throws IOException {
    int last = pointer.lastIndexOf('/');
    for (JsonNode object : objects.get(kind)) {
      if (object.at("/metadata/name").asText().equals(name)) {
        ((ObjectNode) object.at(pointer.substring(0, last)))
            .set(pointer.substring(last + 1), YAML.readTree(yaml));
        return;
      }
    }
    throw new AssertionError("there is no " + kind + " " + name);
  }

  private Installation installation() {
    return new Installation(
        "pathgate",
        reading("ValidatingWebhookConfiguration"),
        reading("MutatingWebhookConfiguration"),
        reading("Deployment"),
        reading("ValidatingAdmissionPolicy"),
        reading("ValidatingAdmissionPolicyBinding"));
  }

  private Reading reading(String kind) {
    return Reading.of(objects.getOrDefault(kind, list()));
  }

  private void assertInStep() {
    assertThat(PolicyChecks.policies(installation()))
        .isEqualTo(CheckResult.ok("policies", "4 are installed, in step with the settings"));
    assertThat(failurePolicy().status()).isEqualTo(Status.OK);
  }

  private void assertGap(String message) {
    CheckResult policies = PolicyChecks.policies(installation());
    assertThat(policies.status()).as(policies.toString()).isEqualTo(Status.WARNING);
    assertThat(policies.message()).isEqualTo(message);
    assertThat(failurePolicy().status()).isEqualTo(Status.WARNING);
    assertThat(failurePolicy().message()).endsWith("leave alone: " + message);
  }

  private CheckResult failurePolicy() {
    return new RegistrationChecks(null, installation()).failurePolicy();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''
          path: {chainSwitch: separate}
          path: {steps: any}
          exempt: {groups: ['a]b', 'sre & "co"']}
          systemNamespace: k0rdent
          mode: warn
          mutation: {enabled: true}
          """)
  void takesWhatTheChartRenders(String values) throws IOException {
    render(WITH_POLICIES.formatted(", namespaceSelector: {matchLabels: {a: b}}") + values);

    assertInStep();
  }

  @Test
  void takesWhatTheApiServerAdds() throws IOException {
    render(WITH_POLICIES.formatted(""));
    for (JsonNode policy : objects.get("ValidatingAdmissionPolicy")) {
      ((ObjectNode) policy.at("/spec/matchConstraints/resourceRules/0")).put("scope", "*");
    }
    for (JsonNode binding : objects.get("ValidatingAdmissionPolicyBinding")) {
      ObjectNode match = ((ObjectNode) binding.path("spec")).withObject("/matchResources");
      match.putObject("namespaceSelector");
      match.putObject("objectSelector");
      match.put("matchPolicy", "Equivalent");
    }

    assertInStep();
  }

  /** A variable of extraEnv, values that drift from it, how, and values that say the same. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          PATH_CHAIN_SWITCH | separate | path: {chainSwitch: together} | takes chain and template in one edit, the webhook's pathgate.path.chain-switch is separate | path: {chainSwitch: separate}
          PATH_STEPS | single | path: {steps: any} | takes whole paths, the webhook's pathgate.path.steps is single | path: {steps: single}
          EXEMPT_GROUPS | a | exempt: {groups: [a, b]} | exempts a, b, the webhook's pathgate.exempt.groups is a | exempt: {groups: [a]}
          SYSTEM_NAMESPACE | k0rdent | systemNamespace: kcm-system | reads the chains of namespace kcm-system for multiclusterservices, the webhook's pathgate.system-namespace is k0rdent | systemNamespace: k0rdent
          """)
  void comparesEverySettingThatThePoliciesHaveInThem(
      String variable, String set, String drifting, String gap, String same) throws IOException {
    String start =
        WITH_POLICIES.formatted(
            ", extraEnv: [{name: PATHGATE_%s, value: '%s'}]".formatted(variable, set));
    render(start + drifting);

    assertThat(PolicyChecks.policies(installation()).status()).isEqualTo(Status.WARNING);
    assertThat(PolicyChecks.policies(installation()).message()).contains(gap);
    assertThat(failurePolicy().status()).isEqualTo(Status.WARNING);
    assertThat(failurePolicy().message()).contains(gap);

    render(start + same);

    assertInStep();
  }

  @Test
  void tellsOfPoliciesThatRefuseMoreButNotAsOfAGap() throws IOException {
    render(
        WITH_POLICIES.formatted(
                ", extraEnv: [{name: PATHGATE_EXEMPT_GROUPS, value: 'sre'},"
                    + " {name: PATHGATE_PATH_CHAIN_SWITCH, value: together}]")
            + "path: {chainSwitch: separate}");

    assertThat(PolicyChecks.policies(installation()).message())
        .isEqualTo(
            "policy pathgate-service-follows-chain exempts nobody, the webhook's"
                + " pathgate.exempt.groups is sre; policy pathgate-service-names-chain refuses"
                + " chain and template in one edit, the webhook's pathgate.path.chain-switch is"
                + " together; policy pathgate-service-names-chain exempts nobody, the webhook's"
                + " pathgate.exempt.groups is sre");
    assertThat(failurePolicy().status()).isEqualTo(Status.OK);
  }

  @Test
  void comparesNoSettingThatIsNotInTheDeployment() throws IOException {
    render(
        WITH_POLICIES.formatted(
                ", extraEnv: [{name: PATHGATE_EXEMPT_GROUPS, valueFrom: {configMapKeyRef: {name: a,"
                    + " key: b}}}]")
            + "exempt: {groups: [sre]}");

    assertInStep();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /spec/matchConstraints/namespaceSelector | {matchLabels: {nobody: has}} | leaves out by its namespaceSelector what services.pathgate.dev judges: {"matchLabels":{"nobody":"has"}}
          /spec/matchConstraints/objectSelector | {matchLabels: {nobody: has}} | leaves out by its objectSelector what services.pathgate.dev judges: {"matchLabels":{"nobody":"has"}}
          /spec/matchConstraints/objectSelector | {} |
          /spec/matchConstraints/excludeResourceRules | [{resources: ['*']}] | leaves out what its excludeResourceRules name
          /spec/matchConstraints/excludeResourceRules | [] |
          /spec/matchConstraints/resourceRules | [{resources: [clusterdeployments]}] | is not about UPDATE of multiclusterservices
          /spec/matchConstraints/resourceRules | [{resources: ['*'], operations: ['*'], apiGroups: ['*']}] |
          /spec/matchConditions | [{name: never, expression: 'false'}] | has a match condition that the chart does not have: where never does not hold, edits pass unjudged
          /spec/matchConditions | [{name: names-this-chain, expression: 'true'}] |
          """)
  void missesWhatAChangedPolicyLeavesOut(String pointer, String yaml, String gap)
      throws IOException {
    render(WITH_POLICIES.formatted(""));
    change("ValidatingAdmissionPolicy", FOLLOWS, pointer, yaml);

    if (gap == null) {
      assertInStep();
    } else {
      assertGap("policy " + FOLLOWS + " " + gap);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          cluster-deployments | /spec/paramRef | {selector: {}, namespace: other, parameterNotFoundAction: Allow} | reads the chains of namespace other for clusterdeployments, not those of the object's own
          cluster-deployments | /spec/paramRef | {selector: {matchLabels: {a: b}}} | is bound to those chains alone that have a=b
          cluster-deployments | /spec/paramRef | {name: one} | is bound to chain one alone
          cluster-deployments | /spec/paramRef | {selector: {matchLabels: {}}, parameterNotFoundAction: Allow} |
          multi-cluster-services | /spec/paramRef/namespace | other | reads the chains of namespace other for multiclusterservices, the webhook's pathgate.system-namespace is kcm-system
          multi-cluster-services | /spec/paramRef/namespace | kcm-system |
          multi-cluster-services | /spec/validationActions | [Audit] | only audits, the webhook's service-follows-chain is deny
          multi-cluster-services | /spec/validationActions | [Audit, Deny] |
          """)
  void missesWhatAChangedBindingLeavesOut(String binding, String pointer, String yaml, String gap)
      throws IOException {
    render(WITH_POLICIES.formatted(""));
    change("ValidatingAdmissionPolicyBinding", FOLLOWS + "-" + binding, pointer, yaml);

    if (gap == null) {
      assertInStep();
    } else {
      assertGap("policy " + FOLLOWS + " " + gap);
    }
  }

  @Test
  void comparesNothingWithSettingsThatCantBeSeen() throws IOException {
    render(WITH_POLICIES.formatted(""));
    Installation seen = installation();

    assertThat(
            PolicyChecks.policies(
                    new Installation(
                        "pathgate",
                        seen.validating(),
                        seen.mutating(),
                        new Reading(MissingNode.getInstance(), "this account cannot list"),
                        seen.policies(),
                        seen.bindings()))
                .status())
        .isEqualTo(Status.SKIPPED);
  }
}
