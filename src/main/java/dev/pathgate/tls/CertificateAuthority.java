package dev.pathgate.tls;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority of Pathgate's own: makes itself and serving pairs, on P-256 keys. */
public record CertificateAuthority(X509Certificate certificate, PrivateKey key) {
  /** Certificates begin a little in the past, for clients whose clock is behind. */
  private static Duration clockSkew(Duration lifetime) {
    Duration part = lifetime.dividedBy(10);
    Duration atMost = Duration.ofMinutes(5);
    return part.compareTo(atMost) < 0 ? part : atMost;
  }

  /** A new authority. */
  public static CertificateAuthority make(Instant now, Duration lifetime)
      throws GeneralSecurityException {
    KeyPair pair = newKeyPair();
    X500Name name = new X500Name("CN=pathgate-ca-" + serial().toString(36).substring(0, 8));
    try {
      JcaX509v3CertificateBuilder certificate =
          builder(name, name, pair.getPublic(), now, lifetime);
      certificate.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      certificate.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      return new CertificateAuthority(signed(certificate, pair.getPrivate()), pair.getPrivate());
    } catch (CertIOException impossible) {
      throw new GeneralSecurityException(impossible);
    }
  }

  /**
   * A new pair for those DNS names and addresses; its chain ends with this authority.
   *
   * @throws IllegalArgumentException if a name is neither; the message says which
   */
  public ServingPair issue(List<String> names, Instant now, Duration lifetime)
      throws GeneralSecurityException {
    KeyPair pair = newKeyPair();
    try {
      JcaX509v3CertificateBuilder leaf =
          builder(
              X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()),
              new X500Name("CN=pathgate"),
              pair.getPublic(),
              now,
              lifetime);
      leaf.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      leaf.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      leaf.addExtension(
          Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
      leaf.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(
              SubjectName.all(names).stream()
                  .map(SubjectName::asGeneralName)
                  .toArray(GeneralName[]::new)));
      return new ServingPair(List.of(signed(leaf, key), certificate), pair.getPrivate());
    } catch (CertIOException impossible) {
      throw new GeneralSecurityException(impossible);
    }
  }

  private static JcaX509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, PublicKey key, Instant now, Duration lifetime)
      throws GeneralSecurityException, CertIOException {
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            issuer,
            serial(),
            Date.from(now.minus(clockSkew(lifetime))),
            Date.from(now.plus(lifetime)),
            subject,
            key);
    builder.addExtension(
        Extension.subjectKeyIdentifier,
        false,
        new JcaX509ExtensionUtils().createSubjectKeyIdentifier(key));
    return builder;
  }

  private static X509Certificate signed(JcaX509v3CertificateBuilder certificate, PrivateKey key)
      throws GeneralSecurityException {
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(
              certificate.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
    } catch (OperatorCreationException impossible) {
      throw new GeneralSecurityException(impossible);
    }
  }

  private static KeyPair newKeyPair() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static BigInteger serial() {
    return new BigInteger(127, new SecureRandom()).setBit(126);
  }

  /** Certificates as PEM, one after the other. */
  static String pem(List<X509Certificate> certificates) {
    return write(certificates.toArray());
  }

  /** A private key as PEM, in PKCS#8. */
  static String pem(PrivateKey key) {
    try {
      return write(new JcaPKCS8Generator(key, null));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static String write(Object... parts) {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter pem = new JcaPEMWriter(text)) {
      for (Object part : parts) {
        pem.writeObject(part);
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return text.toString();
  }
}
