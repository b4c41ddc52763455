package dev.pathgate.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.testkit.Pki;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.Test;

class ServingKeyManagerTest {
  private static final ServingPair RSA = Pki.rsa();
  private static final ServingPair EC = Pki.ec();
  private static final ServingPair LATER = Pki.ec();

  private final ServingKeyManager manager = new ServingKeyManager(EC);

  @Test
  void givesChainAndKeyOfTheCurrentPair() {
    String alias = manager.chooseEngineServerAlias("EC", null, null);

    assertThat(manager.getCertificateChain(alias))
        .isEqualTo(EC.chain().toArray(X509Certificate[]::new));
    assertThat(manager.getPrivateKey(alias)).isEqualTo(EC.key());
    assertThat(manager.pair()).isEqualTo(EC);
  }

  @Test
  void offersItselfForKeysOfItsKindOnly() {
    assertThat(manager.chooseEngineServerAlias("EC_RSA", null, null)).isNotNull();
    assertThat(manager.chooseServerAlias("EC", null, null)).isNotNull();
    assertThat(manager.getServerAliases("EC", null)).hasSize(1);

    assertThat(manager.chooseEngineServerAlias("RSA", null, null)).isNull();
    assertThat(manager.chooseServerAlias("RSA", null, null)).isNull();
    assertThat(manager.getServerAliases("RSA", null)).isNull();
  }

  @Test
  void servesTheNewPairFromTheNextHandshakeOn() {
    manager.serve(RSA);

    String alias = manager.chooseEngineServerAlias("RSA", null, null);
    assertThat(manager.getPrivateKey(alias)).isEqualTo(RSA.key());
    assertThat(manager.chooseEngineServerAlias("EC", null, null)).isNull();
  }

  @Test
  void finishesAHandshakeWithThePairThatItBeganWith() {
    String alias = manager.chooseEngineServerAlias("EC", null, null);

    manager.serve(LATER);

    assertThat(manager.getCertificateChain(alias)[0]).isEqualTo(EC.chain().get(0));
    assertThat(manager.getPrivateKey(alias)).isEqualTo(EC.key());
  }

  @Test
  void letsGoOfPairsThatWereReplacedTwice() {
    String alias = manager.chooseEngineServerAlias("EC", null, null);

    manager.serve(RSA);
    manager.serve(LATER);

    assertThat(manager.getCertificateChain(alias)[0]).isEqualTo(LATER.chain().get(0));
    assertThat(manager.getPrivateKey(alias)).isEqualTo(LATER.key());
  }

  @Test
  void isNoClient() {
    assertThat(manager.getClientAliases("EC", null)).isNull();
    assertThat(manager.chooseClientAlias(new String[] {"EC"}, null, null)).isNull();
  }
}
