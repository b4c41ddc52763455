package dev.pathgate.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
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
}
