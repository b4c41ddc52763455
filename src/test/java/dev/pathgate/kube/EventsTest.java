package dev.pathgate.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pathgate.kube.ApiServer.Call;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventsTest {
  private static final Events.Source SOURCE =
      new Events.Source("pathgate.dev/webhook", "pod-1", "pathgate.events");

  private final FakeRequests api = new FakeRequests();
  private Instant now = Instant.parse("2026-11-25T10:00:00Z");
  private final Events events = new Events(api, SOURCE, () -> now);

  @Test
  void writesTheEventBesideItsObject() throws IOException {
    api.answer(201, "{}");

    events.record(subject("prod-eu"), event("no such path"));

    Call call = only();
    JsonNode json = json(call);
    assertThat(call.method() + " " + call.path())
        .isEqualTo("POST /apis/events.k8s.io/v1/namespaces/tenant42/events");
    assertThat(json.at("/metadata/name").asText()).matches("prod-eu\\.[0-9a-f]{16}");
    assertThat(json.path("regarding"))
        .hasToString(
            "{\"apiVersion\":\"k0rdent.mirantis.com/v1beta1\",\"kind\":\"ClusterDeployment\","
                + "\"name\":\"prod-eu\",\"uid\":\"u-prod-eu\",\"namespace\":\"tenant42\"}");
    assertThat(json.path("reportingController").asText()).isEqualTo("pathgate.dev/webhook");
    assertThat(json.path("reason").asText()).isEqualTo("EditRefused");
    assertThat(json.path("type").asText()).isEqualTo("Warning");
    assertThat(json.path("note").asText()).isEqualTo("no such path");
  }

  @Test
  void countsTheSameNewsInOneEventWithinAnHour() throws IOException {
    api.answer(201, "{}").answer(200, "{}");

    events.record(subject("prod-eu"), event("no such path"));
    events.record(subject("prod-eu"), event("no such path"));

    List<Call> calls = api.calls();
    assertThat(calls).extracting(Call::method).containsExactly("POST", "PATCH");
    assertThat(json(calls.get(1)).at("/series/count").asInt()).isEqualTo(2);
  }

  @Test
  void writesNothingAboutNamesThatNoObjectCanHave() {
    for (String namespace : List.of("a b", "x/pods?", "..", "A")) {
      events.record(new Events.Subject("v1", "Kind", namespace, "name", "u"), event("text"));
    }
    for (String name : List.of("", "a/b", "../x", "%2e")) {
      events.record(new Events.Subject("v1", "Kind", "tenant42", name, "u"), event("text"));
    }
    assertThat(api.calls()).isEmpty();

    events.record(new Events.Subject("v1", "Kind", "tenant42", "name", "u"), event("text"));
    assertThat(api.calls()).hasSize(1);
  }

  @Test
  void goesOnWritingWhereSendingFailsInWhateverWay() {
    List<Call> sent = new ArrayList<>();
    Events failing =
        new Events(
            (call, timeout) -> {
              sent.add(call);
              throw new IllegalArgumentException("no such URI");
            },
            SOURCE,
            () -> now);

    for (int i = 0; i < 100; i++) {
      failing.record(subject("cluster-" + i), event("no such path"));
    }

    assertThat(sent).hasSize(100);
  }

  @Test
  void writesAnotherEventAfterAnHour() {
    api.answer(201, "{}").answer(201, "{}");

    events.record(subject("prod-eu"), event("no such path"));
    now = now.plus(Duration.ofMinutes(61));
    events.record(subject("prod-eu"), event("no such path"));

    assertThat(api.calls()).extracting(Call::method).containsExactly("POST", "POST");
  }

  @Test
  void writesNoMoreThanFiveTimesAtOnceAndOnceAMinuteAboutOneObject() throws IOException {
    for (int i = 0; i < 10; i++) {
      api.answer(i == 0 ? 201 : 200, "{}");
    }

    for (int i = 0; i < 1000; i++) {
      events.record(subject("prod-eu"), event("no such path"));
    }
    assertThat(api.calls()).hasSize(5);

    now = now.plus(Duration.ofMinutes(1));
    events.record(subject("prod-eu"), event("no such path"));
    events.record(subject("prod-eu"), event("no such path"));

    assertThat(json(only()).at("/series/count").asInt()).isEqualTo(1001);
  }

  @Test
  void isNotDefeatedByTextsThatAlternate() {
    for (int i = 0; i < 10; i++) {
      api.answer(201, "{}");
    }

    for (int i = 0; i < 1000; i++) {
      events.record(subject("prod-eu"), event("no path to " + i));
    }

    assertThat(api.calls()).hasSize(5);
  }

  @Test
  void keepsNothingFromOneObjectForWhatAnotherDid() {
    for (int i = 0; i < 6; i++) {
      api.answer(201, "{}");
    }

    for (int i = 0; i < 1000; i++) {
      events.record(subject("prod-eu"), event("no path to " + i));
    }
    events.record(subject("prod-us"), event("no such path"));

    assertThat(api.calls()).hasSize(6);
  }

  @Test
  void beginsAnewAfterAnEventThatCouldNotBeWritten() {
    api.answer(500, "{}").answer(201, "{}");

    events.record(subject("prod-eu"), event("no such path"));
    events.record(subject("prod-eu"), event("no such path"));

    assertThat(api.calls()).extracting(Call::method).containsExactly("POST", "POST");
  }

  @Test
  void keepsTheNoteWithinWhatTheApiServerTakes() {
    String note = event("ü".repeat(5_000)).note();

    assertThat(note.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(900, 1_024);
    assertThat(note).endsWith("…").doesNotContain("\uFFFD");
    assertThat(event("short").note()).isEqualTo("short");
  }

  @Test
  void putsEventsAboutClusterScopedObjectsIntoDefault() throws IOException {
    api.answer(201, "{}");

    events.record(
        new Events.Subject("k0rdent.mirantis.com/v1beta1", "MultiClusterService", "", "f", "u"),
        event("no such path"));

    Call call = only();
    assertThat(call.path()).isEqualTo("/apis/events.k8s.io/v1/namespaces/default/events");
    assertThat(json(call).path("regarding").has("namespace")).isFalse();
  }

  private Call only() {
    List<Call> calls = api.calls();
    assertThat(calls).hasSize(1);
    return calls.get(0);
  }

  private static JsonNode json(Call call) throws IOException {
    return new ObjectMapper().readTree(call.body());
  }

  private static Events.Subject subject(String name) {
    return new Events.Subject(
        "k0rdent.mirantis.com/v1beta1", "ClusterDeployment", "tenant42", name, "u-" + name);
  }

  private static Events.Event event(String note) {
    return new Events.Event(true, "Update", "EditRefused", note);
  }
}
