package dev.pathgate.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.testkit.KubeServer;
import dev.pathgate.testkit.PathgateProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The webhook with the roles that the chart renders and no others: they are enough for all that it
 * does, and none of their verbs is there in vain.
 */
class RolesIT {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final String VALUES =
      """
      mutation: {enabled: true}
      webhook:
        events: true
        extraEnv:
          - {name: PATHGATE_TLS_SELF_LIFETIME, value: 60S}
          - {name: PATHGATE_TLS_SELF_DNS_NAMES, value: "127.0.0.1"}
      """;

  private static KubeServer api;
  private static Installation installation;
  private static PathgateProcess pod;
  private static String namespace;
  private static String cluster;

  @BeforeAll
  static void install() {
    api = KubeServer.of("v1.12");
    namespace = api.freshNamespace();
    ObjectNode chain = Policies.chain(namespace, "c", Policies.line("a", "b"));
    chain.withObject("metadata").putObject("annotations").put("pathgate.dev/default-chain", "true");
    api.create(chain);
    ObjectNode deployment = Policies.deployment(namespace, Policies.service("s", "a", "c"));
    api.create(deployment);
    cluster = KubeServer.path(deployment);
    installation = Installation.of(api, VALUES);
    pod = installation.startWebhook();
    installation.serve(pod);
    awaitDenial("[service-follows-chain]");
  }

  @AfterAll
  static void stop() {
    if (pod != null) {
      pod.close();
    }
    if (installation != null) {
      installation.close();
    }
    KubeServer.tidyAll();
  }

  /** A verb of a rule of one of the webhook's roles. */
  private record Right(String role, String resource, String verb) {
    String name() {
      return resource + " " + verb;
    }

    @Override
    public String toString() {
      return verb + " of " + resource;
    }

    /** The role without this verb. */
    ObjectNode taken() {
      return Chart.without(whole(), resource, verb);
    }

    JsonNode whole() {
      return Chart.render(VALUES).one(role, "pathgate-webhook");
    }
  }

  static Stream<Right> rights() {
    Chart.Objects rendered = Chart.render(VALUES);
    return Stream.of("ClusterRole", "Role")
        .flatMap(
            kind -> {
              Stream.Builder<Right> rights = Stream.builder();
              for (JsonNode rule : rendered.one(kind, "pathgate-webhook").path("rules")) {
                for (JsonNode verb : rule.path("verbs")) {
                  rights.add(new Right(kind, rule.at("/resources/0").asText(), verb.asText()));
                }
              }
              return rights.build();
            });
  }

  @Test
  void areEnoughForAllThatTheWebhookDoes() {
    long forbidden = reports("is forbidden: User");

    awaitDenial("ServiceTemplateChain " + namespace + "/c leads from a to b");
    assertThat(move("b").isAccepted()).isTrue();

    KubeServer.Answer chain =
        api.send(
            "POST",
            KubeServer.collection(Policies.chain(namespace, "n", Map.of())) + "?dryRun=All",
            Policies.chain(namespace, "n", Policies.line("not-there")));
    assertThat(chain.warnings()).singleElement().asString().contains("[chain-templates-exist]");

    KubeServer.Answer deletion =
        api.send(
            "DELETE",
            KubeServer.path(Policies.chain(namespace, "c", Map.of())) + "?dryRun=All",
            null);
    assertThat(deletion.message()).contains("[chain-is-unused]");

    ObjectNode unchained = Policies.deployment(namespace, Policies.service("s", "a", ""));
    assertThat(
            api.send("POST", KubeServer.collection(unchained) + "?dryRun=All", unchained)
                .accepted()
                .at("/spec/serviceSpec/services/0/templateChain")
                .asText())
        .isEqualTo("c");

    forgetAuthorityKey();
    Installation.await("the next authority is published", SOON, RolesIT::isPublished);
    assertThat(reports("is forbidden: User")).isEqualTo(forbidden);
  }

  @ParameterizedTest
  @MethodSource("rights")
  void failVisiblyWithoutAnyOneVerb(Right right) {
    switch (right.name()) {
      case "clusterdeployments get" -> {
        // Chains that are cached are judged by what is cached.
        api.apply(right.taken());
        Installation.await(
            "a chain can't be read",
            SOON,
            () -> move("z", "missing").message().contains("could not be read in time"));
      }
      case "clusterdeployments list" ->
          awaitInAnotherPod(
              right,
              pod ->
                  pod.get("/q/health/ready")
                      .matches("(?s)503 .*not yet read from the API server: .*"));
      // Ready, since it reads before it denies; the alert on caches that don't watch is raised.
      case "clusterdeployments watch" ->
          awaitInAnotherPod(
              right, pod -> gauge(pod, "synced", "1.0") == 5 && gauge(pod, "watching", "0.0") == 4);
      // Ready, since only a warning rests on it; readiness' data names it.
      case "servicesets list" ->
          awaitInAnotherPod(
              right, pod -> pod.get("/q/health/ready").matches("(?s)200 .*servicesets.*"));
      case "servicesets watch" ->
          awaitInAnotherPod(
              right, pod -> gauge(pod, "synced", "1.0") == 5 && gauge(pod, "watching", "0.0") == 1);
      case "events create" -> {
        api.apply(right.taken());
        awaitEventReport(() -> refuse(KubeServer.fresh("nowhere")));
      }
      case "events patch" -> {
        // The same refusal for the second time is added to the Event of the first.
        String known = KubeServer.fresh("nowhere");
        refuse(known);
        Installation.await("the first Event is there", SOON, () -> isTold(known));
        api.apply(right.taken());
        awaitEventReport(() -> refuse(known));
      }
      case "secrets get",
          "validatingwebhookconfigurations get",
          "mutatingwebhookconfigurations get" -> {
        api.apply(right.taken());
        awaitReport("Certificates could not be managed: ", right.resource());
      }
      case "secrets update",
          "validatingwebhookconfigurations patch",
          "mutatingwebhookconfigurations patch" -> {
        api.apply(right.taken());
        // The next authority has to be kept, and told to the API server.
        api.merge(installation.path("Secret", "pathgate-tls"), "{\"data\": {\"ca.key\": null}}")
            .accepted();
        awaitReport("Certificates could not be managed: ", right.resource());
      }
      default -> throw new AssertionError("what is this for: " + right);
    }

    api.apply(right.whole());
    awaitDenial("ServiceTemplateChain " + namespace + "/c leads from a to b");
    Installation.await(
        "a chain is missing and can be told to be",
        SOON,
        () -> move("z", "missing").message().contains("does not exist"));
    Installation.await("the certificate is managed again", SOON, RolesIT::isPublished);
  }

  /** Starts a pod of an account that lacks this right, and waits for the state that it stays in. */
  private static void awaitInAnotherPod(Right right, Predicate<PathgateProcess> state) {
    String account = KubeServer.fresh("without-" + right.verb());
    api.apply(KubeServer.object("v1", "ServiceAccount", Chart.NAMESPACE, account));
    ObjectNode role = right.taken();
    role.withObject("metadata").put("name", account);
    api.apply(role);
    for (String kind : List.of("ClusterRoleBinding", "RoleBinding")) {
      ObjectNode binding = installation.rendered().one(kind, "pathgate-webhook").deepCopy();
      binding.withObject("metadata").put("name", account);
      ((ObjectNode) binding.at("/subjects/0")).put("name", account);
      if (kind.equals("ClusterRoleBinding")) {
        binding.withObject("roleRef").put("name", account);
      }
      api.apply(binding);
    }
    try (PathgateProcess other =
        Pods.start(api, installation.rendered(), Chart.RELEASE + "-webhook", account)) {
      Installation.await(
          "the certificate is served",
          Duration.ofSeconds(90),
          () -> other.log().contains("Serving the certificate"));
      Awaitility.await(right + " is missed")
          .atMost(SOON)
          .during(Duration.ofSeconds(2))
          .until(() -> state.test(other));
    }
  }

  /** How many caches' gauge has this value. */
  private static long gauge(PathgateProcess pod, String what, String value) {
    return pod.get("/q/metrics")
        .lines()
        .filter(line -> line.startsWith("pathgate_cache_" + what + "{") && line.endsWith(value))
        .count();
  }

  private static KubeServer.Answer move(String template) {
    return move(template, "c");
  }

  private static KubeServer.Answer move(String template, String chain) {
    return api.merge(
        cluster + "?dryRun=All", Policies.servicesPatch(Policies.service("s", template, chain)));
  }

  /** An edit of an object of its own, since what is written about one is bounded. */
  private static void refuse(String template) {
    ObjectNode object = Policies.deployment(namespace, Policies.service("s", "a", "c"));
    object.withObject("metadata").put("name", template);
    String path = KubeServer.path(object);
    if (!api.send("GET", path, null).isAccepted()) {
      api.create(object);
    }
    KubeServer.Answer answer =
        api.merge(path, Policies.servicesPatch(Policies.service("s", template, "c")));
    assertThat(answer.message()).contains("[service-follows-chain]");
  }

  private static boolean isTold(String object) {
    return api
        .send("GET", "/apis/events.k8s.io/v1/namespaces/" + namespace + "/events", null)
        .accepted()
        .path("items")
        .findValuesAsText("note")
        .stream()
        .anyMatch(note -> note.contains(object));
  }

  private static void awaitEventReport(Runnable refusal) {
    long already = reports("WARN", "resource events of group events.k8s.io");
    Installation.await(
        "it says which rule is missing",
        SOON,
        () -> {
          refusal.run();
          return reports("WARN", "resource events of group events.k8s.io") > already;
        });
  }

  private static void awaitDenial(String why) {
    Installation.await(why, SOON, () -> move("z").message().contains(why));
  }

  private static void forgetAuthorityKey() {
    api.merge(installation.path("Secret", "pathgate-tls"), "{\"data\": {\"ca.key\": null}}")
        .accepted();
  }

  private static long reports(String... words) {
    return pod.log().lines().filter(line -> Stream.of(words).allMatch(line::contains)).count();
  }

  private static void awaitReport(String start, String resource) {
    long already = reports("ERROR", start, resource, "is forbidden");
    Installation.await(
        start + resource, SOON, () -> reports("ERROR", start, resource, "is forbidden") > already);
  }

  private static boolean isPublished() {
    JsonNode secret = api.send("GET", installation.path("Secret", "pathgate-tls"), null).accepted();
    return secret.path("data").has("ca.key")
        && secret.at("/metadata/annotations").has("pathgate.dev/ca-published-at")
        && bundles().allMatch(secret.at("/data/ca.crt").asText()::equals);
  }

  private static Stream<String> bundles() {
    return Stream.of("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration")
        .map(kind -> api.send("GET", installation.path(kind, "pathgate"), null).accepted())
        .flatMap(
            configuration ->
                StreamSupport.stream(configuration.path("webhooks").spliterator(), false))
        .map(hook -> hook.at("/clientConfig/caBundle").asText());
  }
}
