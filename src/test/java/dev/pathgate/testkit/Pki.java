package dev.pathgate.testkit;

import dev.pathgate.tls.CertificateAuthority;
import dev.pathgate.tls.ServingPair;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.PBEParameterSpec;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaMiscPEMGenerator;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemObjectGenerator;
import org.bouncycastle.util.io.pem.PemWriter;

/** A certificate authority that lives for one test, and the certificates that it signs. */
public final class Pki {
  private static final AtomicLong SERIAL = new AtomicLong(System.nanoTime());
  private static final Duration VALID = Duration.ofDays(2);

  private final Identity authority;

  /** A certificate with its key. */
  public record Identity(X509Certificate certificate, PrivateKey key) {
    public String certificatePem() {
      return pem(new JcaMiscPEMGeneratorOf(certificate).generator());
    }

    /** {@code BEGIN PRIVATE KEY}. */
    public String pkcs8() {
      try {
        return pem(new JcaPKCS8Generator(key, null));
      } catch (IOException impossible) {
        throw new UncheckedIOException(impossible);
      }
    }

    /** {@code BEGIN RSA PRIVATE KEY}, or {@code BEGIN EC PRIVATE KEY} as OpenSSL writes it. */
    public String traditional() {
      if (!(key instanceof ECPrivateKey elliptic)) {
        return pem(new JcaMiscPEMGeneratorOf(key).generator());
      }
      ASN1ObjectIdentifier curve = SECObjectIdentifiers.secp256r1;
      try {
        byte[] sec1 =
            new org.bouncycastle.asn1.sec.ECPrivateKey(256, elliptic.getS(), curve).getEncoded();
        byte[] parameters = curve.getEncoded();
        return pem(() -> new PemObject("EC PARAMETERS", parameters))
            + pem(() -> new PemObject("EC PRIVATE KEY", sec1));
      } catch (IOException impossible) {
        throw new UncheckedIOException(impossible);
      }
    }
  }

  private record JcaMiscPEMGeneratorOf(Object object) {
    PemObjectGenerator generator() {
      try {
        return new JcaMiscPEMGenerator(object);
      } catch (IOException impossible) {
        throw new UncheckedIOException(impossible);
      }
    }
  }

  /** What a key is made of. */
  public enum KeyKind {
    RSA,
    EC,
    P521,
    ED25519;

    private KeyPairGenerator generator() throws GeneralSecurityException {
      KeyPairGenerator generator =
          KeyPairGenerator.getInstance(this == EC || this == P521 ? "EC" : name());
      switch (this) {
        case RSA -> generator.initialize(2048);
        case EC -> generator.initialize(new ECGenParameterSpec("secp256r1"));
        case P521 -> generator.initialize(new ECGenParameterSpec("secp521r1"));
        case ED25519 -> {} // has one size
      }
      return generator;
    }
  }

  public Pki(String name) {
    KeyPair pair = pair(KeyKind.EC);
    authority = new Identity(sign(name, pair, name, pair.getPrivate(), true), pair.getPrivate());
  }

  public String authorityPem() {
    return authority.certificatePem();
  }

  public X509Certificate authority() {
    return authority.certificate();
  }

  /** A pair for 127.0.0.1 and localhost, or a client of that name. */
  public Identity issue(String name, KeyKind kind) {
    KeyPair pair = pair(kind);
    String issuer = authority.certificate().getSubjectX500Principal().getName().substring(3);
    return new Identity(sign(name, pair, issuer, authority.key(), false), pair.getPrivate());
  }

  private static KeyPair pair(KeyKind kind) {
    try {
      return kind.generator().generateKeyPair();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static X509Certificate sign(
      String name, KeyPair pair, String issuer, PrivateKey issuerKey, boolean authority) {
    Instant now = Instant.now();
    try {
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              new X500Principal("CN=" + issuer),
              BigInteger.valueOf(SERIAL.incrementAndGet()),
              Date.from(now.minus(Duration.ofMinutes(5))),
              Date.from(now.plus(VALID)),
              new X500Principal("CN=" + name),
              pair.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
      if (!authority) {
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(
                new GeneralName[] {
                  new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
                  new GeneralName(GeneralName.dNSName, "localhost")
                }));
      }
      String algorithm = issuerKey.getAlgorithm().equals("EC") ? "ECDSA" : "RSA";
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256with" + algorithm).build(issuerKey)));
    } catch (CertIOException | OperatorCreationException | GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** A pair on a P-256 key as Pathgate makes it for itself, with its authority. */
  public static ServingPair ec() {
    Instant now = Instant.now();
    try {
      return CertificateAuthority.make(now, Duration.ofHours(1))
          .issue(List.of("localhost"), now, Duration.ofHours(1));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** A pair on an RSA key, without its authority. */
  public static ServingPair rsa() {
    return alone(KeyKind.RSA);
  }

  /** A pair of a kind, its certificate without that of its CA. */
  public static ServingPair alone(KeyKind kind) {
    String name = kind.name().toLowerCase(java.util.Locale.ROOT);
    Identity identity = new Pki(name).issue(name, kind);
    return new ServingPair(List.of(identity.certificate()), identity.key());
  }

  /** All certificates of the pair, its own first. */
  public static String certificate(ServingPair pair) {
    return pair.chain().stream()
        .map(link -> new Identity(link, pair.key()).certificatePem())
        .collect(Collectors.joining());
  }

  /** {@code BEGIN PRIVATE KEY}. */
  public static String pkcs8(ServingPair pair) {
    return new Identity(pair.chain().get(0), pair.key()).pkcs8();
  }

  /** {@code BEGIN RSA PRIVATE KEY} (PKCS#1) or {@code BEGIN EC PRIVATE KEY}, without the curve. */
  public static String traditional(ServingPair pair) {
    String text = new Identity(pair.chain().get(0), pair.key()).traditional();
    return text.substring(Math.max(0, text.indexOf("-----BEGIN EC PRIVATE KEY")));
  }

  /** {@code BEGIN ENCRYPTED PRIVATE KEY}. */
  public static String encrypted(ServingPair pair) {
    String algorithm = "PBEWithSHA1AndDESede";
    try {
      Cipher cipher = Cipher.getInstance(algorithm);
      cipher.init(
          Cipher.ENCRYPT_MODE,
          SecretKeyFactory.getInstance(algorithm)
              .generateSecret(new PBEKeySpec("secret".toCharArray())),
          new PBEParameterSpec(new byte[8], 1000));
      byte[] content =
          new EncryptedPrivateKeyInfo(
                  cipher.getParameters(), cipher.doFinal(pair.key().getEncoded()))
              .getEncoded();
      return pem(() -> new PemObject("ENCRYPTED PRIVATE KEY", content));
    } catch (GeneralSecurityException | IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String pem(PemObjectGenerator object) {
    StringWriter text = new StringWriter();
    try (PemWriter writer = new PemWriter(text)) {
      writer.writeObject(object);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return text.toString();
  }
}
