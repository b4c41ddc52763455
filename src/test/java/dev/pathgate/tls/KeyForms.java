package dev.pathgate.tls;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.PBEParameterSpec;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/** Pairs, and the forms in which people keep their keys. */
final class KeyForms {
  private KeyForms() {}

  /** A self-signed pair on a P-256 key. */
  static ServingPair ec() {
    Instant now = Instant.now();
    try {
      return CertificateAuthority.make(now, Duration.ofHours(1))
          .issue(List.of("localhost"), now, Duration.ofHours(1));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** A self-signed pair on an RSA key. */
  static ServingPair rsa() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      KeyPair keys = generator.generateKeyPair();
      X500Name name = new X500Name("CN=rsa");
      Instant now = Instant.now();
      X509Certificate certificate =
          new JcaX509CertificateConverter()
              .getCertificate(
                  new JcaX509v3CertificateBuilder(
                          name,
                          BigInteger.ONE,
                          Date.from(now.minusSeconds(60)),
                          Date.from(now.plusSeconds(3600)),
                          name,
                          keys.getPublic())
                      .build(
                          new JcaContentSignerBuilder("SHA256withRSA").build(keys.getPrivate())));
      return new ServingPair(List.of(certificate), keys.getPrivate());
    } catch (GeneralSecurityException | OperatorCreationException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  static String certificate(ServingPair pair) {
    return CertificateAuthority.pem(pair.chain());
  }

  /** {@code BEGIN PRIVATE KEY}. */
  static String pkcs8(ServingPair pair) {
    return CertificateAuthority.pem(pair.key());
  }

  /** {@code BEGIN RSA PRIVATE KEY} (PKCS#1) or {@code BEGIN EC PRIVATE KEY}, as OpenSSL has it. */
  static String traditional(ServingPair pair) {
    try {
      return pair.key() instanceof ECPrivateKey key
          ? pem(
              "EC PRIVATE KEY",
              new org.bouncycastle.asn1.sec.ECPrivateKey(
                      256, key.getS(), SECObjectIdentifiers.secp256r1)
                  .getEncoded())
          : pem(
              "RSA PRIVATE KEY",
              PrivateKeyInfo.getInstance(pair.key().getEncoded())
                  .parsePrivateKey()
                  .toASN1Primitive()
                  .getEncoded());
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** {@code BEGIN ENCRYPTED PRIVATE KEY}. */
  static String encrypted(ServingPair pair) {
    String algorithm = "PBEWithSHA1AndDESede";
    try {
      Cipher cipher = Cipher.getInstance(algorithm);
      cipher.init(
          Cipher.ENCRYPT_MODE,
          SecretKeyFactory.getInstance(algorithm)
              .generateSecret(new PBEKeySpec("secret".toCharArray())),
          new PBEParameterSpec(new byte[8], 1000));
      return pem(
          "ENCRYPTED PRIVATE KEY",
          new EncryptedPrivateKeyInfo(
                  cipher.getParameters(), cipher.doFinal(pair.key().getEncoded()))
              .getEncoded());
    } catch (GeneralSecurityException | IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String pem(String label, byte[] content) {
    StringWriter text = new StringWriter();
    try (PemWriter pem = new PemWriter(text)) {
      pem.writeObject(new PemObject(label, content));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return text.toString();
  }
}
