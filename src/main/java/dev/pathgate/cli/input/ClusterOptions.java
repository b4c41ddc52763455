package dev.pathgate.cli.input;

import dev.pathgate.cli.output.CommandFailure;
import dev.pathgate.kube.GoDuration;
import dev.pathgate.kube.OneLine;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.io.File;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that kubectl has, too: which cluster, and how much of it. */
public final class ClusterOptions {
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
      description = "The namespace, also of documents that name none.")
  private String namespace;

  @Option(
      names = {"-A", "--all-namespaces"},
      description = "All namespaces of the cluster.")
  private boolean allNamespaces;

  @Option(
      names = {"-l", "--selector"},
      paramLabel = "LABELS",
      description = "Only objects of the cluster with these labels, such as env=prod.")
  private String selector;

  @Option(
      names = "--request-timeout",
      paramLabel = "TIME",
      description = "How long one request may take, such as 10s; 0: no limit. Default: 30s.")
  private String requestTimeout = "30s";

  private Config config;

  /** The client's configuration; requests are not repeated. */
  public Config config() {
    if (config == null) {
      if (kubeconfig != null && !kubeconfig.isFile()) {
        throw CommandFailure.usage("--kubeconfig " + kubeconfig + ": there is no such file");
      }
      try {
        Config found =
            kubeconfig == null
                ? Config.autoConfigure(context)
                : Config.fromKubeconfig(context, kubeconfig);
        if (context != null
            && found.getContexts().stream().noneMatch(known -> known.getName().equals(context))) {
          throw CommandFailure.usage(
              "--context " + context + ": the kubeconfig has none of that name");
        }
        if (isNobodys(found)) {
          throw CommandFailure.noCluster(
              "no kubeconfig (--kubeconfig, $KUBECONFIG, ~/.kube/config) names a cluster, and this"
                  + " is no pod; -f reads files instead");
        }
        config = new ConfigBuilder(found).withRequestRetryBackoffLimit(0).build();
      } catch (CommandFailure noContext) {
        throw noContext;
      } catch (RuntimeException unusable) {
        throw CommandFailure.usage(
            "the kubeconfig can't be used: " + OneLine.of(String.valueOf(unusable.getMessage())));
      }
    }
    return config;
  }

  /** Whether the address is the one that holds in any pod, and this is none. */
  private static boolean isNobodys(Config found) {
    return System.getenv("KUBERNETES_SERVICE_HOST") == null
        && found.getMasterUrl().startsWith("https://kubernetes.default.svc");
  }

  /** The namespace that was asked for, if one was. */
  public Optional<String> namespace() {
    return Optional.ofNullable(namespace);
  }

  /** The namespace that was asked for, else that of the context, else {@code default}. */
  public String namespaceOfCluster() {
    return namespace != null
        ? namespace
        : Optional.ofNullable(config().getNamespace()).orElse("default");
  }

  /** Whether all namespaces were asked for. */
  public boolean allNamespaces() {
    return allNamespaces;
  }

  Optional<String> selector() {
    return Optional.ofNullable(selector);
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
