package dev.pathgate.cluster;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.kube.AnswerStream;
import dev.pathgate.kube.ApiServer;
import dev.pathgate.kube.KubernetesJson;
import dev.pathgate.kube.OneLine;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The answers of the API server about one kind, lists and watches: each begins in time or fails,
 * ends in time, and is read as it arrives. One is open at a time.
 */
final class KindAnswers {
  private static final int MAX_ERROR_BYTES = 4_096;

  private final HttpClient http;
  private final String plural;
  private final String url;
  private final Patience patience;
  private volatile InputStream open;

  /**
   * How long answers are waited for.
   *
   * @param firstByte from the request to the first byte
   * @param page from the first byte of a page of a list to its last
   */
  record Patience(Duration firstByte, Duration page) {
    static final Patience USUAL = new Patience(Duration.ofSeconds(8), Duration.ofSeconds(60));
  }

  /** The API server answered, but not with what was asked for. */
  static final class Refused extends IOException {
    private static final long serialVersionUID = 1L;
    private final int code;

    private Refused(int code, String message) {
      super(message);
      this.code = code;
    }

    /** Reads the Status whose first member is next. */
    static Refused read(JsonParser status) throws IOException {
      int code = 0;
      String message = "";
      while (status.nextToken() == JsonToken.FIELD_NAME) {
        String field = status.currentName();
        status.nextToken();
        switch (field) {
          case "code" -> code = status.getValueAsInt();
          case "message" -> message = status.getValueAsString("");
          default -> status.skipChildren();
        }
      }
      return new Refused(code, OneLine.of(message, 200));
    }

    int code() {
      return code;
    }

    /** Whether the version to watch from, or a page to go on with, is too old. */
    boolean isExpired() {
      return code == 410;
    }
  }

  private KindAnswers(
      KubernetesClient client,
      HttpClient http,
      String plural,
      String namespace,
      Patience patience) {
    this.http = http;
    this.plural = plural;
    this.url = ApiServer.root(client) + Kind.path(plural, namespace);
    this.patience = patience;
  }

  /**
   * Asks once, for callers that report a failure at once and try again themselves.
   *
   * @param namespace the one to read; empty for all
   */
  static KindAnswers once(
      KubernetesClient client, String plural, String namespace, Patience patience) {
    return new KindAnswers(client, ApiServer.once(client), plural, namespace, patience);
  }

  /**
   * Asks as often as the client is configured to, for callers that wait for a verdict: a connection
   * that the API server happens to close at that moment is no answer.
   *
   * @param namespace the one to read; empty for all
   */
  static KindAnswers persistent(
      KubernetesClient client, String plural, String namespace, Patience patience) {
    return new KindAnswers(client, client.getHttpClient(), plural, namespace, patience);
  }

  Patience patience() {
    return patience;
  }

  /**
   * Asks, and waits for the first byte.
   *
   * @param what names the answer in messages, such as {@code a watch of}; the kind follows
   * @param limit from the first byte to the last; an answer that takes longer is closed, since one
   *     that stalls halfway would hold its thread for ever
   */
  @SuppressWarnings("FutureReturnValueIgnored") // an answer that comes too late is only closed
  Body ask(String query, String what, Duration limit) throws IOException, InterruptedException {
    HttpRequest request =
        http.newHttpRequestBuilder()
            .uri(url + query)
            .header("Accept", "application/json")
            .forStreaming()
            .build();
    CompletableFuture<AnswerStream.Answer> sent = AnswerStream.ask(http, request);
    AnswerStream.Answer response;
    try {
      response = sent.get(patience.firstByte().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      sent.whenComplete((answer, failure) -> close(answer == null ? null : answer.body()));
      // Without its cause, which would be told in place of this.
      throw new IOException(
          "no answer within " + patience.firstByte().toSeconds() + " s to " + what + " " + plural);
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof IOException io ? io : new IOException(failed.getCause());
    }
    if (response.code() != 200) {
      try (InputStream body = response.body()) {
        JsonParser parser = KubernetesJson.FACTORY.createParser(body.readNBytes(MAX_ERROR_BYTES));
        throw new Refused(response.code(), said(parser));
      }
    }
    open = response.body();
    return new Body(response.body(), limit);
  }

  private static String said(JsonParser error) {
    try {
      return error.nextToken() == JsonToken.START_OBJECT ? Refused.read(error).getMessage() : "";
    } catch (IOException other) {
      return "";
    }
  }

  /**
   * The body of an answer. Closing it costs its connection, unless it was {@linkplain #readToEnd
   * read to its end}.
   */
  static final class Body implements AutoCloseable {
    private final InputStream stream;
    private final CompletableFuture<Void> end;
    private boolean whole;

    private Body(InputStream stream, Duration limit) {
      this.stream = stream;
      this.end =
          CompletableFuture.runAsync(
              () -> KindAnswers.close(stream),
              CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** Its tokens; waits for the first few bytes. */
    JsonParser parser() throws IOException {
      return KubernetesJson.FACTORY.createParser(stream);
    }

    /** There is no more to read. */
    void readToEnd() {
      whole = true;
    }

    @Override
    public void close() {
      end.cancel(false);
      if (!whole) {
        KindAnswers.close(stream);
      }
    }
  }

  /** Ends what is being read. */
  void close() {
    close(open);
  }

  private static void close(InputStream stream) {
    try {
      if (stream != null) {
        stream.close();
      }
    } catch (IOException closed) {
      // which is what was wanted
    }
  }
}
