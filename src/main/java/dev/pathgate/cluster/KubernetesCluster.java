package dev.pathgate.cluster;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.k0rdent.K0rdentJson;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.k0rdent.ObjectReader;
import dev.pathgate.rule.ObjectRef;
import dev.pathgate.rule.ServiceIdentity;
import dev.pathgate.rule.TemplateRef;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * The cluster behind the API server: a cache that informers keep, and reads past it. A cache
 * outlives an outage of the API server and catches up after it.
 */
public final class KubernetesCluster implements Cluster, AutoCloseable {
  private static final String NAMES_ONLY =
      "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

  /** What the API server takes as a name; others can't exist, and must not become part of a URL. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");

  private static final long READ_TIMEOUT_SECONDS = 5;

  private final KubernetesClient client;
  private final MeterRegistry metrics;
  private final ObjectIndex index;
  private final List<CachedKind<?>> caches;
  private final SharedReads<ChainRef, Optional<K0rdentObject>> chainReads = new SharedReads<>();
  private final SharedReads<String, Set<String>> templateReads = new SharedReads<>();
  private final SharedReads<ObjectRef, Used> userReads = new SharedReads<>();
  private final SharedReads<TemplateRef, Optional<String>> versionReads = new SharedReads<>();

  public KubernetesCluster(KubernetesClient client, String systemNamespace, MeterRegistry metrics) {
    this.client = client;
    this.metrics = metrics;
    this.index = new ObjectIndex(systemNamespace);
    this.caches =
        List.of(
            cache(Kind.SERVICE_TEMPLATE_CHAIN, CachedResource.ServiceTemplateChain.class),
            cache(Kind.CLUSTER_DEPLOYMENT, CachedResource.ClusterDeployment.class),
            cache(Kind.MULTI_CLUSTER_SERVICE, CachedResource.MultiClusterService.class),
            cache(Kind.SERVICE_TEMPLATE, CachedResource.ServiceTemplate.class));
  }

  private <T extends CachedResource> CachedKind<T> cache(Kind kind, Class<T> type) {
    CachedKind<T> cache = new CachedKind<>(client, kind, type, index.of(kind));
    cache.register(metrics);
    return cache;
  }

  /** Starts to follow the cluster, now or as soon as its API server can be reached. */
  public void start() {
    caches.forEach(CachedKind::start);
  }

  @Override
  public void close() {
    caches.forEach(CachedKind::close);
  }

  @Override
  public boolean isReady() {
    return caches.stream().allMatch(CachedKind::isSynced);
  }

  /** The kinds that were not read yet. */
  public List<String> unsynced() {
    return caches.stream().filter(cache -> !cache.isSynced()).map(c -> c.kind().word()).toList();
  }

  @Override
  public Optional<TemplateChain> chain(ChainRef ref) {
    return index.chain(ref);
  }

  @Override
  public List<TemplateChain> chainsOf(String namespace) {
    return index.chainsOf(namespace);
  }

  @Override
  public List<TemplateChain> defaultChainsOf(String namespace) {
    return index.defaultChainsOf(namespace);
  }

  @Override
  public boolean hasTemplate(String namespace, String template) {
    return index.hasTemplate(namespace, template);
  }

  @Override
  public List<ObjectRef> usersOf(ChainRef ref) {
    return index.usersOf(ref);
  }

  /**
   * Where a CRD gives services a namespace by default, the API server sends none without: an entry
   * without one comes from k0rdent before 1.4, and there is no difference where all have one.
   */
  @Override
  public ServiceIdentity serviceIdentity() {
    return ServiceIdentity.NAMESPACE_OPTIONAL;
  }

  @Override
  public Optional<String> versionOf(TemplateRef ref) {
    return index.versionOf(ref);
  }

  @Override
  public List<ObjectRef> usersOf(TemplateRef ref) {
    return index.usersOf(ref);
  }

  @Override
  public CompletableFuture<Optional<String>> readVersion(TemplateRef ref) {
    return versionReads.read(
        ref,
        () ->
            get(Kind.SERVICE_TEMPLATE, ref.namespace(), ref.name())
                .thenApply(found -> found.map(K0rdentObject::version)));
  }

  @Override
  public CompletableFuture<Optional<TemplateChain>> readChain(ChainRef ref) {
    return readChainObject(ref).thenApply(found -> found.map(K0rdentObject::asChain));
  }

  @Override
  public CompletableFuture<Optional<TemplateChain>> readDefaultChain(ChainRef ref) {
    return readChainObject(ref)
        .thenApply(
            found ->
                found
                    .filter(object -> object.metadata().defaultChain())
                    .map(K0rdentObject::asChain));
  }

  private CompletableFuture<Optional<K0rdentObject>> readChainObject(ChainRef ref) {
    return chainReads.read(
        ref, () -> get(Kind.SERVICE_TEMPLATE_CHAIN, ref.namespace(), ref.name()));
  }

  @Override
  public CompletableFuture<Set<String>> readTemplates(String namespace) {
    return templateReads.read(
        namespace,
        () ->
            !isPlausible(namespace)
                ? CompletableFuture.completedFuture(Set.of())
                : send(path(Kind.SERVICE_TEMPLATE, namespace), NAMES_ONLY, "templates")
                    .thenApply(body -> body.map(KubernetesCluster::names).orElse(Set.of())));
  }

  @Override
  public CompletableFuture<Boolean> readUse(ObjectRef user, ChainRef ref) {
    return readUser(user).thenApply(used -> used.chains().contains(ref));
  }

  @Override
  public CompletableFuture<Boolean> readUse(ObjectRef user, TemplateRef ref) {
    return readUser(user).thenApply(used -> used.templates().contains(ref));
  }

  /** What an object uses; nothing if it is gone or being deleted. */
  private record Used(Set<ChainRef> chains, Set<TemplateRef> templates) {}

  private CompletableFuture<Used> readUser(ObjectRef user) {
    Kind kind = Kind.of(Kind.GROUP, user.kind()).orElseThrow();
    return userReads.read(
        user,
        () ->
            get(kind, user.namespace(), user.name())
                .thenApply(
                    found ->
                        found
                            .map(
                                object ->
                                    new Used(
                                        index.chainsNamed(kind, object),
                                        index.templatesNamed(kind, object)))
                            .orElse(new Used(Set.of(), Set.of()))));
  }

  private CompletableFuture<Optional<K0rdentObject>> get(Kind kind, String namespace, String name) {
    if (!NAME.matcher(name).matches() || !isPlausible(namespace)) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return send(path(kind, namespace) + "/" + name, "application/json", kind.plural())
        .thenApply(body -> body.map(KubernetesCluster::object));
  }

  private static boolean isPlausible(String namespace) {
    return namespace.isEmpty() || NAME.matcher(namespace).matches();
  }

  private static String path(Kind kind, String namespace) {
    return "apis/"
        + Kind.GROUP
        + "/"
        + Kind.VERSION
        + "/"
        + (kind.isNamespaced() ? "namespaces/" + namespace + "/" : "")
        + kind.plural();
  }

  /** The body of a 200, empty for a 404; anything else fails. */
  private CompletableFuture<Optional<byte[]>> send(String path, String accept, String what) {
    HttpRequest request =
        client
            .getHttpClient()
            .newHttpRequestBuilder()
            .uri(client.getMasterUrl() + path)
            .header("Accept", accept)
            .timeout(READ_TIMEOUT_SECONDS, TimeUnit.SECONDS)
            .build();
    return client
        .getHttpClient()
        .sendAsync(request, byte[].class)
        .thenApply(response -> bodyOf(response, path))
        .whenComplete(
            (body, failure) ->
                metrics
                    .counter(
                        "pathgate.live.lookups",
                        "what",
                        what,
                        "result",
                        failure != null ? "failed" : body.isPresent() ? "found" : "missing")
                    .increment());
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
    try (JsonParser parser = K0rdentJson.FACTORY.createParser(body)) {
      parser.nextToken();
      return ObjectReader.lenient().read(parser, "");
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static Set<String> names(byte[] body) {
    Set<String> names = new HashSet<>();
    try (JsonParser parser = K0rdentJson.FACTORY.createParser(body)) {
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
