package dev.pathgate.cli.train;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;

/**
 * Puts the libraries of an application that is laid out into one jar. At each start a JVM opens all
 * jars of its class path, and looks into all of them for what none has: of 170 a tenth of a start.
 *
 * <p>Nothing is lost by it. Services of several libraries are listed together; licences and notices
 * that share a name get a folder named after the library. A library stays a jar of its own if it is
 * signed, or has anything else that an earlier one has, too, with other content. A scanner of the
 * image finds each library's coordinates in {@code META-INF/maven}, where they are put if it has
 * none.
 */
final class Libraries {
  private static final String ONE = "lib/main/libraries.jar";
  private static final String RUN = "quarkus-run.jar";
  private static final String SERVICES = "META-INF/services/";
  private static final String VERSIONS = "META-INF/versions/";
  private static final LocalDateTime TIME = LocalDateTime.of(2026, 1, 1, 0, 0);

  private static final Pattern SIGNATURE = Pattern.compile("META-INF/[^/]+\\.SF");

  /** About a jar, not about what is in it. */
  private static final Pattern OF_THE_JAR =
      Pattern.compile(
          "META-INF/(MANIFEST\\.MF|INDEX\\.LIST)"
              + "|(META-INF/versions/\\d+/)?(module-info\\.class|OSGI-INF/MANIFEST\\.MF)");

  /** For people and for builds: no running program reads it. */
  private static final Pattern BESIDE_THE_PROGRAM =
      Pattern.compile(
          "META-INF/(LICENSE|NOTICE|DEPENDENCIES|license/|jandex\\.idx|beans\\.xml|quarkus-"
              + "|io\\.netty\\.versions\\.properties).*");

  private final Path home;

  /** By the name of its jar: group, artifact and version. */
  private final Map<String, String[]> coordinates = new HashMap<>();

  /** What the jars so far have, whether they are in the one or not. */
  private final Map<String, byte[]> known = new HashMap<>();

  private final Map<String, byte[]> entries = new LinkedHashMap<>();
  private final Map<String, StringBuilder> services = new TreeMap<>();

  /**
   * @param home where {@code quarkus-run.jar} and the folder {@code lib} are
   * @param dependencies lines of {@code group:artifact:classifier:type:version}
   */
  Libraries(Path home, List<String> dependencies) {
    this.home = home;
    for (String line : dependencies) {
      String[] part = line.split(":", -1);
      if (part.length == 5) {
        coordinates.put(
            part[0]
                + "."
                + part[1]
                + "-"
                + part[4]
                + (part[2].isEmpty() ? "" : "-" + part[2])
                + ".jar",
            new String[] {part[0], part[1], part[4]});
      }
    }
  }

  /** For {@code docker/assemble}: the folder, then the file that Quarkus lists dependencies in. */
  public static void main(String[] arguments) throws IOException {
    new Libraries(Path.of(arguments[0]), Files.readAllLines(Path.of(arguments[1]))).merge();
  }

  /** Makes one jar of those that can be, and has the application use it. */
  void merge() throws IOException {
    Manifest manifest;
    try (JarFile run = new JarFile(home.resolve(RUN).toFile())) {
      manifest = run.getManifest();
    }
    List<String> before = new ArrayList<>();
    List<String> after = new ArrayList<>();
    List<Path> merged = new ArrayList<>();
    for (String path :
        manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH).split(" ", -1)) {
      if (!path.startsWith("lib/")) {
        before.add(path);
      } else if (take(home.resolve(path))) {
        merged.add(home.resolve(path));
      } else {
        after.add(path);
      }
    }
    services.forEach(
        (name, lines) -> entries.put(name, lines.toString().getBytes(StandardCharsets.UTF_8)));
    Manifest all = new Manifest();
    all.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    all.getMainAttributes().put(Attributes.Name.MULTI_RELEASE, "true");
    write(home.resolve(ONE), all, entries);
    before.add(ONE);
    before.addAll(after);
    manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, String.join(" ", before));
    write(home.resolve(RUN), manifest, Map.of());
    for (Path jar : merged) {
      Files.delete(jar);
    }
  }

  /** Takes a library in, if it can be. */
  private boolean take(Path jar) throws IOException {
    String name = jar.getFileName().toString();
    Map<String, byte[]> own = new LinkedHashMap<>();
    boolean isMultiRelease;
    try (JarFile file = new JarFile(jar.toFile())) {
      isMultiRelease = file.isMultiRelease();
      for (var all = file.entries(); all.hasMoreElements(); ) {
        ZipEntry entry = all.nextElement();
        if (!entry.isDirectory() && !OF_THE_JAR.matcher(entry.getName()).matches()) {
          own.put(entry.getName(), file.getInputStream(entry).readAllBytes());
        }
      }
    }
    boolean canBeTaken =
        own.entrySet().stream()
            .noneMatch(
                entry ->
                    SIGNATURE.matcher(entry.getKey()).matches()
                        || isAnother(entry.getKey(), entry.getValue())
                        || (entry.getKey().startsWith(VERSIONS) && !isMultiRelease));
    if (canBeTaken) {
      own.forEach((path, content) -> put(name, path, content));
      identify(name);
    }
    own.forEach(known::putIfAbsent);
    return canBeTaken;
  }

  /** Whether an earlier library has something else of that name which a program may read. */
  private boolean isAnother(String path, byte[] content) {
    byte[] first = known.get(path);
    return first != null
        && !Arrays.equals(first, content)
        && !path.startsWith(SERVICES)
        && !BESIDE_THE_PROGRAM.matcher(path).matches();
  }

  private void put(String jar, String path, byte[] content) {
    if (path.startsWith(SERVICES)) {
      services
          .computeIfAbsent(path, first -> new StringBuilder())
          .append(new String(content, StandardCharsets.UTF_8))
          .append('\n');
    } else if (entries.putIfAbsent(path, content) != null
        && !Arrays.equals(entries.get(path), content)) {
      entries.put("META-INF/" + jar.replaceAll("\\.jar$", "") + path.substring(8), content);
    }
  }

  /** Says which library that was, as Maven does, where the library does not. */
  private void identify(String jar) {
    String[] library = coordinates.get(jar);
    if (library != null) {
      entries.putIfAbsent(
          "META-INF/maven/" + library[0] + "/" + library[1] + "/pom.properties",
          ("groupId="
                  + library[0]
                  + "\nartifactId="
                  + library[1]
                  + "\nversion="
                  + library[2]
                  + "\n")
              .getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void write(Path jar, Manifest manifest, Map<String, byte[]> entries)
      throws IOException {
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file)) {
      out.putNextEntry(entry(JarFile.MANIFEST_NAME));
      manifest.write(out);
      for (Map.Entry<String, byte[]> each : entries.entrySet()) {
        out.putNextEntry(entry(each.getKey()));
        out.write(each.getValue());
      }
    }
  }

  /** The same whenever and wherever it is made. */
  private static ZipEntry entry(String name) {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(TIME);
    return entry;
  }
}
