package dev.pathgate.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Gives every new handshake the pair that is current at that moment, so that a renewal neither
 * rebinds a port nor touches a connection.
 */
public final class ServingKeyManager extends X509ExtendedKeyManager {
  private volatile Generation current;

  /**
   * A pair and the alias that names it. A handshake asks for alias, chain and key one after the
   * other; a pair that was just replaced stays at hand until the next one comes, or a handshake
   * that has begun would get the chain of one and the key of the other.
   */
  private record Generation(long number, ServingPair pair, Generation previous) {
    String alias() {
      return "pair-" + number;
    }

    ServingPair named(String alias) {
      return previous != null && previous.alias().equals(alias) ? previous.pair() : pair;
    }
  }

  /** Serves this pair first. */
  public ServingKeyManager(ServingPair pair) {
    current = new Generation(0, pair, null);
  }

  /** Serves {@code pair} from the next handshake on. */
  void serve(ServingPair pair) {
    Generation replaced = current;
    current =
        new Generation(
            replaced.number() + 1, pair, new Generation(replaced.number(), replaced.pair(), null));
  }

  /** What is served to whoever connects now. */
  public ServingPair pair() {
    return current.pair();
  }

  @Override
  public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
    return aliasFor(keyType);
  }

  @Override
  public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
    return aliasFor(keyType);
  }

  private String aliasFor(String keyType) {
    Generation now = current;
    String algorithm = now.pair().key().getAlgorithm();
    boolean fits = keyType.equals(algorithm) || keyType.startsWith(algorithm + "_");
    return fits ? now.alias() : null;
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return current.named(alias).chain().toArray(X509Certificate[]::new);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return current.named(alias).key();
  }

  @Override
  public String[] getServerAliases(String keyType, Principal[] issuers) {
    String alias = aliasFor(keyType);
    return alias == null ? null : new String[] {alias};
  }

  @Override
  public String[] getClientAliases(String keyType, Principal[] issuers) {
    return null;
  }

  @Override
  public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
    return null;
  }
}
