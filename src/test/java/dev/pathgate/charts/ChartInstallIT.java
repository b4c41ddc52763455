package dev.pathgate.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import dev.pathgate.testkit.KubeServer;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The chart on a real kube-apiserver: what it takes, what Helm keeps, and what the roles allow. */
class ChartInstallIT {
  private static final Set<String> GROUPS_OF_OTHERS =
      Set.of("cert-manager.io/v1", "monitoring.coreos.com/v1");
  private static final String MANAGEMENT = "/apis/admissionregistration.k8s.io/v1/";

  private static KubeServer api;

  @BeforeAll
  static void start() {
    api = KubeServer.of("v1.12");
  }

  @AfterAll
  static void stop() {
    KubeServer.tidyAll();
  }

  static Stream<String> combinations() {
    return ChartTest.combinations();
  }

  @ParameterizedTest
  @MethodSource("combinations")
  void rendersObjectsThatTheApiServerTakesWithoutAnUnknownField(String values) {
    Chart.render(values).all().stream()
        .filter(object -> !GROUPS_OF_OTHERS.contains(object.path("apiVersion").asText()))
        .forEach(api::dryRun);
  }

  @Test
  void keepsCertificateAndCaBundleThroughAnUpgradeAndLeavesNothingBehind() throws Exception {
    String namespace = api.freshNamespace();
    Set<String> before = everythingOf(namespace);
    Chart.withValues(
        "{mutation: {enabled: true}, policies: {enabled: true}}",
        values ->
            Chart.helm()
                .install()
                .withName("pathgate")
                .withNamespace(namespace)
                .withValuesFile(values)
                .withKubeConfigContents(api.kubeConfig())
                .call());
    String secret = "/api/v1/namespaces/" + namespace + "/secrets/pathgate-tls";
    List<String> configurations =
        List.of(
            MANAGEMENT + "validatingwebhookconfigurations/pathgate",
            MANAGEMENT + "mutatingwebhookconfigurations/pathgate");
    String caBundle = api.caBundle();
    api.merge(secret, "{\"data\": {\"tls.crt\": \"UEVN\"}}").accepted();
    for (String configuration : configurations) {
      int hooks = api.send("GET", configuration, null).accepted().path("webhooks").size();
      for (int i = 0; i < hooks; i++) {
        String bundle =
            "[{\"op\": \"add\", \"path\": \"/webhooks/%d/clientConfig/caBundle\", \"value\": \"%s\"}]"
                .formatted(i, caBundle);
        api.send("PATCH", configuration, "application/json-patch+json", bundle, java.util.Map.of())
            .accepted();
      }
    }

    Chart.withValues(
        "{mutation: {enabled: true}, mode: warn, webhook: {failurePolicy: Ignore, replicas: 3}}",
        values ->
            Chart.helm()
                .upgrade()
                .withName("pathgate")
                .withNamespace(namespace)
                .resetValues()
                .withValuesFile(values)
                .withKubeConfigContents(api.kubeConfig())
                .call());

    assertThat(api.send("GET", secret, null).accepted().at("/data/tls.crt").asText())
        .isEqualTo("UEVN");
    for (String configuration : configurations) {
      assertThat(api.send("GET", configuration, null).accepted().path("webhooks"))
          .isNotEmpty()
          .allSatisfy(
              hook -> {
                assertThat(hook.at("/clientConfig/caBundle").asText()).isEqualTo(caBundle);
                assertThat(hook.path("failurePolicy").asText()).isEqualTo("Ignore");
              });
    }
    assertThat(policies()).containsExactly("pathgate-own-webhooks");

    Helm.uninstall("pathgate")
        .withNamespace(namespace)
        .withKubeConfigContents(api.kubeConfig())
        .call();

    assertThat(everythingOf(namespace)).isEqualTo(before);
  }

  /** Verb, path and whether the account may; every line with yes has a sibling with no. */
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          webhook,        get,    k0rdent.mirantis.com, clusterdeployments,          '',                      yes
          webhook,        list,   k0rdent.mirantis.com, multiclusterservices,        '',                      yes
          webhook,        watch,  k0rdent.mirantis.com, servicetemplatechains,       '',                      yes
          webhook,        list,   k0rdent.mirantis.com, servicetemplates,            '',                      yes
          webhook,        patch,  k0rdent.mirantis.com, clusterdeployments,          '',                      no
          webhook,        patch,  k0rdent.mirantis.com, clusterdeployments/status,   '',                      no
          webhook,        delete, k0rdent.mirantis.com, servicetemplatechains,       '',                      no
          webhook,        get,    k0rdent.mirantis.com, clustertemplates,            '',                      no
          webhook,        get,    '',                   secrets,                     pathgate-tls,            yes
          webhook,        update, '',                   secrets,                     pathgate-tls,            yes
          webhook,        get,    '',                   secrets,                     other,                   no
          webhook,        list,   '',                   secrets,                     '',                      no
          webhook,        create, '',                   secrets,                     '',                      no
          webhook,        delete, '',                   secrets,                     pathgate-tls,            no
          webhook,        get,    k0rdent.mirantis.com, servicesets,                 '',                      no
          webhook,        list,   k0rdent.mirantis.com, servicesets,                 '',                      yes
          webhook,        watch,  k0rdent.mirantis.com, servicesets,                 '',                      yes
          webhook,        patch,  k0rdent.mirantis.com, servicesets,                 '',                      no
          webhook,        get,    coordination.k8s.io,  leases,                      pathgate-tls,            no
          webhook,        update, coordination.k8s.io,  leases,                      pathgate-status-patcher, no
          webhook,        get,    admissionregistration.k8s.io, validatingwebhookconfigurations, pathgate,    yes
          webhook,        patch,  admissionregistration.k8s.io, validatingwebhookconfigurations, pathgate,    yes
          webhook,        patch,  admissionregistration.k8s.io, mutatingwebhookconfigurations,   pathgate,    yes
          webhook,        patch,  admissionregistration.k8s.io, validatingwebhookconfigurations, other,       no
          webhook,        update, admissionregistration.k8s.io, validatingwebhookconfigurations, pathgate,    no
          webhook,        list,   '',                   pods,                        '',                      no
          webhook,        list,   '',                   namespaces,                  '',                      no
          webhook,        create, events.k8s.io,        events,                      '',                      no
          status-patcher, get,    k0rdent.mirantis.com, clusterdeployments,          '',                      yes
          status-patcher, list,   k0rdent.mirantis.com, multiclusterservices,        '',                      yes
          status-patcher, watch,  k0rdent.mirantis.com, servicetemplatechains,       '',                      yes
          status-patcher, list,   k0rdent.mirantis.com, servicetemplates,            '',                      no
          status-patcher, patch,  k0rdent.mirantis.com, clusterdeployments/status,   '',                      yes
          status-patcher, patch,  k0rdent.mirantis.com, multiclusterservices/status, '',                      yes
          status-patcher, update, k0rdent.mirantis.com, clusterdeployments/status,   '',                      no
          status-patcher, patch,  k0rdent.mirantis.com, clusterdeployments,          '',                      no
          status-patcher, patch,  k0rdent.mirantis.com, servicetemplatechains/status, '',                     no
          status-patcher, create, events.k8s.io,        events,                      '',                      yes
          status-patcher, patch,  events.k8s.io,        events,                      '',                      yes
          status-patcher, list,   events.k8s.io,        events,                      '',                      no
          status-patcher, get,    coordination.k8s.io,  leases,                      pathgate-status-patcher, yes
          status-patcher, update, coordination.k8s.io,  leases,                      pathgate-status-patcher, yes
          status-patcher, update, coordination.k8s.io,  leases,                      other,                   no
          status-patcher, create, coordination.k8s.io,  leases,                      '',                      no
          status-patcher, get,    '',                   secrets,                     pathgate-tls,            no
          """)
  void allowsEachAccountItsOwnWorkAndNoMore(
      String account, String verb, String group, String resource, String name, String expected) {
    Chart.Objects chart = Chart.render("mutation: {enabled: true}");
    Stream.of("ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding")
        .flatMap(chart::ofKind)
        .forEach(api::apply);

    assertThat(Chart.may(api, account, verb, group, resource, name))
        .isEqualTo(expected.equals("yes"));
  }

  private static List<String> policies() {
    return items(MANAGEMENT + "validatingadmissionpolicies").stream()
        .map(policy -> policy.at("/metadata/name").asText())
        .toList();
  }

  /** Kind and name of what a namespace and the cluster hold, of every kind that the chart makes. */
  private static Set<String> everythingOf(String namespace) {
    Set<String> all = new TreeSet<>();
    for (String path :
        List.of(
            "/api/v1/namespaces/%s/secrets",
            "/api/v1/namespaces/%s/configmaps",
            "/api/v1/namespaces/%s/services",
            "/api/v1/namespaces/%s/serviceaccounts",
            "/apis/apps/v1/namespaces/%s/deployments",
            "/apis/coordination.k8s.io/v1/namespaces/%s/leases",
            "/apis/networking.k8s.io/v1/namespaces/%s/networkpolicies",
            "/apis/policy/v1/namespaces/%s/poddisruptionbudgets",
            "/apis/rbac.authorization.k8s.io/v1/namespaces/%s/roles",
            "/apis/rbac.authorization.k8s.io/v1/namespaces/%s/rolebindings",
            "/apis/rbac.authorization.k8s.io/v1/clusterroles",
            "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
            MANAGEMENT + "validatingwebhookconfigurations",
            MANAGEMENT + "mutatingwebhookconfigurations",
            MANAGEMENT + "validatingadmissionpolicies",
            MANAGEMENT + "validatingadmissionpolicybindings")) {
      for (JsonNode item : items(path.formatted(namespace))) {
        all.add(path + " " + item.at("/metadata/name").asText());
      }
    }
    return all;
  }

  private static List<JsonNode> items(String path) {
    return StreamSupport.stream(
            api.send("GET", path, null).accepted().path("items").spliterator(), false)
        .toList();
  }
}
