package dev.pathgate.kube;

import dev.pathgate.kube.ApiServer.Answer;
import dev.pathgate.kube.ApiServer.Call;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Answers what a test has laid ready, in order, and keeps what was asked. */
public final class FakeRequests implements Requests {
  private final Deque<CompletableFuture<Answer>> answers = new ArrayDeque<>();
  private final List<Call> calls = new ArrayList<>();

  public FakeRequests answer(int code, String body) {
    return answer(code, body, Optional.empty());
  }

  public FakeRequests answer(int code, String body, Optional<Duration> retryAfter) {
    answers.add(
        CompletableFuture.completedFuture(
            new Answer(
                code, body.getBytes(StandardCharsets.UTF_8), Optional.of("tag"), retryAfter)));
    return this;
  }

  public FakeRequests fail(String message) {
    answers.add(CompletableFuture.failedFuture(new IOException(message)));
    return this;
  }

  /** What was asked so far; asks nothing again. */
  public List<Call> calls() {
    List<Call> seen = List.copyOf(calls);
    calls.clear();
    return seen;
  }

  @Override
  public CompletableFuture<Answer> send(Call call, Duration timeout) {
    calls.add(call);
    return answers.isEmpty()
        ? CompletableFuture.failedFuture(new IOException("nothing was laid ready"))
        : answers.remove();
  }
}
