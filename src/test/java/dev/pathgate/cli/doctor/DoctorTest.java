package dev.pathgate.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.pathgate.cli.doctor.CheckResult.Status;
import dev.pathgate.cli.input.CommandRequests;
import dev.pathgate.cli.output.CommandFailure;
import dev.pathgate.cli.output.Console;
import dev.pathgate.kube.ApiServer.Answer;
import dev.pathgate.kube.ApiServer.Call;
import dev.pathgate.kube.Requests;
import dev.pathgate.rule.RuleId;
import dev.pathgate.tls.CertificateAuthority;
import dev.pathgate.tls.ServingPair;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What doctor says about a healthy installation, and about one that differs in one thing. */
class DoctorTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final YAMLMapper YAML = new YAMLMapper();
  private final Instant now = Instant.now();
  private static final String REGISTRATIONS = "/apis/admissionregistration.k8s.io/v1/";
  private static final String VALIDATING = REGISTRATIONS + "validatingwebhookconfigurations";
  private static final String POLICIES = REGISTRATIONS + "validatingadmissionpolicies";
  private static final String BINDINGS = REGISTRATIONS + "validatingadmissionpolicybindings";
  private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/pathgate/deployments";
  private static final String SLICES =
      "/apis/discovery.k8s.io/v1/namespaces/pathgate/endpointslices";
  private static final String SECRET = "/api/v1/namespaces/pathgate/secrets/pathgate-tls";
  private static final String SERVICE = "/api/v1/namespaces/pathgate/services/pathgate-webhook";
  private static final String K0RDENT = "/apis/k0rdent.mirantis.com";
  private static final String LEASE =
      "/apis/coordination.k8s.io/v1/namespaces/pathgate/leases/pathgate-status-patcher";
  private static final String CLUSTERS = K0RDENT + "/v1beta1/clusterdeployments";
  private static final String ILL_FORMED = "ill-formed";
  private static final String WELL_FORMED = "well-formed";
  private static final String DENIAL =
      "admission webhook \"chains.pathgate.dev\" denied the request: spec: it upgrades"
          + " [chain-is-well-formed]";

  private final Map<String, Answer> answers = new HashMap<>();
  private final List<Call> sent = new ArrayList<>();
  private final List<Duration> pauses = new ArrayList<>();
  private CertificateAuthority authority;

  @BeforeEach
  void installAHealthyOne() throws Exception {
    authority = CertificateAuthority.make(now, Duration.ofDays(100));
    String bundle = pem(authority.certificate());
    for (String empty :
        List.of(REGISTRATIONS + "mutatingwebhookconfigurations", POLICIES, BINDINGS)) {
      found(empty, "items: []");
    }
    found(VALIDATING, registration("Fail", bundle));
    found(DEPLOYMENTS, deployments("", "2"));
    found(SERVICE, "spec: {ports: [{port: 443}]}");
    found(SLICES, slices("true"));
    serve(authority, Duration.ofDays(60));
    found(K0RDENT, "versions: [{version: v1beta1}, {version: v1alpha1}]");
    for (String version : List.of("v1beta1", "v1alpha1")) {
      found(
          K0RDENT + "/" + version,
          "resources: [{name: clusterdeployments}, {name: multiclusterservices},"
              + " {name: servicetemplatechains}, {name: servicetemplates}]");
    }
    found(LEASE, "spec: {holderIdentity: pod-1, renewTime: '" + now + "'}");
    found(CLUSTERS, "items: []");
    found(K0RDENT + "/v1beta1/multiclusterservices", "items: []");
    answer(ILL_FORMED, 403, DENIAL);
    answer(WELL_FORMED, 201, "");
  }

  @Test
  void findsNothingWrongWithAHealthyInstallation() {
    assertThat(examine().values())
        .extracting(CheckResult::id, CheckResult::status)
        .allSatisfy(check -> assertThat(check.toList().get(1)).isEqualTo(Status.OK));
    assertThat(examine().keySet())
        .containsExactlyInAnyOrder(
            "webhook-registered",
            "ca-bundle",
            "certificate-expiry",
            "endpoints",
            "rules-registered",
            "failure-policy",
            "policies",
            "dry-run-denied",
            "dry-run-allowed",
            "patcher-lease");
  }

  @Test
  void writesNothing() {
    examine();

    assertThat(sent)
        .allSatisfy(
            call ->
                assertThat(call.method().equals("GET") || call.path().endsWith("?dryRun=All"))
                    .isTrue());
  }

  @Test
  void missesTheRegistration() {
    found(VALIDATING, "items: []");

    assertError("webhook-registered", "nothing is judged");
    assertThat(examine().get("failure-policy").status()).isEqualTo(Status.SKIPPED);
  }

  @Test
  void tellsARegistrationWithoutWebhooksFromNone() {
    found(
        VALIDATING,
        "items: [{metadata: {name: gate, labels: {app.kubernetes.io/name: pathgate}}}]");

    assertError(
        "webhook-registered",
        "ValidatingWebhookConfiguration gate has no webhooks: nothing is judged");
    assertThat(examine().get("webhook-registered").fix()).doesNotContain("install the chart");

    String off =
        Arrays.stream(RuleId.values())
            .map(rule -> rule.id().toUpperCase(Locale.ROOT).replace('-', '_'))
            .map("{name: PATHGATE_RULES_%s, value: 'off'}"::formatted)
            .collect(Collectors.joining(", "));
    found(DEPLOYMENTS, deployments(off, "2"));

    assertThat(examine().get("webhook-registered").status()).isEqualTo(Status.WARNING);
    assertThat(examine().get("webhook-registered").message())
        .isEqualTo(
            "ValidatingWebhookConfiguration gate has no webhooks, since every rule is off: nothing is"
                + " judged");
    assertThat(examine().values()).noneMatch(check -> check.status() == Status.ERROR);

    found(VALIDATING, "items: [{metadata: {name: gate}}]");

    assertError("webhook-registered", "there is no ValidatingWebhookConfiguration of Pathgate");
  }

  @Test
  void knowsARegistrationByTheServiceThatItCalls() {
    String foreign =
        registration("Fail", pem(authority.certificate()))
            .replace("name: pathgate, labels: {app.kubernetes.io/name: pathgate}", "name: gate")
            .replace(".pathgate.dev", ".gate.example");
    String denial = DENIAL.replace(".pathgate.dev", ".gate.example");
    found(VALIDATING, foreign);
    answer(ILL_FORMED, 403, denial);

    assertThat(examine().values()).allMatch(check -> check.status() == Status.OK);
    assertThat(examine().get("webhook-registered").message())
        .isEqualTo("ValidatingWebhookConfiguration gate calls Service pathgate/pathgate-webhook");

    String failure = "failed calling webhook \"chains.gate.example\": x509: no";
    answer(WELL_FORMED, 500, failure);

    assertError("ca-bundle", failure);

    answer(WELL_FORMED, 201, "");
    found(VALIDATING, foreign.replace("name: pathgate-webhook", "name: other"));

    assertError("webhook-registered", "there is no ValidatingWebhookConfiguration of Pathgate");

    forbid(DEPLOYMENTS, "list", "deployments");

    assertThat(examine().get("webhook-registered").status()).isEqualTo(Status.SKIPPED);
    assertThat(examine().get("webhook-registered").message())
        .startsWith(
            "whether services.gate.example, chains.gate.example calls Pathgate can't be seen: this"
                + " account cannot list");
  }

  @Test
  void namesTheNamespaceThatTheRegistrationCalls() {
    found(
        VALIDATING,
        registration("Fail", "eA==").replace("namespace: pathgate", "namespace: gates"));

    assertError("webhook-registered", "calls Service gates/pathgate-webhook");
    assertThat(examine().get("webhook-registered").fix())
        .isEqualTo("pathgate doctor --install-namespace gates");
  }

  @Test
  void missesTheServiceThatIsCalled() {
    answer(SERVICE, 404, "not found");

    assertError("webhook-registered", "which does not exist");
  }

  @Test
  void distrustsACertificateOfAnotherAuthority() throws Exception {
    serve(CertificateAuthority.make(now, Duration.ofDays(100)), Duration.ofDays(60));

    assertError("ca-bundle", "does not fit the certificate in Secret pathgate/pathgate-tls");
  }

  @Test
  void saysThatNobodyHasPutTheBundleThere() throws Exception {
    found(VALIDATING, registration("Fail", ""));

    assertError("ca-bundle", "has no caBundle");
  }

  @Test
  void takesTheApiServersOwnWordWhereTheSecretMayNotBeRead() {
    forbid(SECRET, "get", "secrets");

    assertThat(examine().get("ca-bundle"))
        .isEqualTo(
            CheckResult.ok(
                "ca-bundle", "the API server reached Pathgate by TLS: its dry-run was answered"));
    assertThat(examine().get("certificate-expiry").status()).isEqualTo(Status.SKIPPED);
    assertThat(examine().get("certificate-expiry").message())
        .contains("this account cannot get resource \"secrets\"");

    String failure =
        "failed calling webhook \"chains.pathgate.dev\": tls: failed to verify certificate: x509:"
            + " certificate signed by unknown authority";
    answer(ILL_FORMED, 500, failure);
    answer(WELL_FORMED, 500, failure);

    assertError("ca-bundle", "x509");
    assertError("dry-run-denied", "x509");
    assertError("dry-run-allowed", "x509");
  }

  @Test
  void looksAtTheAddressOfEveryWebhook() {
    change("services.pathgate.dev", "clientConfig", "{url: 'https://127.0.0.1:1/validate'}");

    assertThat(examine().get("ca-bundle").status()).isEqualTo(Status.WARNING);
    assertThat(examine().get("ca-bundle").message())
        .isEqualTo(
            "ValidatingWebhookConfiguration pathgate: services.pathgate.dev is called at an address"
                + " that does not answer: 127.0.0.1 port 1 can't be reached from here: Connection"
                + " refused");
    assertThat(examine().get("certificate-expiry").status()).isEqualTo(Status.SKIPPED);

    change("services.pathgate.dev", "clientConfig", "{url: 'https://127.0.0.1:99999/validate'}");

    assertError("ca-bundle", "and there is no port 99999");
    assertThat(examine()).hasSize(10);
  }

  @Test
  void takesNoDryRunOfOneWebhookForAnAnswerToAnother() {
    forbid(SECRET, "get", "secrets");
    change(
        "services.pathgate.dev",
        "clientConfig",
        "{caBundle: eA==, service: {namespace: pathgate, name: other, path: /validate}}");

    assertThat(examine().get("ca-bundle").status()).isEqualTo(Status.SKIPPED);
  }

  @ParameterizedTest
  @CsvSource({
    "https://my_host:27460/validate, my_host, 27460",
    "https://gate.example/validate, gate.example, 443",
    "https://gate.example:/validate?a=:1, gate.example, 443",
    "'https://[::1]:8443/a|b', ::1, 8443",
    "https://127.0.0.1:99999999999/validate, 127.0.0.1, 2147483647"
  })
  void readsEveryAddressThatTheApiServerTakes(String url, String host, int port) {
    ObjectNode json = JSON.createObjectNode();
    json.putObject("clientConfig").put("url", url);
    Hook hook = new Hook("", false, json);

    assertThat(hook.host()).isEqualTo(host);
    assertThat(hook.port()).isEqualTo(port);
  }

  @Test
  void saysOfACheckThatFailsWhyAndMakesTheOthers() {
    found(LEASE, "spec: {holderIdentity: pod-1, renewTime: '2020-01-01T00:00:00.000000Z'}");
    Map<String, CheckResult> checks =
        examine(
            this::send,
            time -> {
              throw new IllegalStateException("odd");
            });

    assertThat(checks.get("patcher-lease").status()).isEqualTo(Status.ERROR);
    assertThat(checks.get("patcher-lease").message()).endsWith(": odd");
    assertThat(checks.get("dry-run-allowed").status()).isEqualTo(Status.OK);
  }

  @Test
  void blamesNoBundleForAnExpiredCertificate() throws Exception {
    String failure =
        "failed calling webhook \"chains.pathgate.dev\": tls: failed to verify certificate: x509: ";
    answer(ILL_FORMED, 500, failure + "certificate has expired or is not yet valid: current time");
    answers.put(WELL_FORMED, answers.get(ILL_FORMED));
    serveExpired(authority);

    assertError("certificate-expiry", "ended at");
    assertThat(examine().get("ca-bundle"))
        .isEqualTo(
            CheckResult.ok(
                "ca-bundle", "it vouches for the certificate in Secret pathgate/pathgate-tls"));
    for (String id : List.of("dry-run-denied", "dry-run-allowed")) {
      assertError(id, "certificate has expired");
      assertThat(examine().get(id).fix()).isEqualTo("see certificate-expiry");
    }

    serveExpired(CertificateAuthority.make(now, Duration.ofDays(100)));

    assertError("ca-bundle", "does not fit the certificate in Secret pathgate/pathgate-tls");

    forbid(SECRET, "get", "secrets");

    assertError("certificate-expiry", "certificate has expired");
    assertThat(examine().get("ca-bundle").status()).isEqualTo(Status.SKIPPED);
    assertThat(examine().get("ca-bundle").fix()).isEqualTo("see certificate-expiry");

    answer(ILL_FORMED, 500, failure + "certificate signed by unknown authority");

    assertError("ca-bundle", "unknown authority");
    assertThat(examine().get("dry-run-denied").fix()).startsWith("see endpoints and ca-bundle");
  }

  @ParameterizedTest
  @CsvSource({"60, OK", "6, WARNING", "-1, ERROR"})
  void saysWhenTheCertificateEnds(int days, Status expected) throws Exception {
    if (days < 0) {
      serveExpired(authority);
    } else {
      serve(authority, Duration.ofDays(days));
    }

    assertThat(examine().get("certificate-expiry").status()).isEqualTo(expected);
  }

  @Test
  void countsReadyEndpoints() {
    found(SLICES, slices("false"));

    assertThat(examine().get("endpoints").status()).isEqualTo(Status.WARNING);
    assertThat(examine().get("endpoints").message()).startsWith("1 of 2 pods are ready");

    found(SLICES, "items: []");

    assertError("endpoints", "no pod is ready behind Service pathgate/pathgate-webhook");
  }

  @Test
  void missesResourcesThatNobodyServes() {
    found(
        K0RDENT + "/v1beta1",
        "resources: [{name: clusterdeployments}, {name: multiclusterservices},"
            + " {name: servicetemplatechains}]");

    assertError(
        "rules-registered",
        "chains.pathgate.dev is registered for servicetemplates in versions that are not served");

    answer(K0RDENT, 404, "not found");

    assertError("rules-registered", "the API server has no k0rdent.mirantis.com");
  }

  @Test
  void saysWhoseFaultItIsThatNobodyServesWhatIsRegistered() {
    answer(K0RDENT + "/v1beta1", 404, "not found");
    found(K0RDENT, "versions: [{version: v1alpha1}]");
    String ofK0rdent =
        "install k0rdent's CRDs, or upgrade k0rdent to a release that serves v1beta1: the chart"
            + " registers that alone";

    assertError("rules-registered", "in versions that are not served; served: v1alpha1");
    assertThat(examine().get("rules-registered").fix()).isEqualTo(ofK0rdent);

    found(K0RDENT + "/v1alpha1", "resources: [{name: clusterdeployments}]");

    assertError("rules-registered", "for servicetemplates, which the API server does not serve");
    assertThat(examine().get("rules-registered").fix()).isEqualTo(ofK0rdent);

    found(
        VALIDATING,
        registration("Fail", pem(authority.certificate())).replace("v1beta1", "v1beta2"));

    assertThat(examine().get("rules-registered").status()).isEqualTo(Status.ERROR);
    assertThat(examine().get("rules-registered").fix())
        .isEqualTo("helm upgrade with the chart of this version renders it anew");
  }

  @Test
  void missesAScopeThatRulesJudge() {
    String resources = "resources: [clusterdeployments, multiclusterservices]";
    String bundle = pem(authority.certificate());
    found(
        VALIDATING,
        registration("Fail", bundle)
            .replace(resources, resources + "\n            scope: Namespaced"));

    assertError("rules-registered", "no webhook is registered for CREATE of multiclusterservices");

    found(
        VALIDATING,
        registration("Fail", bundle).replace(resources, resources + "\n            scope: '*'"));

    assertThat(examine().get("rules-registered").status()).isEqualTo(Status.OK);
  }

  @Test
  void missesWhatOneWebhookAloneLeavesOut() {
    String name = "- name: chains.pathgate.dev\n";
    String bundle = pem(authority.certificate());
    String healthy = registration("Fail", bundle);
    String selector = "        %s: {matchLabels: {judged: 'yes'}}\n";

    for (String kind : List.of("namespaceSelector", "objectSelector")) {
      found(VALIDATING, healthy.replace(name, name + selector.formatted(kind)));
      assertThat(examine().get("rules-registered").status()).isEqualTo(Status.WARNING);
      assertThat(examine().get("rules-registered").message())
          .isEqualTo(
              "chains.pathgate.dev has a %s that not all webhooks of ValidatingWebhookConfiguration"
                      .formatted(kind)
                  + " pathgate have: what it leaves out is not judged there:"
                  + " {\"matchLabels\":{\"judged\":\"yes\"}}");

      String services = "- name: services.pathgate.dev\n";
      String line = selector.formatted(kind);
      found(VALIDATING, healthy.replace(name, name + line).replace(services, services + line));
      assertThat(examine().get("rules-registered").status()).isEqualTo(Status.OK);
    }
  }

  @Test
  void missesAMatchConditionThatTheChartDoesNotHave() {
    String name = "- name: chains.pathgate.dev\n";
    String condition = "        matchConditions: [{name: %s, expression: 'false'}]\n";
    String healthy = registration("Fail", pem(authority.certificate()));
    found(VALIDATING, healthy.replace(name, name + condition.formatted("not-mine")));

    assertThat(examine().get("rules-registered").status()).isEqualTo(Status.WARNING);
    assertThat(examine().get("rules-registered").message())
        .startsWith("chains.pathgate.dev has a match condition that the chart does not have")
        .contains("where not-mine does not hold");

    found(VALIDATING, healthy.replace(name, name + condition.formatted("spec-differs")));

    assertThat(examine().get("rules-registered").status()).isEqualTo(Status.OK);
  }

  @Test
  void missesAWebhookThatCallsAnotherNamespaceBesideOurs() {
    String ours = "service: {namespace: pathgate, name: pathgate-webhook";
    String registration = registration("Fail", pem(authority.certificate()));
    int second = registration.lastIndexOf(ours);
    found(
        VALIDATING,
        registration.substring(0, second)
            + registration
                .substring(second)
                .replace("namespace: pathgate", "namespace: elsewhere"));

    assertError(
        "webhook-registered",
        "ValidatingWebhookConfiguration pathgate calls Service elsewhere/pathgate-webhook for"
            + " chains.pathgate.dev, others of its webhooks one of namespace pathgate");
  }

  @Test
  void takesARuleForAllResources() {
    String resources = "resources: [clusterdeployments, multiclusterservices]";
    found(
        VALIDATING,
        registration("Fail", pem(authority.certificate()))
            .replace(resources, "resources: ['*/*']"));

    assertThat(examine().get("rules-registered").status()).isEqualTo(Status.OK);
  }

  @Test
  void tellsAKindThatIsNotServedFromANamespaceThatIsNotThere() {
    answer(WELL_FORMED, 404, "404 page not found");

    assertThat(examine().get("dry-run-allowed").message())
        .startsWith("the API server has no servicetemplatechains.k0rdent.mirantis.com");

    answer(WELL_FORMED, 404, "namespaces \"kcm-system\" not found");

    assertThat(examine().get("dry-run-allowed").message())
        .startsWith("no chain can be made in namespace kcm-system: namespaces \"kcm-system\"");
  }

  @Test
  void missesOperationsThatRulesJudge() {
    found(
        VALIDATING,
        registration("Fail", pem(authority.certificate())).replace("UPDATE, DELETE", "UPDATE"));

    assertError(
        "rules-registered",
        "no webhook is registered for DELETE of servicetemplatechains, which chain-is-unused judge");

    found(
        DEPLOYMENTS,
        deployments(
            "{name: PATHGATE_RULES_CHAIN_IS_UNUSED, value: 'off'},"
                + " {name: PATHGATE_RULES_TEMPLATE_IS_UNUSED, value: 'off'}",
            "2"));

    assertThat(examine().get("rules-registered").status()).isEqualTo(Status.OK);
  }

  @Test
  void warnsOfIgnoreWithoutPolicies() {
    found(VALIDATING, registration("Ignore", pem(authority.certificate())));

    assertThat(examine().get("failure-policy").status()).isEqualTo(Status.WARNING);

    policies("Deny", "steps");

    assertThat(examine().get("failure-policy").status()).isEqualTo(Status.OK);
    assertThat(examine().get("policies").status()).isEqualTo(Status.OK);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          validationActions: [Deny, Audit] |
          validationActions: [Audit]   | pathgate-chain-is-immutable only audits, the webhook's
          validationActions: [Warn]    | pathgate-chain-is-immutable only warns, the webhook's
          policyName: other            | pathgate-chain-is-immutable has no binding and judges nothing
          matchResources: {namespaceSelector: {}, objectSelector: {matchLabels: {}}} |
          matchResources: {objectSelector: {matchLabels: {a: b}}} | immutable is bound by a selector
          matchResources: {namespaceSelector: {matchExpressions: [{key: a, operator: Exists}]}} | is bound by a selector
          matchResources: {resourceRules: [{resources: [servicetemplatechains]}]} |
          matchResources: {resourceRules: [{resources: [pods]}]} | has no binding for servicetemplatechains
          """)
  void saysWhatIgnoreLeavesToPoliciesThatDoNotJudge(String change, String gap) throws IOException {
    found(VALIDATING, registration("Ignore", pem(authority.certificate())));
    policies("Deny", "steps");
    ObjectNode policies = (ObjectNode) JSON.readTree(answers.get(POLICIES).body());
    ((ObjectNode) policies.at("/items/2/spec"))
        .set(
            "matchConstraints",
            YAML.readTree("resourceRules: [{resources: [servicetemplatechains]}]"));
    found(POLICIES, policies.toString());
    ObjectNode bindings = (ObjectNode) JSON.readTree(answers.get(BINDINGS).body());
    ((ObjectNode) bindings.at("/items/2/spec")).setAll((ObjectNode) YAML.readTree(change));
    found(BINDINGS, bindings.toString());

    for (String id : List.of("failure-policy", "policies")) {
      CheckResult check = examine().get(id);
      assertThat(check.status()).isEqualTo(gap == null ? Status.OK : Status.WARNING);
      assertThat(check.message()).contains(gap == null ? "" : gap);
    }
  }

  @Test
  void takesWarningPoliciesForWholeWhereEverythingOnlyWarns() {
    found(VALIDATING, registration("Ignore", pem(authority.certificate())));
    policies("Warn", "steps");

    assertThat(examine().get("failure-policy").message()).contains("edits pass that the policies");

    found(DEPLOYMENTS, deployments("{name: PATHGATE_MODE, value: warn}", "2"));

    assertThat(examine().get("failure-policy").status()).isEqualTo(Status.OK);
    assertThat(examine().get("failure-policy").message()).endsWith("alone judge, and only warn");
  }

  @Test
  void comparesPoliciesWithTheSettings() {
    policies("Warn", "walk0");

    assertThat(examine().get("policies").status()).isEqualTo(Status.WARNING);
    assertThat(examine().get("policies").message())
        .contains(
            "policy pathgate-chain-is-immutable only warns, the webhook's chain-is-immutable is deny")
        .contains("takes whole paths, the webhook's pathgate.path.steps is single");

    found(
        DEPLOYMENTS,
        deployments(
            "{name: PATHGATE_MODE, value: warn}, {name: PATHGATE_PATH_STEPS, value: any}", "2"));

    assertThat(examine().get("policies").status()).isEqualTo(Status.OK);
  }

  @Test
  void saysThatNobodyAsksWhereAnIllFormedChainPasses() {
    answer(ILL_FORMED, 201, "");

    assertError("dry-run-denied", "passes: nobody asks Pathgate");

    found(DEPLOYMENTS, deployments("{name: PATHGATE_MODE, value: warn}", "2"));

    assertThat(examine().get("dry-run-denied").status()).isEqualTo(Status.SKIPPED);
    assertThat(examine().get("dry-run-denied").message()).contains("mode is warn");

    forbid(DEPLOYMENTS, "list", "deployments");

    assertThat(examine().get("dry-run-denied").status()).isEqualTo(Status.SKIPPED);
    assertThat(examine().get("dry-run-denied").message())
        .contains("cannot list resource \"deployments\"");
  }

  @ParameterizedTest
  @CsvSource({
    "enforce, warn, chain-is-well-formed is warn, rules.chain-is-well-formed=deny",
    "enforce, off, chain-is-well-formed is off, rules.chain-is-well-formed=deny",
    "warn, deny, mode is warn, mode=enforce",
    "warn, warn, 'mode is warn, chain-is-well-formed is warn', 'mode=enforce,rules.chain-is-well-formed=deny'"
  })
  void namesTheSettingForWhichNothingIsDenied(String mode, String rule, String why, String set) {
    answer(ILL_FORMED, 201, "");
    found(
        DEPLOYMENTS,
        deployments(
            "{name: PATHGATE_MODE, value: %s},".formatted(mode)
                + " {name: PATHGATE_RULES_CHAIN_IS_WELL_FORMED, value: '%s'}".formatted(rule),
            "2"));

    assertThat(examine().get("dry-run-denied"))
        .isEqualTo(
            CheckResult.skipped(
                "dry-run-denied",
                "nothing here is denied: " + why,
                "when the warnings look right: helm upgrade --reset-then-reuse-values --set "
                    + set));
  }

  @Test
  void takesItForAnAnswerThatItsMadeUpTemplatesDoNotExist() {
    String denial = "admission webhook \"chains.pathgate.dev\" denied the request: spec: no ";
    answer(WELL_FORMED, 403, denial + "[chain-templates-exist]");

    assertThat(examine().get("dry-run-allowed").status()).isEqualTo(Status.OK);
    assertThat(examine().get("dry-run-allowed").message())
        .endsWith("its templates do not exist, which chain-templates-exist is set to deny");

    answer(WELL_FORMED, 403, denial + "[chain-is-tidy]");

    assertError("dry-run-allowed", "[chain-is-tidy]");
  }

  @Test
  void makesChainsThatTheRegistrationSelects() {
    examine();
    assertThat(rehearsed()).hasSize(2).allMatch(chain -> chain.at("/metadata/labels").isEmpty());

    found(
        VALIDATING,
        registration("Fail", pem(authority.certificate()))
            + """
                    objectSelector:
                      matchLabels: {tier: production}
                      matchExpressions:
                        - {key: team, operator: In, values: [a, b]}
                        - {key: judged, operator: Exists}
                        - {key: exempt, operator: DoesNotExist}
                        - {key: stage, operator: NotIn, values: [trial]}
            """);
    sent.clear();
    examine();
    assertThat(rehearsed())
        .hasSize(2)
        .allSatisfy(
            chain ->
                assertThat(chain.at("/metadata/labels"))
                    .hasToString("{\"judged\":\"\",\"team\":\"a\",\"tier\":\"production\"}"));
  }

  private List<JsonNode> rehearsed() {
    return sent.stream()
        .filter(call -> call.method().equals("POST"))
        .map(DoctorTest::json)
        .toList();
  }

  /** A release before 1.6 has no such field, and one of them wants it. */
  @Test
  void rehearsesWithUpgradesThatHaveVersions() {
    examine();

    assertThat(rehearsed())
        .hasSize(2)
        .allSatisfy(
            chain ->
                assertThat(
                        chain.at("/spec/supportedTemplates/0/availableUpgrades/0/version").asText())
                    .isNotEmpty());
  }

  @Test
  void tellsADenialOfAnotherWebhookApart() {
    answer(ILL_FORMED, 403, "admission webhook \"other.io\" denied the request: no");

    assertThat(examine().get("dry-run-denied").status()).isEqualTo(Status.WARNING);
  }

  @Test
  void namesTheRightThatADryRunNeeds() {
    forbid(WELL_FORMED, "create", "servicetemplatechains");

    assertThat(examine().get("dry-run-allowed").status()).isEqualTo(Status.SKIPPED);
    assertThat(examine().get("dry-run-allowed").message())
        .contains("cannot create resource \"servicetemplatechains\"");
  }

  @Test
  void looksTwiceBeforeItCallsALeaseStale() {
    found(LEASE, "spec: {holderIdentity: pod-1, renewTime: '2020-01-01T00:00:00.000000Z'}");

    assertError("patcher-lease", "pod-1 holds the Lease, and has not renewed it");
    assertThat(pauses).hasSize(1);

    found(LEASE, "spec: {holderIdentity: pod-1, renewTime: '" + now + "'}");
    pauses.clear();

    assertThat(examine().get("patcher-lease").status()).isEqualTo(Status.OK);
    assertThat(pauses).isEmpty();
  }

  @Test
  void saysThatNobodyHoldsTheLease() {
    found(LEASE, "spec: {}");

    assertError("patcher-lease", "nobody holds the Lease");
  }

  @Test
  void countsObjectsOnWhichThePatcherYields() {
    found(
        CLUSTERS,
        "items: [{status: {conditions: [{type: pathgate.dev/UpgradePathsResolved, reason: Yielded}]}},"
            + " {status: {conditions: [{type: pathgate.dev/UpgradePathsResolved, reason: AllResolved}]}}]");

    assertThat(examine().get("patcher-lease").message())
        .isEqualTo("held by pod-1; it yields to another writer on 1 objects");
  }

  @Test
  void skipsWhatTheCallerMayNotSee() {
    forbid(VALIDATING, "list", "validatingwebhookconfigurations");

    assertThat(examine().get("webhook-registered").status()).isEqualTo(Status.SKIPPED);
    assertThat(examine().get("webhook-registered").message())
        .isEqualTo(
            "this account cannot list resource \"validatingwebhookconfigurations\" in API group"
                + " \"x\"");
    assertThat(
            List.of(
                "ca-bundle",
                "certificate-expiry",
                "endpoints",
                "rules-registered",
                "failure-policy"))
        .allSatisfy(
            id ->
                assertThat(examine().get(id).message())
                    .isEqualTo(examine().get("webhook-registered").message()));
  }

  @Test
  void stopsWithTheAddressWhereNobodyAnswers() {
    Requests away =
        (call, timeout) -> CompletableFuture.failedFuture(new IOException("Connection refused"));

    assertThatThrownBy(() -> examine(away))
        .isInstanceOf(CommandFailure.class)
        .hasMessage("the API server at https://api can't be reached: Connection refused")
        .extracting(failure -> ((CommandFailure) failure).exitCode())
        .isEqualTo(3);
  }

  @Test
  void printsForProgramsAndForPeople() throws Exception {
    List<CheckResult> checks =
        List.of(CheckResult.ok("endpoints", "fine"), CheckResult.error("policies", "odd", "mend"));

    assertThat(JSON.readTree(DoctorFormats.json(checks)))
        .isEqualTo(
            YAML.readTree(
                "checks: [{id: endpoints, status: ok, message: fine, fix: ''},"
                    + " {id: policies, status: error, message: odd, fix: mend}]"));
    Console plain =
        new Console(
            new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8),
            new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8),
            false);
    assertThat(DoctorFormats.text(checks, plain))
        .isEqualTo(
            """
            ok       endpoints           fine
            error    policies            odd
                                         fix: mend
            2 checks: 1 error, 0 warnings, 0 skipped
            """);
  }

  private Map<String, CheckResult> examine() {
    return examine(this::send);
  }

  private Map<String, CheckResult> examine(Requests api) {
    return examine(api, pauses::add);
  }

  private Map<String, CheckResult> examine(Requests api, PodChecks.Pause pause) {
    Reads reads = new Reads(new CommandRequests(api, Duration.ofSeconds(5), "https://api"));
    return new Examination("pathgate", Optional.empty(), false)
        .of(reads, now, pause).stream().collect(Collectors.toMap(CheckResult::id, check -> check));
  }

  private void assertError(String id, String message) {
    CheckResult check = examine().get(id);
    assertThat(check.status()).as(check.toString()).isEqualTo(Status.ERROR);
    assertThat(check.message()).contains(message);
    assertThat(check.fix()).isNotEmpty();
  }

  private CompletableFuture<Answer> send(Call call, Duration timeout) {
    sent.add(call);
    String path = call.path().replace("?limit=500", "");
    if (call.method().equals("POST")) {
      assertThat(call.path())
          .isEqualTo(K0RDENT + "/v1beta1/namespaces/kcm-system/servicetemplatechains?dryRun=All");
      path = templates(call) == 2 ? WELL_FORMED : ILL_FORMED;
    }
    return CompletableFuture.completedFuture(
        answers.getOrDefault(path, answerOf(404, "{\"message\": \"not found\"}")));
  }

  private static int templates(Call call) {
    return json(call).at("/spec/supportedTemplates").size();
  }

  private static JsonNode json(Call call) {
    try {
      return JSON.readTree(call.body());
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private void found(String path, String yaml) {
    try {
      answers.put(path, answerOf(200, YAML.readTree(yaml).toString()));
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Gives a webhook of the registration another field. */
  private void change(String hook, String field, String yaml) {
    try {
      JsonNode registrations = JSON.readTree(answers.get(VALIDATING).body());
      for (JsonNode one : registrations.at("/items/0/webhooks")) {
        if (one.path("name").asText().equals(hook)) {
          ((ObjectNode) one).set(field, YAML.readTree(yaml));
        }
      }
      found(VALIDATING, registrations.toString());
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private void answer(String path, int code, String message) {
    ObjectNode status = JSON.createObjectNode().put("message", message);
    answers.put(path, answerOf(code, status.toString()));
  }

  private void forbid(String path, String verb, String resource) {
    answer(
        path,
        403,
        "%s is forbidden: User \"me\" cannot %s resource \"%s\" in API group \"x\""
            .formatted(resource, verb, resource));
  }

  private static Answer answerOf(int code, String json) {
    return new Answer(
        code, json.getBytes(StandardCharsets.UTF_8), Optional.empty(), Optional.empty());
  }

  private void serve(CertificateAuthority issuer, Duration lifetime) throws Exception {
    ServingPair pair = issuer.issue(List.of("pathgate-webhook.pathgate.svc"), now, lifetime);
    found(SECRET, "data: {tls.crt: " + pem(pair.chain().get(0)) + "}");
  }

  private void serveExpired(CertificateAuthority issuer) throws Exception {
    ServingPair old =
        issuer.issue(
            List.of("pathgate-webhook.pathgate.svc"),
            now.minus(Duration.ofDays(3)),
            Duration.ofDays(2));
    found(SECRET, "data: {tls.crt: " + pem(old.chain().get(0)) + "}");
  }

  /** Base64 of PEM, as Kubernetes keeps it. */
  private static String pem(X509Certificate certificate) {
    try {
      String pem =
          "-----BEGIN CERTIFICATE-----\n"
              + Base64.getMimeEncoder(64, new byte[] {'\n'})
                  .encodeToString(certificate.getEncoded())
              + "\n-----END CERTIFICATE-----\n";
      return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
    } catch (java.security.cert.CertificateEncodingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String registration(String failurePolicy, String bundle) {
    return """
    items:
      - metadata: {name: pathgate, labels: {app.kubernetes.io/name: pathgate}}
        webhooks:
          - name: services.pathgate.dev
            failurePolicy: %1$s
            clientConfig:
              caBundle: "%2$s"
              service: {namespace: pathgate, name: pathgate-webhook, path: /validate, port: 443}
            rules:
              - apiGroups: [k0rdent.mirantis.com]
                apiVersions: [v1beta1]
                operations: [CREATE, UPDATE]
                resources: [clusterdeployments, multiclusterservices]
          - name: chains.pathgate.dev
            failurePolicy: %1$s
            clientConfig:
              caBundle: "%2$s"
              service: {namespace: pathgate, name: pathgate-webhook, path: /validate, port: 443}
            rules:
              - apiGroups: [k0rdent.mirantis.com]
                apiVersions: [v1beta1]
                operations: [CREATE, UPDATE, DELETE]
                resources: [servicetemplatechains, servicetemplates]
    """
        .formatted(failurePolicy, bundle);
  }

  private static String deployments(String environment, String replicas) {
    return """
    items:
      - metadata: {name: pathgate-webhook, labels: {app.kubernetes.io/name: pathgate}}
        spec:
          replicas: %s
          template:
            spec:
              containers:
                - env: [{name: PATHGATE_TLS_SELF_SECRET, value: pathgate-tls}, %s]
      - metadata: {name: pathgate-status-patcher, labels: {app.kubernetes.io/name: pathgate}}
        spec:
          template:
            spec:
              containers:
                - env: [{name: PATHGATE_ROLES, value: status-patcher}]
    """
        .formatted(replicas, environment);
  }

  /** Two pods, the second ready or not. */
  private static String slices(String second) {
    return """
    items:
      - metadata: {labels: {kubernetes.io/service-name: pathgate-webhook}}
        endpoints:
          - {addresses: [10.0.0.1], targetRef: {name: a}}
          - {addresses: [10.0.0.2], targetRef: {name: b}, conditions: {ready: %s}}
    """
        .formatted(second);
  }

  private void policies(String action, String variable) {
    StringBuilder policies = new StringBuilder("items:\n");
    StringBuilder bindings = new StringBuilder("items:\n");
    for (String rule :
        List.of(
            "service-follows-chain",
            "service-names-chain",
            "chain-is-immutable",
            "template-is-immutable")) {
      policies
          .append("- metadata: {name: pathgate-" + rule)
          .append(", labels: {app.kubernetes.io/name: pathgate}}\n")
          .append("  spec: {variables: [{name: " + variable + "}]}\n");
      bindings
          .append("- spec: {policyName: pathgate-" + rule)
          .append(", validationActions: [" + action + ", Audit]}\n");
    }
    found(POLICIES, policies.toString());
    found(BINDINGS, bindings.toString());
  }
}
