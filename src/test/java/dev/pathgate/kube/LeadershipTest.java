package dev.pathgate.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.kube.ApiServer.Call;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LeadershipTest {
  private static final String FREE = "{\"metadata\": {\"resourceVersion\": \"1\"}}";

  private final FakeRequests api = new FakeRequests();
  private final AtomicLong nanos = new AtomicLong();
  private final List<String> heard = new ArrayList<>();
  private final LogLines log = new LogLines(Leadership.class);
  private final Leadership leadership =
      new Leadership(
          api, "home", "me", () -> heard.add("gained"), () -> heard.add("lost"), nanos::get);

  @AfterEach
  void stopListening() {
    log.close();
  }

  @Test
  void takesALeaseThatNobodyHolds() throws InterruptedException {
    api.answer(200, FREE).answer(200, held("me", "2"));

    leadership.campaign();

    assertThat(leadership.holds()).isTrue();
    assertThat(heard).containsExactly("gained");
    assertThat(log.lines)
        .containsExactly("INFO became leader: holding Lease home/pathgate-status-patcher as me");
  }

  /** Who gave up would leave nobody who writes, with a Lease that anybody may have. */
  @Test
  void standsAgainAfterAnErrorOfItsOwnToo() throws InterruptedException {
    Requests broken =
        (call, timeout) -> {
          if (call.method().equals("GET") && nanos.get() == 0) {
            throw new StackOverflowError();
          }
          return api.send(call, timeout);
        };
    Leadership standing =
        new Leadership(
            broken, "home", "me", () -> heard.add("gained"), () -> heard.add("lost"), nanos::get);

    standing.campaign();
    assertThat(log.lines)
        .singleElement()
        .asString()
        .startsWith("ERROR the election goes on after a failure");
    pass(2);
    api.answer(200, FREE).answer(200, held("me", "2"));
    standing.campaign();

    assertThat(standing.holds()).isTrue();
  }

  @Test
  void leavesALeaseToItsHolderUntilThatHasNotRenewedItForFifteenSeconds()
      throws InterruptedException {
    api.answer(200, held("other", "1"));
    leadership.campaign();
    pass(14);
    api.answer(200, held("other", "1"));
    leadership.campaign();
    assertThat(api.calls()).extracting(Call::method).containsExactly("GET", "GET");

    pass(1);
    api.answer(200, held("other", "1")).answer(200, held("me", "2"));
    leadership.campaign();

    assertThat(leadership.holds()).isTrue();
    assertThat(api.calls()).extracting(Call::method).containsExactly("GET", "PUT");
  }

  @Test
  void startsToCountAnewWhereTheHolderHasRenewed() throws InterruptedException {
    api.answer(200, held("other", "1"));
    leadership.campaign();
    pass(14);
    api.answer(200, held("other", "2"));
    leadership.campaign();
    pass(14);
    api.answer(200, held("other", "2"));

    leadership.campaign();

    assertThat(leadership.holds()).isFalse();
    assertThat(api.calls()).extracting(Call::method).containsOnly("GET");
  }

  @Test
  void writesNoMoreTenSecondsAfterTheLastRenewalWhoseAnswerCame() throws InterruptedException {
    lead();
    pass(9);
    assertThat(leadership.holds()).isTrue();

    pass(1);

    assertThat(leadership.holds()).isFalse();
    api.fail("Connection refused");
    leadership.campaign();
    assertThat(heard).containsExactly("gained", "lost");
    assertThat(log.lines)
        .endsWith(
            "WARN Lease home/pathgate-status-patcher can't be reached: Connection refused",
            "INFO lost leadership: Lease home/pathgate-status-patcher, it could not be renewed in"
                + " time");
  }

  @Test
  void saysThatItHoldsAgainALeaseThatItRenewedTooLate() throws InterruptedException {
    lead();
    pass(9);
    api.answer(200, held("me", "3"));
    leadership.campaign();
    assertThat(heard).containsExactly("gained");

    pass(10);
    assertThat(leadership.holds()).isFalse();
    api.answer(200, held("me", "4"));
    leadership.campaign();

    assertThat(leadership.holds()).isTrue();
    assertThat(heard).containsExactly("gained", "gained");
  }

  @Test
  void staysLeaderThroughAServerErrorThatPasses() throws InterruptedException {
    lead();
    pass(3);
    api.answer(500, "{\"message\": \"etcdserver: request timed out\"}");
    leadership.campaign();
    // The write had been stored all the same, so the version that is known is an old one.
    api.answer(409, "{}").answer(200, held("me", "3"));
    leadership.campaign();
    api.answer(200, held("me", "4"));

    leadership.campaign();
    pass(9);

    assertThat(leadership.holds()).isTrue();
    assertThat(heard).containsExactly("gained");
  }

  @Test
  void losesALeaseThatSomebodyElseTook() throws InterruptedException {
    lead();
    api.answer(409, "{}").answer(200, held("other", "3"));

    leadership.campaign();

    assertThat(leadership.holds()).isFalse();
    assertThat(heard).containsExactly("gained", "lost");
    assertThat(log.lines)
        .endsWith("INFO lost leadership: Lease home/pathgate-status-patcher, it went to other");
  }

  /** Somebody deleted it, and another process was the first to make it anew. */
  @Test
  void losesALeaseThatSomebodyElseMadeAnew() throws InterruptedException {
    lead();
    api.answer(404, "{}").answer(200, held("other", "3"));

    leadership.campaign();
    assertThat(leadership.holds()).isTrue();
    leadership.campaign();

    assertThat(leadership.holds()).isFalse();
    assertThat(log.lines)
        .endsWith("INFO lost leadership: Lease home/pathgate-status-patcher, it went to other");
  }

  @Test
  void staysLeaderWhereItMakesADeletedLeaseAnew() throws InterruptedException {
    lead();
    api.answer(404, "{}").answer(404, "{}").answer(201, held("me", "9"));

    leadership.campaign();
    leadership.campaign();

    assertThat(leadership.holds()).isTrue();
    assertThat(heard).containsExactly("gained");
  }

  @Test
  void makesALeaseThatIsMissing() throws InterruptedException {
    api.answer(404, "{}").answer(201, held("me", "1"));

    leadership.campaign();

    assertThat(leadership.holds()).isTrue();
    assertThat(api.calls())
        .extracting(call -> call.method() + " " + call.path())
        .containsExactly(
            "GET /apis/coordination.k8s.io/v1/namespaces/home/leases/pathgate-status-patcher",
            "POST /apis/coordination.k8s.io/v1/namespaces/home/leases");
  }

  @Test
  void namesTheMissingRuleOnceAndSaysWhenAllIsWell() throws InterruptedException {
    api.answer(403, "{\"message\": \"no\"}").answer(403, "{\"message\": \"no\"}");
    leadership.campaign();
    leadership.campaign();
    api.answer(200, FREE).answer(200, held("me", "2"));

    leadership.campaign();

    assertThat(log.lines)
        .containsExactly(
            "WARN get of Lease home/pathgate-status-patcher was answered 403: no; missing RBAC"
                + " rule: verb get on resource leases of group coordination.k8s.io, name"
                + " pathgate-status-patcher, in namespace home",
            "INFO Lease home/pathgate-status-patcher can be written again",
            "INFO became leader: holding Lease home/pathgate-status-patcher as me");
  }

  @Test
  void saysWhyALeaseIsNotReleased() throws InterruptedException {
    lead();
    log.lines.clear();
    api.answer(200, held("me", "2")).answer(403, "{\"message\": \"no\"}");

    leadership.close();

    assertThat(log.lines)
        .containsExactly(
            "INFO Lease home/pathgate-status-patcher stays taken until it ends: answered 403: no");
  }

  @Test
  void saysThatALeaseWasTakenBeforeItsRelease() throws InterruptedException {
    lead();
    log.lines.clear();
    api.answer(200, held("me", "2")).answer(409, "{}");

    leadership.close();

    assertThat(log.lines)
        .containsExactly("INFO Lease home/pathgate-status-patcher was taken already");
  }

  private void lead() throws InterruptedException {
    api.answer(200, FREE).answer(200, held("me", "2"));
    leadership.campaign();
    assertThat(leadership.holds()).isTrue();
  }

  private void pass(int seconds) {
    nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
  }

  private static String held(String holder, String version) {
    return """
        {"metadata": {"resourceVersion": "%s"},
         "spec": {"holderIdentity": "%s", "renewTime": "%s", "leaseTransitions": 1}}
        """
        .formatted(version, holder, version);
  }
}
