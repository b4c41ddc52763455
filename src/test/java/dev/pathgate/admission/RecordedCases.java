package dev.pathgate.admission;

import dev.pathgate.Settings;
import dev.pathgate.cluster.Cluster;
import dev.pathgate.cluster.FolderCluster;
import dev.pathgate.cluster.Manifests;
import dev.pathgate.k0rdent.Edits;
import dev.pathgate.rule.PathPolicy;
import dev.pathgate.rule.PathPolicy.ChainSwitch;
import dev.pathgate.rule.PathPolicy.Steps;
import dev.pathgate.rule.Rulebook;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The folders below {@code src/test/resources/cases}. Each holds a {@code request.json}, the {@code
 * response.json} that answers it and, as {@code cluster.yaml}, what the cluster holds; one whose
 * name begins with {@code mutate-} is for {@code /mutate}, the others are for {@code /validate}.
 */
record RecordedCases(Path folder) {
  static final RecordedCases OURS = new RecordedCases(Path.of("src/test/resources/cases"));

  /** The cases by name. */
  List<Path> all() {
    try (Stream<Path> cases = Files.list(folder)) {
      return cases.filter(Files::isDirectory).sorted().toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  static Verdict verdict(Path recorded, AdmissionRequest request) throws Manifests.Unreadable {
    Judge judge = judge(new FolderCluster(recorded, "kcm-system"));
    return recorded.getFileName().toString().startsWith("mutate-")
        ? judge.mutate(request, () -> 10_000).join()
        : judge.validate(request, () -> 10_000).join();
  }

  /** A judge with the settings that hold by default. */
  static Judge judge(Cluster cluster) {
    return new Judge(
        cluster,
        new Rulebook(Map.of(), new PathPolicy(Steps.SINGLE, ChainSwitch.TOGETHER), "kcm-system"),
        new Edits("kcm-system"),
        Settings.Mode.ENFORCE,
        Set.of());
  }
}
