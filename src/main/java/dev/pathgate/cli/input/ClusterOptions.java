package dev.pathgate.cli.input;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.pathgate.cli.output.CommandFailure;
import dev.pathgate.cli.output.ShellText;
import dev.pathgate.cluster.Manifests;
import dev.pathgate.kube.FailureText;
import dev.pathgate.kube.GoDuration;
import dev.pathgate.kube.Kubeconfig;
import dev.pathgate.kube.KubernetesJson;
import dev.pathgate.kube.ObjectNames;
import dev.pathgate.kube.OneLine;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.internal.KubeConfigUtils;
import io.fabric8.kubernetes.client.utils.Utils;
import io.fabric8.kubernetes.client.vertx.VertxHttpClientFactory;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that kubectl has, too: which cluster, and how much of it. */
public final class ClusterOptions {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  /** One of them is in every kubeconfig, which need not say its kind. */
  private static final List<String> KUBECONFIG_KEYS =
      List.of("clusters", "contexts", "users", "current-context", "kind");

  private static final Duration MAX_TIME = Duration.ofDays(365);

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "The kubeconfig file; default: $KUBECONFIG, ~/.kube/config, the pod's account.")
  private File kubeconfig;

  @Option(
      names = "--context",
      paramLabel = "NAME",
      description = "The context of the kubeconfig; default: its current one.")
  private String context;

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAME",
      description = "The namespace, also of documents that name none; for doctor, of its dry-runs.")
  private String namespace;

  @Option(
      names = {"-A", "--all-namespaces"},
      description = "All namespaces of the cluster.")
  private boolean allNamespaces;

  @Option(
      names = {"-l", "--selector"},
      paramLabel = "LABELS",
      description =
          "Speaks only of those ClusterDeployments and MultiClusterServices of the cluster that have"
              + " these labels, such as env=prod; chains and templates are read whole.")
  private String selector;

  @Option(
      names = "--request-timeout",
      paramLabel = "TIME",
      description = "How long one request may take, such as 10s; 0: no limit. Default: 30s.")
  private String requestTimeout = "30s";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  private Config config;

  /** The options that name the same cluster to another command, or to kubectl; empty without. */
  String again() {
    return given(context).map(name -> " --context " + ShellText.quoted(name)).orElse("")
        + kubeconfig().map(file -> " --kubeconfig " + ShellText.quoted(file.getPath())).orElse("");
  }

  private Optional<File> kubeconfig() {
    return Optional.ofNullable(kubeconfig).filter(one -> !one.getPath().isEmpty());
  }

  /** The client's configuration; requests are not repeated. */
  public Config config() {
    if (config == null) {
      Optional<File> file = kubeconfig();
      file.ifPresent(ClusterOptions::requireKubeconfig);
      String asked = given(context).orElse(null);
      try {
        Config found =
            new ConfigBuilder(found(file, asked)).withRequestRetryBackoffLimit(0).build();
        Kubeconfig.fit(found);
        if (isNobodys(found)) {
          throw CommandFailure.noCluster(
              "no kubeconfig (--kubeconfig, $KUBECONFIG, ~/.kube/config) names a cluster, and this"
                  + " is no pod"
                  + (command.findOption("-f") == null ? "" : "; -f reads files instead"));
        }
        config = found;
      } catch (CommandFailure noContext) {
        throw noContext;
      } catch (IOException noCredential) {
        throw CommandFailure.noCluster("the kubeconfig's program " + noCredential.getMessage());
      } catch (RuntimeException unusable) {
        throw unusable(FailureText.of(unusable));
      }
    }
    return config;
  }

  /** What the kubeconfigs say, else the pod. */
  private static Config found(Optional<File> file, String asked) {
    List<io.fabric8.kubernetes.api.model.Config> kubeconfigs =
        file.map(List::of).orElseGet(ClusterOptions::usualFiles).stream()
            .map(KubeConfigUtils::parseConfig)
            .toList();
    if (kubeconfigs.isEmpty()) {
      return Config.autoConfigure(asked);
    }
    Config found = Kubeconfig.read(asked, kubeconfigs);
    if (file.isEmpty()) {
      Config.configFromSysPropsOrEnvVars(found);
    }
    Optional<String> chosen =
        given(asked)
            .or(
                () ->
                    kubeconfigs.stream()
                        .flatMap(one -> given(one.getCurrentContext()).stream())
                        .findFirst());
    if (chosen.isPresent()
        && found.getContexts().stream().noneMatch(one -> chosen.get().equals(one.getName()))) {
      String where = asked == null ? "current-context" : "--context";
      throw CommandFailure.usage(
          where + " " + chosen.get() + ": the kubeconfig has none of that name");
    }
    return found;
  }

  /** Those of the environment, as far as they are there. */
  private static List<File> usualFiles() {
    return Utils.getSystemPropertyOrEnvVar(
            Config.KUBERNETES_AUTH_TRYKUBECONFIG_SYSTEM_PROPERTY, true)
        ? Config.getKubeconfigFilenames().stream()
            .map(File::new)
            .filter(one -> one.isFile() && one.length() > 0 && saysAnything(one))
            .toList()
        : List.of();
  }

  /** A client of the cluster. */
  public KubernetesClient client() {
    Config asked = config();
    try {
      return new KubernetesClientBuilder()
          .withHttpClientFactory(new VertxHttpClientFactory()) // the JDK's TLS: it tries once
          .withConfig(asked)
          .build();
    } catch (RuntimeException unusable) {
      throw unusable(FailureText.of(unusable));
    }
  }

  private static void requireKubeconfig(File file) {
    if (!file.isFile()) {
      throw CommandFailure.usage("--kubeconfig " + file + ": there is no such file");
    }
    flaw(file)
        .ifPresent(
            flaw -> {
              throw unusable(flaw);
            });
    if (!saysAnything(file)) {
      throw unusable(file + ": it is empty");
    }
  }

  /**
   * Whether the file is more than empty.
   *
   * @throws CommandFailure if it is no kubeconfig, which the client's library takes for its own
   *     mistake
   */
  private static boolean saysAnything(File file) {
    try {
      JsonNode config = YAML.readTree(file);
      if (config.isMissingNode() || config.isNull()) {
        return false;
      }
      if (KUBECONFIG_KEYS.stream().noneMatch(config::has)
          || !config.path("kind").asText("Config").equals("Config")) {
        throw unusable(file + ": it is no kubeconfig");
      }
      return true;
    } catch (IOException unreadable) {
      throw unusable(
          flaw(file)
              .orElseGet(
                  () ->
                      file
                          + ": "
                          + KubernetesJson.complaint(String.valueOf(unreadable.getMessage()))));
    }
  }

  /** What is wrong with its YAML, and where. */
  private static Optional<String> flaw(File file) {
    Manifests.Reading reading = Manifests.read(List.of(Manifests.Source.of(file.toPath())), "");
    return Stream.concat(reading.problems().stream(), reading.templates().stream())
        .findFirst()
        .map(Object::toString);
  }

  private static CommandFailure unusable(String why) {
    return CommandFailure.usage("the kubeconfig can't be used: " + OneLine.of(why));
  }

  /** An option's text; one that is empty, as an unset variable leaves it, counts as not given. */
  private static Optional<String> given(String text) {
    return Optional.ofNullable(text).filter(some -> !some.isEmpty());
  }

  /** Whether the address is the one that holds in any pod, and this is none. */
  private static boolean isNobodys(Config found) {
    return System.getenv("KUBERNETES_SERVICE_HOST") == null
        && found.getMasterUrl().startsWith("https://kubernetes.default.svc");
  }

  /** The namespace that was asked for, if one was. */
  public Optional<String> namespace() {
    return given(namespace).map(name -> possible("--namespace", name));
  }

  /**
   * The namespace that an option names, if there can be one.
   *
   * @throws CommandFailure if there can't
   */
  public static String possible(String option, String namespace) {
    if (!ObjectNames.canBeNamespace(namespace)) {
      throw CommandFailure.usage(
          option + " " + OneLine.of(namespace) + ": no namespace can have that name");
    }
    return namespace;
  }

  /** The namespace that was asked for, else that of the context, else {@code default}. */
  public String namespaceOfCluster() {
    return namespace().or(() -> given(config().getNamespace())).orElse("default");
  }

  /** Whether all namespaces were asked for. */
  public boolean allNamespaces() {
    return allNamespaces;
  }

  /** The labels that were asked for, if any were. */
  public Optional<String> selector() {
    return given(selector);
  }

  /** Refuses a time that is none, and a selector where nothing is read that it could narrow. */
  public void requireSense(boolean readsCluster) {
    requestTimeout();
    if (selector().isPresent() && !readsCluster) {
      throw CommandFailure.usage("--selector is for objects of a cluster");
    }
  }

  /** How long one request may take. */
  public Duration requestTimeout() {
    Duration asked = time("--request-timeout", requestTimeout);
    return asked.isZero() ? Duration.ofHours(1) : asked;
  }

  /**
   * The time that an option names as kubectl takes it, such as {@code 10s} or {@code 1m30s}; a
   * number alone counts seconds, and nothing lasts longer than a year.
   */
  public static Duration time(String option, String text) {
    if (text.matches("0+(ms|s|m|h)?")) {
      return Duration.ZERO;
    }
    String asked = text.matches("\\d+") ? text + "s" : text;
    long millis =
        GoDuration.millis(asked)
            .orElseThrow(
                () -> CommandFailure.usage(option + " " + text + ": not a time, such as 10s"));
    Duration time = Duration.ofMillis(millis);
    return time.compareTo(MAX_TIME) > 0 ? MAX_TIME : time;
  }
}
