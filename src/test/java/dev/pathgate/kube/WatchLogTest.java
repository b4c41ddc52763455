package dev.pathgate.kube;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatchLogTest {
  private static final String API = "API server https://api:6443 (kubeconfig /k, context c) ";

  private final List<String> said = new ArrayList<>();
  private final AtomicLong now = new AtomicLong();
  private final WatchLog log =
      new WatchLog(
          new ApiAddress("https://api:6443", "kubeconfig /k, context c"),
          text -> said.add("WARN " + text),
          text -> said.add("INFO " + text),
          now::get);

  @Test
  void saysOnceThatAnApiServerIsAwayAndOnceThatItIsBack() {
    for (int second = 0; second < 60; second++) {
      unreachable("clusterdeployments", second % 2 == 0 ? "Connection refused" : "closed");
      unreachable("servicetemplates", "No route to host");
      pass(1);
    }
    log.follows("clusterdeployments");
    log.follows("servicetemplates");
    log.follows("servicetemplates");

    assertThat(said)
        .containsExactly(
            "WARN " + API + "can't be reached: closed",
            "INFO " + API + "is back and is followed again");
  }

  @Test
  void saysNothingOfWhatIsOverAtOnce() {
    unreachable("clusterdeployments", "Connection refused");
    pass(2);
    log.follows("clusterdeployments");
    pass(2);
    unreachable("clusterdeployments", "Connection refused");

    assertThat(said).isEmpty();
  }

  @Test
  void takesAnAttemptFromBeforeTheReturnForNoOutageOfItsOwn() {
    long before = now.get();
    unreachable("clusterdeployments", "Connection refused");
    pass(8);
    unreachable("clusterdeployments", "Connection refused");
    log.follows("clusterdeployments");

    log.failed("servicetemplates", "servicetemplates", before, false, "Connection was closed");
    assertThat(said).hasSize(2);

    pass(4);
    log.failed("servicetemplates", "servicetemplates", before, false, "Connection was closed");
    assertThat(said).hasSize(3).last().asString().endsWith("Connection was closed");
  }

  @Test
  void saysInOneLineWhatMayNotBeListedAndEachThatIsAllowedAgain() {
    for (int second = 0; second < 60; second++) {
      refused("clusterdeployments", "may not list clusterdeployments: forbidden");
      refused("servicetemplates", "may not list servicetemplates: forbidden");
      pass(1);
    }
    log.follows("clusterdeployments");

    assertThat(said)
        .containsExactly(
            "WARN "
                + API
                + "can't be followed: may not list clusterdeployments: forbidden; may not list"
                + " servicetemplates: forbidden",
            "INFO " + API + "is followed again: clusterdeployments");
  }

  /** Watches end one after the other: each finds out by itself that nobody may follow any more. */
  @Test
  void saysOnceWhatAllAreRefusedForOneAfterTheOther() {
    for (String what : List.of("clusterdeployments", "servicetemplates", "servicesets")) {
      for (int second = 0; second < 60; second++) {
        refused(what, "401 Unauthorized");
        pass(1);
      }
    }
    refused("servicesets", "may not list servicesets: forbidden");
    pass(5);
    log.failed("others", "others", now.get() - 5_000_000_000L, true, "gone");

    assertThat(said)
        .containsExactly(
            "WARN " + API + "can't be followed: 401 Unauthorized",
            "WARN " + API + "can't be followed: gone");
  }

  @Test
  void saysWhatElseIsWrongWhereItIsBackButRefuses() {
    unreachable("clusterdeployments", "Connection refused");
    pass(4);
    unreachable("clusterdeployments", "Connection refused");
    refused("clusterdeployments", "storage is (re)initializing");
    pass(4);
    refused("clusterdeployments", "no such CRD");
    log.follows("clusterdeployments");

    assertThat(said)
        .containsExactly(
            "WARN " + API + "can't be reached: Connection refused",
            "WARN " + API + "can't be followed: no such CRD",
            "INFO " + API + "is followed again: clusterdeployments");
  }

  @Test
  void saysNothingOfARefusalJustAfterTheReturn() {
    unreachable("clusterdeployments", "Connection refused");
    pass(4);
    unreachable("clusterdeployments", "Connection refused");
    refused("clusterdeployments", "storage is (re)initializing");
    pass(2);
    log.follows("clusterdeployments");

    assertThat(said)
        .containsExactly(
            "WARN " + API + "can't be reached: Connection refused",
            "INFO " + API + "is back and is followed again");
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 30})
  void takesAConnectionThatABootingServerClosesForNoOutageOfItsOwn(int seconds) {
    unreachable("clusterdeployments", "Connection refused");
    unreachable("servicetemplates", "Connection refused");
    pass(seconds);
    unreachable("clusterdeployments", "Connection refused");
    refused("servicetemplates", "storage is (re)initializing");
    pass(1);
    log.follows("clusterdeployments");
    refused("servicetemplates", "storage is (re)initializing");
    log.follows("clusterdeployments");
    pass(2);
    unreachable("servicetemplates", "Connection was closed");
    pass(1);
    unreachable("servicetemplates", "Connection was closed");
    log.follows("servicetemplates");

    assertThat(said)
        .containsExactly(
            "WARN " + API + "can't be reached: Connection refused",
            "INFO " + API + "is back and is followed again");
  }

  @Test
  void saysThatItIsAwayOnceMoreWhereItAnswersNobodyForThreeSeconds() {
    unreachable("clusterdeployments", "Connection refused");
    pass(4);
    unreachable("clusterdeployments", "Connection refused");
    log.follows("clusterdeployments");
    unreachable("clusterdeployments", "Connection was closed");
    pass(3);
    unreachable("clusterdeployments", "Connection was closed");

    assertThat(said).filteredOn(line -> line.contains("can't be reached")).hasSize(2);
  }

  @Test
  void saysThatSomethingIsWrongWhereItAnswersOnlyNowAndThen() {
    for (int second = 0; second < 60; second++) {
      if (second % 2 == 0) {
        unreachable("clusterdeployments", "Connection was closed");
      } else {
        refused("clusterdeployments", "storage is (re)initializing");
      }
      pass(1);
    }

    assertThat(said).singleElement().asString().startsWith("WARN " + API + "can't be ");
  }

  @Test
  void tellsWhatIsWrongAtTheMoment() {
    assertThat(log.trouble()).isEmpty();

    unreachable("clusterdeployments", "Connection refused");
    unreachable("servicetemplates", "Connection refused");

    assertThat(log.trouble())
        .contains("API server https://api:6443 (kubeconfig /k, context c): Connection refused");
  }

  private void unreachable(String what, String reason) {
    log.failed(what, what, now.get(), false, reason);
  }

  private void refused(String what, String reason) {
    log.failed(what, what, now.get(), true, reason);
  }

  private void pass(int seconds) {
    now.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
  }
}
