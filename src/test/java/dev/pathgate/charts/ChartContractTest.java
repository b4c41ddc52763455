package dev.pathgate.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the chart asks of a cluster, to the letter and for every combination of values: what it
 * intercepts, what its policies judge, who may do what, and which connections are open.
 */
class ChartContractTest {
  private static final String K0RDENT = "k0rdent.mirantis.com";
  private static final String SERVICES = "[clusterdeployments, multiclusterservices]";

  private static final Set<String> HOOK_FIELDS =
      Set.of(
          "name",
          "admissionReviewVersions",
          "clientConfig",
          "rules",
          "matchPolicy",
          "namespaceSelector",
          "objectSelector",
          "sideEffects",
          "failurePolicy",
          "timeoutSeconds",
          "matchConditions");

  /** Which conditions every webhook has, and no others. */
  private static final Map<String, String> HOOK_CONDITIONS =
      Map.of(
          "services.pathgate.dev", "[not-being-deleted, services-or-exemption-differ]",
          "chains.pathgate.dev", "[not-being-deleted-already, spec-differs, not-a-clean-up]",
          "templates.pathgate.dev", "[not-being-deleted-already, spec-differs, not-a-clean-up]",
          "default-chains.pathgate.dev",
              "[not-being-deleted, services-differ, some-service-names-no-chain]");

  private static final Map<String, String> POLICY_RESOURCES =
      Map.of(
          "service-follows-chain",
          SERVICES,
          "service-names-chain",
          SERVICES,
          "chain-is-immutable",
          "[servicetemplatechains]",
          "template-is-immutable",
          "[servicetemplates]");

  private static final Map<String, String> POLICY_CONDITIONS =
      Map.of(
          "service-follows-chain", "[not-being-deleted, names-this-chain]",
          "service-names-chain", "[not-being-deleted, few-services-differ]",
          "chain-is-immutable", "[spec-differs]",
          "template-is-immutable", "[]",
          "own-webhooks", "[by-the-webhook-itself]");

  static Stream<String> combinations() {
    return ChartTest.combinations();
  }

  @ParameterizedTest
  @MethodSource("combinations")
  void interceptsExactlyThis(String values) {
    Chart.Objects chart = Chart.renderWithHooks(values);
    JsonNode set = yaml(values);
    List<JsonNode> hooks = new ArrayList<>();
    Stream.of("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration")
        .flatMap(chart::ofKind)
        .forEach(configuration -> configuration.path("webhooks").forEach(hooks::add));
    boolean chainsMayChange =
        set.at("/rules/chain-is-immutable").isBoolean(); // an unquoted off is false

    Map<String, String> rules =
        Map.of(
            "services.pathgate.dev", rule("[CREATE, UPDATE]", SERVICES),
            "chains.pathgate.dev",
                rule(
                    chainsMayChange ? "[CREATE, DELETE]" : "[CREATE, UPDATE, DELETE]",
                    "[servicetemplatechains]"),
            "templates.pathgate.dev", rule("[UPDATE, DELETE]", "[servicetemplates]"),
            "default-chains.pathgate.dev", rule("[CREATE, UPDATE]", SERVICES));

    List<String> names = new ArrayList<>();
    for (JsonNode hook : hooks) {
      String name = hook.path("name").asText();
      names.add(name);
      assertThat(hook.path("rules")).as(name).isEqualTo(yaml(rules.get(name)));
      assertThat(named(hook.path("matchConditions"))).hasToString(HOOK_CONDITIONS.get(name));
      assertThat(hook.path("namespaceSelector")).as(name).isEqualTo(namespaceSelector(set));
      assertThat(hook.path("objectSelector"))
          .as(name)
          .isEqualTo(orEmpty(set.at("/webhook/objectSelector")));
      boolean mutates = name.startsWith("default-");
      assertThat(hook.path("failurePolicy").asText())
          .isEqualTo(mutates ? "Ignore" : set.at("/webhook/failurePolicy").asText("Fail"));
      assertThat(hook.path("reinvocationPolicy").asText()).isEqualTo(mutates ? "IfNeeded" : "");
      assertThat(hook.path("timeoutSeconds").asInt()).isEqualTo(5);
      assertThat(hook.at("/clientConfig/service"))
          .isEqualTo(
              yaml(
                  "{name: %s-webhook, namespace: pathgate-home, path: %s, port: 443}"
                      .formatted(prefix(set), mutates ? "/mutate" : "/validate")));
      Set<String> fields = fields(hook);
      fields.removeAll(mutates ? Set.of("reinvocationPolicy") : Set.of());
      assertThat(fields).isEqualTo(HOOK_FIELDS);
    }
    assertThat(names)
        .startsWith("services.pathgate.dev", "chains.pathgate.dev", "templates.pathgate.dev")
        .hasSize(set.at("/mutation/enabled").asBoolean() ? 4 : 3);
  }

  @ParameterizedTest
  @MethodSource("combinations")
  void judgesExactlyThisByPolicyAndNeverFailsClosedOnAnObjectOfK0rdent(String values) {
    Chart.Objects chart = Chart.renderWithHooks(values);
    JsonNode set = yaml(values);
    Set<String> expected = new TreeSet<>();
    if (set.at("/policies/enabled").asBoolean()) {
      POLICY_RESOURCES.forEach(
          (policy, resources) -> {
            String rule = policy.equals("service-names-chain") ? "service-follows-chain" : policy;
            JsonNode action = set.at("/rules/" + rule);
            if (!action.isBoolean() && !action.asText().equals("off")) {
              expected.add(prefix(set) + "-" + policy);
            }
          });
    }
    if (isSelfManaged(set) && set.at("/certificates/self/guard").asBoolean(true)) {
      expected.add(prefix(set) + "-own-webhooks");
    }

    assertThat(chart.ofKind("ValidatingAdmissionPolicy").map(ChartContractTest::name))
        .containsExactlyInAnyOrderElementsOf(expected);
    chart
        .ofKind("ValidatingAdmissionPolicy")
        .forEach(
            policy -> {
              JsonNode spec = policy.path("spec");
              String what = name(policy).substring(prefix(set).length() + 1);
              boolean guards = what.equals("own-webhooks");
              assertThat(spec.path("failurePolicy").asText())
                  .as(what)
                  .isEqualTo(guards ? "Fail" : "Ignore");
              assertThat(spec.at("/matchConstraints/resourceRules"))
                  .as(what)
                  .isEqualTo(
                      guards
                          ? yaml(
                              """
                              [{apiGroups: [admissionregistration.k8s.io], apiVersions: [v1],
                              operations: [CREATE, UPDATE, DELETE],
                              resources: [validatingwebhookconfigurations, mutatingwebhookconfigurations]}]
                              """)
                          : yaml(rule("[UPDATE]", POLICY_RESOURCES.get(what))));
              assertThat(orEmpty(spec.at("/matchConstraints/namespaceSelector")))
                  .isEqualTo(guards ? yaml("{}") : namespaceSelector(set));
              assertThat(named(spec.path("matchConditions")))
                  .hasToString(POLICY_CONDITIONS.get(what));
              assertThat(spec.has("paramKind")).isEqualTo(what.equals("service-follows-chain"));
              assertThat(spec.path("validations")).hasSize(1);
              assertThat(spec.at("/validations/0/reason").asText()).isEqualTo("Forbidden");
              assertThat(spec.at("/validations/0/message").asText()).isNotEmpty();
            });
    assertThat(chart.all())
        .as("on these words Flux deletes, whatever the code")
        .noneMatch(object -> object.toString().matches(".*(is immutable|immutable field).*"));
  }

  @ParameterizedTest
  @MethodSource("combinations")
  void bindsEveryPolicyToNoMoreThanItsResources(String values) {
    Chart.Objects chart = Chart.renderWithHooks(values);
    JsonNode set = yaml(values);
    List<String> bound = new ArrayList<>();
    chart
        .ofKind("ValidatingAdmissionPolicyBinding")
        .forEach(
            binding -> {
              JsonNode spec = binding.path("spec");
              String what = spec.path("policyName").asText().substring(prefix(set).length() + 1);
              bound.add(spec.path("policyName").asText());
              boolean guards = what.equals("own-webhooks");
              String rule = what.equals("service-names-chain") ? "service-follows-chain" : what;
              boolean warns =
                  set.path("mode").asText().equals("warn")
                      || set.at("/rules/" + rule).asText().equals("warn");
              assertThat(spec.path("validationActions"))
                  .as(what)
                  .isEqualTo(yaml(guards ? "[Deny]" : warns ? "[Warn, Audit]" : "[Deny, Audit]"));
              ObjectNode rest = spec.deepCopy();
              rest.remove(List.of("policyName", "validationActions"));
              if (!what.equals("service-follows-chain")) {
                assertThat(rest).isEmpty();
                return;
              }
              boolean ofClusters = name(binding).endsWith("-cluster-deployments");
              assertThat(rest)
                  .isEqualTo(
                      yaml(
                          "{matchResources: {matchPolicy: Equivalent, resourceRules: %s}, paramRef: {%s}}"
                              .formatted(
                                  rule(
                                      "[UPDATE]",
                                      ofClusters
                                          ? "[clusterdeployments]"
                                          : "[multiclusterservices]"),
                                  (ofClusters ? "" : "namespace: kcm-system, ")
                                      + "selector: {}, parameterNotFoundAction: Allow")));
            });
    assertThat(new TreeSet<>(bound))
        .containsExactlyElementsOf(
            new TreeSet<>(
                chart.ofKind("ValidatingAdmissionPolicy").map(ChartContractTest::name).toList()));
  }

  @ParameterizedTest
  @MethodSource("combinations")
  void grantsRightsOnWebhookConfigurationsByNameAndInModeSelfAloneButForALookOfHelmTest(
      String values) {
    Chart.Objects chart = Chart.renderWithHooks(values);
    JsonNode set = yaml(values);
    List<JsonNode> rights = new ArrayList<>();
    Stream.of("Role", "ClusterRole")
        .flatMap(chart::ofKind)
        .flatMap(role -> stream(role.path("rules")))
        .filter(rule -> rule.path("apiGroups").toString().contains("admissionregistration"))
        .forEach(rights::add);

    String right =
        "{apiGroups: [admissionregistration.k8s.io], resources: [%s], resourceNames: [%s], verbs: [get, patch]}";
    List<JsonNode> expected = new ArrayList<>();
    if (isSelfManaged(set)) {
      expected.add(yaml(right.formatted("validatingwebhookconfigurations", prefix(set))));
      if (set.at("/mutation/enabled").asBoolean()) {
        expected.add(yaml(right.formatted("mutatingwebhookconfigurations", prefix(set))));
      }
    }
    expected.add(
        yaml(
            "{apiGroups: [admissionregistration.k8s.io], resources: [validatingwebhookconfigurations,"
                + " mutatingwebhookconfigurations, validatingadmissionpolicies,"
                + " validatingadmissionpolicybindings], verbs: [list]}"));
    assertThat(rights).containsExactlyInAnyOrderElementsOf(expected);
  }

  @ParameterizedTest
  @MethodSource("combinations")
  void bindsEveryRoleToItsOwnAccountAlone(String values) {
    Chart.Objects chart = Chart.renderWithHooks(values);
    Stream.of("RoleBinding", "ClusterRoleBinding")
        .flatMap(chart::ofKind)
        .forEach(
            binding -> {
              String kind = binding.path("kind").asText().replace("Binding", "");
              assertThat(binding.path("roleRef"))
                  .isEqualTo(
                      yaml(
                          "{apiGroup: rbac.authorization.k8s.io, kind: %s, name: %s}"
                              .formatted(kind, name(binding))));
              String account = name(binding).replace("-dry-run", "");
              assertThat(binding.path("subjects"))
                  .isEqualTo(
                      yaml(
                          "[{kind: ServiceAccount, name: %s, namespace: pathgate-home}]"
                              .formatted(account)));
              assertThat(chart.one(kind, name(binding)).path("rules")).isNotEmpty();
              chart.one("ServiceAccount", account);
            });
  }

  @ParameterizedTest
  @MethodSource("combinations")
  void opensExactlyTheseConnections(String values) {
    Chart.Objects chart = Chart.renderWithHooks(values);
    JsonNode set = yaml(values);
    String selector =
        "{app.kubernetes.io/name: pathgate, app.kubernetes.io/instance: pathgate, app.kubernetes.io/component: %s}";
    for (String component : List.of("webhook", "status-patcher")) {
      String name = prefix(set) + "-" + component;
      if (chart.ofKind("Deployment").map(ChartContractTest::name).noneMatch(name::equals)) {
        continue;
      }
      String own = selector.formatted(component);
      assertThat(chart.one("Service", name + "-management").path("spec"))
          .isEqualTo(
              yaml(
                  "{selector: %s, ports: [{name: management, port: 9000, targetPort: management}]}"
                      .formatted(own)));
      if (component.equals("webhook")) {
        assertThat(chart.one("Service", name).path("spec"))
            .isEqualTo(
                yaml(
                    "{selector: %s, ports: [{name: https, port: 443, targetPort: https}]}"
                        .formatted(own)));
      }
      if (!set.at("/networkPolicy/enabled").asBoolean(true)) {
        continue;
      }
      JsonNode from = set.at("/networkPolicy/managementFrom");
      String monitoring = from.isMissingNode() ? "" : ", from: [%s]".formatted(from.get(0));
      assertThat(chart.one("NetworkPolicy", name).path("spec"))
          .isEqualTo(
              yaml(
                  """
                  {podSelector: {matchLabels: %s}, policyTypes: [Ingress, Egress],
                  ingress: [%s {ports: [{port: management, protocol: TCP}] %s}],
                  egress: [{ports: [{port: 443, protocol: TCP}, {port: 6443, protocol: TCP},
                  {port: 8443, protocol: TCP}, {port: 16443, protocol: TCP}]},
                  {ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]}]}
                  """
                      .formatted(
                          own,
                          component.equals("webhook")
                              ? "{ports: [{port: https, protocol: TCP}]},"
                              : "",
                          monitoring)));
    }
    if (!set.at("/networkPolicy/enabled").asBoolean(true)) {
      assertThat(chart.ofKind("NetworkPolicy")).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("combinations")
  void letsEvictionsTakeOneWebhookAtATimeAndBrokenOnesAlways(String values) {
    Chart.Objects chart = Chart.renderWithHooks(values);
    JsonNode set = yaml(values);
    if (!set.at("/webhook/podDisruptionBudget").asBoolean(true)) {
      assertThat(chart.ofKind("PodDisruptionBudget")).isEmpty();
      return;
    }
    assertThat(chart.one("PodDisruptionBudget", prefix(set) + "-webhook").path("spec"))
        .isEqualTo(
            yaml(
                """
                {maxUnavailable: 1, unhealthyPodEvictionPolicy: AlwaysAllow, selector: {matchLabels:
                {app.kubernetes.io/name: pathgate, app.kubernetes.io/instance: pathgate,
                app.kubernetes.io/component: webhook}}}
                """));
  }

  /** Field by field what the restricted Pod Security Standard asks of a pod. */
  @ParameterizedTest
  @MethodSource("combinations")
  void keepsThePodOfHelmTestWithinTheRestrictedStandard(String values) {
    Chart.Objects chart = Chart.renderWithHooks(values);
    JsonNode pod = chart.one("Pod", prefix(yaml(values)) + "-test").path("spec");

    assertThat(pod.path("securityContext"))
        .isEqualTo(
            yaml(
                "{runAsNonRoot: true, runAsGroup: 65532, seccompProfile: {type: RuntimeDefault}}"));
    assertThat(pod.path("volumes")).isEqualTo(yaml("[{name: tmp, emptyDir: {sizeLimit: 16Mi}}]"));
    assertThat(fields(pod)).doesNotContain("hostNetwork", "hostPID", "hostIPC", "initContainers");
    assertThat(pod.path("containers"))
        .singleElement()
        .satisfies(
            container -> {
              assertThat(container.path("securityContext"))
                  .isEqualTo(
                      yaml(
                          """
                          {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true,
                          runAsNonRoot: true, capabilities: {drop: [ALL]}}
                          """));
              assertThat(fields(container)).doesNotContain("ports", "command");
            });
  }

  private static String rule(String operations, String resources) {
    return "[{apiGroups: [%s], apiVersions: [v1beta1], operations: %s, resources: %s}]"
        .formatted(K0RDENT, operations, resources);
  }

  private static JsonNode namespaceSelector(JsonNode set) {
    ObjectNode selector = orEmpty(set.at("/webhook/namespaceSelector")).deepCopy();
    JsonNode excluded = set.at("/webhook/excludedNamespaces");
    if (excluded.isMissingNode()) {
      selector
          .withArray("matchExpressions")
          .add(
              yaml(
                  "{key: kubernetes.io/metadata.name, operator: NotIn, values: [kube-system, pathgate-home]}"));
    }
    return selector;
  }

  private static boolean isSelfManaged(JsonNode set) {
    return set.at("/certificates/mode").asText("self").equals("self");
  }

  /** What the names of most objects begin with. */
  private static String prefix(JsonNode set) {
    return set.path("fullnameOverride").asText("pathgate");
  }

  private static JsonNode orEmpty(JsonNode node) {
    return node.isMissingNode() ? yaml("{}") : node;
  }

  private static List<String> named(JsonNode list) {
    return stream(list).map(entry -> entry.path("name").asText()).toList();
  }

  private static Set<String> fields(JsonNode object) {
    Set<String> fields = new TreeSet<>();
    object.fieldNames().forEachRemaining(fields::add);
    return fields;
  }

  private static String name(JsonNode object) {
    return object.at("/metadata/name").asText();
  }

  private static Stream<JsonNode> stream(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }

  private static JsonNode yaml(String text) {
    try {
      return Chart.YAML.readTree(text);
    } catch (JsonProcessingException malformed) {
      throw new IllegalArgumentException(text, malformed);
    }
  }
}
