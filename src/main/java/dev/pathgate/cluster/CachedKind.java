package dev.pathgate.cluster;

import com.fasterxml.jackson.core.JsonParser;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.kube.ApiAddress;
import dev.pathgate.kube.FailureText;
import dev.pathgate.kube.OneLine;
import dev.pathgate.kube.WatchLog;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * The objects of one kind, followed: lists them all, then watches them, and lists them again when
 * the API server no longer knows what has happened since. It survives every outage, and {@link
 * #isWatching} never claims more than is true. Objects go into a {@link Sink}; only their names are
 * kept here.
 *
 * <p>This class is long because a watch can end in many ways, each with its own consequence.
 *
 * @param <T> the objects as they are read
 */
public final class CachedKind<T extends CachedKind.Named> implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(CachedKind.class);
  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long MAX_PAUSE_MILLIS = 5_000;
  private static final long SHORT_WATCH_NANOS = 1_000_000_000L;
  private static final int MAX_SKIPPED_NAMED = 1_000;

  /** An object that tells what it is called. */
  public interface Named {
    /** Its metadata. */
    K0rdentObject.Metadata metadata();
  }

  /**
   * Reads an object.
   *
   * @param <T> what it is read into
   */
  public interface Reader<T> {
    /** Reads the object that starts at the current token and leaves the parser at its end. */
    T read(JsonParser parser) throws IOException;
  }

  /**
   * Where the objects go, from one thread.
   *
   * @param <T> the objects as they are read
   */
  public interface Sink<T> {
    /** The object is new or has changed. */
    void put(T object);

    /** The object is gone. */
    void remove(String namespace, String name);
  }

  /**
   * A kind as manifests and as API paths spell it.
   *
   * @param retryMillis when to look again where the API server does not have it; 0 for a kind that
   *     has to be there
   */
  record Resource(String kindName, String plural, long retryMillis) {
    /** A kind that has to be there. */
    static Resource of(Kind kind) {
      return new Resource(kind.kindName(), kind.plural(), 0);
    }

    boolean mayBeAbsent() {
      return retryMillis > 0;
    }
  }

  private record Key(String namespace, String name) {
    static Key of(Named object) {
      return new Key(object.metadata().namespace(), object.metadata().name());
    }
  }

  private final Resource resource;
  private final Sink<T> sink;
  private final KindStream<T> stream;
  private final WatchLog log;
  private final Thread thread;
  private final Set<Key> known = ConcurrentHashMap.newKeySet();

  /** The skipped objects that were named in the log. */
  private final Set<String> skipped = ConcurrentHashMap.newKeySet();

  /** What was heard of so far, to watch on from; empty where all has to be listed. */
  private String version = "";

  private volatile Runnable countSkipped = () -> {};
  private volatile boolean synced;
  private volatile boolean watching;
  private volatile boolean absent;
  private volatile boolean closed;
  private volatile long lastEventNanos = System.nanoTime();

  /** A kind that nobody follows before {@link #start}. */
  public CachedKind(KubernetesClient client, Kind kind, Reader<T> reader, Sink<T> sink) {
    this(client, Resource.of(kind), reader, sink);
  }

  CachedKind(KubernetesClient client, Resource resource, Reader<T> reader, Sink<T> sink) {
    this.resource = resource;
    this.sink = sink;
    this.stream =
        new KindStream<>(
            KindAnswers.once(client, resource.plural(), "", KindAnswers.Patience.USUAL),
            reader,
            new PageSize());
    this.log = WatchLog.of(ApiAddress.of(client.getConfiguration()));
    this.thread = new Thread(this::follow, "pathgate-cache-" + resource.plural());
    thread.setDaemon(true);
  }

  /** Starts to follow the kind, now or as soon as the API server can be reached. */
  public void start() {
    thread.start();
  }

  /** The kind that is followed, as manifests spell it. */
  public String kindName() {
    return resource.kindName();
  }

  /** Whether all objects were read once. */
  public boolean isSynced() {
    return synced;
  }

  /**
   * Whether every change is being heard of, so that what is known can be trusted. This holds as
   * well while the API server is known not to have the kind.
   */
  public boolean isWatching() {
    return watching || absent;
  }

  private void follow() {
    long pause = FIRST_PAUSE_MILLIS;
    while (!closed) {
      long began = System.nanoTime();
      boolean failed = true;
      boolean listed = !version.isEmpty();
      try {
        if (version.isEmpty()) {
          version = list();
          listed = true;
        }
        began = System.nanoTime();
        stream.watch(version, new Followed(null));
        failed = false;
      } catch (KindAnswers.Refused refused) {
        began = watching ? System.nanoTime() : began; // the trouble begins now, not with the watch
        // From that version on nobody can tell what happened; of a kind that was away, neither.
        version = refused.isExpired() || refused.code() == 404 ? "" : version;
        failed = !refused.isExpired();
        absent = refused.code() == 404 && resource.mayBeAbsent();
        if (absent) {
          discardAll();
        } else if (failed) {
          log.failed(
              this, resource.plural(), began, true, refusal(refused, listed ? "watch " : "list "));
        }
      } catch (IOException unreachable) {
        absent = false;
        if (closed) {
          return;
        }
        began = watching ? System.nanoTime() : began;
        log.failed(this, resource.plural(), began, false, FailureText.withoutAddress(unreachable));
      } catch (InterruptedException end) {
        return;
      } catch (RuntimeException | StackOverflowError | LinkageError unexpected) {
        version = "";
        log.failed(this, resource.plural(), began, true, FailureText.withoutAddress(unexpected));
        LOG.errorf(unexpected, "%s could not be followed", resource.plural());
      } finally {
        watching = false;
      }
      boolean lasted = System.nanoTime() - began > SHORT_WATCH_NANOS;
      pause = !failed && lasted ? FIRST_PAUSE_MILLIS : Math.min(2 * pause, MAX_PAUSE_MILLIS);
      if ((failed || !lasted) && !rest(absent ? resource.retryMillis() : pause)) {
        return;
      }
    }
  }

  private boolean rest(long millis) {
    try {
      Thread.sleep(millis);
      return true;
    } catch (InterruptedException end) {
      return false;
    }
  }

  private String list() throws IOException, InterruptedException {
    Set<Key> found = new HashSet<>();
    String listed = stream.list(new Followed(found));
    for (Key key : Set.copyOf(known)) {
      if (!found.contains(key)) {
        remove(key);
      }
    }
    absent = false;
    synced = true;
    return listed;
  }

  private void discardAll() {
    Set.copyOf(known).forEach(this::remove);
    synced = true;
    log.follows(this); // that there are none is an answer
  }

  private void remove(Key key) {
    if (known.remove(key)) {
      sink.remove(key.namespace(), key.name());
    }
  }

  private String refusal(KindAnswers.Refused refused, String verb) {
    return switch (refused.code()) {
      case 401 -> "it does not know who is asking (401 Unauthorized)";
      case 403 -> "may not " + verb + resource.plural() + ": forbidden";
      case 404 ->
          "it has no "
              + resource.plural()
              + "."
              + Kind.GROUP
              + "/"
              + Kind.VERSION
              + ": no such CRD";
      default ->
          "what was asked to "
              + verb
              + resource.plural()
              + " was answered with "
              + refused.code()
              + (refused.getMessage().isEmpty() ? "" : ": " + refused.getMessage());
    };
  }

  /** What becomes of the objects of a list, whose names are gathered, or of a watch. */
  private final class Followed implements KindStream.Changes<T> {
    private final Set<Key> found;

    Followed(Set<Key> found) {
      this.found = found;
    }

    @Override
    public void put(T object) {
      lastEventNanos = System.nanoTime();
      Key key = Key.of(object);
      if (found != null) {
        found.add(key);
      }
      sink.put(object);
      known.add(key);
    }

    @Override
    public void remove(T object) {
      lastEventNanos = System.nanoTime();
      CachedKind.this.remove(Key.of(object));
    }

    @Override
    public void skip(K0rdentObject.Metadata object, Throwable why) {
      if (found != null) {
        found.add(new Key(object.namespace(), object.name()));
      }
      countSkipped.run();
      String name =
          object.namespace().isEmpty() ? object.name() : object.namespace() + "/" + object.name();
      if (skipped.size() < MAX_SKIPPED_NAMED && skipped.add(name)) {
        LOG.warnf(
            "%s %s can't be read and is skipped: %s",
            resource.kindName(), OneLine.of(name, 300), FailureText.withoutAddress(why));
      }
    }

    @Override
    public void reached(String reached) {
      version = reached;
    }

    @Override
    public void watching() {
      watching = true;
      log.follows(CachedKind.this);
    }
  }

  double secondsSinceLastEvent() {
    return (System.nanoTime() - lastEventNanos) / 1e9;
  }

  /**
   * Shows how much is known of the kind, and how fresh it is, as {@code pathgate_cache_*}. Where
   * both roles of a process follow the kind, the first that registers speaks for both.
   */
  public void register(MeterRegistry metrics) {
    countSkipped = CacheMetrics.register(this, metrics);
  }

  int count() {
    return known.size();
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    stream.close();
    log.discard(this);
  }
}
