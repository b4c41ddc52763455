package dev.pathgate.status;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sees caches start their watches. A watch that lasted as long as it was asked to ended normally;
 * if one ends earlier, or objects are listed again, something happened to the API server or to the
 * CRD.
 */
final class WatchStarts implements Interceptor {
  private static final Pattern PATH =
      Pattern.compile(".*/(clusterdeployments|multiclusterservices)");
  private static final Pattern TIMEOUT = Pattern.compile("(?:.*&)?timeoutSeconds=(\\d+)(?:&.*)?");

  private final Runnable endedEarly;
  private final LongSupplier nanos;
  private final Map<String, Long> expectedEnds = new ConcurrentHashMap<>();
  private final Set<String> interrupted = ConcurrentHashMap.newKeySet();

  WatchStarts(Runnable endedEarly, LongSupplier nanos) {
    this.endedEarly = endedEarly;
    this.nanos = nanos;
  }

  @Override
  public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    String path = request.uri().getPath();
    Long expectedEnd = expectedEnds.remove(path);
    if (expectedEnd != null && nanos.getAsLong() - expectedEnd < 0) {
      interrupted.add(path);
      endedEarly.run();
    }
  }

  /** Only a watch that was answered is one: an outage is early once, and over once. */
  @Override
  public void after(
      HttpRequest request,
      HttpResponse<?> response,
      AsyncBody.Consumer<List<ByteBuffer>> consumer) {
    String path = request.uri().getPath();
    String query = request.uri().getQuery();
    if (query == null
        || !query.contains("watch=true")
        || !response.isSuccessful()
        || !PATH.matcher(path).matches()) {
      return;
    }
    expectedEnds.put(path, nanos.getAsLong() + lasts(query));
    if (interrupted.remove(path)) {
      endedEarly.run();
    }
  }

  /** How long the watch lasts at least; a server that gives it less than it asked for is early. */
  private static long lasts(String query) {
    Matcher timeout = TIMEOUT.matcher(query);
    return timeout.matches()
        ? TimeUnit.SECONDS.toNanos(Long.parseLong(timeout.group(1)) - 1)
        : TimeUnit.MINUTES.toNanos(30);
  }
}
