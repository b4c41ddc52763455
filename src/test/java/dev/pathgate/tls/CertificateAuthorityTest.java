package dev.pathgate.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SignatureException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;

class CertificateAuthorityTest {
  private static final Duration DAY = Duration.ofDays(1);

  private final Instant now = Instant.now();

  @Test
  void makesAnAuthorityThatMaySignButNotFurtherAuthorities() throws GeneralSecurityException {
    X509Certificate certificate = CertificateAuthority.make(now, DAY).certificate();

    assertThat(certificate.getBasicConstraints()).isZero();
    assertThat(certificate.getKeyUsage()[5]).as("keyCertSign").isTrue();
    assertThat(certificate.getKeyUsage()[0]).as("digitalSignature").isFalse();
    certificate.verify(certificate.getPublicKey());
  }

  @Test
  void issuesAPairThatServesAndSignsNothing() throws GeneralSecurityException {
    CertificateAuthority authority = CertificateAuthority.make(now, DAY);

    ServingPair pair =
        authority.issue(List.of("a.svc", "10.0.0.1", "fd00::1"), now, Duration.ofHours(1));

    X509Certificate leaf = pair.chain().get(0);
    assertThat(pair.chain()).containsExactly(leaf, authority.certificate());
    assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
    assertThat(leaf.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    assertThat(leaf.getSubjectAlternativeNames())
        .hasToString("[[2, a.svc], [7, 10.0.0.1], [7, fd00:0:0:0:0:0:0:1]]");
  }

  @Test
  void isTrustedByWhoTrustsTheAuthority() throws GeneralSecurityException {
    CertificateAuthority authority = CertificateAuthority.make(now, DAY);
    ServingPair pair = authority.issue(List.of("a.svc"), now, DAY);

    assertThatCode(() -> trusting(authority).checkServerTrusted(chain(pair), "ECDHE_ECDSA"))
        .doesNotThrowAnyException();
  }

  @Test
  void isNotTrustedByWhoTrustsAnotherAuthority() throws GeneralSecurityException {
    ServingPair pair = CertificateAuthority.make(now, DAY).issue(List.of("a.svc"), now, DAY);
    X509TrustManager other = trusting(CertificateAuthority.make(now, DAY));

    assertThatThrownBy(() -> other.checkServerTrusted(chain(pair), "ECDHE_ECDSA"))
        .hasMessageContaining("unable to find valid certification path");
  }

  @Test
  void makesEveryAuthorityDistinct() throws GeneralSecurityException {
    CertificateAuthority one = CertificateAuthority.make(now, DAY);
    CertificateAuthority other = CertificateAuthority.make(now, DAY);

    assertThat(one.certificate().getSubjectX500Principal())
        .isNotEqualTo(other.certificate().getSubjectX500Principal());
    assertThat(one.certificate().getSerialNumber())
        .isNotEqualTo(other.certificate().getSerialNumber());
    assertThatThrownBy(() -> one.certificate().verify(other.certificate().getPublicKey()))
        .isInstanceOf(SignatureException.class);
  }

  @Test
  void isValidForClientsWhoseClockIsBehind() throws GeneralSecurityException {
    X509Certificate certificate = CertificateAuthority.make(now, DAY).certificate();

    assertThat(certificate.getNotBefore().toInstant())
        .isBefore(now.minus(Duration.ofMinutes(5)).plusSeconds(1));
    assertThat(certificate.getNotAfter().toInstant()).isBeforeOrEqualTo(now.plus(DAY));
  }

  @Test
  void survivesItsOwnPem() throws GeneralSecurityException, ServingPair.Unusable {
    CertificateAuthority authority = CertificateAuthority.make(now, DAY);
    ServingPair pair = authority.issue(List.of("a.svc"), now, DAY);

    ServingPair read =
        ServingPair.parse(
            CertificateAuthority.pem(pair.chain()),
            CertificateAuthority.pem(pair.key()),
            "tls.crt",
            "tls.key");

    assertThat(read).isEqualTo(pair);
  }

  private static X509Certificate[] chain(ServingPair pair) {
    return pair.chain().toArray(X509Certificate[]::new);
  }

  private static X509TrustManager trusting(CertificateAuthority authority)
      throws GeneralSecurityException {
    KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
    try {
      anchors.load(null, null);
    } catch (java.io.IOException impossible) {
      throw new GeneralSecurityException(impossible);
    }
    anchors.setCertificateEntry("ca", authority.certificate());
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(anchors);
    TrustManager[] managers = factory.getTrustManagers();
    return (X509TrustManager) managers[0];
  }
}
