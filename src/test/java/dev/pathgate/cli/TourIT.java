package dev.pathgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

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

/** The tour of docs/cli.md, block by block, as a shell runs it with the packaged commands. */
class TourIT {
  private static final Pattern BLOCK = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);

  @TempDir private Path folder;

  private record Run(int code, String out) {}

  @Test
  void goesAsThePageSays() throws Exception {
    Path jar = Path.of("target/quarkus-app/quarkus-run.jar").toAbsolutePath();
    Path launcher = Files.createDirectory(folder.resolve("bin")).resolve("pathgate");
    Files.writeString(
        launcher,
        "#!/bin/sh\nexec \"%s\" -jar \"%s\" \"$@\"\n"
            .formatted(Path.of(System.getProperty("java.home"), "bin", "java"), jar));
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createDirectory(folder.resolve("repository"));
    List<Run> runs = new ArrayList<>();
    Matcher block = BLOCK.matcher(Files.readString(Path.of("docs/cli.md")));

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
