package dev.pathgate.tls;

import dev.pathgate.kube.OnceLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The certificate and key files: reads them again when they change and serves the new pair. An
 * unusable pair is reported once, while the old one stays in use; so is a served certificate that
 * has expired.
 */
final class CertificateFiles implements ServingCertificate {
  private static final Logger LOG = Logger.getLogger(CertificateFiles.class);
  private static final Duration POLL_INTERVAL = Duration.ofSeconds(5);

  private final Path certificate;
  private final Path key;
  private final Clock clock;
  private final ServingKeyManager keyManager;
  private final Polling polling = new Polling();
  private final OnceLog problems = new OnceLog(LOG);
  private List<Object> seen;

  /**
   * Reads the pair for the first time.
   *
   * @throws ServingPair.Unusable if there is nothing to serve
   */
  CertificateFiles(Path certificate, Path key, Clock clock) throws ServingPair.Unusable {
    this.certificate = certificate;
    this.key = key;
    this.clock = clock;
    this.seen = fingerprint();
    this.keyManager = new ServingKeyManager(ServingPair.read(certificate, key));
  }

  @Override
  public ServingKeyManager keyManager() {
    return keyManager;
  }

  void start() {
    polling.every(POLL_INTERVAL, this::poll);
  }

  @Override
  public void close() {
    polling.close();
  }

  /** Serves the files' pair if they have changed since the last poll that led to a served one. */
  synchronized void poll() {
    List<Object> now = fingerprint();
    if (now.equals(seen)) {
      if (keyManager.pair().isExpired(clock.instant())) {
        report(expired(keyManager.pair()) + ", and there is no newer one");
      }
      return;
    }
    try {
      ServingPair renewed = ServingPair.read(certificate, key);
      if (!now.equals(fingerprint())) {
        return; // still being written: the next poll takes it
      }
      Optional<String> flaw = untimely(renewed);
      if (flaw.isPresent() && untimely(keyManager.pair()).isEmpty()) {
        throw new ServingPair.Unusable(flaw.get());
      }
      keyManager.serve(renewed);
      seen = now;
      problems.clear();
      LOG.infof(
          "Serving the certificate of %s, valid until %s", renewed.subject(), renewed.expiry());
    } catch (ServingPair.Unusable unusable) {
      report(
          unusable.getMessage()
              + "; the certificate that is valid until "
              + keyManager.pair().expiry()
              + " stays in use");
    }
  }

  /** Why callers do not take that pair now; empty if they do. */
  private Optional<String> untimely(ServingPair pair) {
    Instant now = clock.instant();
    if (pair.isExpired(now)) {
      return Optional.of(expired(pair));
    }
    X509Certificate own = pair.chain().get(0);
    return CertificateRenewal.hasBegun(own, now)
        ? Optional.empty()
        : Optional.of(
            "the certificate in "
                + certificate
                + " is not valid before "
                + own.getNotBefore().toInstant());
  }

  private String expired(ServingPair pair) {
    return "the certificate in " + certificate + " was valid until " + pair.expiry();
  }

  /** Logs each flaw once until a pair is served that has none. */
  private void report(String flaw) {
    problems.error(flaw, flaw);
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
