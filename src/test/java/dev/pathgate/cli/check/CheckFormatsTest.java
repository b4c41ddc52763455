package dev.pathgate.cli.check;

import static dev.pathgate.cli.ManifestSketch.chain;
import static dev.pathgate.cli.ManifestSketch.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pathgate.cli.CommandRun;
import dev.pathgate.cli.output.BuildVersion;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One refused move in the formats of other tools. */
class CheckFormatsTest {
  private static final String MESSAGE =
      "service tenant42/ingress can't be upgraded from a to c: ServiceTemplateChain tenant42/up"
          + " leads from a to b [service-follows-chain]";

  @TempDir private Path folder;

  @BeforeEach
  void aRefusedMove() {
    CommandRun.write(folder, "old/all.yaml", all("a"));
    CommandRun.write(folder, "new/all.yaml", all("c"));
  }

  private static String all(String template) {
    return chain("up", "a > b", "b", "c") + "---\n" + cluster("prod", template, "up");
  }

  private String check(String format) {
    return CommandRun.of(
            folder, "check", "--from", folder + "/old", "--to", folder + "/new", "-o", format)
        .out();
  }

  @Test
  void annotatesLinesForGithub() {
    assertThat(check("github"))
        .isEqualTo(
            "::error file=new/all.yaml,line=24,title=service-follows-chain::ClusterDeployment"
                + " tenant42/prod: "
                + MESSAGE
                + "\n");
  }

  private String warned(String format, String... more) {
    CommandRun.write(folder, "warned/prod.yaml", cluster("prod", "a", ""));
    return CommandRun.of(
            folder,
            java.util.stream.Stream.concat(
                    java.util.stream.Stream.of("check", "-f", folder + "/warned", "-o", format),
                    java.util.stream.Stream.of(more))
                .toArray(String[]::new))
        .out();
  }

  @Test
  void failsWarningsWhereTheyCountAsErrors() {
    String strict = "--warnings-as-errors";
    assertThat(warned("github")).startsWith("::warning ");
    assertThat(warned("github", strict)).startsWith("::error ");
    assertThat(warned("junit")).contains(" failures=\"0\"").contains("<system-out>");
    assertThat(warned("junit", strict))
        .contains(" failures=\"1\"")
        .contains("<failure type=\"service-has-chain\"")
        .doesNotContain("<system-out>");
    assertThat(warned("sarif")).contains("\"level\" : \"warning\"");
    assertThat(warned("sarif", strict)).contains("\"level\" : \"error\"");
    assertThat(warned("gitlab")).contains("\"severity\" : \"minor\"");
    assertThat(warned("gitlab", strict)).contains("\"severity\" : \"major\"");
  }

  @Test
  void writesACodeQualityReportForGitlab() {
    assertThat(check("gitlab"))
        .isEqualTo(
            """
            [
              {
                "description" : "ClusterDeployment tenant42/prod: %s",
                "check_name" : "service-follows-chain",
                "fingerprint" : "%s",
                "severity" : "major",
                "location" : {
                  "path" : "new/all.yaml",
                  "lines" : {
                    "begin" : 24
                  }
                }
              }
            ]
            """
                .formatted(MESSAGE, "FINGERPRINT")
                .replace("FINGERPRINT", fingerprint()));
  }

  private String fingerprint() {
    String report = check("gitlab");
    int at = report.indexOf("\"fingerprint\" : \"") + 17;
    String fingerprint = report.substring(at, report.indexOf('"', at));
    assertThat(fingerprint).matches("[0-9a-f]{32}");
    return fingerprint;
  }

  @Test
  void writesATestCaseForEachObject() {
    assertThat(check("junit"))
        .isEqualTo(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites>
              <testsuite name="pathgate check" tests="1" failures="1" errors="0" time="0">
                <testcase classname="ClusterDeployment" name="UPDATE ClusterDeployment tenant42/prod" time="0">
                  <failure type="service-follows-chain" message="%1$s">new/all.yaml:24: spec.serviceSpec.services[0].template: %1$s</failure>
                </testcase>
              </testsuite>
            </testsuites>
            """
                .formatted(MESSAGE));
  }

  @Test
  void writesSarifWithTheRulesHelp() throws Exception {
    JsonNode sarif = new ObjectMapper().readTree(check("sarif"));

    assertThat(sarif)
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {
                      "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
                      "version": "2.1.0",
                      "runs": [{
                        "tool": {"driver": {"name": "pathgate", "version": "VERSION", "rules": [{
                          "id": "service-follows-chain",
                          "shortDescription": {"text": "A service's template changes along the paths of its ServiceTemplateChain."},
                          "help": {"text": "take the steps of the chain one by one (pathgate plan lists them), or extend the chain (pathgate extend)"}
                        }]}},
                        "columnKind": "utf16CodeUnits",
                        "results": [{
                          "ruleId": "service-follows-chain",
                          "ruleIndex": 0,
                          "level": "error",
                          "message": {"text": "ClusterDeployment tenant42/prod: MESSAGE"},
                          "locations": [{
                            "physicalLocation": {"artifactLocation": {"uri": "FOLDERnew/all.yaml"}, "region": {"startLine": 24}},
                            "logicalLocations": [{"fullyQualifiedName": "ClusterDeployment tenant42/prod", "kind": "resource"}]
                          }]
                        }]
                      }]
                    }
                    """
                        .replace("VERSION", BuildVersion.get())
                        .replace("MESSAGE", MESSAGE)
                        .replace("FOLDER", "")));
  }
}
