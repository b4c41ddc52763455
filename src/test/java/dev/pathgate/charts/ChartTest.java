package dev.pathgate.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Helm makes of the chart. */
class ChartTest {
  static final String EVERYTHING =
      """
      mutation: {enabled: true}
      policies: {enabled: true}
      exempt: {groups: [platform-admins, "oidc:on-call \\"night\\""]}
      monitoring: {serviceMonitor: {enabled: true}, prometheusRule: {enabled: true}, dashboard: {enabled: true}}
      certificates: {clientCA: {configMap: api-server-ca}}
      """;

  private static final String NOT_EXCLUDED =
      "{\"key\":\"kubernetes.io/metadata.name\",\"operator\":\"NotIn\","
          + "\"values\":[\"kube-system\",\"pathgate-home\"]}";

  /** Every combination of values that renders other objects. */
  static Stream<String> combinations() {
    return Stream.of(
        "{}",
        EVERYTHING,
        "statusPatcher: {enabled: false}",
        "webhook: {events: true}",
        "statusPatcher: {events: false, condition: false, ownership: force, replicas: 3}",
        "mutation: {enabled: true}",
        "policies: {enabled: true}",
        "{policies: {enabled: true, hops: 1}, path: {steps: any}, mode: warn}",
        "{policies: {enabled: true, hops: 12}, path: {steps: any, chainSwitch: separate}}",
        "{policies: {enabled: true, hops: 12}, path: {steps: single, chainSwitch: separate}}",
        "{policies: {enabled: true}, rules: {service-follows-chain: warn, chain-is-immutable: off}}",
        "{policies: {enabled: true}, rules: {service-follows-chain: \"off\"}, exempt: {groups: [a]}}",
        "certificates: {self: {guard: false}}",
        "webhook: {excludedNamespaces: []}",
        "{commonLabels: {team: gates}, webhook: {hostNetwork: true, httpsPort: 9443}}",
        "certificates: {mode: cert-manager}",
        "{certificates: {mode: cert-manager, certManager: {issuerRef: {name: corp, kind: ClusterIssuer}}}, mutation: {enabled: true}}",
        "certificates: {mode: existingSecret, existingSecret: {name: mine, caBundle: PEM}}",
        "networkPolicy: {managementFrom: [{namespaceSelector: {matchLabels: {name: monitoring}}}]}",
        "{networkPolicy: {enabled: false}, webhook: {podDisruptionBudget: false, failurePolicy: Ignore}}",
        "{fullnameOverride: gate, image: {digest: \"sha256:%s\"}, imagePullSecrets: [{name: pull}]}"
            .formatted("0".repeat(64)),
        """
        webhook:
          namespaceSelector: {matchLabels: {pathgate.dev/enforce: "true"}}
          objectSelector: {matchExpressions: [{key: team, operator: Exists}]}
          annotations: {note: mine}
          priorityClassName: system-cluster-critical
          nodeSelector: {kubernetes.io/os: linux}
          tolerations: [{operator: Exists}]
          affinity: {nodeAffinity: {}}
          podLabels: {a: b}
          podAnnotations: {c: d}
          extraEnv: [{name: TZ, value: UTC}]
          serviceAccountAnnotations: {e: f}
          topologySpreadConstraints: [{topologyKey: zone, maxSkew: 1, whenUnsatisfiable: DoNotSchedule}]
        """);
  }

  @Test
  void passesHelmsLint() {
    assertThat(Chart.lint().isFailed()).as("%s", Chart.lint().getMessages()).isFalse();
  }

  @Test
  void installsBothDeploymentsAndAWebhookWithoutAnyValue() {
    assertThat(Chart.render("{}").names())
        .containsExactly(
            "ClusterRole pathgate-status-patcher",
            "ClusterRole pathgate-webhook",
            "ClusterRoleBinding pathgate-status-patcher",
            "ClusterRoleBinding pathgate-webhook",
            "Deployment pathgate-status-patcher",
            "Deployment pathgate-webhook",
            "Lease pathgate-status-patcher",
            "NetworkPolicy pathgate-status-patcher",
            "NetworkPolicy pathgate-webhook",
            "PodDisruptionBudget pathgate-webhook",
            "Role pathgate-status-patcher",
            "Role pathgate-webhook",
            "RoleBinding pathgate-status-patcher",
            "RoleBinding pathgate-webhook",
            "Secret pathgate-tls",
            "Service pathgate-status-patcher-management",
            "Service pathgate-webhook",
            "Service pathgate-webhook-management",
            "ServiceAccount pathgate-status-patcher",
            "ServiceAccount pathgate-webhook",
            "ValidatingAdmissionPolicy pathgate-own-webhooks",
            "ValidatingAdmissionPolicyBinding pathgate-own-webhooks",
            "ValidatingWebhookConfiguration pathgate");
  }

  @ParameterizedTest
  @MethodSource("combinations")
  void labelsEveryObjectAsHelmAndKubernetesAdvise(String values) {
    assertThat(Chart.render(values).all())
        .allSatisfy(
            object -> {
              JsonNode labels = object.at("/metadata/labels");
              assertThat(labels.path("app.kubernetes.io/name").asText()).isEqualTo("pathgate");
              assertThat(labels.path("app.kubernetes.io/instance").asText()).isEqualTo("pathgate");
              assertThat(labels.path("app.kubernetes.io/managed-by").asText()).isEqualTo("Helm");
              assertThat(labels.path("app.kubernetes.io/component").asText()).isNotEmpty();
              assertThat(labels.path("helm.sh/chart").asText()).startsWith("pathgate-");
            });
  }

  @ParameterizedTest
  @MethodSource("combinations")
  void givesNobodyAWildcardOrMoreOfTheCoreThanOneNamedSecretOrALeaseWithoutAName(String values) {
    for (JsonNode role : roles(values)) {
      for (JsonNode rule : role.path("rules")) {
        assertThat(words(rule)).noneMatch(word -> word.contains("*"));
        if (words(rule.path("apiGroups")).contains("")) {
          assertThat(rule.path("resources")).hasToString("[\"secrets\"]");
          assertThat(rule.path("resourceNames")).hasSize(1);
          assertThat(role.path("kind").asText()).isEqualTo("Role");
        }
        if (words(rule.path("resources")).contains("leases")) {
          assertThat(rule.path("resourceNames")).hasSize(1);
          assertThat(role.path("kind").asText()).isEqualTo("Role");
        }
        if (role.path("kind").asText().equals("Role")) {
          assertThat(rule.path("resourceNames")).as("namespace-wide: %s", rule).isNotEmpty();
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("combinations")
  void keepsEveryPodWithinTheRestrictedStandard(String values) {
    for (JsonNode pod : pods(values)) {
      assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
      assertThat(pod.at("/securityContext/runAsGroup").asInt()).isEqualTo(65532);
      assertThat(pod.at("/securityContext/seccompProfile/type").asText())
          .isEqualTo("RuntimeDefault");
      assertThat(pod.path("enableServiceLinks").asBoolean(true)).isFalse();
      assertThat(pod.path("hostNetwork").isMissingNode())
          .isEqualTo(
              !values.contains("hostNetwork")
                  || pod.at("/containers/0/name").asText().equals("status-patcher"));
      JsonNode container = pod.at("/containers/0/securityContext");
      assertThat(container.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
      assertThat(container.path("readOnlyRootFilesystem").asBoolean()).isTrue();
      assertThat(container.at("/capabilities/drop")).hasToString("[\"ALL\"]");
      assertThat(pod.at("/containers/0/resources/limits/memory").asText()).isNotEmpty();
    }
  }

  @Test
  void rollsOutWithoutAGap() {
    JsonNode spec = Chart.render("{}").one("Deployment", "pathgate-webhook").path("spec");
    JsonNode pod = spec.at("/template/spec");
    JsonNode container = pod.at("/containers/0");

    assertThat(spec.path("replicas").asInt()).isEqualTo(2);
    assertThat(spec.at("/strategy/rollingUpdate/maxUnavailable").asText()).isEqualTo("0");
    assertThat(container.at("/lifecycle/preStop/sleep/seconds").asInt()).isPositive();
    assertThat(pod.path("terminationGracePeriodSeconds").asInt())
        .isGreaterThan(container.at("/lifecycle/preStop/sleep/seconds").asInt() + 10);
    assertThat(container.at("/readinessProbe/httpGet/path").asText()).isEqualTo("/q/health/ready");
    assertThat(container.at("/startupProbe/httpGet/path").asText())
        .as("a pod that waits for the API server is not restarted")
        .isEqualTo("/q/health/live");
    assertThat(pod.path("topologySpreadConstraints")).hasSize(1);
  }

  @Test
  void tellsTheWebhookEverySettingByItsVariable() {
    Chart.Objects objects =
        Chart.render(
            """
            mode: warn
            rules: {service-has-chain: deny, chain-is-tidy: off}
            path: {steps: any, chainSwitch: separate}
            exempt: {groups: [a, "b:c"]}
            systemNamespace: k0rdent
            maxRequestBytes: 4M
            logFormat: json
            host: "::"
            mutation: {enabled: true}
            webhook: {events: true}
            """);

    assertThat(settings(objects, "pathgate-webhook"))
        .containsExactlyInAnyOrder(
            "PATHGATE_ROLES=webhook",
            "PATHGATE_NAMESPACE=",
            "PATHGATE_HOST=::",
            "PATHGATE_LOG_FORMAT=json",
            "PATHGATE_SYSTEM_NAMESPACE=k0rdent",
            "PATHGATE_MODE=warn",
            "PATHGATE_RULES_SERVICE_LISTED_ONCE=deny",
            "PATHGATE_RULES_SERVICE_FOLLOWS_CHAIN=deny",
            "PATHGATE_RULES_SERVICE_PATH_PUBLISHED=off",
            "PATHGATE_RULES_SERVICE_CHAIN_EXISTS=warn",
            "PATHGATE_RULES_SERVICE_FITS_CHAIN=deny",
            "PATHGATE_RULES_SERVICE_HAS_CHAIN=deny",
            "PATHGATE_RULES_SERVICE_VERSION_FITS=deny",
            "PATHGATE_RULES_SERVICE_IS_SETTLED=warn",
            "PATHGATE_RULES_SERVICE_REACHES_CLUSTERS=warn",
            "PATHGATE_RULES_TEMPLATE_IS_IMMUTABLE=deny",
            "PATHGATE_RULES_TEMPLATE_IS_UNUSED=deny",
            "PATHGATE_RULES_CHAIN_IS_IMMUTABLE=deny",
            "PATHGATE_RULES_CHAIN_IS_WELL_FORMED=deny",
            "PATHGATE_RULES_CHAIN_IS_TIDY=off",
            "PATHGATE_RULES_CHAIN_TEMPLATES_EXIST=warn",
            "PATHGATE_RULES_CHAIN_IS_UNUSED=deny",
            "PATHGATE_PATH_STEPS=any",
            "PATHGATE_PATH_CHAIN_SWITCH=separate",
            "PATHGATE_EXEMPT_GROUPS=a,b:c",
            "PATHGATE_EVENTS=true",
            "PATHGATE_MAX_REQUEST_BYTES=4M",
            "PATHGATE_TLS_SELF_SECRET=pathgate-tls",
            "PATHGATE_TLS_SELF_DNS_NAMES="
                + "pathgate-webhook.pathgate-home.svc,pathgate-webhook.pathgate-home",
            "PATHGATE_TLS_SELF_VALIDATING_WEBHOOK=pathgate",
            "PATHGATE_TLS_SELF_MUTATING_WEBHOOK=pathgate");
  }

  @Test
  void tellsTheStatusPatcherOnlyItsOwnSettings() {
    Chart.Objects objects =
        Chart.render(
            "statusPatcher: {ownership: force, condition: false, events: false, maxBytes: 64K}");

    assertThat(settings(objects, "pathgate-status-patcher"))
        .containsExactlyInAnyOrder(
            "PATHGATE_ROLES=status-patcher",
            "PATHGATE_NAMESPACE=",
            "PATHGATE_HOST=0.0.0.0",
            "PATHGATE_LOG_FORMAT=text",
            "PATHGATE_SYSTEM_NAMESPACE=kcm-system",
            "PATHGATE_STATUS_OWNERSHIP=force",
            "PATHGATE_STATUS_CONDITION=false",
            "PATHGATE_STATUS_EVENTS=false",
            "PATHGATE_STATUS_MAX_BYTES=64K");
  }

  @Test
  void letsTheWebhookWriteEventsOnlyWhereItIsToldTo() {
    String rule =
        "{\"apiGroups\":[\"events.k8s.io\"],\"resources\":[\"events\"],\"verbs\":[\"create\",\"patch\"]}";

    assertThat(Chart.render("webhook: {events: true}").one("ClusterRole", "pathgate-webhook"))
        .asString()
        .contains(rule);
    assertThat(Chart.render("{}").one("ClusterRole", "pathgate-webhook"))
        .asString()
        .doesNotContain("events");
    assertThat(Chart.render("{}").environment("pathgate-webhook", "PATHGATE_EVENTS")).isEmpty();
  }

  @Test
  void namesNoMutatingWebhookToTheWebhookWhereThereIsNone() {
    Chart.Objects objects = Chart.render("{}");

    assertThat(objects.ofKind("MutatingWebhookConfiguration")).isEmpty();
    assertThat(objects.environment("pathgate-webhook", "PATHGATE_TLS_SELF_MUTATING_WEBHOOK"))
        .isEmpty();
  }

  @Test
  void leavesTheContentOfItsOwnSecretToTheWebhook() {
    Chart.Objects objects = Chart.render("{}");

    assertThat(objects.one("Secret", "pathgate-tls").has("data")).isFalse();
    assertThat(objects.one("Secret", "pathgate-tls").path("type").asText()).isEqualTo("Opaque");
    assertThat(objects.one("ValidatingWebhookConfiguration", "pathgate").path("webhooks"))
        .allSatisfy(hook -> assertThat(hook.at("/clientConfig/caBundle").isMissingNode()).isTrue());
  }

  @Test
  void letsCertManagerMakeACaAndInjectIt() {
    Chart.Objects objects = Chart.render("certificates: {mode: cert-manager}");

    assertThat(
            objects
                .one("ValidatingWebhookConfiguration", "pathgate")
                .at("/metadata/annotations/cert-manager.io~1inject-ca-from")
                .asText())
        .isEqualTo("pathgate-home/pathgate-tls");
    assertThat(objects.one("Certificate", "pathgate-ca").at("/spec/isCA").asBoolean()).isTrue();
    assertThat(objects.one("Certificate", "pathgate-tls").at("/spec/dnsNames"))
        .hasToString("[\"pathgate-webhook.pathgate-home.svc\",\"pathgate-webhook.pathgate-home\"]");
    assertThat(objects.environment("pathgate-webhook", "PATHGATE_TLS_CERTIFICATE"))
        .isEqualTo("/etc/pathgate/tls/tls.crt");
    assertThat(objects.ofKind("Secret")).isEmpty();
    String secret = objects.one("Certificate", "pathgate-tls").at("/spec/secretName").asText();
    assertThat(objects.one("Deployment", "pathgate-webhook").findValuesAsText("secretName"))
        .containsExactly(secret);
    assertThat(Chart.render("{}").ofKind("Secret").map(own -> own.at("/metadata/name").asText()))
        .as(
            "cert-manager's Secret outlives its Certificate and must not be in the way of mode self")
        .doesNotContain(secret);
  }

  @Test
  void runsDoctorAsHelmTestWhereAnEditIsJudged() {
    assertThat(testArguments("systemNamespace: k0rdent"))
        .containsExactly(
            "doctor",
            "--install-namespace",
            "pathgate-home",
            "--namespace",
            "k0rdent",
            "--wait",
            "2m");
    assertThat(testArguments("test: {namespace: tenant42}")).contains("tenant42");
    assertThat(
            Chart.renderWithHooks("test: {namespace: tenant42}")
                .one("Role", "pathgate-test-dry-run")
                .at("/metadata/namespace")
                .asText())
        .isEqualTo("tenant42");
    assertThat(
            Chart.render("{}").all().stream()
                .map(object -> object.at("/metadata/name").asText())
                .filter(name -> name.contains("-test")))
        .as("nothing of it is installed")
        .isEmpty();
  }

  private static List<String> testArguments(String values) {
    return words(
        Chart.renderWithHooks(values).one("Pod", "pathgate-test").at("/spec/containers/0/args"));
  }

  @Test
  void mountsAnExistingSecretAndTrustsItsCa() {
    Chart.Objects objects =
        Chart.render(
            "certificates: {mode: existingSecret, existingSecret: {name: mine, caBundle: PEM}}");

    assertThat(objects.one("ValidatingWebhookConfiguration", "pathgate").path("webhooks"))
        .allSatisfy(
            hook -> assertThat(hook.at("/clientConfig/caBundle").asText()).isEqualTo("UEVN"));
    assertThat(objects.one("Deployment", "pathgate-webhook").toString())
        .contains("\"secretName\":\"mine\"");
    assertThat(objects.ofKind("Secret")).isEmpty();
    assertThat(objects.ofKind("Role").map(role -> role.at("/metadata/name").asText()))
        .containsExactly("pathgate-status-patcher");
  }

  @Test
  void registersForTheResourcesAndOperationsOfTheRulesAlone() {
    assertThat(registrations("{}"))
        .containsExactly(
            "services.pathgate.dev [\"CREATE\",\"UPDATE\"]"
                + " [\"clusterdeployments\",\"multiclusterservices\"]",
            "chains.pathgate.dev [\"CREATE\",\"UPDATE\",\"DELETE\"] [\"servicetemplatechains\"]",
            "templates.pathgate.dev [\"UPDATE\",\"DELETE\"] [\"servicetemplates\"]");
    assertThat(
            registrations(
                """
                rules:
                  service-listed-once: off
                  service-chain-exists: off
                  service-fits-chain: off
                  service-has-chain: "off"
                  service-version-fits: off
                  service-reaches-clusters: off
                  template-is-unused: off
                  chain-is-well-formed: off
                  chain-is-tidy: off
                  chain-templates-exist: off
                  chain-is-unused: off
                """))
        .containsExactly(
            "services.pathgate.dev [\"UPDATE\"] [\"clusterdeployments\",\"multiclusterservices\"]",
            "chains.pathgate.dev [\"UPDATE\"] [\"servicetemplatechains\"]",
            "templates.pathgate.dev [\"UPDATE\"] [\"servicetemplates\"]");
    assertThat(registrations("rules: {template-is-immutable: off, template-is-unused: off}"))
        .hasSize(2)
        .noneMatch(registration -> registration.contains("servicetemplates\""));
  }

  @ParameterizedTest
  @MethodSource("combinations")
  void neverBlocksForLongAndNeverJudgesMoreThanK0rdent(String values) {
    Chart.Objects objects = Chart.render(values);
    List<JsonNode> hooks = new ArrayList<>();
    Stream.of("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration")
        .flatMap(objects::ofKind)
        .forEach(configuration -> configuration.path("webhooks").forEach(hooks::add));

    assertThat(hooks)
        .isNotEmpty()
        .allSatisfy(
            hook -> {
              assertThat(hook.path("sideEffects").asText()).isEqualTo("None");
              assertThat(hook.path("matchPolicy").asText()).isEqualTo("Equivalent");
              assertThat(hook.path("timeoutSeconds").asInt()).isEqualTo(5);
              assertThat(hook.path("matchConditions")).isNotEmpty();
              assertThat(hook.path("rules")).hasSize(1);
              assertThat(hook.at("/rules/0/apiGroups")).hasToString("[\"k0rdent.mirantis.com\"]");
              assertThat(words(hook.path("rules"))).noneMatch(word -> word.contains("*"));
            });
    assertThat(hooks.stream().filter(hook -> hook.path("name").asText().startsWith("default-")))
        .allSatisfy(hook -> assertThat(hook.path("failurePolicy").asText()).isEqualTo("Ignore"));
  }

  @Test
  void onlyWarnsByPolicyWhereTheWebhookOnlyWarns() {
    assertThat(actions("policies: {enabled: true}")).containsOnly("[\"Deny\",\"Audit\"]");
    assertThat(actions("{policies: {enabled: true}, mode: warn}"))
        .containsOnly("[\"Warn\",\"Audit\"]");
    assertThat(
            actions(
                "{policies: {enabled: true},"
                    + " rules: {service-follows-chain: warn, chain-is-immutable: off}}"))
        .containsExactlyInAnyOrder(
            "[\"Warn\",\"Audit\"]",
            "[\"Warn\",\"Audit\"]",
            "[\"Warn\",\"Audit\"]",
            "[\"Deny\",\"Audit\"]");
  }

  @Test
  void makesNoPolicyOfARuleThatIsOff() {
    assertThat(
            actions(
                "{policies: {enabled: true},"
                    + " rules: {service-follows-chain: off, chain-is-immutable: off,"
                    + " template-is-immutable: off}}"))
        .isEmpty();
  }

  @Test
  void givesThePoliciesTheWebhooksSelectors() {
    Chart.Objects objects =
        Chart.render(
            """
            policies: {enabled: true}
            webhook: {namespaceSelector: {matchLabels: {judged: "yes"}}, objectSelector: {matchLabels: {by: us}}}
            """);

    assertThat(judging(objects))
        .hasSize(4)
        .allSatisfy(
            policy -> {
              assertThat(policy.at("/spec/matchConstraints/namespaceSelector"))
                  .hasToString(
                      "{\"matchExpressions\":["
                          + NOT_EXCLUDED
                          + "],\"matchLabels\":{\"judged\":\"yes\"}}");
              assertThat(policy.at("/spec/matchConstraints/objectSelector"))
                  .hasToString("{\"matchLabels\":{\"by\":\"us\"}}");
            });
  }

  @Test
  void neverLeavesOutK0rdentsOwnNamespace() {
    assertThat(namespaceSelector("{}")).isEqualTo("{\"matchExpressions\":[" + NOT_EXCLUDED + "]}");
    assertThat(namespaceSelector("systemNamespace: " + Chart.NAMESPACE))
        .isEqualTo(
            "{\"matchExpressions\":["
                + NOT_EXCLUDED.replace("\"pathgate-home\"", "").replace(",]", "]")
                + "]}");
    assertThat(
            namespaceSelector(
                "{systemNamespace: kube-system, webhook: {excludedNamespaces: [kube-system]}}"))
        .isEqualTo("{}");
  }

  @Test
  void leavesOutTheDefaultNamespaceOnlyWhereThatIsWritten() {
    String selector = "/webhooks/0/namespaceSelector/matchExpressions/0/values";

    assertThat(webhooks(Chart.renderAs("pathgate", "default", "{}")).at(selector))
        .hasToString("[\"kube-system\"]");
    assertThat(
            webhooks(
                    Chart.renderAs(
                        "pathgate", "default", "webhook: {excludedNamespaces: [default]}"))
                .at(selector))
        .hasToString("[\"default\"]");
  }

  private static JsonNode webhooks(Chart.Objects objects) {
    return objects.one("ValidatingWebhookConfiguration", "pathgate");
  }

  @ParameterizedTest
  @CsvSource({
    "a-release-whose-name-has-as-many-characters-as-53-oh, {}",
    "my.release, {}",
    "pathgate, fullnameOverride: a-name-that-has-37-characters-exactly",
    "gate, nameOverride: a-name-that-has-forty-characters-exactly"
  })
  void givesNoObjectANameThatTheApiServerRefuses(String release, String values) {
    assertThat(Chart.renderAs(release, "home", values).all())
        .hasSizeGreaterThan(20)
        .allSatisfy(
            object ->
                assertThat(object.at("/metadata/name").asText())
                    .matches("[a-z]([-a-z0-9]{0,61}[a-z0-9])?"));
  }

  @Test
  void refusesANameThatIsTooLongForItsServices() {
    assertThat(Chart.refusal("fullnameOverride: a-name-that-has-38-characters-if-right"))
        .contains("fullnameOverride");
    assertThat(Chart.refusal("fullnameOverride: 1gate")).contains("fullnameOverride");
  }

  @Test
  void letsPodLabelsTakeThePlaceOfCommonOnes() {
    JsonNode labels =
        Chart.render(
                "{commonLabels: {team: gates, of: all}, webhook: {podLabels: {team: front}},"
                    + " statusPatcher: {podLabels: {team: back}}}")
            .one("Deployment", "pathgate-webhook")
            .at("/spec/template/metadata/labels");

    assertThat(labels.path("team").asText()).isEqualTo("front");
    assertThat(labels.path("of").asText()).isEqualTo("all");
    assertThat(Chart.refusal("webhook: {podLabels: {app.kubernetes.io/version: mine}}"))
        .contains("app.kubernetes.io/version");
  }

  @Test
  void letsEmptyLabelsTakeThePlaceOfCommonOnesToo() {
    Chart.Objects objects =
        Chart.render(
            "{commonLabels: {team: gates}, webhook: {podLabels: {team: ''}},"
                + " monitoring: {serviceMonitor: {enabled: true, labels: {team: scrapers}}}}");

    assertThat(
            objects
                .one("Deployment", "pathgate-webhook")
                .at("/spec/template/metadata/labels/team")
                .asText("missing"))
        .isEmpty();
    // Twice in YAML, the label would not have been rendered.
    assertThat(objects.one("ServiceMonitor", "pathgate").at("/metadata/labels/team").asText())
        .isEqualTo("scrapers");
    assertThat(
            Chart.refusal(
                "monitoring: {serviceMonitor: {labels: {app.kubernetes.io/part-of: prometheus}}}"))
        .contains("app.kubernetes.io/part-of");
  }

  @Test
  void hasAVariableOnceAlsoWhereAUserSetsIt() {
    JsonNode variables =
        Chart.render(
                "{mode: enforce, webhook: {extraEnv: [{name: PATHGATE_MODE, value: warn},"
                    + " {name: TZ, value: UTC}]}}")
            .one("Deployment", "pathgate-webhook")
            .at("/spec/template/spec/containers/0/env");

    assertThat(variables.findValuesAsText("name")).doesNotHaveDuplicates().contains("TZ");
    assertThat(variables)
        .filteredOn(variable -> variable.path("name").asText().equals("PATHGATE_MODE"))
        .singleElement()
        .hasToString("{\"name\":\"PATHGATE_MODE\",\"value\":\"warn\"}");
  }

  @Test
  void letsTheAutoscalerTakeANodeUnlessAUserSaysOtherwise() {
    String key = "/spec/template/metadata/annotations/cluster-autoscaler.kubernetes.io~1";
    Chart.Objects objects =
        Chart.render(
            "{webhook: {podAnnotations: {cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes:"
                + " ''}}, statusPatcher: {podAnnotations: {team: back}}}");

    assertThat(
            objects
                .one("Deployment", "pathgate-webhook")
                .at(key + "safe-to-evict-local-volumes")
                .asText("missing"))
        .isEmpty();
    JsonNode patcher = objects.one("Deployment", "pathgate-status-patcher");
    assertThat(patcher.at(key + "safe-to-evict-local-volumes").asText()).isEqualTo("tmp");
    assertThat(patcher.at("/spec/template/spec/volumes").findValuesAsText("name"))
        .as("what that names")
        .containsExactly("tmp");
    assertThat(patcher.at("/spec/template/metadata/annotations/team").asText()).isEqualTo("back");
  }

  @Test
  void canBePartOfAnotherChart() {
    assertThat(Chart.render("{enabled: true, global: {a: b}}").names())
        .isEqualTo(Chart.render("{}").names());
    assertThat(Chart.refusal("enabled: maybe")).contains("enabled");
  }

  @Test
  void refusesWhatKubernetesWouldDropOrRefuse() {
    assertThat(Chart.refusal("webhook: {resources: {limit: {memory: 1Gi}}}")).contains("limit");
    assertThat(Chart.refusal("securityContext: {readonlyRootFilesystem: true}"))
        .contains("readonlyRootFilesystem");
    assertThat(Chart.refusal("podSecurityContext: {runAsNonroot: true}")).contains("runAsNonroot");
    assertThat(Chart.refusal("webhook: {extraEnv: [{name: A, vaule: b}]}")).contains("vaule");
    assertThat(Chart.refusal("statusPatcher: {tolerations: [{keys: a}]}")).contains("keys");
    assertThat(Chart.refusal("certificates: {certManager: {issuerRef: {kind: ClusterIssuer}}}"))
        .contains("issuerRef");
    assertThat(Chart.refusal("webhook: {httpsPort: 9000}"))
        .contains("webhook.httpsPort and webhook.managementPort are the same");
    assertThat(Chart.refusal("webhook: {preStopSleepSeconds: 60}"))
        .contains("preStopSleepSeconds must be less than");
  }

  @Test
  void refusesAValueThatItDoesNotKnow() {
    assertThat(Chart.refusal("webhok: {replicas: 3}")).contains("webhok");
    assertThat(Chart.refusal("webhook: {replica: 3}")).contains("replica");
    assertThat(Chart.refusal("rules: {service-is-nice: deny}")).contains("service-is-nice");
    assertThat(Chart.refusal("rules: {service-has-chain: maybe}")).contains("service-has-chain");
    assertThat(Chart.refusal("certificates: {mode: letsencrypt}")).contains("mode");
    assertThat(Chart.refusal("policies: {hops: 0}")).contains("hops");
  }

  @Test
  void refusesValuesThatAreTakenAwayOrHaveAnotherShape() {
    assertThat(Chart.refusal("mode: null")).contains("mode");
    assertThat(Chart.refusal("{rules: {service-has-chain: null}}")).contains("service-has-chain");
    assertThat(Chart.refusal("fullnameOverride: My_Gate")).contains("fullnameOverride");
    assertThat(Chart.refusal("certificates: {certManager: {duration: 90 days}}"))
        .contains("duration");
    assertThat(Chart.refusal("monitoring: {serviceMonitor: {interval: often}}"))
        .contains("interval");
    assertThat(Chart.refusal("commonLabels: {app.kubernetes.io/name: mine}"))
        .contains("app.kubernetes.io/name");
    assertThat(Chart.refusal("policies: {failurePolicy: Fail}")).contains("failurePolicy");
  }

  @Test
  void putsCommonLabelsOnEveryObjectAndInNoSelector() {
    Chart.Objects objects = Chart.renderWithHooks(EVERYTHING + "commonLabels: {team: gates}\n");

    assertThat(objects.all())
        .allSatisfy(
            object ->
                assertThat(object.at("/metadata/labels/team").asText())
                    .as(object.path("kind").asText())
                    .isEqualTo("gates"));
    assertThat(objects.one("Deployment", "pathgate-webhook").at("/spec/selector").toString())
        .doesNotContain("gates");
  }

  /** A label that is there twice is refused by some tools, and lost by others. */
  @Test
  void takesNoCommonLabelThatItSetsItself() {
    Set<String> own = new TreeSet<>();
    Chart.renderWithHooks(
            EVERYTHING.replace("dashboard: {", "dashboard: {labels: {grafana_dashboard: null}, "))
        .all()
        .forEach(
            object -> {
              object.at("/metadata/labels").fieldNames().forEachRemaining(own::add);
              object.at("/spec/template/metadata/labels").fieldNames().forEachRemaining(own::add);
            });

    assertThat(own)
        .contains("app.kubernetes.io/name", "pathgate.dev/port")
        .allSatisfy(
            label ->
                assertThat(Chart.refusal("commonLabels: {%s: x}".formatted(label)))
                    .contains("invalid propertyName '" + label));
    assertThat(Chart.render("commonLabels: {pathgate.dev/ports: x}").all()).isNotEmpty();
  }

  /** {@code --set a=1} makes a number of it, and a truth value of {@code true}. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "webhook: {extraEnv: [{name: A, value: %s}]}",
        "webhook: {extraEnv: [{name: %s, value: a}]}",
        "webhook: {tolerations: [{key: a, value: %s}]}",
        "webhook: {topologySpreadConstraints: [{labelSelector: {matchLabels: {a: %s}}}]}",
        "webhook: {affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution:"
            + " {nodeSelectorTerms: [{matchExpressions: [{key: a, values: [%s]}]}]}}}}",
        "webhook: {affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution:"
            + " [{labelSelector: {matchLabels: {a: %s}}}]}}}",
        "webhook: {affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution:"
            + " [{podAffinityTerm: {topologyKey: %s}}]}}}",
        "webhook: {nodeSelector: {a: %s}}",
        "webhook: {podAnnotations: {a: %s}}",
        "webhook: {podLabels: {a: %s}}",
        "webhook: {annotations: {a: %s}}",
        "webhook: {serviceAccountAnnotations: {a: %s}}",
        "webhook: {priorityClassName: %s}",
        "webhook: {namespaceSelector: {matchLabels: {a: %s}}}",
        "webhook: {objectSelector: {matchExpressions: [{key: a, operator: In, values: [%s]}]}}",
        "statusPatcher: {extraEnv: [{name: A, value: %s}]}",
        "statusPatcher: {tolerations: [{key: a, value: %s}]}",
        "statusPatcher: {topologySpreadConstraints: [{topologyKey: %s}]}",
        "statusPatcher: {affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution:"
            + " [{labelSelector: {matchLabels: {a: %s}}}]}}}",
        "commonLabels: {a: %s}",
        "imagePullSecrets: [{name: %s}]",
        "networkPolicy: {managementFrom: [{podSelector: {matchLabels: {a: %s}}}]}",
        "networkPolicy: {managementFrom: [{namespaceSelector: {matchLabels: {a: %s}}}]}",
        "podSecurityContext: {sysctls: [{name: a, value: %s}]}",
        "securityContext: {seLinuxOptions: {level: %s}}"
      })
  void refusesNumbersAndTruthValuesWhereKubernetesTakesText(String values) {
    assertThat(Chart.refusal(values.formatted("1"))).contains("got number");
    assertThat(Chart.refusal(values.formatted("true"))).contains("got boolean");
    assertThat(Chart.render(values.formatted("'1'")).all()).isNotEmpty();
  }

  @Test
  void rendersAsTextWhatIsTextAndLooksLikeANumber() {
    String names =
        EVERYTHING.replace("api-server-ca", "'%1$s', key: '%1$s'")
            + """
            nameOverride: "%2$s"
            fullnameOverride: "%2$s"
            systemNamespace: "%1$s"
            test: {namespace: "%1$s"}
            webhook: {priorityClassName: "%1$s"}
            statusPatcher: {priorityClassName: "%1$s"}
            """;

    Chart.Objects plain = Chart.renderAs("release", "home", names.formatted("plain", "gate"));
    Chart.Objects odd = Chart.renderAs("123", "456", names.formatted("1e3", "true"));

    assertThat(placesWithoutText(odd)).isEqualTo(placesWithoutText(plain)).isNotEmpty();
    assertThat(odd.one("Deployment", "true-webhook").at("/metadata/namespace").asText())
        .isEqualTo("456");
  }

  /** Where numbers and truth values stand in each object. */
  private static List<String> placesWithoutText(Chart.Objects objects) {
    List<String> places = new ArrayList<>();
    objects.all().stream()
        .sorted(
            Comparator.comparing(o -> o.path("kind").asText() + o.at("/metadata/name").asText()))
        .forEach(object -> gatherWithoutText(object, object.path("kind").asText(), places));
    return places;
  }

  private static void gatherWithoutText(JsonNode node, String place, List<String> places) {
    if (node.isNumber() || node.isBoolean()) {
      places.add(place);
    }
    if (node.isArray()) {
      node.forEach(item -> gatherWithoutText(item, place + "[]", places));
    }
    node.properties()
        .forEach(
            field -> gatherWithoutText(field.getValue(), place + "." + field.getKey(), places));
  }

  @Test
  void usesTheNodesNetworkAndOtherPortsWhereAsked() {
    Chart.Objects objects =
        Chart.render("webhook: {hostNetwork: true, httpsPort: 9443, managementPort: 9001}");
    JsonNode spec = objects.one("Deployment", "pathgate-webhook").path("spec");

    assertThat(spec.at("/template/spec/hostNetwork").asBoolean()).isTrue();
    assertThat(spec.at("/template/spec/dnsPolicy").asText()).isEqualTo("ClusterFirstWithHostNet");
    assertThat(spec.at("/strategy/rollingUpdate/maxUnavailable").asInt())
        .as("a new pod may wait for the ports of an old one")
        .isEqualTo(1);
    assertThat(spec.at("/template/spec/containers/0/ports"))
        .hasToString(
            "[{\"name\":\"https\",\"containerPort\":9443},"
                + "{\"name\":\"management\",\"containerPort\":9001}]");
    assertThat(objects.environment("pathgate-webhook"))
        .containsEntry("PATHGATE_HTTPS_PORT", "9443")
        .containsEntry("PATHGATE_MANAGEMENT_PORT", "9001");
    assertThat(objects.one("Deployment", "pathgate-status-patcher").findValue("hostNetwork"))
        .isNull();
  }

  @Test
  void alertsClusterByClusterAndOnAbsenceOnlyWhereItScrapes() {
    String unscraped = alerts("{prometheusRule: {enabled: true}}").toString();
    JsonNode scraped =
        alerts(
            "{prometheusRule: {enabled: true, clusterLabel: site}, serviceMonitor: {enabled: true}}");

    assertThat(unscraped).doesNotContain("absent(").doesNotContain("up{");
    assertThat(scraped.toString()).contains("absent(up{job=\\\"pathgate-webhook-management\\\"}");
    assertThat(scraped)
        .isNotEmpty()
        .allSatisfy(
            alert ->
                assertThat(alert.path("expr").asText())
                    .satisfiesAnyOf(
                        expression -> assertThat(expression).contains(" by (site"),
                        expression -> assertThat(expression).startsWith("absent(")));
  }

  @Test
  void sendsEveryAlertToItsSectionOfTheRunbook() {
    assertThat(alerts("{prometheusRule: {enabled: true}}").toString())
        .doesNotContain("runbook_url");
    assertThat(
            alerts(
                "{prometheusRule: {enabled: true, runbookUrl: \"https://a.b/c\"}, serviceMonitor: {enabled: true}}"))
        .allSatisfy(
            alert -> {
              String section =
                  alert.at("/annotations/runbook_url").asText().replace("https://a.b/c#", "");
              assertThat(Files.readString(Path.of("docs/operations.md")).lines())
                  .anyMatch(
                      line ->
                          line.startsWith("### ")
                              && line.substring(4)
                                  .toLowerCase(Locale.ROOT)
                                  .replace(' ', '-')
                                  .equals(section));
              assertThat(alert.at("/annotations/description").asText()).isNotEmpty();
            });
  }

  @Test
  void explainsEveryPanelAndNarrowsItByCluster() throws Exception {
    JsonNode dashboard = Chart.YAML.readTree(Chart.FOLDER.resolve("files/dashboard.json").toFile());

    assertThat(dashboard.at("/templating/list").findValuesAsText("name"))
        .containsExactly("datasource", "cluster", "namespace", "job");
    assertThat(dashboard.path("panels"))
        .isNotEmpty()
        .allSatisfy(
            panel -> {
              assertThat(panel.path("description").asText()).isNotEmpty();
              assertThat(panel.path("targets"))
                  .allSatisfy(
                      target ->
                          assertThat(target.path("expr").asText())
                              .contains("cluster=~\"$cluster\"")
                              .doesNotContain("rule!=\"\""));
            });
    assertThat(dashboard.path("panels").findValues("id").stream().distinct())
        .hasSameSizeAs(dashboard.path("panels"));
  }

  private static JsonNode alerts(String monitoring) {
    return Chart.render("{policies: {enabled: true}, monitoring: " + monitoring + "}")
        .one("PrometheusRule", "pathgate")
        .at("/spec/groups/0/rules");
  }

  @Test
  void refusesExemptGroupsThatOneVariableCannotHold() {
    assertThat(Chart.refusal("exempt: {groups: [\"cn=a,dc=b\"]}")).contains("/exempt/groups/0");
  }

  @Test
  void refusesAnExistingSecretWithoutItsNameOrCa() {
    assertThat(Chart.refusal("certificates: {mode: existingSecret}"))
        .contains("certificates.mode=existingSecret needs certificates.existingSecret.");
    assertThat(Chart.refusal("certificates: {mode: existingSecret, existingSecret: {name: mine}}"))
        .contains("needs certificates.existingSecret.caBundle");
  }

  private static List<JsonNode> roles(String values) {
    Chart.Objects objects = Chart.render(values);
    return Stream.of("Role", "ClusterRole").flatMap(objects::ofKind).toList();
  }

  private static List<JsonNode> pods(String values) {
    return Chart.render(values)
        .ofKind("Deployment")
        .map(deployment -> deployment.at("/spec/template/spec"))
        .toList();
  }

  private static List<String> settings(Chart.Objects objects, String deployment) {
    return StreamSupport.stream(
            objects
                .one("Deployment", deployment)
                .at("/spec/template/spec/containers/0/env")
                .spliterator(),
            false)
        .filter(entry -> entry.path("name").asText().startsWith("PATHGATE_"))
        .map(entry -> entry.path("name").asText() + "=" + entry.path("value").asText())
        .toList();
  }

  private static List<String> registrations(String values) {
    return StreamSupport.stream(
            Chart.render(values)
                .one("ValidatingWebhookConfiguration", "pathgate")
                .path("webhooks")
                .spliterator(),
            false)
        .map(
            hook ->
                hook.path("name").asText()
                    + " "
                    + hook.at("/rules/0/operations")
                    + " "
                    + hook.at("/rules/0/resources"))
        .toList();
  }

  private static String namespaceSelector(String values) {
    return Chart.render(values)
        .one("ValidatingWebhookConfiguration", "pathgate")
        .at("/webhooks/0/namespaceSelector")
        .toString();
  }

  /** The policies that judge what the webhook judges. */
  private static List<JsonNode> judging(Chart.Objects objects) {
    return objects
        .ofKind("ValidatingAdmissionPolicy")
        .filter(policy -> !policy.at("/metadata/name").asText().endsWith("-own-webhooks"))
        .toList();
  }

  private static List<String> actions(String values) {
    return Chart.render(values)
        .ofKind("ValidatingAdmissionPolicyBinding")
        .filter(binding -> !binding.at("/spec/policyName").asText().endsWith("-own-webhooks"))
        .map(binding -> binding.at("/spec/validationActions").toString())
        .toList();
  }

  /** All texts in a node, however deep. */
  private static List<String> words(JsonNode node) {
    List<String> words = new ArrayList<>();
    if (node.isTextual()) {
      words.add(node.asText());
    }
    node.forEach(member -> words.addAll(words(member)));
    return words;
  }
}
