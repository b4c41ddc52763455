package dev.pathgate.charts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import dev.pathgate.testkit.KubeServer;
import dev.pathgate.testkit.TestFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** {@code charts/pathgate}, as Helm sees it. */
final class Chart {
  static final Path FOLDER = Path.of("charts", "pathgate").toAbsolutePath();
  static final String RELEASE = "pathgate";
  static final String NAMESPACE = "pathgate-home";
  static final ObjectMapper YAML = new YAMLMapper();

  private static final String OLDEST_KUBERNETES = "1.30.0";

  private Chart() {}

  static Helm helm() {
    return new Helm(FOLDER);
  }

  static LintResult lint() {
    return helm().lint().strict().call();
  }

  /** The objects that Helm makes of the chart with these values, given as YAML; no hooks. */
  static Objects render(String values) {
    return render(helm(), RELEASE, NAMESPACE, values);
  }

  /** The same for a release of that name in that namespace. */
  static Objects renderAs(String release, String namespace, String values) {
    return render(helm(), release, namespace, values);
  }

  /**
   * The same, and what Helm runs as hooks: rendered as if it were none, since Helm leaves it out.
   */
  static Objects renderWithHooks(String values) {
    Path copy = TestFolders.make("chart");
    try {
      try (Stream<Path> files = Files.walk(FOLDER)) {
        for (Path file : files.toList()) {
          Path target = copy.resolve(FOLDER.relativize(file).toString());
          if (Files.isDirectory(file)) {
            Files.createDirectories(target);
          } else {
            Files.writeString(
                target, Files.readString(file).replaceAll("(?m)^ *helm\\.sh/hook.*\\n", ""));
          }
        }
      }
      return render(new Helm(copy), RELEASE, NAMESPACE, values);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      TestFolders.delete(copy);
    }
  }

  private static Objects render(Helm chart, String release, String namespace, String values) {
    return withValues(
        values,
        file ->
            new Objects(
                KubeServer.parse(
                    chart
                        .template()
                        .withName(release)
                        .withNamespace(namespace)
                        .withKubeVersion(OLDEST_KUBERNETES)
                        .withValuesFile(file)
                        .call())));
  }

  /** Why Helm refuses these values. */
  static String refusal(String values) {
    try {
      render(values);
    } catch (IllegalStateException refused) {
      return refused.getMessage();
    }
    throw new AssertionError("Helm takes the values: " + values);
  }

  /** Does something with a file that holds the values. */
  static <T> T withValues(String values, Use<T> use) {
    try {
      Path folder = TestFolders.make("values");
      try {
        return use.of(Files.writeString(folder.resolve("values.yaml"), values));
      } finally {
        TestFolders.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the chart's account {@code webhook} or {@code status-patcher} may do that. */
  static boolean may(
      KubeServer api, String account, String verb, String group, String resource, String name) {
    String[] parts = resource.split("/", 2);
    ObjectNode review =
        YAML.createObjectNode()
            .put("apiVersion", "authorization.k8s.io/v1")
            .put("kind", "SubjectAccessReview");
    ObjectNode spec = review.putObject("spec");
    spec.put("user", "system:serviceaccount:" + NAMESPACE + ":pathgate-" + account);
    ObjectNode attributes = spec.putObject("resourceAttributes");
    attributes.put("verb", verb).put("group", group).put("resource", parts[0]).put("name", name);
    boolean ofK0rdentOrCluster = group.contains(".mirantis.") || group.startsWith("admission");
    attributes.put("namespace", ofK0rdentOrCluster ? "" : NAMESPACE);
    if (parts.length > 1) {
      attributes.put("subresource", parts[1]);
    }
    return api.send("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", review)
        .accepted()
        .at("/status/allowed")
        .asBoolean();
  }

  /** A role without a verb on a resource; a rule that has no verb left goes with it. */
  static ObjectNode without(JsonNode role, String resource, String verb) {
    ObjectNode less = role.deepCopy();
    ArrayNode rules = less.putArray("rules");
    for (JsonNode rule : role.path("rules")) {
      ObjectNode kept = rule.deepCopy();
      if (names(rule, "resources").contains(resource)) {
        ArrayNode verbs = kept.putArray("verbs");
        names(rule, "verbs").stream().filter(other -> !other.equals(verb)).forEach(verbs::add);
      }
      if (!kept.path("verbs").isEmpty()) {
        rules.add(kept);
      }
    }
    return less;
  }

  private static List<String> names(JsonNode object, String list) {
    List<String> names = new ArrayList<>();
    object.path(list).forEach(name -> names.add(name.asText()));
    return names;
  }

  /** What is done with a file of values. */
  interface Use<T> {
    T of(Path values) throws IOException;
  }

  /** Rendered objects. */
  record Objects(List<JsonNode> all) {
    Stream<JsonNode> ofKind(String kind) {
      return all.stream().filter(object -> object.path("kind").asText().equals(kind));
    }

    JsonNode one(String kind, String name) {
      return ofKind(kind)
          .filter(object -> object.at("/metadata/name").asText().equals(name))
          .findFirst()
          .orElseThrow(() -> new AssertionError("no " + kind + " " + name + " in " + names()));
    }

    /** {@code Kind name} of every object, in order. */
    List<String> names() {
      return all.stream()
          .map(object -> object.path("kind").asText() + " " + object.at("/metadata/name").asText())
          .sorted()
          .toList();
    }

    /** The environment of a Deployment's only container; the last entry of a name holds. */
    Map<String, String> environment(String deployment) {
      Map<String, String> environment = new LinkedHashMap<>();
      for (JsonNode entry :
          one("Deployment", deployment).at("/spec/template/spec/containers/0/env")) {
        boolean isNamespace =
            entry.at("/valueFrom/fieldRef/fieldPath").asText().equals("metadata.namespace");
        environment.put(
            entry.path("name").asText(), isNamespace ? NAMESPACE : entry.path("value").asText());
      }
      return environment;
    }

    /** The ServiceAccount of a Deployment's pods. */
    String serviceAccount(String deployment) {
      return one("Deployment", deployment).at("/spec/template/spec/serviceAccountName").asText();
    }

    /** The value of an environment variable of a Deployment's only container; empty if not set. */
    String environment(String deployment, String variable) {
      for (JsonNode entry :
          one("Deployment", deployment).at("/spec/template/spec/containers/0/env")) {
        if (entry.path("name").asText().equals(variable)) {
          return entry.path("value").asText();
        }
      }
      return "";
    }
  }
}
