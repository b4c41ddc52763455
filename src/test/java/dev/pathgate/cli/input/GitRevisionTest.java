package dev.pathgate.cli.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pathgate.cli.CommandRun;
import dev.pathgate.cluster.Manifests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read of a revision; a manifest's content is its path, where nothing else is said. */
class GitRevisionTest {
  @TempDir private Path repository;

  @BeforeEach
  void aRepository() throws Exception {
    git("init", "-q");
    file("clusters/a.yaml");
    file("clusters/deep/b.yml");
    file("clusters/readme.md");
    file("clusters/..hidden/c.yaml");
    file("base/d.json");
    file("docs/none.md");
  }

  private void file(String name) {
    CommandRun.write(repository, name, name);
  }

  private void link(String name, String target) throws IOException {
    Files.createSymbolicLink(repository.resolve(name), Path.of(target));
  }

  private void git(String... arguments) throws Exception {
    gitIn(repository, arguments);
  }

  private static void gitIn(Path folder, String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "git",
                "-c",
                "user.name=me",
                "-c",
                "user.email=me@example.com",
                "-c",
                "protocol.file.allow=always"));
    command.addAll(List.of(arguments));
    Process git =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(git.waitFor()).as(said).isZero();
  }

  private void commit() throws Exception {
    git("add", "-A");
    git("commit", "-qm", "fix: all");
  }

  /** What is read, each as its name, and its content or why it can't be read. */
  private List<String> read(String source) throws Exception {
    List<String> read = new ArrayList<>();
    for (Manifests.Source one : GitRevision.sources(source, repository)) {
      String content;
      try {
        content = new String(one.content(), StandardCharsets.UTF_8);
      } catch (IOException unreadable) {
        content = unreadable.getMessage();
      }
      read.add(one.name() + " = " + content);
    }
    return read;
  }

  @Test
  void readsTheManifestsBelowAPath() throws Exception {
    commit();

    assertThat(read("git:HEAD:clusters/"))
        .containsExactly(
            "git:HEAD:clusters/a.yaml = clusters/a.yaml",
            "git:HEAD:clusters/deep/b.yml = clusters/deep/b.yml");
    assertThat(read("git:HEAD:clusters/a.yaml"))
        .containsExactly("git:HEAD:clusters/a.yaml = clusters/a.yaml");
    assertThat(read("git:HEAD")).hasSize(3);
  }

  @Test
  void readsNamesThatBeginWithADotAsFoldersDo() throws Exception {
    file("clusters/.cd.yaml");
    file("clusters/.h/cd.yaml");
    file("clusters/._a.yaml");
    commit();

    assertThat(read("git:HEAD:clusters"))
        .hasSize(4)
        .contains(
            "git:HEAD:clusters/.cd.yaml = clusters/.cd.yaml",
            "git:HEAD:clusters/.h/cd.yaml = clusters/.h/cd.yaml");
  }

  @Test
  void followsLinksAsFoldersDo() throws Exception {
    link("live", "clusters");
    link("clusters/e.yaml", "../base/d.json");
    link("clusters/deep/base", "../../base");
    link("clusters/notes", "readme.md");
    commit();

    assertThat(read("git:HEAD:live"))
        .containsExactly(
            "git:HEAD:live/a.yaml = clusters/a.yaml",
            "git:HEAD:live/deep/b.yml = clusters/deep/b.yml",
            "git:HEAD:live/deep/base/d.json = base/d.json",
            "git:HEAD:live/e.yaml = base/d.json");
    assertThat(read("git:HEAD:clusters/deep/base/d.json"))
        .containsExactly("git:HEAD:clusters/deep/base/d.json = base/d.json");
  }

  @Test
  void saysWhichLinksItCantFollow() throws Exception {
    link("clusters/circle.yaml", "circle.yaml");
    link("clusters/nowhere.yaml", "no-such-file");
    link("clusters/nobodys", "no-such-folder");
    link("clusters/out", "../../elsewhere");
    link("clusters/root", "/no/such/place");
    link("clusters/outside.yaml", "/no/such/place.yaml");
    link("clusters/deep/up", "..");
    commit();

    assertThat(read("git:HEAD:clusters"))
        .containsExactly(
            "git:HEAD:clusters/a.yaml = clusters/a.yaml",
            "git:HEAD:clusters/circle.yaml = its links lead in a circle",
            "git:HEAD:clusters/deep/b.yml = clusters/deep/b.yml",
            "git:HEAD:clusters/deep/up = the link leads back to a folder that it lies in",
            "git:HEAD:clusters/nowhere.yaml = a link leads nowhere",
            "git:HEAD:clusters/outside.yaml = a link leads out of the repository");
  }

  @Test
  void comesToAnEndWhereLinksLeadAbovePathsThatTheyAreIn() throws Exception {
    link("clusters/deep/above", "../..");
    commit();

    assertThat(read("git:HEAD:clusters/deep"))
        .contains(
            "git:HEAD:clusters/deep/b.yml = clusters/deep/b.yml",
            "git:HEAD:clusters/deep/above/base/d.json = base/d.json",
            "git:HEAD:clusters/deep/above/clusters/deep/above = the link leads back to a folder that it"
                + " lies in");
  }

  @ParameterizedTest
  @CsvSource({
    "HEAD@{2100-01-01 12:00:00}",
    "HEAD^{/fix: all}",
    "HEAD^{/fix: all}^{tree}",
    "HEAD^{commit}"
  })
  void takesRevisionsWithColonsOfTheirOwn(String revision) throws Exception {
    commit();

    assertThat(read("git:" + revision + ":clusters/deep"))
        .containsExactly("git:" + revision + ":clusters/deep/b.yml = clusters/deep/b.yml");
    assertThat(read("git:" + revision)).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          git::clusters       | git::clusters: a revision is missing, as in git:origin/main:clusters
          git:-x:clusters     | git:-x:clusters: no revision begins with -
          git:main@{x:y       | git:main@{x:y: the repository has no revision main@{x:y
          git:HEAD:none       | git:HEAD:none: revision HEAD has no none
          git:HEAD:gone       | git:HEAD:gone: revision HEAD has no gone
          git:HEAD:../x       | git:HEAD:../x can't be read: it is outside the repository
          git:HEAD:out/x      | git:HEAD:out/x can't be read: a link leads out of the repository
          """)
  void saysWhyThereIsNothingToRead(String source, String why) throws Exception {
    link("gone", "no-such-folder");
    link("out", "/no/such/place");
    commit();

    assertThatThrownBy(() -> read(source)).hasMessage(why);
  }

  @Test
  void comesToAnEndWhereTwoFoldersLeadToEachOther() throws Exception {
    link("base/there", "../clusters/deep");
    link("clusters/deep/back", "../../base");
    commit();

    assertThat(read("git:HEAD:base"))
        .containsExactly(
            "git:HEAD:base/d.json = base/d.json",
            "git:HEAD:base/there/b.yml = clusters/deep/b.yml",
            "git:HEAD:base/there/back = the link leads back to a folder that it lies in");
  }

  @Test
  void callsFilesAsTheyAreCalledHoweverTheirFolderIsAskedFor() throws Exception {
    commit();

    assertThat(read("git:HEAD:./clusters//deep/../deep"))
        .containsExactly("git:HEAD:clusters/deep/b.yml = clusters/deep/b.yml");
  }

  @Test
  void readsNothingFromAFolderThatHasNoManifestYet() throws Exception {
    commit();

    assertThat(read("git:HEAD:docs")).isEmpty();
  }

  @Test
  void saysThatAFolderIsInNoRepository(@TempDir Path elsewhere) {
    assertThatThrownBy(() -> GitRevision.sources("git:HEAD", elsewhere))
        .hasMessage("the current folder is in no git repository");
  }

  @Test
  void passesOnWhatGitSaysOfARepositoryOfAnotherOwner() throws Exception {
    commit();
    try {
      Files.setAttribute(repository, "unix:uid", 12345);
      Files.setAttribute(repository.resolve(".git"), "unix:uid", 12345);
    } catch (IOException | UnsupportedOperationException onlyRootMay) {
      assumeTrue(false, "only root may give a folder away");
    }

    assertThatThrownBy(() -> read("git:HEAD"))
        .hasMessageStartingWith(
            "git can't read the current folder's repository: detected dubious ownership")
        .hasMessageContaining("safe.directory")
        .message()
        .doesNotContain("\n");
  }

  /** In a repository of its own, with another one in it, as the revision has both. */
  @Test
  void readsSubmodulesThatAreCheckedOut(@TempDir Path others) throws Exception {
    for (String part : List.of("inner", "outer")) {
      Path other = Files.createDirectory(others.resolve(part));
      gitIn(other, "init", "-q");
      CommandRun.write(other, "m.yaml", part);
      if (part.equals("outer")) {
        gitIn(other, "submodule", "--quiet", "add", others + "/inner", "in");
      }
      gitIn(other, "add", "-A");
      gitIn(other, "commit", "-qm", "one");
    }
    git("submodule", "--quiet", "add", others + "/outer", "clusters/sub");
    git("submodule", "--quiet", "update", "--init", "--recursive");
    link("live", "clusters/sub");
    commit();
    CommandRun.write(repository, "clusters/sub/m.yaml", "changed since");

    assertThat(read("git:HEAD:clusters"))
        .containsExactly(
            "git:HEAD:clusters/a.yaml = clusters/a.yaml",
            "git:HEAD:clusters/deep/b.yml = clusters/deep/b.yml",
            "git:HEAD:clusters/sub/in/m.yaml = inner",
            "git:HEAD:clusters/sub/m.yaml = outer");
    assertThat(read("git:HEAD:clusters/sub/in"))
        .containsExactly("git:HEAD:clusters/sub/in/m.yaml = inner");
    assertThat(read("git:HEAD:live")).contains("git:HEAD:live/m.yaml = outer");

    git("submodule", "--quiet", "deinit", "-f", "clusters/sub");

    assertThat(read("git:HEAD:clusters")).noneMatch(read -> read.contains("sub/"));
    assertThatThrownBy(() -> read("git:HEAD:clusters/sub"))
        .hasMessageContaining("it is a submodule that is not checked out");
  }
}
