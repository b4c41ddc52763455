package dev.pathgate.tls;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/**
 * A certificate chain and its private key, read from PEM: RSA, or EC on a common curve; in PKCS#8,
 * PKCS#1 or EC form.
 *
 * @param chain the server's certificate first
 */
public record ServingPair(List<X509Certificate> chain, PrivateKey key) {
  /** The curves that every client of TLS knows: the API server's, too. */
  private static final Set<ASN1ObjectIdentifier> CURVES =
      Set.of(
          SECObjectIdentifiers.secp256r1,
          SECObjectIdentifiers.secp384r1,
          SECObjectIdentifiers.secp521r1);

  /** A pair can't be served; the message says why, without a stack trace's worth of detail. */
  public static final class Unusable extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why, in one line for people. */
    public Unusable(String why) {
      super(why);
    }
  }

  public ServingPair {
    chain = List.copyOf(chain);
  }

  /**
   * Reads and checks a pair.
   *
   * @throws Unusable if a file can't be read, is no PEM, or the key is not the certificate's
   */
  public static ServingPair read(Path certificate, Path key) throws Unusable {
    return parse(text(certificate), text(key), certificate.toString(), key.toString());
  }

  /**
   * Takes a pair from PEM texts and checks it.
   *
   * @param certificateName what messages call the certificate
   * @param keyName what messages call the key
   */
  static ServingPair parse(String certificate, String key, String certificateName, String keyName)
      throws Unusable {
    List<X509Certificate> chain = certificates(certificate, certificateName);
    if (!isServable(chain.get(0))) {
      throw new Unusable(
          certificateName
              + " is for a key that can't be served: it has to be RSA, or EC on P-256, P-384 or"
              + " P-521");
    }
    PrivateKeyInfo held = privateKey(key, keyName);
    PrivateKey privateKey = usable(held, keyName);
    if (!holdsPublicKeyOf(chain.get(0), held) && !match(chain.get(0), privateKey)) {
      throw new Unusable(keyName + " is not the key of the certificate in " + certificateName);
    }
    return new ServingPair(chain, privateKey);
  }

  /** When the first certificate of the chain ends. */
  public Instant expiry() {
    return chain.get(0).getNotAfter().toInstant();
  }

  /** Whether the first certificate of the chain has ended. */
  boolean isExpired(Instant now) {
    return !now.isBefore(expiry());
  }

  /** Whom the certificate is made out to, for log lines: its subject, else its names. */
  String subject() {
    X509Certificate certificate = chain.get(0);
    String subject = certificate.getSubjectX500Principal().getName();
    if (!subject.isEmpty()) {
      return subject;
    }
    String names =
        SubjectName.of(certificate).stream()
            .map(SubjectName::text)
            .collect(Collectors.joining(", "));
    return names.isEmpty() ? "serial number " + certificate.getSerialNumber() : names;
  }

  private static String text(Path file) throws Unusable {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException missing) {
      throw new Unusable(file + " does not exist");
    } catch (AccessDeniedException denied) {
      throw new Unusable(file + " can't be read: permission denied");
    } catch (IOException unreadable) {
      throw new Unusable(file + " can't be read as text");
    }
  }

  /**
   * The certificates in a PEM file; at least one.
   *
   * @throws Unusable if the file can't be read or holds none
   */
  public static List<X509Certificate> certificates(Path file) throws Unusable {
    return certificates(text(file), file.toString());
  }

  static List<X509Certificate> certificates(String pem, String name) throws Unusable {
    List<X509Certificate> certificates = new ArrayList<>();
    JcaX509CertificateConverter converter = new JcaX509CertificateConverter();
    try (Reader text = new StringReader(pem);
        PEMParser parser = new PEMParser(text)) {
      for (Object part = parser.readObject(); part != null; part = parser.readObject()) {
        if (part instanceof X509CertificateHolder holder) {
          certificates.add(converter.getCertificate(holder));
        }
      }
    } catch (IOException | GeneralSecurityException | RuntimeException malformed) {
      throw new Unusable(name + " is not a PEM certificate");
    }
    if (certificates.isEmpty()) {
      throw new Unusable(name + " holds no PEM certificate");
    }
    return certificates;
  }

  /** Whether the listener can make a handshake with it. */
  private static boolean isServable(X509Certificate certificate) {
    AlgorithmIdentifier key =
        SubjectPublicKeyInfo.getInstance(certificate.getPublicKey().getEncoded()).getAlgorithm();
    return key.getAlgorithm().equals(PKCSObjectIdentifiers.rsaEncryption)
        || (key.getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)
            && key.getParameters() instanceof ASN1ObjectIdentifier curve
            && CURVES.contains(curve));
  }

  private static PrivateKeyInfo privateKey(String pem, String name) throws Unusable {
    try (Reader text = new StringReader(pem);
        PEMParser parser = new PEMParser(text)) {
      for (Object part = parser.readObject(); part != null; part = parser.readObject()) {
        if (part instanceof PEMKeyPair pair) {
          return pair.getPrivateKeyInfo();
        }
        if (part instanceof PrivateKeyInfo info) {
          return info;
        }
      }
    } catch (IOException | RuntimeException malformed) {
      throw new Unusable(name + " is not a PEM private key");
    }
    throw new Unusable(name + " holds no PEM private key that is not encrypted");
  }

  private static PrivateKey usable(PrivateKeyInfo key, String name) throws Unusable {
    try {
      return new JcaPEMKeyConverter().getPrivateKey(key);
    } catch (IOException | RuntimeException malformed) {
      throw new Unusable(name + " is not a PEM private key");
    }
  }

  /**
   * Whether the key's own public half, which most files hold, is the certificate's: no arithmetic,
   * which takes a start 40 ms. If it is not, that may be a matter of form.
   */
  private static boolean holdsPublicKeyOf(X509Certificate certificate, PrivateKeyInfo key) {
    try {
      SubjectPublicKeyInfo wanted =
          SubjectPublicKeyInfo.getInstance(certificate.getPublicKey().getEncoded());
      if (!wanted.getAlgorithm().equals(key.getPrivateKeyAlgorithm())) {
        return false;
      }
      if (wanted.getAlgorithm().getAlgorithm().equals(PKCSObjectIdentifiers.rsaEncryption)) {
        RSAPrivateKey rsa = RSAPrivateKey.getInstance(key.parsePrivateKey());
        return new RSAPublicKey(rsa.getModulus(), rsa.getPublicExponent())
            .equals(wanted.parsePublicKey());
      }
      return wanted.getAlgorithm().getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)
          && wanted
              .getPublicKeyData()
              .equals(ECPrivateKey.getInstance(key.parsePrivateKey()).getPublicKey());
    } catch (IOException | RuntimeException otherForm) {
      return false;
    }
  }

  /** Signs with the one and verifies with the other. */
  private static boolean match(X509Certificate certificate, PrivateKey key) {
    String algorithm = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
    try {
      byte[] probe = {1, 2, 3};
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(probe);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(probe);
      return signature.verify(signed);
    } catch (GeneralSecurityException otherKind) {
      return false;
    }
  }
}
