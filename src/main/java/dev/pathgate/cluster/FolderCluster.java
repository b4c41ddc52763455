package dev.pathgate.cluster;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.rule.ObjectRef;
import dev.pathgate.rule.TemplateRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;

/**
 * A folder of manifests as the whole truth. Its cache is what the folder held at the last look;
 * reading means to look again. A folder that can't be taken is reported, and what it held before
 * stays in force.
 */
public final class FolderCluster implements Cluster {
  private static final Logger LOG = Logger.getLogger(FolderCluster.class);

  private final Path folder;
  private final String systemNamespace;
  private Map<Path, Object> lookedAt = Map.of();
  private String reported = "";
  private volatile ObjectIndex index;
  private volatile Map<Kind, Integer> counts = Map.of();

  /**
   * Takes the folder's first look.
   *
   * @throws Manifests.Unreadable if the folder or a manifest in it can't be taken
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
    new FolderCluster(folder, systemNamespace).look();
  }

  /** Looks whether a file has changed, and takes what the folder holds now if one has. */
  public synchronized void look() {
    try {
      Map<Path, Object> now = fingerprints();
      if (now.equals(lookedAt)) {
        return;
      }
      take(now);
      reported = "";
      LOG.infof("Read %s again: %s", folder, summary());
    } catch (Manifests.Unreadable unreadable) {
      if (!reported.equals(unreadable.getMessage())) {
        reported = unreadable.getMessage();
        LOG.errorf("%s; what was read before stays in force", reported);
      }
    }
  }

  private synchronized void take(Map<Path, Object> fingerprints) throws Manifests.Unreadable {
    lookedAt = fingerprints;
    ObjectIndex fresh = new ObjectIndex(systemNamespace);
    Map<Kind, Integer> counted = new HashMap<>();
    for (Manifests.Entry entry : Manifests.read(fingerprints.keySet().stream().sorted().toList())) {
      fresh.put(entry.kind(), entry.object());
      counted.merge(entry.kind(), 1, Integer::sum);
    }
    index = fresh;
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
      throw new Manifests.Unreadable(folder, "can't be read: " + unreadable);
    }
  }

  /** How many objects of each kind the folder holds, in words. */
  public String summary() {
    StringBuilder summary = new StringBuilder();
    for (Kind kind : Kind.values()) {
      summary
          .append(summary.isEmpty() ? "" : ", ")
          .append(count(kind))
          .append(' ')
          .append(kind.word())
          .append(count(kind) == 1 ? "" : "s");
    }
    return summary.toString();
  }

  /** How many objects of that kind the folder holds. */
  public int count(Kind kind) {
    return counts.getOrDefault(kind, 0);
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
    look();
    return CompletableFuture.completedFuture(versionOf(ref));
  }

  @Override
  public CompletableFuture<Boolean> readUse(ObjectRef user, TemplateRef ref) {
    look();
    return CompletableFuture.completedFuture(usersOf(ref).contains(user));
  }

  @Override
  public CompletableFuture<Optional<TemplateChain>> readChain(ChainRef ref) {
    look();
    return CompletableFuture.completedFuture(chain(ref));
  }

  @Override
  public CompletableFuture<Optional<TemplateChain>> readDefaultChain(ChainRef ref) {
    look();
    return CompletableFuture.completedFuture(
        defaultChainsOf(ref.namespace()).stream()
            .filter(chain -> chain.ref().equals(ref))
            .findFirst());
  }

  @Override
  public CompletableFuture<Set<String>> readTemplates(String namespace) {
    look();
    return CompletableFuture.completedFuture(index.templatesOf(namespace));
  }

  @Override
  public CompletableFuture<Boolean> readUse(ObjectRef user, ChainRef ref) {
    look();
    return CompletableFuture.completedFuture(usersOf(ref).contains(user));
  }

  @Override
  public boolean isReady() {
    return true;
  }
}
