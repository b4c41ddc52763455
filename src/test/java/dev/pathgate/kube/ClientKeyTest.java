package dev.pathgate.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathgate.testkit.Pki;
import dev.pathgate.testkit.Pki.Identity;
import dev.pathgate.testkit.Pki.KeyKind;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.net.ssl.X509KeyManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Keys as kubectl takes them, and as the client's library does. */
class ClientKeyTest {
  private static final Pki PKI = new Pki("clients");

  @TempDir private Path folder;

  private record Form(KeyKind kind, String name, Function<Identity, String> pem) {
    @Override
    public String toString() {
      return kind + " " + name;
    }
  }

  private static Stream<Form> forms() {
    return Stream.of(KeyKind.RSA, KeyKind.EC, KeyKind.P521)
        .flatMap(
            kind ->
                Stream.of(
                    new Form(kind, "PKCS#8", Identity::pkcs8),
                    new Form(kind, "after a comment", one -> "the key:\n" + one.pkcs8()),
                    new Form(kind, "traditional", Identity::traditional)))
        .filter(form -> form.kind() != KeyKind.P521 || !form.name().equals("traditional"));
  }

  @ParameterizedTest
  @MethodSource("forms")
  void isTakenAsDataAndAsAFile(Form form) throws Exception {
    Identity client = PKI.issue("client", form.kind());
    String pem = form.pem().apply(client);
    Path file = Files.writeString(folder.resolve("client.key"), pem);

    for (Config config :
        List.of(
            config(client).withClientKeyData(base64(pem)).build(),
            config(client).withClientKeyFile(file.toString()).build())) {
      ClientKey.fit(config);

      assertThat(key(config)).isEqualTo(client.key());
    }
  }

  @Test
  void isNotAskedForWhereThereIsNone() {
    Config config = new ConfigBuilder(Config.empty()).build();

    ClientKey.fit(config);

    assertThat(config.getClientKeyData()).isNull();
  }

  @Test
  void saysWhichKeysCanBeUsed() throws Exception {
    PrivateKey edwards = KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate();
    Identity client = new Identity(PKI.issue("client", KeyKind.EC).certificate(), edwards);

    assertThatThrownBy(
            () -> ClientKey.fit(config(client).withClientKeyData(base64(client.pkcs8())).build()))
        .hasMessage("the client key is neither an RSA nor an EC key");
  }

  private static ConfigBuilder config(Identity client) {
    return new ConfigBuilder(Config.empty()).withClientCertData(base64(client.certificatePem()));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static PrivateKey key(Config config) throws Exception {
    X509KeyManager keys = (X509KeyManager) SSLUtils.keyManagers(config)[0];
    for (String type : List.of("RSA", "EC")) {
      String alias = keys.chooseClientAlias(new String[] {type}, null, null);
      if (alias != null) {
        return keys.getPrivateKey(alias);
      }
    }
    return null;
  }
}
