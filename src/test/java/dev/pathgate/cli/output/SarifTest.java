package dev.pathgate.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SarifTest {
  @ParameterizedTest
  @CsvSource({
    "clusters/prod.yaml, clusters/prod.yaml",
    "/srv/prod.yaml, /srv/prod.yaml",
    "git:HEAD:clusters/prod.yaml, clusters/prod.yaml",
    "git:HEAD@{2100-01-01 12:00:00}:clusters/a:b.yaml, clusters/a:b.yaml",
    "a:b/c:d.yaml, a%3Ab/c:d.yaml",
    "<stdin>, %3Cstdin%3E",
    "caf\u00e9 100%.yaml, caf%C3%A9%20100%25.yaml"
  })
  void namesAFileByAReference(String file, String uri) throws Exception {
    Result result = new Result(Result.Level.ERROR, "rule", "subject", "", "message", file, 1);

    String named =
        new ObjectMapper()
            .readTree(Sarif.text(List.of(result), "1"))
            .at("/runs/0/results/0/locations/0/physicalLocation/artifactLocation/uri")
            .asText();

    assertThat(named).isEqualTo(uri);
    assertThat(URI.create(named).getScheme()).isNull();
  }
}
