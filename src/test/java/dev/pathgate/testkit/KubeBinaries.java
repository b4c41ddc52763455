package dev.pathgate.testkit;

import io.fabric8.kubeapitest.KubeAPIServerConfig;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubeapitest.binary.BinaryManager;
import io.fabric8.kubeapitest.cert.CertManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Assumptions;

/**
 * The kube-apiserver, etcd and kubectl that tests run: those that are on this machine, or else
 * those that kube-api-test downloads.
 */
public final class KubeBinaries {
  private static final long DOWNLOAD_MINUTES = 5;

  /** What a person does so that nothing is skipped. */
  static final String HOW_TO_GET =
      "They want etcd, kube-apiserver and kubectl in"
          + " ~/.kubeapitest/k8s/<version>-<os>-<arch>/ (or $KUBE_API_TEST_DIR/k8s/…), or a"
          + " network from which kube-api-test can download them.";

  private static Optional<BinaryManager> found = Optional.empty();
  private static Optional<String> reason = Optional.empty();

  private KubeBinaries() {}

  /** The settings of an API server of them; where they can't be had, the test is skipped. */
  public static KubeAPIServerConfigBuilder settings() {
    require();
    return settings(true);
  }

  private static KubeAPIServerConfigBuilder settings(boolean offline) {
    return KubeAPIServerConfigBuilder.anAPIServerConfig()
        .withOfflineMode(offline)
        .withUpdateKubeConfig(false);
  }

  /** The binaries; where they can't be had, the test that asks is skipped. */
  public static BinaryManager require() {
    whyMissing().ifPresent(Assumptions::abort);
    return found.orElseThrow();
  }

  /** The pairs of keys and certificates beside them, with which they serve and are called. */
  public static CertManager certificates() {
    return new CertManager(settings(true).build().getKubeAPITestDir());
  }

  /** Why they can't be had, which is printed once; empty if they can. */
  public static synchronized Optional<String> whyMissing() {
    if (found.isEmpty() && reason.isEmpty()) {
      try {
        found = Optional.of(find(true));
      } catch (RuntimeException notHere) {
        reason = download();
        reason.ifPresent(KubeBinaries::tell);
      }
    }
    return reason;
  }

  private static Optional<String> download() {
    if ("true"
        .equalsIgnoreCase(System.getenv(KubeAPIServerConfigBuilder.KUBE_API_TEST_OFFLINE_MODE))) {
      return Optional.of("no binaries here, and KUBE_API_TEST_OFFLINE_MODE forbids a download");
    }
    try {
      found =
          Optional.of(
              CompletableFuture.supplyAsync(() -> find(false))
                  .get(DOWNLOAD_MINUTES, TimeUnit.MINUTES));
      return Optional.empty();
    } catch (ExecutionException | TimeoutException failed) {
      return Optional.of("no binaries here, and the download failed");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted");
    }
  }

  /** Finds them, with the certificates beside them, while no other process does the same. */
  private static BinaryManager find(boolean offline) {
    KubeAPIServerConfig config = settings(offline).build();
    BinaryManager binaries = new BinaryManager(config);
    Path folder = Path.of(config.getKubeAPITestDir());
    try {
      Files.createDirectories(folder);
      try (FileChannel file =
              FileChannel.open(
                  folder.resolve("pathgate-tests.lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          FileLock lock = file.lock()) {
        assert lock.isValid();
        binaries.initAndDownloadIfRequired();
        new CertManager(config.getKubeAPITestDir()).createCertificatesIfNeeded();
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    return binaries;
  }

  private static void tell(String reason) {
    System.out.println("SKIPPED: the tests on a real API server (" + reason + "). " + HOW_TO_GET);
  }

  /** Whether they are on this machine, without a download. */
  static boolean areHere() {
    try {
      find(true);
      return true;
    } catch (RuntimeException notHere) {
      return false;
    }
  }
}
