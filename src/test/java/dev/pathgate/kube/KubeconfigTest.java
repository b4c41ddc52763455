package dev.pathgate.kube;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.pathgate.testkit.Pki;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.internal.KubeConfigUtils;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who asks which server, as kubectl has it from the same kubeconfig. */
class KubeconfigTest {
  @TempDir private Path folder;
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", KubeconfigTest::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  /** With what it was asked for, and who asks. */
  private static void answer(HttpExchange exchange) throws IOException {
    TreeMap<String, Object> who = new TreeMap<>();
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (name.equals("Authorization") || name.startsWith("Impersonate-")) {
                who.put(name, values);
              }
            });
    byte[] bytes = (exchange.getRequestURI() + " " + who).getBytes(UTF_8);
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private String here() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private Config read(String cluster, String user) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("kubeconfig"),
            """
            clusters: [{name: a, cluster: {%s}}]
            contexts: [{name: a, context: {cluster: a, user: me}}]
            users: [{name: me, user: {%s}}]
            current-context: a
            """
                .formatted(cluster, user));
    return read(file);
  }

  private static Config read(Path file) {
    return new ConfigBuilder(
            Kubeconfig.read(null, List.of(KubeConfigUtils.parseConfig(file.toFile()))))
        .build();
  }

  private String asked(Config config) throws Exception {
    Kubeconfig.fit(config);
    try (KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build()) {
      return new String(
          new ApiServer(client).ask(ApiServer.Call.get("/"), Duration.ofSeconds(10)).body(), UTF_8);
    }
  }

  private String askedBy(String user) throws Exception {
    return asked(read("server: \"" + here() + "\"", user));
  }

  private void assertRefused(String cluster, String user, String why) throws IOException {
    Config config = read(cluster, user);
    assertThatThrownBy(() -> Kubeconfig.fit(config))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(why);
  }

  @Test
  void asksInTheNameOfWhomItImpersonates() throws Exception {
    assertThat(
            askedBy(
                "token: t, as: jane, as-uid: u1, as-groups: [dev, ops],"
                    + " as-user-extra: {example.com/team: [x, y]}"))
        .isEqualTo(
            "/ {Authorization=[Bearer t], Impersonate-extra-example.com%2fteam=[x, y],"
                + " Impersonate-group=[dev, ops], Impersonate-uid=[u1], Impersonate-user=[jane]}");
    assertThat(askedBy("token: t")).isEqualTo("/ {Authorization=[Bearer t]}");
  }

  @ParameterizedTest
  @CsvSource({"as-uid: u1", "'as-groups: [dev]'", "'as-user-extra: {team: [x]}'"})
  void refusesToImpersonateNobody(String user) throws Exception {
    assertRefused(
        "server: \"" + here() + "\"",
        user,
        "as-uid, as-groups and as-user-extra need the user that as names");
  }

  @Test
  void takesTheTokenOfAFileBesideItBeforeItsOwn() throws Exception {
    Files.writeString(folder.resolve("token"), "of-the-file\n");

    assertThat(askedBy("token: own, tokenFile: token"))
        .isEqualTo("/ {Authorization=[Bearer of-the-file]}");
  }

  @Test
  void takesATokenThatWasRenewedMeanwhile() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "old");
    Config config = read("server: \"" + here() + "\"", "tokenFile: token");
    Kubeconfig.fit(config);

    Files.writeString(token, "new");

    assertThat(asked(config)).isEqualTo("/ {Authorization=[Bearer new]}");
  }

  @Test
  void refusesAFileWithoutAToken() throws Exception {
    String here = "server: \"" + here() + "\"";

    assertRefused(
        here, "tokenFile: none", "tokenFile " + folder.resolve("none") + " can't be read");
    Files.writeString(folder.resolve("none"), "\n");
    assertRefused(here, "tokenFile: none", "tokenFile " + folder.resolve("none") + " is empty");
  }

  @Test
  void takesTheTokenOfAProgram() throws Exception {
    assertThat(
            askedBy(
                program(
                    "echo warning >&2; printf '{\\\"apiVersion\\\": \\\"%s/v1\\\", \\\"status\\\":"
                        + " {\\\"token\\\": \\\"%s\\\"}}' client.authentication.k8s.io $NAME")))
        .isEqualTo("/ {Authorization=[Bearer of-the-program]}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          echo first >&2; echo sso expired >&2; exit 3 | it ended with exit code 3: sso expired
          exit 1                                       | it ended with exit code 1
          echo '{}'                                    | it printed no token and no client certificate
          true                                         | it printed no token and no client certificate
          echo hello                                   | what it printed is no JSON
          """)
  void saysWhyAProgramGivesNone(String script, String why) throws Exception {
    Config config = read("server: \"" + here() + "\"", program(script));

    assertThatThrownBy(() -> Kubeconfig.fit(config))
        .isInstanceOf(IOException.class)
        .hasMessage("sh gives no credential: " + why);
  }

  @Test
  void saysThatAProgramIsNotThere() throws Exception {
    Config config =
        read(
            "server: \"" + here() + "\"",
            "exec: {apiVersion: client.authentication.k8s.io/v1, command: no-such-program}");

    assertThatThrownBy(() -> Kubeconfig.fit(config))
        .hasMessage("no-such-program gives no credential: it is not found");
  }

  @Test
  void keepsAServerFromAskingWithoutItsCredential() throws Exception {
    Config config = read("server: \"" + here() + "\"", program("exit 1"));

    assertThatThrownBy(() -> new Kubeconfig().customize(config))
        .satisfies(
            failure ->
                assertThat(FailureText.of(failure))
                    .isEqualTo(
                        "the kubeconfig's program sh gives no credential: it ended with exit code"
                            + " 1"));
  }

  private static String program(String script) {
    return "exec: {apiVersion: client.authentication.k8s.io/v1, command: sh, args: [-c, \""
        + script
        + "\"], env: [{name: NAME, value: of-the-program}]}";
  }

  @Test
  void goesThroughItsProxyAndNoOther() throws Exception {
    Config config = read("server: \"http://api.example:6443\", proxy-url: \"" + here() + "\"", "");
    config.setHttpProxy("http://127.0.0.1:1");
    config.setNoProxy(new String[] {"api.example"});

    assertThat(asked(config)).startsWith("http://api.example:6443/");
  }

  @Test
  void goesThroughItsProxyToAServerWithTls() throws Exception {
    Config config = read("server: \"https://api.example\", proxy-url: \"http://u:p@proxy\"", "");

    Kubeconfig.fit(config);

    assertThat(config.getHttpsProxy()).isEqualTo("http://u:p@proxy:80");
  }

  @ParameterizedTest
  @CsvSource({"https://proxy:1, https://proxy:1", "ftp://u:p@proxy:1, ftp://…@proxy:1"})
  void refusesAProxyOfAnotherKind(String url, String shown) throws Exception {
    assertRefused(
        "server: \"" + here() + "\", proxy-url: \"" + url + "\"",
        "",
        "proxy-url "
            + shown
            + " is not supported; it takes http://HOST:PORT and socks5://HOST:PORT");
  }

  @Test
  void refusesAnotherNameForTheServersCertificate() throws Exception {
    assertRefused(
        "server: \"https://127.0.0.1:1\", tls-server-name: api.example",
        "",
        "tls-server-name api.example is not supported; name that host in server instead");
    Config same = read("server: \"https://api.example:1\", tls-server-name: api.example", "");
    assertThatCode(() -> Kubeconfig.fit(same)).doesNotThrowAnyException();
  }

  @Test
  void refusesAnAuthorityThatNobodyAsks() throws Exception {
    String insecure = "server: \"https://127.0.0.1:1\", insecure-skip-tls-verify: true";
    String authority =
        Base64.getEncoder().encodeToString(new Pki("ca").authorityPem().getBytes(UTF_8));

    assertRefused(
        insecure + ", certificate-authority-data: " + authority,
        "",
        "insecure-skip-tls-verify and a certificate-authority exclude each other; leave one of"
            + " them out");
    Config alone = read(insecure, "");
    assertThatCode(() -> Kubeconfig.fit(alone)).doesNotThrowAnyException();
  }

  @Test
  void refusesAContextWhoseClusterOrUserIsNotThere() throws Exception {
    Path file = folder.resolve("kubeconfig");
    read("server: \"" + here() + "\"", "");
    String content = Files.readString(file);

    for (String[] missing : new String[][] {{"cluster", "a"}, {"user", "me"}}) {
      Files.writeString(file, content.replace(missing[0] + ": " + missing[1], missing[0] + ": zz"));
      Config config = read(file);
      assertThatThrownBy(() -> Kubeconfig.fit(config))
          .hasMessage("its context names " + missing[0] + " zz, which it does not have");
    }
  }

  @Test
  void saysNothingOfAServerThatAnotherSettingNames() throws Exception {
    Config config = read("server: \"https://127.0.0.1:1\", tls-server-name: x", "as: jane");
    config.setMasterUrl(here());

    assertThat(asked(config)).isEqualTo("/ {}");
  }
}
