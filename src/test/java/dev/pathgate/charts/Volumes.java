package dev.pathgate.charts;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pathgate.testkit.KubeServer;
import dev.pathgate.testkit.TestFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A pod's volumes of Secrets and ConfigMaps, as the kubelet mounts them: files that are links
 * through {@code ..data}, which is exchanged at once. A folder stands for the container's root.
 */
final class Volumes {
  private final KubeServer api;
  private final JsonNode pod;
  private final Path root;

  /** Those of a pod's spec. */
  Volumes(KubeServer api, JsonNode pod, Path root) {
    this.api = api;
    this.pod = pod;
    this.root = root;
  }

  /** Mounts them, or brings what is mounted to what the API server holds now. */
  void mount() throws IOException {
    for (Map.Entry<String, JsonNode> mount : mounts().entrySet()) {
      write(files(mount.getValue()), root.resolve(mount.getKey().substring(1)));
    }
  }

  /** A setting: below the root if it is the path of a mounted file, the same if not. */
  String below(String setting) {
    return mounts().keySet().stream().anyMatch(path -> setting.startsWith(path + "/"))
        ? root.resolve(setting.substring(1)).toString()
        : setting;
  }

  /** Where the container mounts what. */
  private Map<String, JsonNode> mounts() {
    Map<String, JsonNode> mounts = new LinkedHashMap<>();
    for (JsonNode mount : pod.at("/containers/0/volumeMounts")) {
      for (JsonNode volume : pod.path("volumes")) {
        boolean isOfAnObject = volume.has("secret") || volume.has("configMap");
        if (isOfAnObject && volume.path("name").equals(mount.path("name"))) {
          mounts.put(mount.path("mountPath").asText(), volume);
        }
      }
    }
    return mounts;
  }

  /** A volume's files by name: all keys of its object, or its items. */
  private Map<String, byte[]> files(JsonNode volume) {
    boolean isSecret = volume.has("secret");
    JsonNode source = volume.path(isSecret ? "secret" : "configMap");
    String name = source.path(isSecret ? "secretName" : "name").asText();
    JsonNode data =
        api.send("GET", path(isSecret ? "secrets" : "configmaps", name), null)
            .accepted()
            .path("data");
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : data.properties()) {
      String text = entry.getValue().asText();
      byte[] content = isSecret ? Base64.getDecoder().decode(text) : text.getBytes(UTF_8);
      if (!source.has("items")) {
        files.put(entry.getKey(), content);
      }
      for (JsonNode item : source.path("items")) {
        if (item.path("key").asText().equals(entry.getKey())) {
          files.put(item.path("path").asText(), content);
        }
      }
    }
    return files;
  }

  static String path(String plural, String name) {
    return "/api/v1/namespaces/" + Chart.NAMESPACE + "/" + plural + "/" + name;
  }

  private static void write(Map<String, byte[]> files, Path mounted) throws IOException {
    Files.createDirectories(mounted);
    Path data = mounted.resolve("..data");
    Path old = Files.exists(data) ? data.toRealPath() : data;
    Path now = Files.createTempDirectory(mounted, "..");
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.write(now.resolve(file.getKey()), file.getValue());
    }
    Path link = Files.createSymbolicLink(mounted.resolve("..data_tmp"), now.getFileName());
    Files.move(link, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    for (String file : files.keySet()) {
      if (!Files.exists(mounted.resolve(file), LinkOption.NOFOLLOW_LINKS)) {
        Files.createSymbolicLink(mounted.resolve(file), Path.of("..data", file));
      }
    }
    if (!old.equals(data)) {
      TestFolders.delete(old);
    }
  }
}
