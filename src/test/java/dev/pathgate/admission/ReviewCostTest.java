package dev.pathgate.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What a review is charged for: what is kept of it, not what is passed over. */
class ReviewCostTest {
  private static byte[] review(String spec) {
    return """
    {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {"uid": "u",
     "kind": {"group": "k0rdent.mirantis.com", "kind": "ClusterDeployment"},
     "name": "x", "namespace": "n", "operation": "CREATE", "object": {"spec": {%s}}}}
    """
        .formatted(spec)
        .getBytes(UTF_8);
  }

  private static long cost(byte[] review) throws BadReview {
    AtomicLong bytes = new AtomicLong();
    ReviewReader.read(review, bytes::addAndGet);
    return bytes.get();
  }

  @Test
  void chargesForServicesHoweverShortTheyAre() throws Exception {
    byte[] review = review("\"serviceSpec\": {\"services\": [" + "{},".repeat(9_999) + "{}]}");

    assertThat(cost(review)).isGreaterThan(10_000 * 200);
  }

  @Test
  void chargesNothingForWhatIsPassedOver() throws Exception {
    byte[] review = review("\"config\": {\"services\": [" + "{},".repeat(9_999) + "{}]}");

    assertThat(cost(review)).isLessThan(20_000);
  }

  @Test
  void chargesForTheLengthOfATextThatIsKept() throws Exception {
    String service = "\"serviceSpec\": {\"services\": [{\"%s\": \"" + "x".repeat(100_000) + "\"}]}";

    assertThat(cost(review(service.formatted("template")))).isGreaterThan(100_000);
    assertThat(cost(review(service.formatted("values")))).isLessThan(20_000);
  }

  @Test
  void endsWhereTheCostIsTooHigh() {
    byte[] review = review("\"serviceSpec\": {\"services\": [" + "{},".repeat(9_999) + "{}]}");

    assertThatThrownBy(
            () ->
                ReviewReader.read(
                    review,
                    bytes -> {
                      throw new TooCostly("enough");
                    }))
        .isInstanceOf(TooCostly.class)
        .hasMessage("enough");
  }

  @Test
  void refusesATextThatNoApiServerStores() {
    String service = "\"serviceSpec\": {\"services\": [{\"template\": \"%s\"}]}";

    assertThatThrownBy(() -> cost(review(service.formatted("x".repeat(5_000_000)))))
        .isInstanceOf(TooCostly.class);
  }
}
