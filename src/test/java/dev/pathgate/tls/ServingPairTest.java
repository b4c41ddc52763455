package dev.pathgate.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.pathgate.testkit.Pki;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServingPairTest {
  private static final ServingPair RSA = Pki.rsa();
  private static final ServingPair EC = Pki.ec();
  private static final String EC_PARAMETERS =
      "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";

  @Test
  void takesAnRsaKeyInPkcs1() throws ServingPair.Unusable {
    assertThat(Pki.traditional(RSA)).startsWith("-----BEGIN RSA PRIVATE KEY-----");
    assertThat(parse(Pki.certificate(RSA), Pki.traditional(RSA))).isEqualTo(RSA);
  }

  @Test
  void takesAnRsaKeyInPkcs8() throws ServingPair.Unusable {
    assertThat(parse(Pki.certificate(RSA), Pki.pkcs8(RSA))).isEqualTo(RSA);
  }

  @Test
  void takesAnEcKeyInItsOwnFormAlsoWithItsCurveInFront() throws ServingPair.Unusable {
    String key = Pki.traditional(EC);

    assertThat(key).startsWith("-----BEGIN EC PRIVATE KEY-----");
    assertThat(parse(Pki.certificate(EC), key).chain()).isEqualTo(EC.chain());
    assertThat(parse(Pki.certificate(EC), EC_PARAMETERS + key).chain()).isEqualTo(EC.chain());
  }

  @Test
  void takesAnEcKeyInPkcs8AndTheWholeChain() throws ServingPair.Unusable {
    ServingPair read = parse(Pki.certificate(EC), Pki.pkcs8(EC));

    assertThat(read.chain()).hasSize(2).isEqualTo(EC.chain());
    assertThat(read.expiry()).isEqualTo(EC.expiry());
    assertThat(read.subject()).isEqualTo("CN=pathgate");
  }

  @Test
  void takesAnEcKeyThatHoldsItsPublicHalf() throws Exception {
    assertThat(parse(Pki.certificate(EC), withPublicHalf(EC)).chain()).isEqualTo(EC.chain());
  }

  @Test
  void refusesTheKeyOfAnotherCertificateThatHoldsItsPublicHalf() throws Exception {
    assertThat(refusal(Pki.certificate(EC), withPublicHalf(Pki.ec())))
        .isEqualTo("tls.key is not the key of the certificate in tls.crt");
  }

  /** As openssl writes them, and the JDK does not. */
  private static String withPublicHalf(ServingPair pair) throws IOException {
    SubjectPublicKeyInfo half =
        SubjectPublicKeyInfo.getInstance(pair.chain().get(0).getPublicKey().getEncoded());
    PrivateKeyInfo key =
        new PrivateKeyInfo(
            half.getAlgorithm(),
            new ECPrivateKey(
                256,
                ((java.security.interfaces.ECPrivateKey) pair.key()).getS(),
                half.getPublicKeyData(),
                null));
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder().encodeToString(key.getEncoded())
        + "\n-----END PRIVATE KEY-----\n";
  }

  /** As cert-manager makes them where nobody asks for a common name. */
  @Test
  void isNamedByItsDnsNamesWhereTheSubjectIsEmpty() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    KeyPair keys = generator.generateKeyPair();
    JcaX509v3CertificateBuilder certificate =
        new JcaX509v3CertificateBuilder(
            new X500Name("CN=ca"),
            BigInteger.ONE,
            Date.from(Instant.EPOCH),
            Date.from(Instant.EPOCH.plusSeconds(1)),
            new X500Name(new RDN[0]),
            keys.getPublic());
    certificate.addExtension(
        Extension.subjectAlternativeName,
        true,
        new GeneralNames(
            new GeneralName[] {
              new GeneralName(GeneralName.dNSName, "pathgate-webhook.pathgate.svc"),
              new GeneralName(GeneralName.dNSName, "pathgate-webhook.pathgate")
            }));
    X509Certificate signed =
        new JcaX509CertificateConverter()
            .getCertificate(
                certificate.build(
                    new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));

    assertThat(new ServingPair(List.of(signed), keys.getPrivate()).subject())
        .contains("pathgate-webhook.pathgate.svc")
        .contains(", ")
        .doesNotContain("CN=");
  }

  @Test
  void refusesTheKeyOfAnotherCertificate() {
    assertThat(refusal(Pki.certificate(EC), Pki.pkcs8(Pki.ec())))
        .isEqualTo("tls.key is not the key of the certificate in tls.crt");
  }

  @Test
  void refusesAKeyOfAnotherKind() {
    assertThat(refusal(Pki.certificate(EC), Pki.pkcs8(RSA)))
        .isEqualTo("tls.key is not the key of the certificate in tls.crt");
    assertThat(refusal(Pki.certificate(RSA), Pki.pkcs8(EC)))
        .isEqualTo("tls.key is not the key of the certificate in tls.crt");
  }

  /** The two fit each other; but no handshake would come of them. */
  @Test
  void refusesAPairThatTheListenerCantServe() throws ServingPair.Unusable {
    ServingPair edwards = Pki.alone(Pki.KeyKind.ED25519);
    ServingPair p521 = Pki.alone(Pki.KeyKind.P521);

    assertThat(refusal(Pki.certificate(edwards), Pki.pkcs8(edwards)))
        .isEqualTo(
            "tls.crt is for a key that can't be served: it has to be RSA, or EC on P-256, P-384 or"
                + " P-521");
    assertThat(parse(Pki.certificate(p521), Pki.pkcs8(p521)).chain()).isEqualTo(p521.chain());
  }

  @Test
  void refusesAnEncryptedKey() {
    assertThat(refusal(Pki.certificate(RSA), Pki.encrypted(RSA)))
        .isEqualTo("tls.key holds no PEM private key that is not encrypted");
  }

  @Test
  void refusesACertificateThatIsNone() {
    assertThat(refusal("", Pki.pkcs8(EC))).isEqualTo("tls.crt holds no PEM certificate");
    assertThat(refusal("hello", Pki.pkcs8(EC))).isEqualTo("tls.crt holds no PEM certificate");
    assertThat(refusal(Pki.pkcs8(EC), Pki.pkcs8(EC))).isEqualTo("tls.crt holds no PEM certificate");
  }

  @Test
  void refusesAKeyThatIsNone() {
    assertThat(refusal(Pki.certificate(EC), ""))
        .isEqualTo("tls.key holds no PEM private key that is not encrypted");
    assertThat(refusal(Pki.certificate(EC), Pki.certificate(EC)))
        .isEqualTo("tls.key holds no PEM private key that is not encrypted");
  }

  @Test
  void refusesHalfACertificateAndHalfAKey() {
    String certificate = Pki.certificate(EC);
    String key = Pki.pkcs8(EC);

    assertThat(refusal(certificate.substring(0, 300), key))
        .isEqualTo("tls.crt is not a PEM certificate");
    assertThat(refusal(certificate, key.substring(0, 100)))
        .isEqualTo("tls.key is not a PEM private key");
  }

  @Test
  void refusesBase64OfSomethingElse() {
    String noise = "AAECAwQFBgcICQoLDA0ODw==";

    assertThat(refusal(armoured("CERTIFICATE", noise), Pki.pkcs8(EC)))
        .isEqualTo("tls.crt is not a PEM certificate");
    assertThat(refusal(Pki.certificate(EC), armoured("PRIVATE KEY", noise)))
        .isEqualTo("tls.key is not a PEM private key");
  }

  @Test
  void namesTheFileThatCantBeRead(@TempDir Path folder) throws IOException {
    Path certificate = Files.writeString(folder.resolve("tls.crt"), Pki.certificate(EC));
    Path key = folder.resolve("tls.key");

    Throwable refusal = catchThrowable(() -> ServingPair.read(certificate, key));

    assertThat(refusal)
        .isInstanceOf(ServingPair.Unusable.class)
        .hasMessage(key + " does not exist");
  }

  private static String armoured(String label, String base64) {
    return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
  }

  private static ServingPair parse(String certificate, String key) throws ServingPair.Unusable {
    return ServingPair.parse(certificate, key, "tls.crt", "tls.key");
  }

  private static String refusal(String certificate, String key) {
    return catchThrowable(() -> parse(certificate, key)).getMessage();
  }
}
