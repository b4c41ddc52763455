package dev.pathgate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Texts that no compiler reads; white space is the formatter's to check. */
class TextsTest {
  private static final Path ROOT = Path.of("").toAbsolutePath();
  private static final Set<String> NOT_OURS = Set.of("target", ".git");

  /** A link to a file of ours, without the place in it. */
  private static final Pattern LINK = Pattern.compile("\\]\\((?!\\w+:)([^)#\\s]+)[^)]*\\)");

  private static List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        ROOT,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return NOT_OURS.contains(folder.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            files.add(ROOT.relativize(file));
            return FileVisitResult.CONTINUE;
          }
        });
    return files;
  }

  private static Stream<Path> named(String pattern) throws IOException {
    return files().stream().filter(file -> file.getFileName().toString().matches(pattern));
  }

  static Stream<Path> pages() throws IOException {
    return named(".*\\.md");
  }

  @ParameterizedTest
  @MethodSource("pages")
  void endsEveryBlockAndLinksToWhatIsThere(Path page) throws IOException {
    boolean inBlock = false;
    List<String> dangling = new ArrayList<>();
    for (String line : Files.readAllLines(page)) {
      if (line.strip().startsWith("```")) {
        inBlock = !inBlock;
      }
      Matcher link = LINK.matcher(inBlock ? "" : line);
      while (link.find()) {
        if (!Files.exists(ROOT.resolve(page).resolveSibling(link.group(1)))) {
          dangling.add(link.group(1));
        }
      }
    }

    assertThat(dangling).isEmpty();
    assertThat(inBlock).as("a block of code goes to the end of the page").isFalse();
  }

  static Stream<Path> documents() throws IOException {
    Path templates = Path.of("charts", "pathgate", "templates");
    return named(".*\\.(yaml|yml|json)").filter(file -> !file.startsWith(templates));
  }

  @ParameterizedTest
  @MethodSource("documents")
  void isYaml(Path document) throws IOException {
    try (var objects = new YAMLMapper().readerFor(Object.class).readValues(document.toFile())) {
      assertThat(objects.readAll()).isNotEmpty();
    }
  }

  static Stream<Path> scripts() throws IOException {
    List<Path> scripts = new ArrayList<>();
    for (Path file : named("[^.]+").toList()) {
      if (shell(file).isPresent()) {
        scripts.add(file);
      }
    }
    return scripts.stream();
  }

  /** The shell that a script names in its first line. */
  private static Optional<String> shell(Path file) throws IOException {
    try (var lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
      return lines
          .findFirst()
          .filter(line -> line.startsWith("#!") && line.endsWith("sh"))
          .map(line -> line.replaceFirst(".*[/ ]", ""));
    }
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void isAScriptThatItsShellUnderstands(Path script) throws Exception {
    Process check =
        new ProcessBuilder(shell(script).orElseThrow(), "-n", script.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(check.waitFor() + said).isEqualTo("0");
    assertThat(Files.isExecutable(script)).isTrue();
  }
}
