package dev.pathgate.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class VersionTest {
  @Test
  void isTheSameForChartImageAndBinary() throws IOException {
    Properties build = new Properties();
    try (InputStream file = getClass().getResourceAsStream("/pathgate-build.properties")) {
      build.load(file);
    }

    JsonNode chart = new YAMLMapper().readTree(Chart.FOLDER.resolve("Chart.yaml").toFile());

    assertThat(chart.path("version").asText()).isEqualTo(build.getProperty("version"));
    assertThat(chart.path("appVersion").asText()).isEqualTo(build.getProperty("version"));
  }

  @Test
  void isWhatATagHasToSayToBeReleased() throws Exception {
    String version =
        new YAMLMapper()
            .readTree(Chart.FOLDER.resolve("Chart.yaml").toFile())
            .path("version")
            .asText();

    assertThat(releaseCheck("v" + version)).isEmpty();
    assertThat(releaseCheck("v999.0.0")).contains("pom.xml says " + version);
    assertThat(releaseCheck(version)).contains("is no version");
    assertThat(releaseCheck("v" + version + "-SNAPSHOT")).contains("is no version");
  }

  /** Why a tag can't be released; empty if it can. */
  private static String releaseCheck(String tag) throws Exception {
    Process check = new ProcessBuilder(".ci/release-check", tag).redirectErrorStream(true).start();
    String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(check.waitFor() == 0).as(said).isEqualTo(said.isEmpty());
    return said;
  }
}
