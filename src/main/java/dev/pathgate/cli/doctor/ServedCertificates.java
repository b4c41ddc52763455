package dev.pathgate.cli.doctor;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Certificates as an address or a Secret shows them, and who vouches for them. */
final class ServedCertificates {
  private static final int CONNECT_MILLIS = 5_000;

  private ServedCertificates() {}

  /**
   * Why a webhook's bundle does not vouch for a chain; empty if it does. The dates of the
   * certificate itself make no difference.
   */
  static Optional<String> distrust(Hook hook, List<X509Certificate> chain, Instant now) {
    try {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      for (X509Certificate authority :
          certificates(Base64.getMimeDecoder().decode(hook.caBundle()))) {
        trusted.setCertificateEntry("ca-" + trusted.size(), authority);
      }
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      PKIXBuilderParameters parameters = new PKIXBuilderParameters(trusted, new X509CertSelector());
      parameters.setRevocationEnabled(false);
      parameters.setDate(whileItHolds(chain.get(0), now));
      managers.init(new CertPathTrustManagerParameters(parameters));
      for (TrustManager manager : managers.getTrustManagers()) {
        ((X509TrustManager) manager)
            .checkServerTrusted(chain.toArray(new X509Certificate[0]), "UNKNOWN");
      }
    } catch (GeneralSecurityException | IOException | IllegalArgumentException no) {
      return Optional.of(String.valueOf(no.getMessage()));
    }
    String host = hook.host();
    List<String> names = names(chain.get(0));
    String anyOfDomain = host.replaceFirst("^[^.]+", "*");
    return names.contains(host.toLowerCase(Locale.ROOT)) || names.contains(anyOfDomain)
        ? Optional.empty()
        : Optional.of("it is not made out to " + host + ", but to " + String.join(", ", names));
  }

  /** Now, or the moment next to it at which the certificate holds. */
  private static Date whileItHolds(X509Certificate certificate, Instant now) {
    if (now.isBefore(certificate.getNotBefore().toInstant())) {
      return certificate.getNotBefore();
    }
    return now.isAfter(certificate.getNotAfter().toInstant())
        ? certificate.getNotAfter()
        : Date.from(now);
  }

  private static List<String> names(X509Certificate certificate) {
    List<String> names = new ArrayList<>();
    try {
      Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
      for (List<?> name : alternatives == null ? List.<List<?>>of() : alternatives) {
        names.add(String.valueOf(name.get(1)).toLowerCase(Locale.ROOT));
      }
    } catch (CertificateException malformed) {
      // a certificate without names that can be read is made out to nobody
    }
    return names;
  }

  /** The certificates of a PEM text; at least one. */
  static List<X509Certificate> certificates(byte[] pem) throws CertificateException {
    List<X509Certificate> certificates = new ArrayList<>();
    CertificateFactory.getInstance("X.509")
        .generateCertificates(new ByteArrayInputStream(pem))
        .forEach(certificate -> certificates.add((X509Certificate) certificate));
    if (certificates.isEmpty()) {
      throw new CertificateException("there is no certificate in it");
    }
    return certificates;
  }

  /** The certificates that an address shows, whoever signed them. */
  static List<X509Certificate> shown(String host, int port)
      throws IOException, GeneralSecurityException {
    List<X509Certificate> shown = new ArrayList<>();
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Onlooker(shown)}, null);
    try (Socket plain = new Socket()) {
      plain.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
      plain.setSoTimeout(CONNECT_MILLIS);
      try (SSLSocket tls =
          (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true)) {
        tls.startHandshake();
      }
    } catch (IOException stopped) {
      // With a client CA the pods end the handshake, but have shown what they serve by then.
      if (shown.isEmpty()) {
        throw stopped;
      }
    }
    return shown;
  }

  /** Looks at certificates, and trusts them all: nothing is sent by the connection. */
  private record Onlooker(List<X509Certificate> shown) implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {
      shown.addAll(List.of(chain));
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
