package dev.pathgate.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.testkit.KubeServer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which edits the API server sends to the webhook, by the chart's own configurations. It may send
 * one twice, when it finds that it judged a stale copy.
 */
class MatchConditionsIT {
  private static final Map<String, CountingWebhook> HOOKS = new HashMap<>();
  private static final String CLEAN_UP = "system:serviceaccount:kube-system:namespace-controller";

  @AfterAll
  static void stop() {
    HOOKS.values().forEach(CountingWebhook::close);
    HOOKS.clear();
    KubeServer.tidyAll();
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1.0", "v1.6", "v1.12"})
  void staysOutOfEditsThatChangeNoService(String release) throws Exception {
    KubeServer api = KubeServer.of(release);
    CountingWebhook hook = registered(api, release);
    String namespace = api.freshNamespace();
    for (ObjectNode object : List.of(deployment(namespace), fleet())) {
      ((ObjectNode) object.path("metadata"))
          .putObject("annotations")
          .put("pathgate.dev/exempt", "incident 7");
      api.create(object);
      String path = KubeServer.path(object);
      hook.forget();

      api.merge(path, "{\"metadata\": {\"labels\": {\"a\": \"b\"}}}").accepted();
      api.merge(path, "{\"metadata\": {\"annotations\": {\"a\": \"b\"}}}").accepted();
      api.merge(path, "{\"metadata\": {\"finalizers\": [\"a.b/c\"]}}").accepted();
      api.merge(path + "/status", "{\"status\": {\"observedGeneration\": 3}}").accepted();
      api.merge(path, "{\"spec\": {\"serviceSpec\": {\"priority\": 7}}}").accepted();
      api.merge(path, services(object, "values", "a: 1")).accepted();
      if (!release.equals("v1.0")) {
        api.merge(path, services(object, "namespace", "default")).accepted();
      }
      api.send("PUT", path, api.send("GET", path, null).accepted()).accepted();
      api.merge(path, exempt("null")).accepted();
      api.send("DELETE", path, null).accepted();
      api.merge(path, exempt("\"incident 8\"")).accepted();
      api.merge(path, "{\"spec\": {\"serviceSpec\": {\"services\": []}}}").accepted();
      api.merge(path, "{\"metadata\": {\"finalizers\": []}}").accepted();

      assertThat(hook.calls()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1.0", "v1.6", "v1.12"})
  void staysOutOfObjectsWithoutAnyService(String release) throws Exception {
    KubeServer api = KubeServer.of(release);
    CountingWebhook hook = registered(api, release);
    ObjectNode bare =
        KubeServer.object(
            "k0rdent.mirantis.com/v1beta1", "MultiClusterService", "", KubeServer.fresh("bare"));
    hook.forget();

    api.create(bare);
    api.merge(KubeServer.path(bare), "{\"metadata\": {\"labels\": {\"a\": \"b\"}}}").accepted();
    api.merge(KubeServer.path(bare), "{\"spec\": {}}").accepted();
    api.merge(KubeServer.path(bare), "{\"spec\": {\"serviceSpec\": {}}}").accepted();
    assertThat(hook.calls()).isEmpty();

    api.merge(
            KubeServer.path(bare),
            "{\"spec\": {\"serviceSpec\": {\"services\": [{\"name\": \"a\", \"template\": \"b\"}]}}}")
        .accepted();
    assertThat(hook.calls())
        .isNotEmpty()
        .allMatch(call -> call.contains(" UPDATE multiclusterservices "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1.0", "v1.6", "v1.12"})
  void isAskedOfEveryEditOfAService(String release) throws Exception {
    KubeServer api = KubeServer.of(release);
    CountingWebhook hook = registered(api, release);
    String namespace = api.freshNamespace();
    for (ObjectNode object : List.of(deployment(namespace), fleet())) {
      String path = KubeServer.path(object);
      String of = object.path("kind").asText().toLowerCase(java.util.Locale.ROOT) + "s ";
      String name = object.at("/metadata/name").asText();

      hook.forget();
      api.create(object);
      assertThat(hook.calls()).contains("/validate CREATE " + of + name);

      for (String services :
          List.of(
              // a template, a chain, a name, a namespace, the order, one less, none, some again
              "{\"name\": \"s\", \"template\": \"b\", \"templateChain\": \"c\"},"
                  + "{\"name\": \"t\", \"template\": \"a\"}",
              "{\"name\": \"s\", \"template\": \"b\", \"templateChain\": \"d\"},"
                  + "{\"name\": \"t\", \"template\": \"a\"}",
              "{\"name\": \"s\", \"template\": \"b\"},{\"name\": \"u\", \"template\": \"a\"}",
              "{\"name\": \"s\", \"template\": \"b\", \"namespace\": \"n\"},"
                  + "{\"name\": \"u\", \"template\": \"a\"}",
              "{\"name\": \"u\", \"template\": \"a\"},"
                  + "{\"name\": \"s\", \"template\": \"b\", \"namespace\": \"n\"}",
              "{\"name\": \"u\", \"template\": \"a\"}",
              "",
              "{\"name\": \"u\", \"template\": \"z\"}")) {
        hook.forget();
        api.merge(path, "{\"spec\": {\"serviceSpec\": {\"services\": [" + services + "]}}}")
            .accepted();
        assertThat(hook.calls()).as(services).contains("/validate UPDATE " + of + name);
      }
      hook.forget();
      api.merge(path, "{\"spec\": {\"serviceSpec\": null}}").accepted();
      assertThat(hook.calls()).contains("/validate UPDATE " + of + name);
    }
  }

  /** Before k0rdent 1.4, no namespace is another one than "default": k0rdent makes two releases. */
  @ParameterizedTest
  @ValueSource(strings = "v1.0")
  void isAskedOfANamespaceThatIsSpelledOutLater(String release) throws Exception {
    KubeServer api = KubeServer.of(release);
    CountingWebhook hook = registered(api, release);
    ObjectNode object = deployment(api.freshNamespace());
    api.create(object);
    hook.forget();

    api.merge(KubeServer.path(object), services(object, "namespace", "default")).accepted();

    assertThat(hook.calls()).anyMatch(call -> call.startsWith("/validate UPDATE clusterdep"));
  }

  /** k0rdent 1.6 and later deploys by a service's version, whatever its template. */
  @ParameterizedTest
  @ValueSource(strings = {"v1.6", "v1.12"})
  void isAskedOfAVersionAndOfAChainThatIsTakenAway(String release) throws Exception {
    KubeServer api = KubeServer.of(release);
    CountingWebhook hook = registered(api, release);
    ObjectNode object = deployment(api.freshNamespace());
    api.create(object);
    String path = KubeServer.path(object);
    hook.forget();

    api.merge(path, services(object, "version", "1.0.0")).accepted();
    assertThat(hook.calls()).anyMatch(call -> call.startsWith("/validate UPDATE clusterdep"));
    hook.forget();

    api.merge(path, services(object, "values", "a: 1")).accepted();
    hook.forget();
    api.merge(path, services(object, "templateChain", "")).accepted();
    assertThat(hook.calls())
        .anyMatch(call -> call.startsWith("/validate UPDATE clusterdep"))
        .anyMatch(call -> call.startsWith("/mutate UPDATE clusterdep"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1.0", "v1.6", "v1.12"})
  void isAskedOfEveryReasonForBreakGlass(String release) throws Exception {
    KubeServer api = KubeServer.of(release);
    CountingWebhook hook = registered(api, release);
    String namespace = api.freshNamespace();
    for (ObjectNode object : List.of(deployment(namespace), fleet())) {
      api.create(object);
      for (String reason : List.of("incident 7", "incident 8")) {
        hook.forget();
        api.merge(KubeServer.path(object), exempt("\"" + reason + "\"")).accepted();
        assertThat(hook.calls()).as(reason).anyMatch(call -> call.startsWith("/validate UPDATE "));
      }
    }
  }

  /**
   * More services than the API server lets a condition compute: labels never wait for us, an edit
   * of services always does, and none is refused because a condition failed.
   */
  @ParameterizedTest
  @ValueSource(ints = {999, 1001, 5500, 20_000})
  void neverFailsForTheNumberOfServices(int services) throws Exception {
    KubeServer api = KubeServer.of("v1.0");
    CountingWebhook hook = registered(api, "v1.0");
    ObjectNode object = deployment(api.freshNamespace());
    var all = ((ObjectNode) object.at("/spec/serviceSpec")).putArray("services");
    for (int i = 0; i < services; i++) {
      all.addObject().put("name", "s" + i).put("template", "a");
    }
    hook.forget();
    api.create(object);
    assertThat(hook.calls())
        .anyMatch(call -> call.startsWith("/validate CREATE "))
        .anyMatch(call -> call.startsWith("/mutate CREATE "));
    hook.forget();
    String path = KubeServer.path(object);

    api.merge(path, "{\"metadata\": {\"labels\": {\"a\": \"b\"}}}").accepted();
    assertThat(hook.calls()).isEmpty();

    api.merge(path, services(object, "template", "b")).accepted();
    assertThat(hook.calls())
        .anyMatch(call -> call.startsWith("/validate UPDATE "))
        .anyMatch(call -> call.startsWith("/mutate UPDATE "));
    assertThat(api.unevaluated()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1.0", "v1.6", "v1.12"})
  void isAskedOfATemplateOnlyWhenItsSpecChangesOrItGoes(String release) throws Exception {
    KubeServer api = KubeServer.of(release);
    CountingWebhook hook = registered(api, release);
    ObjectNode template =
        KubeServer.object(
            "k0rdent.mirantis.com/v1beta1", "ServiceTemplate", api.freshNamespace(), "nginx");
    template.putObject("spec").putObject("helm").putObject("chartRef").put("kind", "HelmChart");
    ((ObjectNode) template.at("/spec/helm/chartRef")).put("name", "nginx");
    String path = KubeServer.path(template);
    hook.forget();

    api.create(template);
    api.merge(path, "{\"metadata\": {\"labels\": {\"a\": \"b\"}}}").accepted();
    api.merge(path, "{\"metadata\": {\"finalizers\": [\"a.b/c\"]}}").accepted();
    api.merge(path + "/status", "{\"status\": {\"valid\": true}}").accepted();
    api.send("PUT", path, api.send("GET", path, null).accepted()).accepted();
    assertThat(hook.calls()).isEmpty();

    api.merge(path, "{\"spec\": null}").accepted();
    assertThat(hook.calls()).containsOnly("/validate UPDATE servicetemplates nginx");
    hook.forget();

    api.send("DELETE", path, null).accepted();
    assertThat(hook.calls()).containsOnly("/validate DELETE servicetemplates nginx");
    hook.forget();

    api.send("DELETE", path, null).accepted();
    assertThat(hook.calls()).isEmpty();
    api.merge(path, "{\"spec\": " + template.path("spec") + "}").accepted();
    assertThat(hook.calls())
        .as("a spec stays as created while it is being deleted, too")
        .containsOnly("/validate UPDATE servicetemplates nginx");
    hook.forget();
    api.merge(path, "{\"metadata\": {\"finalizers\": null}}").accepted();
    assertThat(hook.calls()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = "v1.12")
  void staysOutOfTheClustersOwnNamespaceAndItsOwnAndNotOfK0rdents(String release) throws Exception {
    KubeServer api = KubeServer.of(release);
    CountingWebhook hook = registered(api, release);
    if (api.send("GET", "/api/v1/namespaces/kube-system", null).code() == 404) {
      api.apply(KubeServer.object("v1", "Namespace", "", "kube-system"));
    }
    hook.forget();
    for (String namespace : List.of("kube-system", Chart.NAMESPACE)) {
      api.create(chain(namespace, KubeServer.fresh("c")));
      api.create(deployment(namespace));
    }
    assertThat(hook.calls()).isEmpty();

    for (String namespace : List.of(KubeServer.SYSTEM_NAMESPACE, api.freshNamespace())) {
      hook.forget();
      api.create(chain(namespace, KubeServer.fresh("c")));
      api.create(deployment(namespace));
      assertThat(hook.calls()).as(namespace).hasSize(3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1.0", "v1.6", "v1.12"})
  void isAskedOfAChainOnlyWhenItsSpecComesChangesOrGoes(String release) throws Exception {
    KubeServer api = KubeServer.of(release);
    CountingWebhook hook = registered(api, release);
    String namespace = api.freshNamespace();
    ObjectNode chain = chain(namespace, "chain");
    String path = KubeServer.path(chain);
    hook.forget();

    api.create(chain);
    assertThat(hook.calls()).containsOnly("/validate CREATE servicetemplatechains chain");
    hook.forget();

    api.merge(path, "{\"metadata\": {\"labels\": {\"a\": \"b\"}}}").accepted();
    api.merge(path, "{\"metadata\": {\"finalizers\": [\"a.b/c\"]}}").accepted();
    api.merge(path + "/status", "{\"status\": {\"valid\": true}}").accepted();
    api.send("PUT", path, api.send("GET", path, null).accepted()).accepted();
    assertThat(hook.calls()).isEmpty();

    api.merge(path, "{\"spec\": null}").accepted();
    assertThat(hook.calls()).containsOnly("/validate UPDATE servicetemplatechains chain");
    hook.forget();

    api.merge(path, "{\"spec\": {}}").accepted();
    assertThat(hook.calls()).containsOnly("/validate UPDATE servicetemplatechains chain");
    hook.forget();

    api.send("DELETE", path, null).accepted();
    assertThat(hook.calls()).containsOnly("/validate DELETE servicetemplatechains chain");
    hook.forget();

    api.send("DELETE", path, null).accepted();
    assertThat(hook.calls()).isEmpty();
    api.merge(path, "{\"spec\": null}").accepted();
    assertThat(hook.calls())
        .as("a spec stays as created while it is being deleted, too")
        .containsOnly("/validate UPDATE servicetemplatechains chain");
    hook.forget();
    api.merge(path, "{\"metadata\": {\"finalizers\": null}}").accepted();
    assertThat(hook.calls()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1.0", "v1.6", "v1.12"})
  void isAskedWhenAPersonClearsTheChainsAndNotWhenKubernetesCleansUp(String release)
      throws Exception {
    KubeServer api = KubeServer.of(release);
    CountingWebhook hook = registered(api, release);
    String namespace = api.freshNamespace();
    api.create(chain(namespace, "mine"));
    api.create(chain(namespace, "theirs"));
    String all = KubeServer.K0RDENT + "/namespaces/" + namespace + "/servicetemplatechains";
    hook.forget();

    api.send(
            "DELETE",
            all + "/theirs",
            "application/json",
            null,
            Map.of("Impersonate-User", CLEAN_UP, "Impersonate-Group", "system:masters"))
        .accepted();
    assertThat(hook.calls()).isEmpty();

    // A collection delete carries no name.
    api.send("DELETE", all, null).accepted();
    assertThat(hook.calls()).isNotEmpty().allMatch(call -> call.startsWith("/validate DELETE "));
  }

  @ParameterizedTest
  @ValueSource(strings = "v1.0")
  void isAskedTheSameOfEditsInAnOlderVersion(String release) throws Exception {
    KubeServer api = KubeServer.of(release);
    CountingWebhook hook = registered(api, release);
    ObjectNode object = deployment(api.freshNamespace());
    api.create(object);
    String path = KubeServer.path(object).replace("/v1beta1/", "/v1alpha1/");
    hook.forget();

    api.merge(path, "{\"metadata\": {\"labels\": {\"a\": \"b\"}}}").accepted();
    assertThat(hook.calls()).isEmpty();

    api.merge(path, "{\"spec\": {\"serviceSpec\": {\"services\": []}}}").accepted();
    assertThat(hook.calls())
        .containsOnly(
            "/validate UPDATE clusterdeployments " + object.at("/metadata/name").asText());
  }

  /** The chart's configurations, registered and in force. */
  private static CountingWebhook registered(KubeServer api, String release) throws Exception {
    CountingWebhook hook = HOOKS.get(release);
    if (hook != null) {
      return hook;
    }
    hook = new CountingWebhook();
    HOOKS.put(release, hook);
    Chart.Objects chart = Chart.render("mutation: {enabled: true}");
    for (String kind : List.of("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration")) {
      for (JsonNode configuration : chart.ofKind(kind).toList()) {
        api.apply(hook.aimHere(configuration));
      }
    }
    CountingWebhook registered = hook;
    ObjectNode probe = deployment(api.freshNamespace());
    ObjectNode chain = chain(probe.at("/metadata/namespace").asText(), "probe");
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              registered.forget();
              api.send("POST", KubeServer.collection(probe) + "?dryRun=All", probe).accepted();
              api.send("POST", KubeServer.collection(chain) + "?dryRun=All", chain).accepted();
              return registered.calls().size() == 3;
            });
    return hook;
  }

  private static ObjectNode deployment(String namespace) {
    ObjectNode object =
        KubeServer.object(
            "k0rdent.mirantis.com/v1beta1",
            "ClusterDeployment",
            namespace,
            KubeServer.fresh("cluster"));
    object.putObject("spec").put("template", "aws");
    return withServices(object);
  }

  private static ObjectNode fleet() {
    ObjectNode object =
        KubeServer.object(
            "k0rdent.mirantis.com/v1beta1", "MultiClusterService", "", KubeServer.fresh("fleet"));
    object.putObject("spec");
    return withServices(object);
  }

  private static ObjectNode withServices(ObjectNode object) {
    ObjectNode spec = (ObjectNode) object.path("spec");
    var services = spec.putObject("serviceSpec").putArray("services");
    services.addObject().put("name", "s").put("template", "a").put("templateChain", "c");
    services.addObject().put("name", "t").put("template", "a");
    return object;
  }

  /** The object's services, the first of them with another field, as a patch. */
  private static String services(ObjectNode object, String field, String value) {
    JsonNode services = object.at("/spec/serviceSpec/services").deepCopy();
    ((ObjectNode) services.get(0)).put(field, value);
    return "{\"spec\": {\"serviceSpec\": {\"services\": " + services + "}}}";
  }

  private static String exempt(String reason) {
    return "{\"metadata\": {\"annotations\": {\"pathgate.dev/exempt\": " + reason + "}}}";
  }

  private static ObjectNode chain(String namespace, String name) {
    ObjectNode chain =
        KubeServer.object("k0rdent.mirantis.com/v1beta1", "ServiceTemplateChain", namespace, name);
    chain.putObject("spec").putArray("supportedTemplates").addObject().put("name", "a");
    return chain;
  }
}
