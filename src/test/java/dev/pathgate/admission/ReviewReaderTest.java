package dev.pathgate.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pathgate.chain.ChainSketch;
import dev.pathgate.rule.Service;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReviewReaderTest {
  private static final String UPDATE =
      """
      {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {
        "uid": "uid-1",
        "kind": {"group": "k0rdent.mirantis.com", "version": "v1beta1", "kind": "ClusterDeployment"},
        "resource": {"group": "k0rdent.mirantis.com", "resource": "clusterdeployments"},
        "name": "prod-eu", "namespace": "tenant42", "operation": "UPDATE",
        "userInfo": {"username": "eve", "uid": "7", "groups": ["devs", "system:authenticated"],
          "extra": {"a": ["b"]}},
        "object": {"metadata": {"name": "prod-eu"}, "spec": {"serviceSpec": {"services": [
          {"name": "redis", "namespace": "cache", "template": "redis-0-10-0"}]}}},
        "oldObject": {"metadata": {"name": "prod-eu", "uid": "live-1"}, "spec": {"serviceSpec":
          {"services": [{"name": "redis", "namespace": "cache", "template": "redis-0-9-0"}]}}},
        "dryRun": true, "options": {"kind": "UpdateOptions"}}}
      """;

  @Test
  void readsAnUpdate() throws BadReview {
    AdmissionRequest request = read(UPDATE);

    assertThat(request.uid()).isEqualTo("uid-1");
    assertThat(request.subject()).isEqualTo("ClusterDeployment tenant42/prod-eu");
    assertThat(request.operation()).isEqualTo(Operation.UPDATE);
    assertThat(request.user()).isEqualTo("eve");
    assertThat(request.groups()).containsExactly("devs", "system:authenticated");
    assertThat(request.dryRun()).isTrue();
    assertThat(request.liveUid()).isEqualTo("live-1");
    assertThat(request.object().orElseThrow().services())
        .containsExactly(new Service("cache", "redis", "redis-0-10-0", ""));
    assertThat(request.oldObject().orElseThrow().services())
        .containsExactly(new Service("cache", "redis", "redis-0-9-0", ""));
  }

  @Test
  void readsAChainWithItsWholeSpec() throws BadReview {
    AdmissionRequest request =
        read(
            review(
                "ServiceTemplateChain",
                "\"operation\": \"CREATE\", \"object\": {\"spec\": {\"supportedTemplates\":"
                    + " [{\"name\": \"a\"}], \"more\": 1}}"));

    assertThat(request.object().orElseThrow().templates()).isEqualTo(ChainSketch.entries("a"));
    assertThat(request.object().orElseThrow().spec()).isPresent();
  }

  @Test
  void keepsTheSpecOfAChainWhoseKindComesAfterIt() throws BadReview {
    AdmissionRequest request =
        read(
            """
            {"request": {"object": {"spec": {"more": 1}}, "operation": "CREATE", "uid": "1",
              "kind": {"kind": "ServiceTemplateChain", "group": "k0rdent.mirantis.com"}},
             "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview"}
            """);

    assertThat(request.object().orElseThrow().spec()).isPresent();
  }

  @Test
  void readsWhoWritesWhateverElseTheOptionsSay() throws BadReview {
    assertThat(
            read(UPDATE.replace(
                    "\"dryRun\": true",
                    "\"options\": {\"x\": [1], \"fieldManager\": \"kubectl-edit\"}"))
                .fieldManager())
        .isEqualTo("kubectl-edit");
    assertThat(read(UPDATE.replace("\"dryRun\": true", "\"options\": [1]")).fieldManager())
        .isEmpty();
  }

  @Test
  void takesTheNameOfACollectionDeleteFromTheObject() throws BadReview {
    AdmissionRequest request =
        read(
            review(
                "ServiceTemplateChain",
                "\"operation\": \"DELETE\", \"namespace\": \"tenant42\", \"object\": null,"
                    + " \"oldObject\": {\"metadata\": {\"name\": \"ingress-chain\"}}"));

    assertThat(request.subject()).isEqualTo("ServiceTemplateChain tenant42/ingress-chain");
  }

  @Test
  void readsAByteOrderMarkBeforeTheReview() throws BadReview {
    assertThat(read("\uFEFF" + UPDATE).uid()).isEqualTo("uid-1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "example.com"})
  void looksNotIntoAnObjectThatItDoesNotJudge(String group) throws BadReview {
    AdmissionRequest request =
        read(
            UPDATE
                .replace(
                    "\"group\": \"k0rdent.mirantis.com\", \"version\"",
                    "\"group\": \"" + group + "\", \"version\"")
                .replace(
                    "\"spec\": {\"serviceSpec\"", "\"status\": 1, \"spec\": {\"serviceSpec\""));

    assertThat(request.knownKind()).isEmpty();
    assertThat(request.object()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "uid": "uid-1"                     | "uid": ""                 | request.uid is missing
          "uid": "uid-1"                     | "uid": null               | request.uid is missing
          "uid": "uid-1"                     | "uid": 7                  | request.uid is not a string
          "operation": "UPDATE"              | "operation": ""           | request.operation is missing
          "operation": "UPDATE"              | "operation": {}           | request.operation is not a string
          "kind": "ClusterDeployment"        | "kind": ""                | request.kind is missing
          "kind": "ClusterDeployment"        | "kind": 1                 | request.kind.kind is not a string
          "name": "prod-eu", "namespace"     | "name": [], "namespace"   | request.name is not a string
          "namespace": "tenant42"            | "namespace": 1            | request.namespace is not a string
          "username": "eve"                  | "username": 1             | request.userInfo.username is not a string
          ["devs", "system:authenticated"]   | "devs"                    | request.userInfo.groups is not a list
          ["devs", "system:authenticated"]   | ["devs", 1]               | request.userInfo.groups[1] is not a string
          "userInfo": {                      | "userInfo": 1, "x": {     | request.userInfo is not an object
          "kind": {"group"                   | "kind": "x", "y": {"group" | request.kind is not an object
          "request": {                       | "request": 1, "z": {      | request is not an object
          "request": {                       | "request": null, "z": {   | the AdmissionReview has no request
          "request": {                       | "z": {                    | the AdmissionReview has no request
          "object": {"metadata"              | "object": null, "z": {"metadata" | request.object is missing, which every UPDATE has
          "oldObject": {"metadata"           | "z": {"metadata"          | request.oldObject is missing, which every UPDATE has
          "object": {"metadata"              | "object": [], "z": {"metadata" | request.object is not an object
          "template": "redis-0-10-0"         | "template": 10            | request.object.spec.serviceSpec.services[0].template is not a string
          "template": "redis-0-9-0"          | "template": []            | request.oldObject.spec.serviceSpec.services[0].template is not a string
          "AdmissionReview"                  | "AdmissionReviews"        | not an AdmissionReview of admission.k8s.io/v1
          "admission.k8s.io/v1"              | "admission.k8s.io/v1beta1" | not an AdmissionReview of admission.k8s.io/v1
          "AdmissionReview"                  | 1                         | kind is not a string
          "admission.k8s.io/v1"              | null                      | not an AdmissionReview of admission.k8s.io/v1
          """)
  void refusesAFieldThatIsMissingOrOfAnotherType(String original, String broken, String why) {
    String body = UPDATE.replaceFirst(Pattern.quote(original), Matcher.quoteReplacement(broken));

    assertThat(body).isNotEqualTo(UPDATE);
    assertThat(refusal(body)).isEqualTo(why);
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "[]", "\"AdmissionReview\"", "12", "true"})
  void refusesJsonThatIsNoObject(String body) {
    assertThat(refusal(body)).isEqualTo("not an AdmissionReview");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n\t"})
  void refusesAnEmptyBody(String body) {
    assertThat(refusal(body)).isEqualTo("not JSON: the body is empty");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{\"kind\"",
        "{\"request\": {\"uid\": \"x",
        "{]",
        "hello",
        "<xml/>",
        "{'a': 1}",
        "{\"request\": {\"object\": {\"spec\": {\"a\": tru}}}}",
        "{\"a\": NaN}",
        "{\"a\": +1}",
        "{\"a\": -Infinity}",
        "{\"a\": 1 /* one */}",
        "{\"a\": 01}",
        "{\"a\": .5}",
        "{\"kind\": \"a\u0001\"}"
      })
  void refusesWhatIsNoJsonInOneLine(String body) {
    assertThat(refusal(body))
        .startsWith("not JSON: ")
        .doesNotContain("\n", "Source", "REDACTED", "Feature", "ALLOW_")
        .hasSizeLessThan(230);
  }

  @Test
  void refusesWhatFollowsTheReview() {
    assertThat(refusal(UPDATE + "{}")).isEqualTo("not JSON: something follows the AdmissionReview");
  }

  @Test
  void refusesAnEmptyObject() {
    assertThat(refusal("{}")).isEqualTo("not an AdmissionReview of admission.k8s.io/v1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE"})
  void refusesOtherEncodings(String encoding) {
    assertThat(refusal(UPDATE.getBytes(Charset.forName(encoding)))).isEqualTo("not UTF-8");
  }

  @Test
  void refusesBytesThatAreNoUtf8() {
    byte[] body = UPDATE.replace("prod-eu", "prod-ü").getBytes(StandardCharsets.ISO_8859_1);

    assertThat(refusal(body)).isEqualTo("not UTF-8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"request", "object", "spec", "extra"})
  void takesAnyNestingThatAnApiServerStores(String where) throws BadReview {
    assertThat(read(nested(where, 10_000)).uid()).isEqualTo("uid-1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"request", "object", "spec", "extra"})
  void refusesABodyOfBracketsAlone(String where) {
    assertThat(refusal(nested(where, 200_000))).isEqualTo("nested too deep");
  }

  private static String nested(String where, int depth) {
    String deep = "[".repeat(depth) + "]".repeat(depth);
    return switch (where) {
      case "request" -> UPDATE.replace("\"dryRun\": true", "\"x\": " + deep);
      case "object" -> UPDATE.replace("\"metadata\": {", "\"x\": " + deep + ", \"metadata\": {");
      case "spec" ->
          review(
              "ServiceTemplateChain",
              "\"operation\": \"CREATE\", \"object\": {\"spec\": {\"x\": " + deep + "}}");
      default -> UPDATE.replace("\"a\": [\"b\"]", "\"a\": " + deep);
    };
  }

  @Test
  void takesAKeyOfAnyLengthWhereItDoesNotLook() throws BadReview {
    String body = UPDATE.replace("\"dryRun\": true", "\"" + "y".repeat(60_000) + "\": true");

    assertThat(read(body).uid()).isEqualTo("uid-1");
  }

  @Test
  void takesAStringOfManyMegabytesWhereItDoesNotLook() throws BadReview {
    String body = UPDATE.replace("\"dryRun\": true", "\"x\": \"" + "y".repeat(21_000_000) + "\"");

    assertThat(read(body).uid()).isEqualTo("uid-1");
  }

  @Test
  void takesANumberOfThousandsOfDigitsInAChain() throws BadReview {
    String body =
        review(
            "ServiceTemplateChain",
            "\"operation\": \"CREATE\", \"object\": {\"spec\": {\"x\": "
                + "9".repeat(5_000)
                + "}}");

    assertThat(read(body).uid()).isEqualTo("uid-1");
  }

  private static String review(String kind, String rest) {
    return """
        {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": "uid-1",
          "kind": {"group": "k0rdent.mirantis.com", "kind": "%s"}, %s}}
        """
        .formatted(kind, rest);
  }

  private static AdmissionRequest read(String body) throws BadReview {
    return ReviewReader.read(body.getBytes(StandardCharsets.UTF_8));
  }

  private static String refusal(String body) {
    return refusal(body.getBytes(StandardCharsets.UTF_8));
  }

  private static String refusal(byte[] body) {
    return catchThrowableOfType(BadReview.class, () -> ReviewReader.read(body)).getMessage();
  }
}
