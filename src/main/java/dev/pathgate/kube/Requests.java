package dev.pathgate.kube;

import dev.pathgate.kube.ApiServer.Answer;
import dev.pathgate.kube.ApiServer.Call;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Single requests to the API server, each tried once; the one real form is {@link ApiServer}. */
@FunctionalInterface
public interface Requests {
  /** How much longer than the client's own time-out an answer is waited for. */
  Duration MARGIN = Duration.ofMillis(500);

  /** Sends it; fails with an IOException where no answer comes in time. */
  CompletableFuture<Answer> send(Call call, Duration timeout);

  /**
   * Sends it and waits.
   *
   * @throws IOException if there is no answer; the message says why in one line for people
   */
  default Answer ask(Call call, Duration timeout) throws IOException, InterruptedException {
    CompletableFuture<Answer> sent = send(call, timeout);
    try {
      return sent.get(timeout.plus(MARGIN).toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      sent.cancel(true);
      throw new IOException("no answer within " + timeout.toSeconds() + " s", late);
    } catch (ExecutionException failed) {
      throw new IOException(FailureText.of(failed.getCause()), failed.getCause());
    }
  }
}
