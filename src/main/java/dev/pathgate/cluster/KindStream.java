package dev.pathgate.cluster;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.k0rdent.ObjectReader;
import dev.pathgate.kube.AnswerStream;
import dev.pathgate.kube.ApiServer;
import dev.pathgate.kube.KubernetesJson;
import dev.pathgate.kube.OneLine;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The objects of a kind as the API server lists and watches them, read off the wire one by one:
 * however many there are and whatever is in them, one at a time is in memory. An object that can't
 * be read is skipped alone.
 *
 * <p>This class is long because lists and watches end in many ways, and share how bytes become
 * objects.
 *
 * @param <T> the objects as they are read
 */
final class KindStream<T> {
  private static final int MAX_ERROR_BYTES = 4_096;

  /** How long the first byte of an answer is waited for. */
  private static final long ANSWER_SECONDS = 8;

  /**
   * A connection that died unseen ends with its watch at the latest, and the next one shows it;
   * there is no other sign of life that the API server promises.
   */
  private static final int WATCH_SECONDS = 120;

  private static final long WATCH_GRACE_SECONDS = 10;

  private static final Duration PAGE_TIMEOUT = Duration.ofSeconds(60);

  /** Takes what is read. */
  interface Changes<T> {
    /** The object is there. */
    void put(T object);

    /** The object is gone. */
    default void remove(T object) {}

    /** An object could not be read; of its metadata only names and version are known. */
    default void skip(K0rdentObject.Metadata object, Throwable why) {}

    /** All changes up to that version were seen. */
    default void reached(String version) {}

    /** The objects are being watched from now on. */
    default void watching() {}
  }

  /** The API server answered, but not with what was asked for. */
  static final class Refused extends IOException {
    private static final long serialVersionUID = 1L;
    private final int code;

    Refused(int code, String message) {
      super(message);
      this.code = code;
    }

    int code() {
      return code;
    }

    /** Whether the version to watch from, or a page to go on with, is too old. */
    boolean isExpired() {
      return code == 410;
    }
  }

  private final HttpClient http;
  private final String plural;
  private final String url;
  private final PageSize pageSize;
  private final CachedKind.Reader<T> reader;
  private final Duration answerTimeout;
  private final Duration pageTimeout;
  private volatile InputStream open;

  /**
   * Asks once: who follows a kind tells at once that it fails, and begins anew.
   *
   * @param namespace the one to read; empty for all
   */
  KindStream(
      KubernetesClient client, String plural, String namespace, CachedKind.Reader<T> reader) {
    this(client, plural, namespace, reader, PAGE_TIMEOUT);
  }

  /**
   * @param pageTimeout how long one page may take from its first byte to its last
   */
  KindStream(
      KubernetesClient client,
      String plural,
      String namespace,
      CachedKind.Reader<T> reader,
      Duration pageTimeout) {
    this(
        client,
        ApiServer.once(client),
        plural,
        namespace,
        reader,
        new PageSize(),
        Duration.ofSeconds(ANSWER_SECONDS),
        pageTimeout);
  }

  /**
   * @param answerTimeout how long the first byte of an answer may take
   */
  KindStream(
      KubernetesClient client,
      String plural,
      PageSize pageSize,
      CachedKind.Reader<T> reader,
      Duration answerTimeout) {
    this(client, ApiServer.once(client), plural, "", reader, pageSize, answerTimeout, PAGE_TIMEOUT);
  }

  private KindStream(
      KubernetesClient client,
      HttpClient http,
      String plural,
      String namespace,
      CachedKind.Reader<T> reader,
      PageSize pageSize,
      Duration answerTimeout,
      Duration pageTimeout) {
    this.answerTimeout = answerTimeout;
    this.pageTimeout = pageTimeout;
    this.http = http;
    this.plural = plural;
    this.pageSize = pageSize;
    this.url = ApiServer.root(client) + Kind.path(plural, namespace);
    this.reader = reader;
  }

  /**
   * Asks as often as the client is configured to, for those who wait for a verdict: a connection
   * that the API server closes at that very moment is no answer.
   *
   * @param pageSize what lists of that kind before it have learned
   */
  static <T> KindStream<T> persistent(
      KubernetesClient client,
      String plural,
      String namespace,
      CachedKind.Reader<T> reader,
      PageSize pageSize) {
    return new KindStream<>(
        client,
        client.getHttpClient(),
        plural,
        namespace,
        reader,
        pageSize,
        Duration.ofSeconds(ANSWER_SECONDS),
        PAGE_TIMEOUT);
  }

  /**
   * Reads all objects, page by page.
   *
   * @return the version of the list, to watch from
   */
  String list(Changes<T> changes) throws IOException, InterruptedException {
    String[] version = {""};
    String[] next = {""};
    do {
      String from = next[0];
      next[0] = "";
      long began = System.nanoTime();
      try {
        page(from, changes, version, next);
      } catch (IOException failed) {
        if (System.nanoTime() - began >= answerTimeout.toNanos()) {
          pageSize.late();
        }
        throw failed;
      }
    } while (!next[0].isEmpty());
    if (version[0].isEmpty()) {
      throw new IOException("a list without a version");
    }
    pageSize.whole();
    return version[0];
  }

  /**
   * Reads one page.
   *
   * @param from what the page before said to go on with; empty for the first
   * @param version takes the version of the list
   * @param next takes what to go on with, if there is more
   */
  private void page(String from, Changes<T> changes, String[] version, String[] next)
      throws IOException, InterruptedException {
    int limit = pageSize.get();
    InputStream body =
        open(
            "?limit="
                + limit
                + (from.isEmpty()
                    ? ""
                    : "&continue=" + URLEncoder.encode(from, StandardCharsets.UTF_8)),
            "a list of " + limit + " " + plural);
    boolean whole = false;
    CompletableFuture<Void> end = closeAfter(pageTimeout);
    try (JsonParser parser = KubernetesJson.FACTORY.createParser(body)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        JsonToken value = parser.nextToken();
        if (field.equals("items") && value == JsonToken.START_ARRAY) {
          while (parser.nextToken() == JsonToken.START_OBJECT) {
            object(parser, changes, true);
          }
        } else if (field.equals("metadata") && value == JsonToken.START_OBJECT) {
          while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
              case "resourceVersion" -> version[0] = parser.getText();
              case "continue" -> next[0] = parser.getText();
              default -> parser.skipChildren();
            }
          }
        } else {
          parser.skipChildren();
        }
      }
      whole = parser.nextToken() == null;
    } finally {
      end.cancel(false);
      close(whole, body);
    }
  }

  /** An answer that stalls halfway would hold its thread for ever. */
  private CompletableFuture<Void> closeAfter(Duration timeout) {
    return CompletableFuture.runAsync(
        this::close, CompletableFuture.delayedExecutor(timeout.toMillis(), TimeUnit.MILLISECONDS));
  }

  /** Follows all changes after {@code from} until the API server ends the watch. */
  void watch(String from, Changes<T> changes) throws IOException, InterruptedException {
    int seconds = WATCH_SECONDS + ThreadLocalRandom.current().nextInt(WATCH_SECONDS / 2);
    InputStream body =
        open(
            "?allowWatchBookmarks=true&resourceVersion="
                + from
                + "&timeoutSeconds="
                + seconds
                + "&watch=true",
            "a watch of " + plural);
    boolean whole = false;
    CompletableFuture<Void> end = closeAfter(Duration.ofSeconds(seconds + WATCH_GRACE_SECONDS));
    try {
      changes.watching();
      try (JsonParser parser = KubernetesJson.FACTORY.createParser(body)) {
        while (parser.nextToken() == JsonToken.START_OBJECT) {
          String type = "";
          while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            parser.nextToken();
            if (field.equals("type")) {
              type = parser.getText();
            } else if (field.equals("object")) {
              String version = event(type, parser, changes);
              if (!version.isEmpty()) {
                changes.reached(version);
              }
            } else {
              parser.skipChildren();
            }
          }
        }
        whole = true;
      }
    } finally {
      end.cancel(false);
      close(whole, body);
    }
  }

  /** Takes one event; returns the version of its object. */
  private String event(String type, JsonParser parser, Changes<T> changes) throws IOException {
    switch (type) {
      case "ADDED", "MODIFIED", "DELETED" -> {
        return object(parser, changes, !type.equals("DELETED"));
      }
      case "BOOKMARK" -> {
        return ObjectReader.lenient().read(parser, "").metadata().resourceVersion();
      }
      case "ERROR" -> throw status(parser);
      default -> throw new IOException("an event of no known type");
    }
  }

  private static Refused status(JsonParser parser) throws IOException {
    int code = 0;
    String message = "";
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "code" -> code = parser.getValueAsInt();
        case "message" -> message = parser.getValueAsString("");
        default -> parser.skipChildren();
      }
    }
    return new Refused(code, OneLine.of(message, 200));
  }

  /** Reads one object to its end, whatever is in it; returns its version. */
  private String object(JsonParser parser, Changes<T> changes, boolean there) throws IOException {
    int outside = parser.getParsingContext().getNestingDepth() - 1;
    Named named = new Named(parser);
    T object = null;
    Throwable flaw = null;
    try {
      object = reader.read(named);
    } catch (JsonProcessingException unread) {
      flaw = unread;
    } catch (RuntimeException | StackOverflowError unread) {
      flaw = unread;
    }
    while (parser.getParsingContext().getNestingDepth() > outside) {
      if (parser.nextToken() == null) {
        throw new IOException("the answer ends within an object");
      }
    }
    if (flaw == null) {
      try {
        if (there) {
          changes.put(object);
        } else {
          changes.remove(object);
        }
      } catch (RuntimeException | StackOverflowError untaken) {
        flaw = untaken;
      }
    }
    if (flaw != null) {
      changes.skip(named.metadata(), flaw);
    }
    return named.resourceVersion;
  }

  /** A parser that remembers whose object passes by, for the case that the object can't be read. */
  private static final class Named extends JsonParserDelegate {
    private final int inside;
    private String name = "";
    private String namespace = "";
    private String resourceVersion = "";

    Named(JsonParser parser) {
      super(parser);
      this.inside = parser.getParsingContext().getNestingDepth() + 1;
    }

    @Override
    public JsonToken nextToken() throws IOException {
      JsonToken token = delegate.nextToken();
      if (token == JsonToken.VALUE_STRING
          && delegate.getParsingContext().getNestingDepth() == inside
          && "metadata".equals(delegate.getParsingContext().getParent().getCurrentName())) {
        switch (delegate.currentName()) {
          case "name" -> name = delegate.getText();
          case "namespace" -> namespace = delegate.getText();
          case "resourceVersion" -> resourceVersion = delegate.getText();
          default -> {
            // not what an object is called by
          }
        }
      }
      return token;
    }

    K0rdentObject.Metadata metadata() {
      return new K0rdentObject.Metadata(
          namespace, name, resourceVersion, false, false, false, Optional.empty());
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // an answer that comes too late is only closed
  private InputStream open(String query, String what) throws IOException, InterruptedException {
    HttpRequest request =
        http.newHttpRequestBuilder()
            .uri(url + query)
            .header("Accept", "application/json")
            .forStreaming()
            .build();
    CompletableFuture<AnswerStream.Answer> sent = AnswerStream.ask(http, request);
    AnswerStream.Answer response;
    try {
      response = sent.get(answerTimeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      sent.whenComplete((answer, failure) -> close(answer == null ? null : answer.body()));
      // Without its cause, which would be told in place of this.
      throw new IOException("no answer within " + answerTimeout.toSeconds() + " s to " + what);
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
    return open;
  }

  private static String said(JsonParser error) {
    try {
      return error.nextToken() == JsonToken.START_OBJECT ? status(error).getMessage() : "";
    } catch (IOException other) {
      return "";
    }
  }

  /** Ends what is being read. */
  void close() {
    close(open);
  }

  /**
   * Closing an answer costs its connection, so that one which was read to its end is left alone.
   */
  private static void close(boolean whole, InputStream answer) {
    if (!whole) {
      close(answer);
    }
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
