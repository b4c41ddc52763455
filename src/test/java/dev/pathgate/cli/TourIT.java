package dev.pathgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pathgate.testkit.PathgateProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tour and the jobs of docs/cli.md, as a shell runs them with the packaged commands. */
class TourIT {
  private static final Pattern BLOCK = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);

  @TempDir private Path folder;

  private record Run(int code, String out) {}

  /** The packaged commands as {@code pathgate} on PATH, and a folder for a repository. */
  private void launcher() throws IOException {
    Path launcher = Files.createDirectory(folder.resolve("bin")).resolve("pathgate");
    Files.writeString(
        launcher,
        "#!/bin/sh\nexec '%s' \"$@\"\n".formatted(String.join("' '", PathgateProcess.command())));
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createDirectory(folder.resolve("repository"));
  }

  @Test
  void goesAsThePageSays() throws Exception {
    launcher();
    List<Run> runs = new ArrayList<>();
    Matcher block = BLOCK.matcher(page());

    while (block.find()) {
      runs.add(run(block.group(1)));
    }

    assertThat(runs.stream().map(Run::code)).as("%s", runs).containsExactly(0, 1, 0, 0, 0, 0);
    assertThat(runs.get(1).out())
        .contains("denied  UPDATE ClusterDeployment tenant42/prod-eu  clusters/prod-eu.yaml:1\n")
        .contains("leads there step by step, one edit each: ingress-4-11-5, then ingress-4-12-0");
    assertThat(runs.get(2).out())
        .isEqualTo(
            """
            tenant42/ingress: ingress-4-11-3 → ingress-4-12-0
              ClusterDeployment tenant42/prod-eu
              ClusterDeployment tenant42/prod-us
                1. template: ingress-4-11-5
                2. template: ingress-4-12-0
            2 services move, 0 are stuck, 0 are there already
            """);
    assertThat(Files.readString(folder.resolve("repository/clusters/prod-eu.yaml")))
        .contains("template: ingress-4-11-5 # since May\n");
    assertThat(runs.get(3).out()).startsWith("1 judged: 0 denied, 0 warned;");
    assertThat(runs.get(4).out()).startsWith("1. create ServiceTemplateChain tenant42/ingress-2\n");
    assertThat(folder.resolve("repository/map.html")).isNotEmptyFile();
  }

  @Test
  void endsQuietlyWhereTheReaderHadEnough() throws Exception {
    launcher();

    Run run = run(firstBlock() + "\npathgate audit -f clusters -o json | head -n 1\n");

    assertThat(run).isEqualTo(new Run(0, "{\n"));
  }

  @Test
  void failsWhereTheDiskIsFull() throws Exception {
    launcher();

    Run run =
        run(
            firstBlock()
                + "\npathgate audit -f clusters > /dev/full; echo $?\n"
                + "pathgate check --help > /dev/full; echo $?\n");

    assertThat(run.out()).hasLineCount(4).containsSubsequence("can't be written", "2", "2\n");
  }

  @Test
  void coloursNothingWithoutATerminal() throws Exception {
    launcher();

    Run run = run(firstBlock() + "\npathgate audit -f clusters; pathgate check --help\n");

    assertThat(run.out()).contains("warning  ServiceTemplateChain").doesNotContain("\u001b");
  }

  /** What a job of the page runs, where a merge request makes the hop that the tour begins with. */
  private Run job(String... script) throws Exception {
    return run(
        """
        git init -q --bare ../origin
        git init -q -b main . && git remote add origin ../origin
        %s
        git push -q origin main && git checkout -q -b hop
        sed -i 's/template: ingress-4-11-3/template: ingress-4-12-0/' clusters/prod-eu.yaml
        export GITHUB_BASE_REF=main CI_MERGE_REQUEST_TARGET_BRANCH_NAME=main
        set -e
        %s
        """
            .formatted(firstBlock(), String.join("\n", script)));
  }

  private static String page() throws IOException {
    return Files.readString(Path.of("docs/cli.md"));
  }

  /** The repository that the tour begins with. */
  private static String firstBlock() throws IOException {
    Matcher block = BLOCK.matcher(page());
    assertThat(block.find()).isTrue();
    return block.group(1);
  }

  /** The commands of the job that holds {@code mark}. */
  private static String[] commands(String mark) throws IOException {
    Matcher job = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL).matcher(page());
    while (job.find()) {
      if (job.group(1).contains(mark)) {
        return job.group(1)
            .lines()
            .map(String::strip)
            .filter(line -> line.matches("- (run: )?(git|pathgate) .*"))
            .map(line -> line.replaceFirst("^- (run: )?", ""))
            .toArray(String[]::new);
      }
    }
    throw new AssertionError("no job with " + mark);
  }

  @Test
  void runsTheJobOfThePageForGithub() throws Exception {
    launcher();

    Run run = job(commands("runs-on"));

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out())
        .contains("::error file=clusters/prod-eu.yaml,line=9,title=service-follows-chain::");
  }

  @Test
  void runsTheJobOfThePageForGitlab() throws Exception {
    launcher();

    Run run = job(commands("codequality"));

    assertThat(run.code()).isEqualTo(1);
    JsonNode report =
        new ObjectMapper().readTree(folder.resolve("repository/quality.json").toFile());
    assertThat(report).hasSize(1);
    assertThat(report.path(0).path("location").toString())
        .isEqualTo("{\"path\":\"clusters/prod-eu.yaml\",\"lines\":{\"begin\":9}}");
  }

  private Run run(String block) throws IOException, InterruptedException {
    ProcessBuilder shell =
        new ProcessBuilder("sh", "-c", block)
            .directory(folder.resolve("repository").toFile())
            .redirectErrorStream(true);
    shell.environment().merge("PATH", folder + "/bin:", (path, bin) -> bin + path);
    shell.environment().put("GIT_CEILING_DIRECTORIES", folder.toString());
    Process process = shell.start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Run(process.waitFor(), out);
  }
}
