package dev.pathgate.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Single requests to the API server, each tried once: the caller knows best when to try again, and
 * must not be held up for minutes by a client that retries by itself.
 */
public final class ApiServer implements Requests {
  public static final String JSON = "application/json";

  /** A server-side apply. */
  public static final String APPLY = "application/apply-patch+yaml";

  /** A merge patch (RFC 7386). */
  public static final String MERGE = "application/merge-patch+json";

  /** Writes are answered with this little. */
  public static final String METADATA_ONLY =
      "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";

  /**
   * Writes that ask for {@code includeObject=None} are answered with a table without the object:
   * its version, and nothing that grows with the object.
   */
  public static final String VERSION_ONLY =
      "application/json;as=Table;g=meta.k8s.io;v=v1," + METADATA_ONLY;

  /**
   * Of "etcdserver: request is too large" and "rpc error: code = ResourceExhausted desc = trying to
   * send message larger than max (… vs. …)". That code alone is told of a full or busy etcd, too.
   */
  private static final Pattern TOO_LARGE =
      Pattern.compile("etcdserver: request is too large|(send|received) message larger than max");

  private static final ObjectMapper MAPPER = new ObjectMapper(KubernetesJson.FACTORY);

  private final HttpClient http;
  private final String root;

  /** The API server of that client, with the client's credentials. */
  public ApiServer(KubernetesClient client) {
    this.http = once(client);
    this.root = root(client);
  }

  /** Its address, to be followed by a path. */
  public static String root(KubernetesClient client) {
    String url = client.getMasterUrl().toString();
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  /**
   * A client that sends each request once, for callers that try again themselves and report
   * failures at once.
   */
  public static HttpClient once(KubernetesClient client) {
    return client
        .getHttpClient()
        .newBuilder()
        .tag(
            new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
                .withRequestRetryBackoffLimit(0)
                .build())
        .build();
  }

  /** An answer, whatever its code. */
  @SuppressWarnings("ArrayRecordComponent") // answers are read, not compared
  public record Answer(
      int code, byte[] body, Optional<String> etag, Optional<Duration> retryAfter) {
    /** Whether it is a 2xx. */
    public boolean isSuccess() {
      return code >= 200 && code < 300;
    }

    /**
     * Whether the same request may be answered otherwise a little later: the API server, what it
     * stores in or a webhook that it asks is overloaded or away, or our token is just renewed.
     */
    public boolean isTransientFailure() {
      return code == 401 || code == 408 || code == 429 || (code >= 500 && !isTooLarge());
    }

    /**
     * Whether the object is larger than the API server takes or can store. That is about this
     * object alone, although mostly a 500: what says so is etcd, or the client of it, and others'
     * writes succeed.
     */
    public boolean isTooLarge() {
      return code == 413 || (code == 500 && TOO_LARGE.matcher(message()).find());
    }

    /** Whether it is a 403 of an authorizer, not of an admission plugin. */
    public boolean isMissingRule() {
      return code == 403 && FailureText.namesRule(message());
    }

    /** The body; missing where it is no JSON. */
    public JsonNode json() {
      try {
        return body.length == 0 ? MissingNode.getInstance() : MAPPER.readTree(body);
      } catch (IOException noJson) {
        return MissingNode.getInstance();
      }
    }

    /** What the API server says about a failure, on one line. */
    public String message() {
      String said = json().path("message").asText();
      String text = said.isEmpty() ? new String(body, StandardCharsets.UTF_8) : said;
      return OneLine.of(text, 500);
    }
  }

  /**
   * A request.
   *
   * @param body JSON; empty for none
   */
  public record Call(String method, String path, Map<String, String> headers, String body) {
    /** A GET of JSON. */
    public static Call get(String path) {
      return new Call("GET", path, Map.of("Accept", JSON), "");
    }

    /** A request with a JSON body, such as a PATCH of type {@link #MERGE}. */
    public static Call send(String method, String path, String contentType, JsonNode body) {
      return new Call(
          method, path, Map.of("Content-Type", contentType, "Accept", JSON), body.toString());
    }

    /** The same with another header. */
    public Call with(String header, String value) {
      Map<String, String> more = new TreeMap<>(headers);
      more.put(header, value);
      return new Call(method, path, more, body);
    }
  }

  @Override
  public CompletableFuture<Answer> send(Call call, Duration timeout) {
    HttpRequest.Builder request =
        http.newHttpRequestBuilder()
            .uri(root + call.path())
            .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
    call.headers().forEach(request::header);
    if (!call.method().equals("GET")) {
      request.method(call.method(), call.headers().get("Content-Type"), call.body());
    }
    return http.sendAsync(request.build(), byte[].class).thenApply(ApiServer::answer);
  }

  private static Answer answer(HttpResponse<byte[]> response) {
    byte[] body = response.body();
    return new Answer(
        response.code(),
        body == null ? new byte[0] : body,
        response.headers("ETag").stream().findFirst(),
        response.headers("Retry-After").stream().findFirst().flatMap(ApiServer::seconds));
  }

  private static Optional<Duration> seconds(String text) {
    return text.matches("[0-9]{1,6}")
        ? Optional.of(Duration.ofSeconds(Long.parseLong(text)))
        : Optional.empty();
  }
}
