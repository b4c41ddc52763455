package dev.pathgate.cluster;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.k0rdent.ObjectReader;
import dev.pathgate.kube.ApiServer;
import dev.pathgate.kube.KubernetesJson;
import dev.pathgate.kube.ObjectNames;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Reads past the cache: one object, the names of many, or all of a namespace. Each read is counted
 * as {@code pathgate_live_lookups_total}, and ends in time.
 */
final class LiveReads {
  private static final String NAMES_ONLY =
      "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

  /**
   * Whoever asks: many requests may each need much, and each answer may have the 1.5 MiB that an
   * object may have, held twice for a moment.
   */
  private static final int AT_A_TIME = 16;

  /**
   * How many times as long as a look-up a page of a list may arrive: with its first byte that is as
   * long as anybody waits for a verdict, and who stalls holds up those who ask next.
   */
  private static final int PAGE_READS = 3;

  private final Map<String, PageSize> pageSizes = new ConcurrentHashMap<>();
  private final Turns turns = new Turns(AT_A_TIME);
  private final KubernetesClient client;
  private final MeterRegistry metrics;
  private final Duration readTimeout;
  private final KindAnswers.Patience patience;

  /**
   * @param readTimeout how long one look-up may take, to the last byte of its answer
   */
  LiveReads(KubernetesClient client, MeterRegistry metrics, Duration readTimeout) {
    this.client = client;
    this.metrics = metrics;
    this.readTimeout = readTimeout;
    this.patience =
        new KindAnswers.Patience(
            KindAnswers.Patience.USUAL.firstByte(), readTimeout.multipliedBy(PAGE_READS));
  }

  /**
   * Lists objects page by page; one that can't be read fails the list, since it may matter.
   *
   * @param resource one that may be absent has no objects where the API server does not have it; it
   *     always has the others, and a 404 is a failure of its own
   */
  <T> void list(
      CachedKind.Resource resource,
      String namespace,
      CachedKind.Reader<T> reader,
      Consumer<T> into) {
    String plural = resource.plural();
    try {
      new KindStream<>(
              KindAnswers.persistent(client, plural, namespace, patience),
              reader,
              pageSizes.computeIfAbsent(plural, any -> new PageSize()))
          .list(
              new KindStream.Changes<>() {
                @Override
                public void put(T object) {
                  into.accept(object);
                }

                @Override
                public void skip(K0rdentObject.Metadata object, Throwable why) {
                  throw new IllegalStateException(
                      plural + " " + object.namespace() + "/" + object.name() + " can't be read",
                      why);
                }
              });
      count(plural, "found");
    } catch (KindAnswers.Refused refused) {
      if (refused.code() != 404 || !resource.mayBeAbsent()) {
        count(plural, "failed");
        throw new UncheckedIOException(refused);
      }
      count(plural, "missing");
    } catch (IOException unreadable) {
      count(plural, "failed");
      throw new UncheckedIOException(unreadable);
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(end);
    }
  }

  private void count(String what, String result) {
    metrics.counter("pathgate.live.lookups", "what", what, "result", result).increment();
  }

  /** The object, if there is one of that name. */
  CompletableFuture<Optional<K0rdentObject>> get(Kind kind, String namespace, String name) {
    if (!ObjectNames.canExist(name) || !ObjectNames.canBeNamespace(namespace)) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return send(path(kind, namespace) + "/" + name, "application/json", kind.plural())
        .thenApply(body -> body.map(LiveReads::object));
  }

  private static String path(Kind kind, String namespace) {
    return kind.path(kind.isNamespaced() ? namespace : "");
  }

  /** The body of a 200, empty for a 404; anything else fails. */
  private CompletableFuture<Optional<byte[]>> send(String path, String accept, String what) {
    HttpRequest request =
        client
            .getHttpClient()
            .newHttpRequestBuilder()
            .uri(ApiServer.root(client) + path)
            .header("Accept", accept)
            .timeout(readTimeout.toMillis(), TimeUnit.MILLISECONDS)
            .build();
    return turns
        .take(
            () ->
                client
                    .getHttpClient()
                    .sendAsync(request, byte[].class)
                    // The client's own bound ends with the head of the answer.
                    .orTimeout(readTimeout.toMillis(), TimeUnit.MILLISECONDS))
        .thenApply(response -> bodyOf(response, path))
        .whenComplete(
            (body, failure) ->
                count(what, failure != null ? "failed" : body.isPresent() ? "found" : "missing"));
  }

  private static Optional<byte[]> bodyOf(HttpResponse<byte[]> response, String path) {
    if (response.code() == 404) {
      return Optional.empty();
    }
    if (!response.isSuccessful()) {
      throw new UncheckedIOException(
          new IOException("GET " + path + " answered " + response.code()));
    }
    return Optional.of(response.body());
  }

  private static K0rdentObject object(byte[] body) {
    try {
      return KubernetesJson.read(body, parser -> ObjectReader.lenient().read(parser, ""));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** The names of a kind's objects in a namespace, without reading more of them. */
  CompletableFuture<Set<String>> names(Kind kind, String namespace, String what) {
    return ObjectNames.canBeNamespace(namespace)
        ? send(path(kind, namespace), NAMES_ONLY, what)
            .thenApply(body -> body.map(LiveReads::names).orElse(Set.of()))
        : CompletableFuture.completedFuture(Set.of());
  }

  private static Set<String> names(byte[] body) {
    Set<String> names = new HashSet<>();
    try (JsonParser parser = KubernetesJson.FACTORY.createParser(body)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        if (parser.nextToken() == JsonToken.START_ARRAY && field.equals("items")) {
          while (parser.nextToken() == JsonToken.START_OBJECT) {
            names.add(ObjectReader.lenient().read(parser, "").metadata().name());
          }
        } else {
          parser.skipChildren();
        }
      }
      return names;
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
