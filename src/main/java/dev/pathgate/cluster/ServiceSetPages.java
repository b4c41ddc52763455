package dev.pathgate.cluster;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.k0rdent.ServiceSetReader;
import dev.pathgate.kube.KubernetesJson;
import dev.pathgate.rule.ObjectRef;
import dev.pathgate.rule.ServiceSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * One list of ServiceSets, page by page, of which those of one owner are kept. The API server can't
 * select them by owner. A page is small, since each set carries all the values of its services, and
 * there are only so many.
 */
final class ServiceSetPages {
  static final String PLURAL = "servicesets";

  private static final int PAGE = 200;
  private static final int MOST_PAGES = 50;

  private final ObjectRef owner;
  private final Function<String, CompletableFuture<Optional<byte[]>>> get;
  private final List<ServiceSet> found = new ArrayList<>();
  private String next = "";

  private ServiceSetPages(
      ObjectRef owner, Function<String, CompletableFuture<Optional<byte[]>>> get) {
    this.owner = owner;
    this.get = get;
  }

  /**
   * The sets that deploy on behalf of an object.
   *
   * @param get answers a path with a body, or with none where there is no such kind (404)
   * @return fails where a page can't be read, or where there are too many
   */
  static CompletableFuture<List<ServiceSet>> of(
      ObjectRef owner, Function<String, CompletableFuture<Optional<byte[]>>> get) {
    return new ServiceSetPages(owner, get).read(0);
  }

  private CompletableFuture<List<ServiceSet>> read(int page) {
    if (page == MOST_PAGES) {
      return CompletableFuture.failedFuture(
          new IOException("more than " + MOST_PAGES * PAGE + " ServiceSets"));
    }
    String path =
        "apis/"
            + Kind.GROUP
            + "/"
            + Kind.VERSION
            + "/"
            + (owner.namespace().isEmpty() ? "" : "namespaces/" + owner.namespace() + "/")
            + PLURAL
            + "?limit="
            + PAGE
            + (next.isEmpty()
                ? ""
                : "&continue=" + URLEncoder.encode(next, StandardCharsets.UTF_8));
    return get.apply(path)
        .thenCompose(
            body -> {
              next = "";
              body.ifPresent(this::take);
              return next.isEmpty()
                  ? CompletableFuture.completedFuture(List.copyOf(found))
                  : read(page + 1);
            });
  }

  private void take(byte[] body) {
    try (JsonParser parser = KubernetesJson.FACTORY.createParser(body)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        JsonToken value = parser.nextToken();
        if (field.equals("items") && value == JsonToken.START_ARRAY) {
          while (parser.nextToken() == JsonToken.START_OBJECT) {
            ServiceSet set = ServiceSetReader.read(parser);
            if (set.owner().equals(owner)) {
              found.add(set);
            }
          }
        } else if (field.equals("metadata") && value == JsonToken.START_OBJECT) {
          while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            if (name.equals("continue")) {
              next = parser.getValueAsString("");
            }
            parser.skipChildren();
          }
        } else {
          parser.skipChildren();
        }
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
