package dev.pathgate.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * The certificate and key files: reads them again when they change and serves the new pair, unless
 * it is unusable, which is reported once while the old one serves on. So is a served certificate
 * that has ended.
 */
public final class CertificateFiles {
  private static final Logger LOG = Logger.getLogger(CertificateFiles.class);

  private final Path certificate;
  private final Path key;
  private final Clock clock;
  private final ServingKeyManager serving;
  private List<Object> seen;
  private String reported = "";

  /**
   * Reads the pair for the first time.
   *
   * @throws ServingPair.Unusable if there is nothing to serve
   */
  public CertificateFiles(Path certificate, Path key, Clock clock) throws ServingPair.Unusable {
    this.certificate = certificate;
    this.key = key;
    this.clock = clock;
    this.seen = fingerprint();
    this.serving = new ServingKeyManager(ServingPair.read(certificate, key));
  }

  public ServingKeyManager serving() {
    return serving;
  }

  /** Looks whether the files have changed since the last look that led to a served pair. */
  public synchronized void look() {
    List<Object> now = fingerprint();
    if (now.equals(seen)) {
      if (serving.pair().isExpired(clock.instant())) {
        report(expired(serving.pair()) + ", and there is no newer one");
      }
      return;
    }
    try {
      ServingPair renewed = ServingPair.read(certificate, key);
      if (!now.equals(fingerprint())) {
        return; // still being written: the next look takes it
      }
      Instant today = clock.instant();
      if (renewed.isExpired(today) && !serving.pair().isExpired(today)) {
        throw new ServingPair.Unusable(expired(renewed));
      }
      serving.serve(renewed);
      seen = now;
      reported = "";
      LOG.infof(
          "Serving the certificate of %s, valid until %s", renewed.subject(), renewed.expiry());
    } catch (ServingPair.Unusable unusable) {
      report(
          unusable.getMessage()
              + "; the certificate that is valid until "
              + serving.pair().expiry()
              + " stays in use");
    }
  }

  private String expired(ServingPair pair) {
    return "the certificate in " + certificate + " was valid until " + pair.expiry();
  }

  /** Logs what is wrong, once for as long as it stays the same. */
  private void report(String flaw) {
    if (!flaw.equals(reported)) {
      reported = flaw;
      LOG.error(flaw);
    }
  }

  private List<Object> fingerprint() {
    return List.of(fingerprint(certificate), fingerprint(key));
  }

  private static Object fingerprint(Path file) {
    try {
      FileTime modified = Files.getLastModifiedTime(file);
      return List.of(file.toRealPath(), modified, Files.size(file));
    } catch (IOException unreadable) {
      return "unreadable";
    }
  }
}
