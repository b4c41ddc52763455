package dev.pathgate.cli.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SettingsCheckTest {
  @AfterEach
  void forget() {
    System.getProperties().keySet().removeIf(key -> key.toString().startsWith("pathgate."));
  }

  @Test
  void takesEveryVariableThatStandsForASetting() {
    assertThat(
            SettingsCheck.unknownVariables(
                Map.of("PATHGATE_RULES_SERVICE_HAS_CHAIN", "deny", "PATHGATE_HTTPS_PORT", "1")))
        .isEmpty();
  }

  @Test
  void refusesAMisspeltVariable() {
    assertThat(SettingsCheck.unknownVariables(Map.of("PATHGATE_RULES_SERVICE_HAS_CHAINS", "deny")))
        .containsExactly(
            "environment variable PATHGATE_RULES_SERVICE_HAS_CHAINS is no setting of Pathgate;"
                + " did you mean PATHGATE_RULES_SERVICE_HAS_CHAIN?");
  }

  @Test
  void ignoresWhatKubernetesSetsForServicesNamedLikeIt() {
    assertThat(
            SettingsCheck.unknownVariables(
                Map.of(
                    "PATHGATE_SERVICE_HOST", "10.0.0.1",
                    "PATHGATE_SERVICE_PORT", "443",
                    "PATHGATE_SERVICE_PORT_HTTPS", "443",
                    "PATHGATE_PORT", "tcp://10.0.0.1:443",
                    "PATHGATE_PORT_443_TCP_ADDR", "10.0.0.1",
                    "PATHGATE_METRICS_SERVICE_HOST", "10.0.0.2",
                    "PATHGATE_METRICS_PORT_9000_TCP", "tcp://10.0.0.2:9000")))
        .isEmpty();
  }

  @Test
  void refusesAMisspeltPortThatOnlyLooksLikeAServiceOfKubernetes() {
    assertThat(SettingsCheck.unknownVariables(Map.of("PATHGATE_HTTP_PORT", "8444")))
        .containsExactly(
            "environment variable PATHGATE_HTTP_PORT is no setting of Pathgate;"
                + " did you mean PATHGATE_HTTPS_PORT?");
    assertThat(SettingsCheck.unknownVariables(Map.of("PATHGATE_HTTP_PORT", "tcp://10.0.0.1:80")))
        .isEmpty();
  }

  @Test
  void startsWithTheDefaults() {
    SettingsCheck.Outcome outcome = SettingsCheck.run();

    assertThat(outcome.problems()).isEmpty();
    assertThat(outcome.settings().httpsPort()).isEqualTo(8443);
  }

  @Test
  void takesAServiceLinkForNoPort() {
    System.setProperty("pathgate.https-port", "tcp://10.0.0.1:443");

    assertThat(SettingsCheck.run().settings().httpsPort()).isEqualTo(8443);
  }

  @Test
  void refusesAWordWherePortsAreNumbers() {
    System.setProperty("pathgate.https-port", "many");

    assertThat(SettingsCheck.run().problems())
        .containsExactly("pathgate.https-port can't be many; it takes a number");
  }

  @Test
  void refusesAnUnknownKey() {
    System.setProperty("pathgate.rules.service-has-chians", "deny");

    assertThat(SettingsCheck.run().problems())
        .containsExactly(
            "pathgate.rules.service-has-chians is no setting of Pathgate; did you mean"
                + " pathgate.rules.service-has-chain?");
  }

  @Test
  void guessesNothingAtAKeyThatIsLikeNoOther() {
    System.setProperty("pathgate.turbo", "on");

    assertThat(SettingsCheck.run().problems())
        .containsExactly("pathgate.turbo is no setting of Pathgate");
  }

  @Test
  void guessesTheGroupOfAKeyThatLacksIt() {
    assertThat(SettingsCheck.run(Map.of("pathgate.chain-templates-exist", "deny")).problems())
        .containsExactly(
            "pathgate.chain-templates-exist is no setting of Pathgate; did you mean"
                + " pathgate.rules.chain-templates-exist?");
  }

  @Test
  void saysWhatASizeIs() {
    System.setProperty("pathgate.max-request-bytes", "big");

    assertThat(SettingsCheck.run().problems())
        .containsExactly(
            "pathgate.max-request-bytes can't be big; it takes a number of bytes, with or without a"
                + " suffix such as K, M or G");
  }

  @Test
  void refusesAnUnknownActionAndTellsTheKnownOnes() {
    System.setProperty("pathgate.rules.chain-is-tidy", "never");

    assertThat(SettingsCheck.run().problems())
        .containsExactly("pathgate.rules.chain-is-tidy can't be never; it takes warn, deny, off");
  }

  @Test
  void refusesAMisspeltTruth() {
    assertThat(SettingsCheck.run(Map.of("pathgate.status.condition", "ture")).problems())
        .containsExactly("pathgate.status.condition can't be ture; it takes true or false");
    assertThat(
            SettingsCheck.run(Map.of("pathgate.status.condition", "Off"))
                .settings()
                .status()
                .condition())
        .isFalse();
  }

  @Test
  void saysWhatASettingTakesThatIsEmpty() {
    assertThat(SettingsCheck.run(Map.of("pathgate.mode", "")).problems())
        .containsExactly("pathgate.mode can't be empty; it takes enforce, warn");
  }
}
