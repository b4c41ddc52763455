package dev.pathgate.e2e;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.pathgate.testkit.PathgateProcess;
import io.restassured.builder.RequestSpecBuilder;
import io.restassured.config.EncoderConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.config.SSLConfig;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the two ports answer to those who are meant to call them, and nothing else. */
class HttpContractIT {
  private static final String UID = "705ab4f5-6393-11e8-b7cc-42010a800002";

  private static PathgateProcess gate;
  private static RequestSpecification webhook;
  private static RequestSpecification management;

  @BeforeAll
  static void start() throws IOException, GeneralSecurityException {
    Path folder = Reviews.folder();
    Path chain = folder.resolve("chain.yaml");
    Files.writeString(
        chain,
        Files.readString(chain)
            .replace(
                "name: path,", "name: path, annotations: {pathgate.dev/default-chain: 'true'},"));
    gate = PathgateProcess.onFolder(folder).start();
    KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
    authorities.load(null, null);
    authorities.setCertificateEntry("ca", gate.pki().authority());
    webhook =
        new RequestSpecBuilder()
            .setBaseUri(gate.uri(""))
            .setConfig(
                RestAssuredConfig.config()
                    .sslConfig(new SSLConfig().with().trustStore(authorities))
                    .encoderConfig(
                        EncoderConfig.encoderConfig()
                            .appendDefaultContentCharsetToContentTypeIfUndefined(false)))
            .build();
    management = new RequestSpecBuilder().setBaseUri(gate.managementUri("")).build();
  }

  @AfterAll
  static void stop() {
    gate.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"application/json", "application/json; charset=utf-8", "Application/JSON"})
  void allowsInAnAdmissionReviewOfTheSameUid(String type) {
    given(webhook)
        .contentType(type)
        .body(Reviews.allowed().getBytes(UTF_8))
        .post("/validate?timeout=10s")
        .then()
        .statusCode(200)
        .contentType("application/json")
        .body("apiVersion", is("admission.k8s.io/v1"))
        .body("kind", is("AdmissionReview"))
        .body("request", nullValue())
        .body("response.uid", is(UID))
        .body("response.allowed", is(true))
        .body("response.status", nullValue())
        .body("response.patch", nullValue());
  }

  @Test
  void refusesWithACodeAReasonAndACauseForEachField() {
    String field = "spec.serviceSpec.services[0].template";
    String text =
        "service edge/dns can't be upgraded from c to a: ServiceTemplateChain tenant/path leads"
            + " nowhere from c [service-follows-chain]";
    given(webhook)
        .contentType(ContentType.JSON)
        .body(Reviews.refused())
        .post("/validate")
        .then()
        .statusCode(200)
        .body("response.uid", is(UID))
        .body("response.allowed", is(false))
        .body("response.status.code", is(403))
        .body("response.status.reason", is("Forbidden"))
        .body("response.status.message", is(field + ": " + text))
        .body("response.status.details.group", is("k0rdent.mirantis.com"))
        .body("response.status.details.kind", is("ClusterDeployment"))
        .body("response.status.details.name", is("prod-eu"))
        .body("response.status.details.causes.field", contains(field))
        .body("response.status.details.causes.message", contains(text))
        .body("response.auditAnnotations.rules", is("service-follows-chain"));
  }

  @Test
  void givesTheDefaultChainAsAPatchOfOneField() {
    String patch =
        given(webhook)
            .contentType(ContentType.JSON)
            .body(
                Reviews.creation("tenant", "a", "path")
                    .replace(", \"templateChain\": \"path\"", ""))
            .post("/mutate")
            .then()
            .statusCode(200)
            .body("response.allowed", is(true))
            .body("response.patchType", is("JSONPatch"))
            .extract()
            .path("response.patch");

    assertThat(new String(Base64.getDecoder().decode(patch), UTF_8))
        .isEqualTo(
            "[{\"op\":\"add\",\"path\":\"/spec/serviceSpec/services/0/templateChain\","
                + "\"value\":\"path\"}]");
  }

  @Test
  void givesNoPatchWhereThereIsNothingToGive() {
    given(webhook)
        .contentType(ContentType.JSON)
        .body(Reviews.creation("tenant", "a", "path"))
        .post("/mutate")
        .then()
        .statusCode(200)
        .body("response.uid", is(UID))
        .body("response.allowed", is(true))
        .body("response.patchType", nullValue())
        .body("response.patch", nullValue());
  }

  @ParameterizedTest
  @CsvSource({
    "/validate, GET", "/validate, PUT", "/validate, DELETE", "/validate, PATCH",
    "/mutate, GET", "/mutate, PUT", "/mutate, DELETE", "/mutate, OPTIONS"
  })
  void answersPostAlone(String path, String method) {
    given(webhook)
        .request(method, path)
        .then()
        .statusCode(405)
        .header("Allow", "POST")
        .body(equalTo("only POST is answered here\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"text/plain", "application/yaml", "application/json-patch+json", "application/x"})
  void takesNoOtherContentType(String type) {
    given(webhook)
        .contentType(type)
        .body(Reviews.allowed().getBytes(UTF_8))
        .post("/validate")
        .then()
        .statusCode(415)
        .body(equalTo("only application/json, not encoded otherwise, is taken here\n"));
  }

  @Test
  void takesNoBodyWithoutAContentType() {
    given(webhook).post("/validate").then().statusCode(415);
  }

  @Test
  void takesABodyOfTheLargestSizeAndNotOneByteMore() {
    int most = 16 * 1024 * 1024;
    byte[] largest = Reviews.allowedOf(most - Reviews.allowedOf(0).length);

    given(webhook)
        .contentType(ContentType.JSON)
        .body(largest)
        .post("/validate")
        .then()
        .statusCode(200)
        .body("response.allowed", is(true));
    given(webhook)
        .contentType(ContentType.JSON)
        .body(Reviews.allowedOf(most - Reviews.allowedOf(0).length + 1))
        .post("/validate")
        .then()
        .statusCode(413);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/q/health/live", "/q/health/ready", "/q/health/started", "/q/metrics"})
  void showsHealthAndMetricsOnTheirOwnPortOnly(String path) {
    given(management).get(path).then().statusCode(200);
    given(webhook).get(path).then().statusCode(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/validate", "/mutate", "/"})
  void judgesNothingOnTheManagementPort(String path) {
    given(management)
        .contentType(ContentType.JSON)
        .body(Reviews.allowed())
        .post(path)
        .then()
        .statusCode(404);
  }

  @Test
  void saysHowItIsInJson() {
    given(management)
        .get("/q/health/ready")
        .then()
        .contentType(ContentType.JSON)
        .body("status", is("UP"))
        .body("checks", not(nullValue()))
        .body("checks.status", everyItem(is("UP")));
  }

  @Test
  void countsWhatItJudgedInPrometheusText() {
    given(webhook).contentType(ContentType.JSON).body(Reviews.refused()).post("/validate");

    String metrics =
        given(management)
            .accept("text/plain")
            .get("/q/metrics")
            .then()
            .contentType(startsWith("text/plain"))
            .extract()
            .asString();

    assertThat(metrics.lines())
        .anyMatch(line -> line.startsWith("# TYPE pathgate_") && line.endsWith(" counter"))
        .anyMatch(line -> line.startsWith("# HELP pathgate_"));
    assertThat(metrics).doesNotContain("tenant", "prod-eu", "jane");
  }

  @Test
  void speaksNoPlainHttpWhereTheWebhooksAre() {
    URI plain = URI.create("http://127.0.0.1:" + gate.httpsPort());

    assertThat(
            org.assertj.core.api.Assertions.catchThrowable(
                () -> given().baseUri(plain.toString()).get("/validate")))
        .isInstanceOf(IOException.class);
  }
}
