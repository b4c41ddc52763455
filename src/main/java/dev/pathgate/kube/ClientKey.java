package dev.pathgate.kube;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.internal.CertUtils;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The key of a kubeconfig's client certificate, in a form that the client's library takes: the
 * library reads only the first block of a PEM file, and takes its key for an RSA key unless the
 * block's name says otherwise, which that of a PKCS#8 block never does.
 */
final class ClientKey {
  private static final Pattern BLOCK =
      Pattern.compile(
          "-----BEGIN (?:(RSA|EC) )?PRIVATE KEY-----([^-]*)-----END (?:(?:RSA|EC) )?PRIVATE KEY-----");

  private ClientKey() {}

  /**
   * Lets the library find the key and what kind of key it is; leaves to its complaint what is none.
   *
   * @throws IllegalArgumentException if it is a key of a kind that it can't use
   */
  static void fit(Config config) {
    Matcher block = BLOCK.matcher(pem(config));
    if (!block.find()) {
      return;
    }
    config.setClientKeyData(
        Base64.getEncoder().encodeToString(block.group().getBytes(StandardCharsets.US_ASCII)));
    config.setClientKeyAlgo(block.group(1) == null ? algorithm(block.group(2)) : block.group(1));
  }

  /** The text of the key; empty where there is none that can be read. */
  private static String pem(Config config) {
    if (config.getClientKeyData() == null && config.getClientKeyFile() == null) {
      return "";
    }
    try (InputStream key =
        CertUtils.getInputStreamFromDataOrFile(
            config.getClientKeyData(), config.getClientKeyFile())) {
      return new String(key.readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (IOException leftToTheLibrary) {
      return "";
    }
  }

  private static String algorithm(String pkcs8) {
    byte[] der;
    try {
      der = Base64.getMimeDecoder().decode(pkcs8);
    } catch (IllegalArgumentException malformed) {
      return "RSA";
    }
    return Stream.of("RSA", "EC")
        .filter(algorithm -> isKeyOf(algorithm, der))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("the client key is neither an RSA nor an EC key"));
  }

  private static boolean isKeyOf(String algorithm, byte[] der) {
    try {
      KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
      return true;
    } catch (InvalidKeySpecException another) {
      return false;
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
