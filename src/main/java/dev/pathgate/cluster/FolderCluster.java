package dev.pathgate.cluster;

import dev.pathgate.k0rdent.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * A folder of manifests as the only source of objects. Cached answers are what the folder held when
 * it was last looked at; a read looks again. A folder that can't be loaded is reported, and what it
 * held before stays in force.
 */
public final class FolderCluster implements LocalCluster {
  private static final Logger LOG = Logger.getLogger(FolderCluster.class);

  private static final int MAX_REPORTED = 50;

  private final Path folder;
  private final String systemNamespace;
  private final ThreadPoolExecutor looker = looker();
  private CompletableFuture<Void> nextLook;
  private Map<Path, Object> lookedAt = Map.of();

  /** Whether what is in force is what was {@link #lookedAt}. */
  private boolean taken;

  private String reported = "";
  private List<Manifests.Problem> remarks = List.of();
  private List<Manifests.Problem> remarked = List.of();
  private volatile int skipped;
  private volatile boolean stale;
  private volatile ObjectIndex index;
  private volatile Map<Kind, Integer> counts = Map.of();

  /**
   * Takes the folder's first look.
   *
   * @throws Manifests.Unreadable if the folder or a manifest in it can't be loaded, with all that
   *     is wrong
   */
  public FolderCluster(Path folder, String systemNamespace) throws Manifests.Unreadable {
    this.folder = folder;
    this.systemNamespace = systemNamespace;
    if (!Files.isDirectory(folder)) {
      throw new Manifests.Unreadable(folder, "not a folder");
    }
    take(fingerprints());
  }

  /**
   * Reads a folder to see if it can be taken.
   *
   * @throws Manifests.Unreadable if not
   */
  public static void require(Path folder, String systemNamespace) throws Manifests.Unreadable {
    new FolderCluster(folder, systemNamespace).poll();
  }

  /** Looks whether a file has changed, and takes what the folder holds now if one has. */
  public synchronized void poll() {
    try {
      Map<Path, Object> now = fingerprints();
      if (now.equals(lookedAt)) {
        stale &= !taken;
        return;
      }
      take(now);
      reported = "";
      stale = false;
      LOG.infof("Read %s again: %s", folder, summary());
      remark();
    } catch (Manifests.Unreadable unreadable) {
      stale = true;
      if (!reported.equals(unreadable.getMessage())) {
        reported = unreadable.getMessage();
        unreadable.problems().stream().limit(MAX_REPORTED).forEach(LOG::error);
        LOG.errorf(
            "%s can't be loaded (problems: %d); what was read before stays in force",
            folder, unreadable.problems().size());
      }
    }
  }

  /** Whether the folder can't be loaded as it is now, so that an older state is in force. */
  public boolean isStale() {
    return stale;
  }

  /**
   * Says what was taken but can hardly be meant, and what was passed over; once until it changes.
   */
  public synchronized void remark() {
    if (!remarks.equals(remarked)) {
      remarked = remarks;
      remarks.stream().limit(MAX_REPORTED).forEach(LOG::warn);
      if (remarks.size() > MAX_REPORTED) {
        LOG.warnf("%s: remarks not shown: %d", folder, remarks.size() - MAX_REPORTED);
      }
    }
  }

  private synchronized void take(Map<Path, Object> fingerprints) throws Manifests.Unreadable {
    lookedAt = fingerprints;
    taken = false;
    ObjectIndex fresh = new ObjectIndex(systemNamespace);
    Map<Kind, Integer> counted = new HashMap<>();
    Manifests.Reading reading =
        Manifests.read(
            fingerprints.keySet().stream().sorted().map(Manifests.Source::of).toList(), "default");
    if (!reading.problems().isEmpty()) {
      throw new Manifests.Unreadable(reading.problems());
    }
    for (Manifests.Entry entry : reading.entries()) {
      fresh.put(entry.kind(), entry.object());
      counted.merge(entry.kind(), 1, Integer::sum);
    }
    remarks = Stream.concat(reading.templates().stream(), reading.warnings().stream()).toList();
    skipped = reading.skipped();
    index = fresh;
    taken = true;
    counts = Map.copyOf(counted);
  }

  private Map<Path, Object> fingerprints() throws Manifests.Unreadable {
    try {
      Map<Path, Object> fingerprints = new HashMap<>();
      for (Path file : Manifests.files(folder)) {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        fingerprints.put(
            file,
            List.of(
                attributes.lastModifiedTime(),
                attributes.size(),
                Files.isReadable(file),
                String.valueOf(attributes.fileKey())));
      }
      return fingerprints;
    } catch (IOException unreadable) {
      throw new Manifests.Unreadable(folder, "can't be read: " + Manifests.reason(unreadable));
    }
  }

  /** How many objects of each kind the folder holds and what was passed over, in words. */
  public String summary() {
    StringBuilder summary = new StringBuilder();
    for (Kind kind : Kind.values()) {
      summary
          .append(summary.isEmpty() ? "" : ", ")
          .append(count(kind))
          .append(' ')
          .append(kind.kindName())
          .append(count(kind) == 1 ? "" : "s");
    }
    if (skipped > 0) {
      summary.append("; passed over: ").append(skipped);
    }
    return summary.toString();
  }

  /** How many objects of that kind the folder holds. */
  public int count(Kind kind) {
    return counts.getOrDefault(kind, 0);
  }

  @Override
  public ObjectIndex index() {
    return index;
  }

  /**
   * Looks whether a file has changed, on a thread of its own: who asks while somebody else's look
   * is under way shares the next one.
   */
  @Override
  public CompletableFuture<Void> refresh() {
    synchronized (looker) {
      if (nextLook == null) {
        nextLook = CompletableFuture.runAsync(this::look, looker);
      }
      return nextLook;
    }
  }

  private void look() {
    synchronized (looker) {
      nextLook = null;
    }
    try {
      poll();
    } catch (RuntimeException unexpected) {
      LOG.errorf(unexpected, "%s could not be looked at", folder);
      throw unexpected;
    }
  }

  private static ThreadPoolExecutor looker() {
    return new ThreadPoolExecutor(
        0,
        1,
        30,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        look -> {
          Thread thread = new Thread(look, "pathgate-folder");
          thread.setDaemon(true);
          return thread;
        });
  }
}
