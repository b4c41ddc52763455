package dev.pathgate.tls;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * The certificate that is served, wherever it comes from: two files, a Secret that Pathgate manages
 * itself, or, with neither, one that is made at start and that nobody trusts.
 */
public interface ServingCertificate extends AutoCloseable {
  /** Hands every new handshake the pair that is current at that moment. */
  ServingKeyManager keyManager();

  /** Why it can't be served yet, for people; empty once it can. */
  default Optional<String> notReadyReason() {
    return Optional.empty();
  }

  /** When the certificate that is served now ends. */
  default Instant expiry() {
    return keyManager().pair().expiry();
  }

  /** The last certificate of the chain that is served now, which a client may trust. */
  default X509Certificate root() {
    List<X509Certificate> chain = keyManager().pair().chain();
    return chain.get(chain.size() - 1);
  }

  /** Ends its polling; what it has is served on. */
  @Override
  default void close() {}

  /** What is configured of a certificate; each part may be missing. */
  record Source(
      Optional<Path> certificate, Optional<Path> key, Optional<ManagedCertificate.Options> self) {

    /**
     * Checks what can be checked before a start.
     *
     * @throws ServingPair.Unusable if the pair or a name can't be used; the message says why
     */
    public void check() throws ServingPair.Unusable {
      if (certificate.isPresent() && key.isPresent()) {
        ServingPair.read(certificate.get(), key.get());
      }
      try {
        self.ifPresent(options -> SubjectName.all(options.dnsNames()));
      } catch (IllegalArgumentException unusable) {
        throw new ServingPair.Unusable(unusable.getMessage());
      }
    }
  }

  /**
   * The certificate of that source, polled from now on until it is closed.
   *
   * @param client used by a certificate in a Secret alone
   * @throws ServingPair.Unusable if there are files and they hold nothing to serve
   */
  static ServingCertificate of(Source source, Supplier<KubernetesClient> client)
      throws ServingPair.Unusable, GeneralSecurityException {
    if (source.self().isPresent()) {
      ManagedCertificate managed =
          new ManagedCertificate(client.get(), source.self().get(), Clock.systemUTC());
      managed.start();
      return managed;
    }
    if (source.certificate().isPresent() && source.key().isPresent()) {
      CertificateFiles files =
          new CertificateFiles(source.certificate().get(), source.key().get(), Clock.systemUTC());
      files.start();
      return files;
    }
    return selfSigned(Instant.now());
  }

  private static ServingCertificate selfSigned(Instant now) throws GeneralSecurityException {
    Duration lifetime = Duration.ofDays(365);
    ServingKeyManager keyManager =
        new ServingKeyManager(
            CertificateAuthority.make(now, lifetime)
                .issue(List.of("localhost", "127.0.0.1", "::1"), now, lifetime));
    Logger.getLogger(ServingCertificate.class)
        .warn(
            "No pathgate.tls.certificate and pathgate.tls.key: serving a self-signed certificate"
                + " made just now, which no API server trusts");
    return () -> keyManager;
  }
}
