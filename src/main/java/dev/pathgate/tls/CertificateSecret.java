package dev.pathgate.tls;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How a Secret holds the state of Pathgate's own certificates. */
final class CertificateSecret {
  static final String AUTHORITIES = "ca.crt";
  static final String AUTHORITY_KEY = "ca.key";
  static final String CERTIFICATE = "tls.crt";
  static final String KEY = "tls.key";
  static final String PUBLISHED_AT = "pathgate.dev/ca-published-at";

  private CertificateSecret() {}

  static boolean isEmpty(Secret secret) {
    return secret.getData() == null || secret.getData().isEmpty();
  }

  /** What the Secret holds; what is broken in it counts as missing, and is made anew like that. */
  static CertificateRenewal.State read(Secret secret) {
    Map<String, String> data = secret.getData() == null ? Map.of() : secret.getData();
    List<X509Certificate> authorities = authorities(text(data, AUTHORITIES));
    Map<String, String> annotations = secret.getMetadata().getAnnotations();
    return new CertificateRenewal.State(
        authorities,
        authorities.isEmpty()
            ? Optional.empty()
            : pair(CertificateAuthority.pem(authorities), text(data, AUTHORITY_KEY))
                .map(pair -> new CertificateAuthority(authorities.get(0), pair.key())),
        pair(text(data, CERTIFICATE), text(data, KEY)),
        Optional.ofNullable(annotations)
            .map(found -> found.get(PUBLISHED_AT))
            .flatMap(CertificateSecret::instant));
  }

  private static String text(Map<String, String> data, String key) {
    return new String(
        Base64.getMimeDecoder().decode(data.getOrDefault(key, "")), StandardCharsets.UTF_8);
  }

  private static List<X509Certificate> authorities(String pem) {
    try {
      return ServingPair.certificates(pem, AUTHORITIES);
    } catch (ServingPair.Unusable none) {
      return List.of();
    }
  }

  private static Optional<ServingPair> pair(String certificate, String key) {
    try {
      return Optional.of(ServingPair.parse(certificate, key, CERTIFICATE, KEY));
    } catch (ServingPair.Unusable none) {
      return Optional.empty();
    }
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException malformed) {
      return Optional.empty();
    }
  }

  /** The same Secret, of the same version, with that state. */
  static Secret with(CertificateRenewal.State state, Secret secret) {
    Map<String, String> data = new HashMap<>();
    data.put(AUTHORITIES, CertificateAuthority.pem(state.authorities()));
    data.put(AUTHORITY_KEY, CertificateAuthority.pem(state.newest().orElseThrow().key()));
    state
        .pair()
        .ifPresent(
            pair -> {
              data.put(CERTIFICATE, CertificateAuthority.pem(pair.chain()));
              data.put(KEY, CertificateAuthority.pem(pair.key()));
            });
    data.replaceAll(
        (name, pem) -> Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8)));
    SecretBuilder changed = new SecretBuilder(secret).withData(data);
    if (state.publishedAt().isPresent()) {
      changed
          .editMetadata()
          .addToAnnotations(PUBLISHED_AT, state.publishedAt().get().toString())
          .endMetadata();
    } else {
      changed.editMetadata().removeFromAnnotations(PUBLISHED_AT).endMetadata();
    }
    return changed.build();
  }
}
