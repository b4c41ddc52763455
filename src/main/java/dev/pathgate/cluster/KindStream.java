package dev.pathgate.cluster;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.ObjectReader;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The objects of a kind as the API server lists and watches them, read off the wire one by one:
 * however many there are and whatever is in them, one at a time is in memory. An object that can't
 * be read is skipped alone.
 *
 * @param <T> the objects as they are read
 */
final class KindStream<T> {
  /**
   * A connection that died unseen ends with its watch at the latest, and the next one shows it;
   * there is no other sign of life that the API server promises.
   */
  private static final int WATCH_SECONDS = 120;

  private static final long WATCH_GRACE_SECONDS = 10;

  private final KindAnswers answers;
  private final CachedKind.Reader<T> reader;
  private final PageSize pageSize;

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

  /**
   * The metadata of a page.
   *
   * @param version of the list; empty where the page does not tell
   * @param next what to ask for the next page with; empty for the last
   */
  private record Page(String version, String next) {}

  /**
   * @param pageSize what lists of that kind before it have learned
   */
  KindStream(KindAnswers answers, CachedKind.Reader<T> reader, PageSize pageSize) {
    this.answers = answers;
    this.reader = reader;
    this.pageSize = pageSize;
  }

  /**
   * Reads all objects, page by page.
   *
   * @return the version of the list, to watch from
   */
  String list(Changes<T> changes) throws IOException, InterruptedException {
    String version = "";
    String next = "";
    do {
      long began = System.nanoTime();
      try {
        Page page = page(next, changes);
        version = page.version().isEmpty() ? version : page.version();
        next = page.next();
      } catch (IOException failed) {
        if (System.nanoTime() - began >= answers.patience().firstByte().toNanos()) {
          pageSize.late();
        }
        throw failed;
      }
    } while (!next.isEmpty());
    if (version.isEmpty()) {
      throw new IOException("a list without a version");
    }
    pageSize.whole();
    return version;
  }

  /**
   * Reads one page.
   *
   * @param from what the page before said to go on with; empty for the first
   */
  private Page page(String from, Changes<T> changes) throws IOException, InterruptedException {
    int limit = pageSize.get();
    String after =
        from.isEmpty() ? "" : "&continue=" + URLEncoder.encode(from, StandardCharsets.UTF_8);
    try (KindAnswers.Body body =
            answers.ask(
                "?limit=" + limit + after, "a list of " + limit, answers.patience().page());
        JsonParser parser = body.parser()) {
      Page page = new Page("", "");
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        JsonToken value = parser.nextToken();
        if (field.equals("items") && value == JsonToken.START_ARRAY) {
          while (parser.nextToken() == JsonToken.START_OBJECT) {
            object(parser, changes, true);
          }
        } else if (field.equals("metadata") && value == JsonToken.START_OBJECT) {
          page = metadata(parser);
        } else {
          parser.skipChildren();
        }
      }
      if (parser.nextToken() == null) {
        body.readToEnd();
      }
      return page;
    }
  }

  private static Page metadata(JsonParser parser) throws IOException {
    String version = "";
    String next = "";
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "resourceVersion" -> version = parser.getText();
        case "continue" -> next = parser.getText();
        default -> parser.skipChildren();
      }
    }
    return new Page(version, next);
  }

  /** Follows all changes after {@code from} until the API server ends the watch. */
  void watch(String from, Changes<T> changes) throws IOException, InterruptedException {
    int seconds = WATCH_SECONDS + ThreadLocalRandom.current().nextInt(WATCH_SECONDS / 2);
    String query =
        "?allowWatchBookmarks=true&resourceVersion="
            + from
            + "&timeoutSeconds="
            + seconds
            + "&watch=true";
    try (KindAnswers.Body body =
        answers.ask(query, "a watch of", Duration.ofSeconds(seconds + WATCH_GRACE_SECONDS))) {
      changes.watching(); // before the parser, which waits for the first event
      try (JsonParser parser = body.parser()) {
        while (parser.nextToken() == JsonToken.START_OBJECT) {
          event(parser, changes);
        }
        body.readToEnd();
      }
    }
  }

  private void event(JsonParser parser, Changes<T> changes) throws IOException {
    String type = "";
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      parser.nextToken();
      if (field.equals("type")) {
        type = parser.getText();
      } else if (field.equals("object")) {
        String version = change(type, parser, changes);
        if (!version.isEmpty()) {
          changes.reached(version);
        }
      } else {
        parser.skipChildren();
      }
    }
  }

  /** Takes the object of an event; returns its version. */
  private String change(String type, JsonParser parser, Changes<T> changes) throws IOException {
    switch (type) {
      case "ADDED", "MODIFIED", "DELETED" -> {
        return object(parser, changes, !type.equals("DELETED"));
      }
      case "BOOKMARK" -> {
        return ObjectReader.lenient().read(parser, "").metadata().resourceVersion();
      }
      case "ERROR" -> throw KindAnswers.Refused.read(parser);
      default -> throw new IOException("an event of no known type");
    }
  }

  /** Reads one object to its end, whatever is in it; returns its version. */
  private String object(JsonParser parser, Changes<T> changes, boolean there) throws IOException {
    int outside = parser.getParsingContext().getNestingDepth() - 1;
    NamingParser named = new NamingParser(parser);
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
  private static final class NamingParser extends JsonParserDelegate {
    private final int inside;
    private String name = "";
    private String namespace = "";
    private String resourceVersion = "";

    NamingParser(JsonParser parser) {
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

  /** Ends what is being read. */
  void close() {
    answers.close();
  }
}
