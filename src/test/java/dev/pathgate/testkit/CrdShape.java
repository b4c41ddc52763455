package dev.pathgate.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;

/**
 * k0rdent's CRDs as one release shapes them, and what of it a client notices.
 *
 * @param wantsVersions whether every available upgrade must have a version
 * @param keysServices whether services are a map by name and namespace, so that none comes twice
 * @param servesAlpha whether v1alpha1 is served, too
 */
public record CrdShape(
    String name, Path folder, boolean wantsVersions, boolean keysServices, boolean servesAlpha) {
  private static final Path OWN = KubeServer.CRDS;
  private static final YAMLMapper YAML = new YAMLMapper();

  /**
   * The shapes that the repository carries, and the releases themselves where they lie beside it.
   */
  public static Stream<CrdShape> all() {
    return Stream.concat(ofRepository().stream(), in(UsedCrds.RELEASES, "k0rdent ").stream());
  }

  public static List<CrdShape> ofRepository() {
    return in(OWN, "like ");
  }

  private static List<CrdShape> in(Path parent, String prefix) {
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(parent)) {
      return folders.sorted(CrdShape::older).map(folder -> read(folder, prefix)).toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static int older(Path one, Path other) {
    return Integer.compare(minor(one), minor(other));
  }

  private static int minor(Path release) {
    return Integer.parseInt(release.getFileName().toString().split("\\.", -1)[1]);
  }

  private static CrdShape read(Path folder, String prefix) {
    JsonNode chains = crd(folder, "servicetemplatechains");
    JsonNode clusters = crd(folder, "clusterdeployments");
    JsonNode upgrade =
        beta(chains).at("/supportedTemplates/items/properties/availableUpgrades/items/required");
    JsonNode services = beta(clusters).at("/serviceSpec/properties/services");
    return new CrdShape(
        prefix + folder.getFileName(),
        folder,
        has(upgrade, "version"),
        services.path("x-kubernetes-list-type").asText().equals("map"),
        version(clusters, "v1alpha1").path("served").asBoolean());
  }

  private static JsonNode crd(Path folder, String plural) {
    try {
      return YAML.readTree(folder.resolve(plural + ".yaml").toFile());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static JsonNode version(JsonNode crd, String name) {
    return StreamSupport.stream(crd.at("/spec/versions").spliterator(), false)
        .filter(version -> version.path("name").asText().equals(name))
        .findFirst()
        .orElse(YAML.missingNode());
  }

  private static JsonNode beta(JsonNode crd) {
    return version(crd, "v1beta1").at("/schema/openAPIV3Schema/properties/spec/properties");
  }

  private static boolean has(JsonNode list, String text) {
    return StreamSupport.stream(list.spliterator(), false)
        .anyMatch(entry -> entry.asText().equals(text));
  }

  /** Installs or changes the CRDs, and returns once the API server judges objects by them. */
  public void serve(KubeServer api) {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        api.put(Files.readString(file));
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    Awaitility.await("CRDs " + name + " are in force")
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(100))
        .until(() -> isServed(api));
  }

  /**
   * Whether the schema in force is this one, told by what it refuses before any webhook is asked.
   */
  private boolean isServed(KubeServer api) {
    String chain =
        api.exchange(
            "POST",
            path("servicetemplatechains") + "?dryRun=All&fieldValidation=Strict",
            """
            {"apiVersion": "k0rdent.mirantis.com/v1beta1", "kind": "ServiceTemplateChain",
             "metadata": {"name": "probe"}, "spec": {"supportedTemplates": [
               {"name": "a", "availableUpgrades": [{"name": "b"}]}, {"name": "b"}]}}
            """);
    String cluster =
        api.exchange(
            "POST",
            path("clusterdeployments") + "?dryRun=All",
            """
            {"apiVersion": "k0rdent.mirantis.com/v1beta1", "kind": "ClusterDeployment",
             "metadata": {"name": "probe"}, "spec": {"template": "a", "serviceSpec": {"services": [
               {"name": "a", "namespace": "a", "template": "a"},
               {"name": "a", "namespace": "a", "template": "a"}]}}}
            """);
    boolean others =
        Stream.of("servicetemplates", "multiclusterservices")
            .allMatch(plural -> served(api, "v1beta1", plural));
    return !chain.startsWith("404")
        && !cluster.startsWith("404")
        && others
        && chain.contains("version: Required value") == wantsVersions
        && cluster.contains("Duplicate value") == keysServices
        && served(api, "v1alpha1", "clusterdeployments") == servesAlpha;
  }

  private static boolean served(KubeServer api, String version, String plural) {
    return api.get("apis/k0rdent.mirantis.com/" + version + "/" + plural + "?limit=1")
        .startsWith("200");
  }

  private static String path(String plural) {
    return "apis/k0rdent.mirantis.com/v1beta1/namespaces/default/" + plural;
  }

  @Override
  public String toString() {
    return name;
  }
}
