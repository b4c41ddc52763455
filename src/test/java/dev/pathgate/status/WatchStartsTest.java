package dev.pathgate.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.kube.FakeResponse;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WatchStartsTest {
  private static final String KIND = "/apis/k0rdent.mirantis.com/v1beta1/clusterdeployments";
  private static final String WATCH = KIND + "?timeoutSeconds=300&watch=true&resourceVersion=1";

  private final AtomicInteger hints = new AtomicInteger();
  private final AtomicLong nanos = new AtomicLong();
  private final WatchStarts starts = new WatchStarts(hints::incrementAndGet, nanos::get);

  @Test
  void hintsAtNothingWhereAWatchEndedInItsTime() {
    request(KIND + "?limit=500");
    watch();
    pass(300);
    watch();

    assertThat(hints).hasValue(0);
  }

  @Test
  void hintsAtAnotherSchemaWhereAWatchEndedEarlier() {
    watch();
    pass(298);
    request(WATCH);

    assertThat(hints).hasValue(1);
  }

  @Test
  void hintsAtAnotherSchemaWhereObjectsAreListedAnew() {
    watch();
    request(KIND + "?limit=500");

    assertThat(hints).hasValue(1);
  }

  @Test
  void hintsTwiceAtAnOutageWhenItBeginsAndWhenItIsOver() {
    watch();
    for (int attempt = 0; attempt < 100; attempt++) {
      request(WATCH);
      pass(5);
    }
    assertThat(hints).hasValue(1);

    watch();

    assertThat(hints).hasValue(2);
  }

  @Test
  void takesARefusedWatchForNone() {
    answer(request(WATCH), 503);
    request(WATCH);

    assertThat(hints).hasValue(0);
  }

  @Test
  void mindsNoOtherRequests() {
    String chains = WATCH.replace("clusterdeployments", "servicetemplatechains");
    answer(request(chains), 200);
    request(chains);

    assertThat(hints).hasValue(0);
  }

  private void pass(int seconds) {
    nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
  }

  private void watch() {
    answer(request(WATCH), 200);
  }

  private HttpRequest request(String uri) {
    HttpRequest request =
        new StandardHttpRequest.Builder().uri(URI.create("https://api" + uri)).build();
    starts.before(null, request, null);
    return request;
  }

  private void answer(HttpRequest request, int code) {
    starts.after(request, new FakeResponse<>(request, code, ""), null);
  }
}
