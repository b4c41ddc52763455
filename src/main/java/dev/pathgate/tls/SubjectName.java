package dev.pathgate.tls;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.util.IPAddress;

/**
 * A DNS name or an address that a certificate is for, in one form: {@code ::1} and {@code
 * 0:0:0:0:0:0:0:1} are equal, and so are {@code A.svc.} and {@code a.svc}.
 */
record SubjectName(String text, boolean isAddress) {
  private static final Pattern DNS = Pattern.compile("[a-z0-9*_-]+(\\.[a-z0-9_-]+)*");
  private static final Pattern MEANT_AS_ADDRESS = Pattern.compile("[0-9.]+|.*:.*");

  /**
   * @throws IllegalArgumentException if it is neither; the message says so for people
   */
  static SubjectName of(String name) {
    String text = name.strip().toLowerCase(Locale.ROOT);
    if (MEANT_AS_ADDRESS.matcher(text).matches()) {
      if (!IPAddress.isValid(text)) {
        throw new IllegalArgumentException(name + " is no IP address");
      }
      return new SubjectName(address(text).getHostAddress(), true);
    }
    String relative = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    if (!DNS.matcher(relative).matches()) {
      throw new IllegalArgumentException(name + " is neither a DNS name nor an IP address");
    }
    return new SubjectName(relative, false);
  }

  /** The names in their order, each once. */
  static Set<SubjectName> all(Collection<String> names) {
    Set<SubjectName> all = new LinkedHashSet<>();
    names.forEach(name -> all.add(of(name)));
    return all;
  }

  /** What the certificate is for; names of other kinds than these two are passed over. */
  static Set<SubjectName> of(X509Certificate certificate) {
    Set<SubjectName> names = new LinkedHashSet<>();
    try {
      Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
      if (alternatives != null) {
        for (List<?> alternative : alternatives) {
          boolean isAddress = alternative.get(0).equals(GeneralName.iPAddress);
          if (isAddress || alternative.get(0).equals(GeneralName.dNSName)) {
            names.add(of(String.valueOf(alternative.get(1))));
          }
        }
      }
    } catch (CertificateParsingException | IllegalArgumentException malformed) {
      return Set.of();
    }
    return names;
  }

  GeneralName asGeneralName() {
    return isAddress
        ? new GeneralName(GeneralName.iPAddress, new DEROctetString(address(text).getAddress()))
        : new GeneralName(GeneralName.dNSName, text);
  }

  /** A literal that was checked before is never looked up. */
  private static InetAddress address(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException impossible) {
      throw new IllegalArgumentException(literal + " is no IP address", impossible);
    }
  }
}
