package dev.pathgate.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibrariesTest {
  private static final List<String> DEPENDENCIES =
      List.of("org.a:a::jar:1", "org.b:b::jar:2", "org.c:c:linux-x86_64:jar:3");

  @TempDir private Path home;

  private final List<String> classPath = new ArrayList<>(List.of("app/pathgate.jar"));

  @Test
  void putsLibrariesIntoOneJarBehindTheApplication() throws IOException {
    library("org.a.a-1.jar", Map.of("a/A.class", "A"));
    library("org.b.b-2.jar", Map.of("b/B.class", "B"));

    assertThat(merged()).containsEntry("a/A.class", "A").containsEntry("b/B.class", "B");
    assertThat(newClassPath()).isEqualTo("app/pathgate.jar lib/main/libraries.jar");
    assertThat(jars()).containsExactly("libraries.jar");
  }

  @Test
  void leavesSignedOnesAlone() throws IOException {
    library("org.a.a-1.jar", Map.of("a/A.class", "A"));
    library("org.b.b-2.jar", Map.of("b/B.class", "B", "META-INF/ECLIPSE_.SF", "Digest: x"));

    assertThat(merged()).containsKey("a/A.class").doesNotContainKey("b/B.class");
    assertThat(newClassPath())
        .isEqualTo("app/pathgate.jar lib/main/libraries.jar lib/main/org.b.b-2.jar");
    assertThat(jars()).containsExactly("libraries.jar", "org.b.b-2.jar");
  }

  @Test
  void takesWhatTwoLibrariesHaveAlike() throws IOException {
    library("org.a.a-1.jar", Map.of("shared.properties", "same"));
    library("org.b.b-2.jar", Map.of("shared.properties", "same", "b/B.class", "B"));

    assertThat(merged()).containsEntry("shared.properties", "same").containsKey("b/B.class");
  }

  @Test
  void leavesAloneWhatHasAnotherFileOfTheSameName() throws IOException {
    library("org.a.a-1.jar", Map.of("shared.properties", "one"));
    library("org.b.b-2.jar", Map.of("shared.properties", "another", "b/B.class", "B"));

    assertThat(merged()).containsEntry("shared.properties", "one").doesNotContainKey("b/B.class");
    assertThat(jars()).containsExactly("libraries.jar", "org.b.b-2.jar");
  }

  @Test
  void neverPutsOneBeforeAnEarlierThatStays() throws IOException {
    library("org.a.a-1.jar", Map.of("shared.properties", "one", "META-INF/X.SF", "Digest: x"));
    library("org.b.b-2.jar", Map.of("shared.properties", "another"));

    assertThat(merged()).doesNotContainKey("shared.properties");
    assertThat(newClassPath()).endsWith(" lib/main/org.a.a-1.jar lib/main/org.b.b-2.jar");
  }

  @Test
  void listsServicesOfSeveralTogether() throws IOException {
    library("org.a.a-1.jar", Map.of("META-INF/services/x.Y", "a.Y"));
    library("org.b.b-2.jar", Map.of("META-INF/services/x.Y", "b.Y\n"));

    assertThat(merged().get("META-INF/services/x.Y").split("\\s+")).containsExactly("a.Y", "b.Y");
  }

  @Test
  void keepsEveryNotice() throws IOException {
    library("org.a.a-1.jar", Map.of("META-INF/NOTICE", "of a"));
    library("org.b.b-2.jar", Map.of("META-INF/NOTICE", "of b"));

    assertThat(merged())
        .containsEntry("META-INF/NOTICE", "of a")
        .containsEntry("META-INF/org.b.b-2/NOTICE", "of b");
  }

  @Test
  void saysWhichLibrariesThoseWere() throws IOException {
    library(
        "org.a.a-1.jar", Map.of("META-INF/maven/org.a/a/pom.properties", "version=1 by itself"));
    library("org.c.c-3-linux-x86_64.jar", Map.of("c/C.class", "C"));

    assertThat(merged())
        .containsEntry("META-INF/maven/org.a/a/pom.properties", "version=1 by itself")
        .containsEntry(
            "META-INF/maven/org.c/c/pom.properties", "groupId=org.c\nartifactId=c\nversion=3\n");
  }

  @Test
  void isTheSameEachTime() throws IOException {
    library("org.a.a-1.jar", new TreeMap<>(Map.of("a/A.class", "A", "a/B.class", "B")));
    List<String> before = List.copyOf(classPath);
    merged();
    byte[] first = Files.readAllBytes(home.resolve("lib/main/libraries.jar"));

    classPath.clear();
    classPath.addAll(before);
    library("org.a.a-1.jar", new TreeMap<>(Map.of("a/A.class", "A", "a/B.class", "B")));
    merged();

    assertThat(home.resolve("lib/main/libraries.jar")).hasBinaryContent(first);
  }

  private void library(String name, Map<String, String> entries) throws IOException {
    Files.createDirectories(home.resolve("lib/main"));
    if (!classPath.contains("lib/main/" + name)) {
      classPath.add("lib/main/" + name);
    }
    write(home.resolve("lib/main").resolve(name), new Manifest(), entries);
  }

  /** What the one jar holds after the run. */
  private Map<String, String> merged() throws IOException {
    Manifest run = new Manifest();
    run.getMainAttributes().put(Attributes.Name.CLASS_PATH, String.join(" ", classPath));
    write(home.resolve("quarkus-run.jar"), run, Map.of());
    new Libraries(home, DEPENDENCIES).merge();
    Map<String, String> held = new TreeMap<>();
    try (JarFile jar = new JarFile(home.resolve("lib/main/libraries.jar").toFile())) {
      assertThat(jar.isMultiRelease()).isTrue();
      for (ZipEntry entry : (Iterable<ZipEntry>) jar.stream().map(ZipEntry.class::cast)::iterator) {
        held.put(
            entry.getName(),
            new String(jar.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return held;
  }

  private String newClassPath() throws IOException {
    try (JarFile run = new JarFile(home.resolve("quarkus-run.jar").toFile())) {
      return run.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
    }
  }

  private List<String> jars() throws IOException {
    try (Stream<Path> all = Files.list(home.resolve("lib/main"))) {
      return all.map(jar -> jar.getFileName().toString()).sorted().toList();
    }
  }

  private static void write(Path jar, Manifest manifest, Map<String, String> entries)
      throws IOException {
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest)) {
      for (Map.Entry<String, String> entry : entries.entrySet()) {
        out.putNextEntry(new ZipEntry(entry.getKey()));
        out.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
  }
}
