package dev.pathgate.status;

import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sees informers start their watches. A watch that lasted as long as it was asked to ended of
 * itself; where one ends earlier, or objects are listed again, something happened to the API server
 * or to the CRD.
 */
final class WatchStarts implements Interceptor {
  private static final Pattern PATH =
      Pattern.compile(".*/(clusterdeployments|multiclusterservices)");
  private static final Pattern TIMEOUT = Pattern.compile("(?:.*&)?timeoutSeconds=(\\d+)(?:&.*)?");

  private final Runnable endedEarly;
  private final LongSupplier nanos;
  private final Map<String, Long> expectedEnds = new ConcurrentHashMap<>();

  WatchStarts(Runnable endedEarly, LongSupplier nanos) {
    this.endedEarly = endedEarly;
    this.nanos = nanos;
  }

  @Override
  public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    String path = request.uri().getPath();
    if (!PATH.matcher(path).matches()) {
      return;
    }
    String query = request.uri().getQuery() == null ? "" : request.uri().getQuery();
    long now = nanos.getAsLong();
    Long expectedEnd =
        query.contains("watch=true")
            ? expectedEnds.put(path, now + lasts(query))
            : expectedEnds.get(path);
    if (expectedEnd != null && now - expectedEnd < 0) {
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
