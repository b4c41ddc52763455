package dev.pathgate.charts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.attack.CostlyReviews;
import dev.pathgate.attack.HalfOpen;
import dev.pathgate.attack.Neighbour;
import dev.pathgate.attack.OddObjects;
import dev.pathgate.testkit.KubeBinaries;
import dev.pathgate.testkit.KubeServer;
import dev.pathgate.testkit.PathgateProcess;
import dev.pathgate.testkit.TrustsAll;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Everything that is done to the gate, by name; each as often as its time allows. */
final class SoakAttacks {
  /** One attack; {@code goesOn} says whether its time is not over. */
  interface Attack {
    void run(BooleanSupplier goesOn) throws Exception;
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, String> DEVELOPER =
      Map.of("Impersonate-User", "jane", "Impersonate-Group", "developers");
  private static final Map<String, String> MEMBER =
      Map.of("Impersonate-User", "oncall", "Impersonate-Group", "sre");
  private static final String MERGE = "application/merge-patch+json";

  private final KubeServer api;
  private final Installation installation;
  private final PathgateProcess pod;
  private final Path folder;
  private final String namespace;
  private final Map<String, Integer> answers = new TreeMap<>();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

  /** Objects that no attack may have changed: path and what was stored. */
  private final Map<String, JsonNode> victims = new LinkedHashMap<>();

  SoakAttacks(KubeServer api, Installation installation, PathgateProcess pod, Path folder) {
    this.api = api;
    this.installation = installation;
    this.pod = pod;
    this.folder = folder;
    this.namespace = "tenant"; // which the costly reviews name
    api.apply(KubeServer.object("v1", "Namespace", "", namespace));
    api.create(Policies.chain(namespace, "line", Policies.line("a", "b", "c")));
    api.create(versions(Policies.chain(namespace, "versions", Policies.line("v1", "v2", "v3"))));
    for (String chain :
        List.of(
            CostlyReviews.hugeChain(namespace, 8),
            CostlyReviews.longChain(namespace),
            CostlyReviews.endlessChain(namespace))) {
      api.create(parse(chain));
    }
    api.create(template("a"));
  }

  /** The attacks, in their order. */
  Map<String, Attack> all() {
    Map<String, Attack> all = new LinkedHashMap<>();
    all.put("(none)", goesOn -> pause(goesOn));
    all.put("forced clients (1)", this::forcedClients);
    all.put("odd objects (2)", this::oddObjects);
    all.put("odd objects, failurePolicy Ignore (2, 5)", this::oddObjectsWhileIgnored);
    all.put("memory: one at a time (3)", this::costlyReviews);
    all.put("memory: many at once (3)", this::floods);
    all.put("unread HTTP/2 answers (3)", this::unreadAnswers);
    all.put("1,100 TLS connections kept alive (4)", this::crowd);
    all.put("half-open on both ports (4)", this::halfOpen);
    all.put("hops by template and version (5)", this::hops);
    all.put("spec removed and added; leaving chains (5)", this::specs);
    all.put("chains made anew (5)", this::chainsMadeAnew);
    all.put("dropped and added (5)", this::droppedAndAdded);
    all.put("break-glass armed by others (5)", this::breakGlass);
    all.put("the pod's own rights (7)", this::ownRights);
    return all;
  }

  /** What the attack was answered since this was last asked, by code. */
  Map<String, Integer> drainAnswers() {
    synchronized (answers) {
      Map<String, Integer> drained = new TreeMap<>(answers);
      answers.clear();
      return drained;
    }
  }

  /** What should not have been, in words; none in the end is what all this is about. */
  List<String> wrong() {
    List<String> all = new ArrayList<>(wrong);
    victims.forEach(
        (path, before) -> {
          JsonNode now = api.send("GET", path, null).body();
          for (String field : List.of("/metadata/uid", "/spec")) {
            if (!now.at(field).equals(before.at(field))) {
              all.add(path + " has changed: " + field + " " + now.at(field));
            }
          }
        });
    return all;
  }

  private void count(String answer) {
    synchronized (answers) {
      answers.merge(answer, 1, Integer::sum);
    }
  }

  private static void pause(BooleanSupplier goesOn) throws InterruptedException {
    while (goesOn.getAsBoolean()) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  /** A forbidden edit: refused, by whichever rule, or not answered by the webhook at all. */
  private void refused(KubeServer.Answer answer, String what) {
    count(String.valueOf(answer.code()));
    if (answer.isAccepted()) {
      wrong.add(what + " was admitted");
    } else if (answer.code() == 422) {
      wrong.add(what + " was answered 422: " + answer.message());
    }
  }

  /** A legal edit of an attack. */
  private void admitted(KubeServer.Answer answer, String what) {
    count(String.valueOf(answer.code()));
    if (!answer.isAccepted() && answer.code() != 429) {
      wrong.add(what + " was answered " + answer.code() + " " + answer.message());
    }
  }

  private String victim(ObjectNode object) {
    String path = KubeServer.path(object);
    victims.put(path, api.create(object));
    return path;
  }

  private static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException malformed) {
      throw new IllegalArgumentException(malformed);
    }
  }

  private static ObjectNode versions(ObjectNode chain) {
    chain
        .at("/spec/supportedTemplates")
        .forEach(
            template ->
                template
                    .path("availableUpgrades")
                    .forEach(
                        upgrade ->
                            ((ObjectNode) upgrade)
                                .put("version", version(upgrade.path("name").asText()))));
    return chain;
  }

  private static String version(String template) {
    return template.substring(1) + ".0.0";
  }

  private ObjectNode template(String name) {
    ObjectNode template =
        KubeServer.object("k0rdent.mirantis.com/v1beta1", "ServiceTemplate", namespace, name);
    template.set("spec", chart(name));
    return template;
  }

  private static JsonNode chart(String name) {
    return parse(
        """
        {"helm": {"chartSpec": {"chart": "%s", "version": "1.0.0", "interval": "10m",
          "sourceRef": {"kind": "HelmRepository", "name": "charts"}}}}
        """
            .formatted(name));
  }

  private static String moved(String template, String chain) {
    return Policies.servicesPatch(Policies.service("s", template, chain));
  }

  private static ObjectNode withTemplate(ObjectNode object, String template) {
    ObjectNode moved = object.deepCopy();
    ((ObjectNode) moved.at("/spec/serviceSpec/services/0")).put("template", template);
    return moved;
  }

  private void forcedClients(BooleanSupplier goesOn) throws Exception {
    ObjectNode object = Policies.deployment(namespace, Policies.service("s", "a", "line"));
    String path = victim(object);
    while (goesOn.getAsBoolean()) {
      for (String target : List.of("c", "not-listed")) {
        for (List<String> way :
            List.of(
                List.of("apply", "--force"),
                List.of("apply", "--server-side", "--force-conflicts"),
                List.of("replace"))) {
          int code = kubectl(way, withTemplate(object, target));
          count("kubectl " + code);
          if (code == 0) {
            wrong.add("kubectl " + way + " to " + target + " ended with 0");
          }
        }
        refused(api.merge(path, moved(target, "line")), "a patch to " + target);
      }
      for (String inUse :
          List.of(KubeServer.K0RDENT + "/namespaces/tenant/servicetemplates/a", chain("line"))) {
        refused(api.send("DELETE", inUse, null), "the deletion of " + inUse);
      }
    }
  }

  private int kubectl(List<String> way, JsonNode object) throws Exception {
    Path config = Files.writeString(folder.resolve("kubeconfig"), api.kubeConfig());
    Path manifest = Files.writeString(folder.resolve("manifest.json"), object.toString());
    List<String> command = new ArrayList<>();
    command.add(KubeBinaries.require().binaries().getKubectl().toString());
    command.addAll(way);
    command.addAll(List.of("-f", manifest.toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile());
    builder.environment().put("KUBECONFIG", config.toString());
    builder.environment().put("KUBECACHEDIR", folder.resolve("cache").toString());
    return builder.start().waitFor();
  }

  /** An object with an odd member; as text, since it is odd to this process' JSON, too. */
  private static String odd(ObjectNode object, String part, String member) {
    String opened = "\"" + part + "\":{";
    return object.toString().replace(opened, opened + member + ",");
  }

  private void oddObjects(BooleanSupplier goesOn) {
    Map<String, String> members =
        Map.of(
            OddObjects.LONG_KEY,
            "spec",
            OddObjects.DEEP_NESTING,
            "spec",
            OddObjects.LONG_OWNER,
            "metadata");
    while (goesOn.getAsBoolean()) {
      members.forEach(
          (member, part) -> {
            ObjectNode object = Policies.deployment(namespace, Policies.service("s", "a", "line"));
            String path = KubeServer.path(object);
            admitted(
                api.send(
                    "POST",
                    KubeServer.collection(object),
                    "application/json",
                    odd(object, part, member),
                    Map.of()),
                "an odd object");
            refused(api.merge(path, moved("c", "line")), "a hop of an odd object");
            admitted(api.merge(path, moved("b", "line")), "a move of an odd object");
            refused(api.send("DELETE", chain("line"), null), "the deletion of its chain");
            admitted(api.send("DELETE", path, null), "the deletion of an odd object");
          });
    }
  }

  private String chain(String name) {
    return KubeServer.K0RDENT + "/namespaces/" + namespace + "/servicetemplatechains/" + name;
  }

  private void oddObjectsWhileIgnored(BooleanSupplier goesOn) {
    String configuration = installation.path("ValidatingWebhookConfiguration", "pathgate");
    failurePolicy(configuration, "Ignore");
    try {
      oddObjects(goesOn);
    } finally {
      failurePolicy(configuration, "Fail");
    }
  }

  private void failurePolicy(String configuration, String policy) {
    ObjectNode stored = (ObjectNode) api.send("GET", configuration, null).accepted();
    stored.path("webhooks").forEach(hook -> ((ObjectNode) hook).put("failurePolicy", policy));
    api.send("PUT", configuration, stored).accepted();
  }

  private CompletableFuture<String> post(HttpClient client, byte[] review) {
    return client
        .sendAsync(
            HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + pod.httpsPort() + "/validate"))
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(review))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .thenApply(answer -> String.valueOf(answer.statusCode()))
        .exceptionally(closed -> "closed");
  }

  private void counted(CompletableFuture<String> answer) {
    try {
      String code = answer.join();
      count(code);
      if (code.startsWith("5")) {
        wrong.add("a costly review was answered " + code);
      }
    } catch (CompletionException closed) {
      count("closed");
    }
  }

  private void costlyReviews(BooleanSupplier goesOn) {
    HttpClient client = TrustsAll.client();
    while (goesOn.getAsBoolean()) {
      for (CostlyReviews.Costly costly : CostlyReviews.Costly.values()) {
        if (goesOn.getAsBoolean()) {
          counted(post(client, costly.body()));
        }
      }
    }
  }

  private void floods(BooleanSupplier goesOn) {
    while (goesOn.getAsBoolean()) {
      for (CostlyReviews.Flood flood : CostlyReviews.Flood.values()) {
        flood(flood, goesOn);
      }
    }
  }

  private void flood(CostlyReviews.Flood flood, BooleanSupplier goesOn) {
    List<HttpClient> clients = new ArrayList<>();
    for (int i = 0; i < flood.connections(); i++) {
      clients.add(TrustsAll.client());
    }
    List<CompletableFuture<String>> under = new ArrayList<>();
    for (int i = 0; i < flood.requests() && goesOn.getAsBoolean(); i++) {
      under.add(post(clients.get(i % clients.size()), flood.body(i)));
      if (i >= 50) {
        counted(under.remove(0));
      }
    }
    under.forEach(this::counted);
  }

  private void unreadAnswers(BooleanSupplier goesOn) throws Exception {
    byte[] review = CostlyReviews.longAnswer();
    while (goesOn.getAsBoolean()) {
      try (Neighbour neighbour = new Neighbour(pod.httpsPort())) {
        neighbour.readNothing(30, 100, review);
        count("unread 3000 of 30 connections");
        for (int i = 0; i < 120 && goesOn.getAsBoolean(); i++) {
          TimeUnit.MILLISECONDS.sleep(100);
        }
      }
    }
  }

  private void crowd(BooleanSupplier goesOn) throws Exception {
    try (Neighbour neighbour = new Neighbour(pod.httpsPort())) {
      neighbour.keepAsking();
      int opened = 0;
      while (goesOn.getAsBoolean()) {
        int missing = 1_100 - (opened - neighbour.closed());
        opened += neighbour.open(Math.min(missing, 250));
        TimeUnit.MILLISECONDS.sleep(50);
      }
      count("opened " + opened + ", closed " + neighbour.closed());
    }
  }

  private void halfOpen(BooleanSupplier goesOn) throws Exception {
    while (goesOn.getAsBoolean()) {
      try (HalfOpen tls =
              new HalfOpen(pod.httpsPort(), 2_000, HalfOpen.Greeting.PART_OF_A_CLIENT_HELLO);
          HalfOpen plain = new HalfOpen(pod.managementPort(), 1_000, HalfOpen.Greeting.NOTHING)) {
        count("begun " + (tls.count() + plain.count()));
        for (int i = 0; i < 50 && goesOn.getAsBoolean(); i++) {
          TimeUnit.MILLISECONDS.sleep(100);
        }
      }
    }
  }

  private void hops(BooleanSupplier goesOn) {
    String path = victim(Policies.deployment(namespace, Policies.service("s", "a", "line")));
    String fleetChain = KubeServer.fresh("fleet-line");
    api.create(
        Policies.chain(KubeServer.SYSTEM_NAMESPACE, fleetChain, Policies.line("a", "b", "c")));
    String fleet = victim(Policies.fleet(Policies.service("s", "a", fleetChain)));
    ObjectNode versioned = Policies.service("s", "v1", "versions").put("version", version("v1"));
    String byVersion = victim(Policies.deployment(namespace, versioned));
    while (goesOn.getAsBoolean()) {
      refused(api.merge(path, moved("c", "line")), "a hop over b");
      refused(api.merge(path, moved("not-listed", "line")), "a hop off the chain");
      refused(api.merge(path, moved("b", "none")), "a move along no chain");
      refused(api.merge(path, moved("b", "")), "a move without a chain");
      refused(api.merge(fleet, moved("c", fleetChain)), "a fleet's hop over b");
      refused(
          api.merge(
              path,
              Policies.servicesPatch(
                  Policies.service("s", "a", "line").put("namespace", "default"),
                  Policies.service("s", "c", "line").put("namespace", ""))),
          "a hop by an empty namespace");
      refused(
          api.merge(
              byVersion,
              Policies.servicesPatch(versioned.deepCopy().put("version", version("v3")))),
          "a hop by version");
      refused(
          api.merge(
              byVersion,
              Policies.servicesPatch(versioned.deepCopy().put("version", version("v2")))),
          "a move by version that the template does not follow");
    }
  }

  private void specs(BooleanSupplier goesOn) {
    String chain =
        victim(Policies.chain(namespace, KubeServer.fresh("kept"), Policies.line("a", "b")));
    ObjectNode kept = template(KubeServer.fresh("kept"));
    String template = victim(kept);
    while (goesOn.getAsBoolean()) {
      refused(api.merge(chain, "{\"spec\": null}"), "the removal of a chain's spec");
      // By the CRD itself, before any webhook, with 422; no webhook can change that.
      count(
          api.merge(chain, "{\"spec\": {\"supportedTemplates\": [{\"name\": \"z\"}]}}").code()
              + " of the CRD");
      refused(api.merge(template, "{\"spec\": null}"), "the removal of a template's spec");
      ObjectNode leaving =
          Policies.chain(namespace, KubeServer.fresh("leaving"), Policies.line("a", "c"));
      ((ObjectNode) leaving.path("metadata")).putArray("finalizers").add("pathgate.dev/soak");
      admitted(api.send("POST", KubeServer.collection(leaving), leaving), "a chain");
      String path = KubeServer.path(leaving);
      ObjectNode object = Policies.deployment(namespace, Policies.service("s", "a", "line"));
      admitted(api.send("POST", KubeServer.collection(object), object), "a cluster");
      String user = KubeServer.path(object);
      admitted(api.send("DELETE", path, null), "the deletion of an unused chain");
      refused(api.merge(path, "{\"spec\": null}"), "the removal of a leaving chain's spec");
      refused(
          api.merge(user, moved("c", leaving.at("/metadata/name").asText())),
          "a move along a leaving chain");
      admitted(api.merge(path, "{\"metadata\": {\"finalizers\": null}}"), "a finalizer's end");
      admitted(api.send("DELETE", user, null), "the deletion of a cluster");
    }
  }

  /** A chain that is never in use when it goes: what it was before must not open anything. */
  private void chainsMadeAnew(BooleanSupplier goesOn) {
    String name = KubeServer.fresh("anew");
    ObjectNode object = Policies.deployment(namespace, Policies.service("s", "a", "line"));
    api.create(object);
    String path = KubeServer.path(object);
    String chain = "";
    for (int i = 0; goesOn.getAsBoolean(); i++) {
      String open = i % 2 == 0 ? "x" : "y";
      String shut = i % 2 == 0 ? "y" : "x";
      ObjectNode anew =
          Policies.chain(
              namespace, name, Map.of("a", List.of(open), "x", List.of("a"), "y", List.of("a")));
      chain = KubeServer.path(anew);
      admitted(api.send("POST", KubeServer.collection(anew), anew), "a chain made anew");
      refused(api.merge(path, moved(shut, name)), "a move along the chain as it was");
      admitted(api.merge(path, moved(open, name)), "a move along the chain as it is");
      refused(api.send("DELETE", chain, null), "the deletion of the chain in use");
      admitted(api.merge(path, moved("a", name)), "the way back");
      admitted(api.merge(path, moved("a", "line")), "another chain");
      admitted(api.send("DELETE", chain, null), "the deletion of the chain that nobody uses");
    }
    if (!chain.isEmpty()) {
      api.send("DELETE", chain, null);
    }
  }

  private void droppedAndAdded(BooleanSupplier goesOn) {
    ObjectNode object = Policies.deployment(namespace, Policies.service("s", "a", "line"));
    api.create(object);
    String path = KubeServer.path(object);
    for (int i = 0; goesOn.getAsBoolean(); i++) {
      ObjectNode other = Policies.service("s", i % 2 == 0 ? "c" : "a", "line");
      other.put("namespace", i % 2 == 0 ? "elsewhere" : "default");
      KubeServer.Answer answer = api.merge(path, Policies.servicesPatch(other));
      admitted(answer, "another service of the same name");
      if (answer.isAccepted()
          && answer.warnings().stream().noneMatch(line -> line.contains("takes the place of"))) {
        wrong.add("a service took another one's place without a warning: " + answer.warnings());
      }
    }
  }

  private void breakGlass(BooleanSupplier goesOn) {
    ObjectNode object = Policies.deployment(namespace, Policies.service("s", "a", "line"));
    String path = victim(object);
    ObjectNode lifted = Policies.deployment(namespace, Policies.service("s", "a", "line"));
    api.create(lifted);
    String rights = rightsFor("sre", "developers");
    for (Map<String, String> who : List.of(DEVELOPER, MEMBER)) {
      Installation.await(
          "the API server's authorizer knows the right",
          Duration.ofSeconds(60),
          () -> as(who, path, "{}").isAccepted());
    }
    for (int i = 0; goesOn.getAsBoolean(); i++) {
      String reason =
          "{\"metadata\":{\"annotations\":{\"pathgate.dev/exempt\":\"reason " + i + "\"}}";
      String hop = moved("c", "line").substring(1);
      admitted(as(DEVELOPER, path, reason + "}"), "an annotation");
      refused(as(DEVELOPER, path, reason + "," + hop), "a developer's hop with a reason");
      refused(as(MEMBER, path, moved("c", "line")), "a member's hop under another one's reason");
      admitted(
          as(
              MEMBER,
              KubeServer.path(lifted),
              reason + "," + moved(i % 2 == 0 ? "c" : "a", "line").substring(1)),
          "a member's hop with a reason of his own");
    }
    api.send("DELETE", rights, null);
  }

  private String rightsFor(String... groups) {
    ObjectNode binding =
        KubeServer.object(
            "rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "", KubeServer.fresh("soak"));
    binding
        .putObject("roleRef")
        .put("apiGroup", "rbac.authorization.k8s.io")
        .put("kind", "ClusterRole")
        .put("name", "cluster-admin");
    for (String group : groups) {
      binding
          .withArray("subjects")
          .addObject()
          .put("kind", "Group")
          .put("apiGroup", "rbac.authorization.k8s.io")
          .put("name", group);
    }
    api.apply(binding);
    return KubeServer.path(binding);
  }

  private KubeServer.Answer as(Map<String, String> who, String path, String patch) {
    return api.send("PATCH", path, MERGE, patch, who);
  }

  private void ownRights(BooleanSupplier goesOn) {
    Map<String, String> account =
        Map.of(
            "Impersonate-User", "system:serviceaccount:" + Chart.NAMESPACE + ":pathgate-webhook");
    String configuration = installation.path("ValidatingWebhookConfiguration", "pathgate");
    ObjectNode stored = (ObjectNode) api.send("GET", configuration, null).accepted();
    ObjectNode patch = JSON.createObjectNode();
    patch.set("webhooks", stored.path("webhooks").deepCopy());
    patch
        .path("webhooks")
        .forEach(
            hook ->
                hook.path("rules")
                    .forEach(
                        rule -> {
                          ((ObjectNode) rule).putArray("apiGroups").add("*");
                          ((ObjectNode) rule).putArray("resources").add("*");
                        }));
    while (goesOn.getAsBoolean()) {
      KubeServer.Answer answer = as(account, configuration, patch.toString());
      count(String.valueOf(answer.code()));
      if (answer.isAccepted()) {
        wrong.add("the webhook's account pointed its configuration at everything");
      }
    }
  }
}
