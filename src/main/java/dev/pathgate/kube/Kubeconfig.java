package dev.pathgate.kube;

import io.fabric8.kubernetes.api.model.AuthInfo;
import io.fabric8.kubernetes.api.model.Cluster;
import io.fabric8.kubernetes.api.model.Context;
import io.fabric8.kubernetes.api.model.NamedAuthInfo;
import io.fabric8.kubernetes.api.model.NamedCluster;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.internal.KubeConfigUtils;
import io.quarkus.kubernetes.client.KubernetesConfigCustomizer;
import jakarta.inject.Singleton;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The settings of a kubeconfig that the client's library ignores: passed on in a form that it
 * takes, or refused if it can't follow them. Nobody may reach another server, or act as somebody
 * else, than with kubectl.
 */
@Singleton
public final class Kubeconfig implements KubernetesConfigCustomizer {
  /** The configuration of a server, as {@link #fit} has it. */
  @Override
  public void customize(Config config) {
    try {
      fit(config);
    } catch (IOException noCredential) {
      throw new IllegalStateException("the kubeconfig's program " + noCredential.getMessage());
    }
  }

  /**
   * What the client's library makes of kubeconfigs, without running their program; to be {@link
   * #fit} then.
   *
   * @param context the context that was asked for; {@code null} for the current one
   */
  public static Config read(
      String context, List<io.fabric8.kubernetes.api.model.Config> kubeconfigs) {
    Config config = Config.empty();
    config.setOauthTokenProvider(() -> null); // with one, it runs none
    KubeConfigUtils.merge(
        config, context, kubeconfigs.toArray(io.fabric8.kubernetes.api.model.Config[]::new));
    config.setOauthTokenProvider(null);
    return config;
  }

  /**
   * Gives the configuration all that the kubeconfig says for the context that was chosen; nothing
   * where the server comes from elsewhere.
   *
   * @throws IllegalArgumentException if the kubeconfig asks for what can't be had
   * @throws IOException if its program gives no credential; the message begins with its name
   */
  public static void fit(Config config) throws IOException {
    if (config.getFile() != null
        && config.getCurrentContext() != null
        && config.getCurrentContext().getContext() != null) {
      Context context = config.getCurrentContext().getContext();
      File clusters = fileOf(config, config.getFileWithCluster());
      File users = fileOf(config, config.getFileWithAuthInfo());
      io.fabric8.kubernetes.api.model.Config known = KubeConfigUtils.parseConfig(clusters);
      NamedCluster cluster =
          named("cluster", context.getCluster(), known.getClusters(), NamedCluster::getName);
      if (cluster != null && isServer(config, cluster.getCluster())) {
        fitCluster(config, cluster.getCluster());
        if (!users.equals(clusters)) {
          known = KubeConfigUtils.parseConfig(users);
        }
        NamedAuthInfo user =
            named("user", context.getUser(), known.getUsers(), NamedAuthInfo::getName);
        if (user != null && user.getUser() != null) {
          fitUser(config, user.getUser());
        }
      }
    }
    ClientKey.fit(config);
  }

  /** The file that has it, else the context's own, which may have it without a content. */
  private static File fileOf(Config config, File file) {
    return file == null ? config.getFile() : file;
  }

  private static <T> T named(String what, String name, List<T> known, Function<T, String> nameOf) {
    if (name == null || name.isEmpty()) {
      return null;
    }
    return Optional.ofNullable(known).orElse(List.of()).stream()
        .filter(one -> name.equals(nameOf.apply(one)))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "its context names " + what + " " + name + ", which it does not have"));
  }

  /** Whether it is the one that is asked, and not one that a setting put in its place. */
  private static boolean isServer(Config config, Cluster cluster) {
    return cluster != null
        && cluster.getServer() != null
        && host(config.getMasterUrl()).equals(host(cluster.getServer()));
  }

  private static String host(String url) {
    return url.replaceFirst("^(?i:https?)://", "").replaceFirst("/+$", "");
  }

  private static void fitCluster(Config config, Cluster cluster) {
    if (Boolean.TRUE.equals(cluster.getInsecureSkipTlsVerify())
        && (isGiven(cluster.getCertificateAuthority())
            || isGiven(cluster.getCertificateAuthorityData()))) {
      throw new IllegalArgumentException(
          "insecure-skip-tls-verify and a certificate-authority exclude each other; leave one of"
              + " them out");
    }
    String name = cluster.getTlsServerName();
    if (isGiven(name) && !name.equals(URI.create(config.getMasterUrl()).getHost())) {
      throw new IllegalArgumentException(
          "tls-server-name " + name + " is not supported; name that host in server instead");
    }
    if (isGiven(cluster.getProxyUrl())) {
      fitProxy(config, cluster.getProxyUrl());
    }
  }

  /** It goes before the environment's proxy, and before the hosts that need none. */
  private static void fitProxy(Config config, String url) {
    URI proxy = URI.create(url);
    if (!List.of("http", "socks5").contains(proxy.getScheme()) || proxy.getHost() == null) {
      throw new IllegalArgumentException(
          "proxy-url "
              + url.replaceFirst("//[^/@]*@", "//…@")
              + " is not supported; it takes http://HOST:PORT and socks5://HOST:PORT");
    }
    int usual = proxy.getScheme().equals("http") ? 80 : 1080;
    String address =
        proxy.getScheme()
            + "://"
            + (proxy.getRawUserInfo() == null ? "" : proxy.getRawUserInfo() + "@")
            + proxy.getHost()
            + ":"
            + (proxy.getPort() < 0 ? usual : proxy.getPort());
    config.setHttpProxy(address);
    config.setHttpsProxy(address);
    config.setProxyUsername(null);
    config.setNoProxy(null);
  }

  private static void fitUser(Config config, AuthInfo user) throws IOException {
    fitImpersonation(config, user);
    if (isGiven(user.getTokenFile())) {
      Path file = beside(config.getFileWithAuthInfo(), user.getTokenFile());
      token(file);
      config.setOauthTokenProvider(() -> token(file));
    } else if (user.getExec() != null && !hasCredential(config)) {
      CredentialPlugin.run(user.getExec(), config.getFileWithAuthInfo()).into(config);
    }
  }

  /** Read for each request: whoever wrote it renews it. */
  private static String token(Path file) {
    try {
      String token = Files.readString(file).strip();
      if (token.isEmpty()) {
        throw new IllegalArgumentException("tokenFile " + file + " is empty");
      }
      return token;
    } catch (IOException unreadable) {
      throw new IllegalArgumentException("tokenFile " + file + " can't be read");
    }
  }

  private static Path beside(File kubeconfig, String file) {
    return kubeconfig.toPath().toAbsolutePath().resolveSibling(file);
  }

  private static boolean hasCredential(Config config) {
    return config.getOauthTokenProvider() != null
        || config.getAuthProvider() != null
        || isGiven(config.getOauthToken())
        || isGiven(config.getAutoOAuthToken())
        || isGiven(config.getClientCertData())
        || isGiven(config.getClientCertFile());
  }

  private static void fitImpersonation(Config config, AuthInfo user) {
    boolean hasMore =
        isGiven(user.getAsUid())
            || (user.getAsGroups() != null && !user.getAsGroups().isEmpty())
            || (user.getAsUserExtra() != null && !user.getAsUserExtra().isEmpty());
    if (!isGiven(user.getAs())) {
      if (hasMore) {
        throw new IllegalArgumentException(
            "as-uid, as-groups and as-user-extra need the user that as names");
      }
      return;
    }
    config.setImpersonateUsername(user.getAs());
    if (user.getAsGroups() != null) {
      config.setImpersonateGroups(user.getAsGroups().toArray(String[]::new));
    }
    if (user.getAsUserExtra() != null) {
      Map<String, List<String>> extras = new LinkedHashMap<>();
      user.getAsUserExtra().forEach((key, values) -> extras.put(headerName(key), values));
      config.setImpersonateExtras(extras);
    }
    if (isGiven(user.getAsUid())) {
      Map<String, String> headers =
          new HashMap<>(Optional.ofNullable(config.getCustomHeaders()).orElse(Map.of()));
      headers.put("Impersonate-Uid", user.getAsUid());
      config.setCustomHeaders(headers);
    }
  }

  /** The key of an extra as a header's name has it. */
  private static String headerName(String key) {
    return URLEncoder.encode(key, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static boolean isGiven(String text) {
    return text != null && !text.isEmpty();
  }
}
