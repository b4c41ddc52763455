package dev.pathgate;

import dev.pathgate.rule.Action;
import dev.pathgate.rule.PathPolicy;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Every setting of Pathgate. Each can be set by environment variable ({@code PATHGATE_ROLES}), by
 * system property ({@code -Dpathgate.roles=…}) or in {@code application.properties}.
 */
@ConfigMapping(prefix = "pathgate")
public interface Settings {
  /** What this process does: {@code webhook}, {@code status-patcher}, or both, comma-separated. */
  @WithDefault("webhook")
  Set<Role> roles();

  /** Address that the webhook and the management port listen on; {@code ::} for IPv6, too. */
  @WithDefault("0.0.0.0")
  String host();

  /** Port of the webhook: TLS 1.2 or newer, HTTP/1.1 and HTTP/2. */
  @WithDefault(HTTPS_PORT)
  int httpsPort();

  /** Port of health and metrics, plain HTTP. */
  @WithDefault(MANAGEMENT_PORT)
  int managementPort();

  /** The webhook's certificate, and whom it lets call. */
  Tls tls();

  /**
   * Where chains and their users are known from: {@code kubernetes} (in-cluster or kubeconfig), or
   * a folder of manifests, which then is the whole truth and is re-read when a file changes.
   */
  @WithDefault(KUBERNETES)
  String chains();

  /** The namespace of k0rdent itself, where the chains of MultiClusterServices live. */
  @WithDefault("kcm-system")
  String systemNamespace();

  /**
   * Where Pathgate's own objects live: the Lease {@code pathgate-status-patcher} and the Secret of
   * its own certificate. Default: the pod's namespace, outside a pod the system namespace.
   */
  Optional<String> namespace();

  /** How strictly services must keep to their paths. */
  PathSettings path();

  /**
   * {@code enforce}, or {@code warn}: every denial becomes a warning, for a trial on a live
   * cluster.
   */
  @WithDefault("enforce")
  Mode mode();

  /** What each rule does about a violation: {@code deny}, {@code warn} or {@code off}. */
  RuleSettings rules();

  /** Who may lift path denials in an emergency. */
  ExemptSettings exempt();

  /** The status patcher. */
  StatusSettings status();

  /**
   * Whether an edit that is refused is an Event on its object, for people who edit through Git and
   * see no answer; never for a dry-run.
   */
  @WithDefault("false")
  boolean events();

  /** Where people find help; every denial ends with one more sentence that names it. */
  Optional<String> helpUrl();

  /** Largest request body; larger ones are answered 413. Takes a suffix, such as {@code 16M}. */
  @WithDefault("16M")
  MemorySize maxRequestBytes();

  /** How log lines look: {@code text} for people, {@code json} for collectors. */
  @WithDefault("text")
  LogFormat logFormat();

  /** The default of {@link #httpsPort()}. */
  String HTTPS_PORT = "8443";

  /** The default of {@link #managementPort()}. */
  String MANAGEMENT_PORT = "9000";

  /** The value of {@link #chains()} that stands for the cluster itself. */
  String KUBERNETES = "kubernetes";

  /** What a process can do. */
  enum Role {
    WEBHOOK,
    STATUS_PATCHER
  }

  /** Whether denials deny. */
  enum Mode {
    ENFORCE,
    WARN
  }

  /** How log lines look. */
  enum LogFormat {
    TEXT,
    JSON
  }

  /** The webhook's certificate, and whom it lets call. */
  interface Tls {
    /**
     * PEM file of the certificate chain; read again when it changes. Without certificate and key a
     * self-signed pair is made at start.
     */
    Optional<Path> certificate();

    /** PEM file of the private key, RSA or EC, as PKCS#8, PKCS#1 or EC; not encrypted. */
    Optional<Path> key();

    /** PEM file of a CA; when set, callers must present a certificate of this CA. */
    Optional<Path> clientCa();

    /** Certificates that Pathgate makes and renews by itself; used if a Secret is named. */
    SelfSettings self();
  }

  /** Certificates that Pathgate makes and renews by itself. */
  interface SelfSettings {
    /** The Secret that keeps them, in Pathgate's namespace; it must exist, and may be empty. */
    Optional<String> secret();

    /** The DNS names that the API server calls by. */
    Optional<List<String>> dnsNames();

    /** The ValidatingWebhookConfiguration whose CA bundle to keep. */
    Optional<String> validatingWebhook();

    /** The MutatingWebhookConfiguration whose CA bundle to keep. */
    Optional<String> mutatingWebhook();

    /** How long a certificate is valid; it is renewed after two thirds of that. */
    @WithDefault("P90D")
    Duration lifetime();
  }

  /** How strictly services must keep to their paths. */
  interface PathSettings {
    /**
     * How far one edit may go: a {@code single} edge, or {@code any} path. k0rdent mostly deploys
     * the new template at once, whatever lies between.
     */
    @WithDefault("single")
    PathPolicy.Steps steps();

    /**
     * {@code together}: chain and template may change in one edit; {@code separate}: the chain must
     * be on the live object first.
     */
    @WithDefault("together")
    PathPolicy.ChainSwitch chainSwitch();
  }

  /** What each rule does about a violation; empty where the rule's default holds. */
  interface RuleSettings {
    /** No service is listed twice. */
    Optional<Action> serviceListedOnce();

    /** A changed template is reached from the old one in the service's chain. */
    Optional<Action> serviceFollowsChain();

    /** A changed template ends a path that the object's status offers. */
    Optional<Action> servicePathPublished();

    /** The chain that a new or changed service names exists. */
    Optional<Action> serviceChainExists();

    /** The chain that a new or changed service names lists its template. */
    Optional<Action> serviceFitsChain();

    /** A new service, or one that loses its chain, names a chain. */
    Optional<Action> serviceHasChain();

    /** The version of a service is not that of another template of its chain. */
    Optional<Action> serviceVersionFits();

    /** The template that a service leaves is the one that runs. */
    Optional<Action> serviceIsSettled();

    /** What a MultiClusterService asks for can be had in the namespaces of its clusters. */
    Optional<Action> serviceReachesClusters();

    /** A chain's spec stays as created. */
    Optional<Action> chainIsImmutable();

    /** A ServiceTemplate's spec stays as created. */
    Optional<Action> templateIsImmutable();

    /** A new chain lists every upgrade target, no template twice, no empty name. */
    Optional<Action> chainIsWellFormed();

    /** No template of a new chain upgrades to itself; versions are given all or none. */
    Optional<Action> chainIsTidy();

    /** The templates of a new chain exist. */
    Optional<Action> chainTemplatesExist();

    /** A ServiceTemplate that is deleted is not in use. */
    Optional<Action> templateIsUnused();

    /** A chain that is deleted is not in use. */
    Optional<Action> chainIsUnused();
  }

  /** Who may lift path denials in an emergency. */
  interface ExemptSettings {
    /**
     * Groups whose members turn path denials into warnings by the annotation {@code
     * pathgate.dev/exempt} on the object, with the reason as its value.
     */
    Optional<List<String>> groups();
  }

  /** The status patcher. */
  interface StatusSettings {
    /** {@code yield} to another writer of the field, or {@code force} our own value. */
    @WithDefault("yield")
    Ownership ownership();

    /** Whether to write the condition {@code pathgate.dev/UpgradePathsResolved}. */
    @WithDefault("true")
    boolean condition();

    /** Whether to write Kubernetes Events when paths appear or vanish. */
    @WithDefault("true")
    boolean events();

    /**
     * Largest {@code status.servicesUpgradePaths} to write. Takes a suffix, such as {@code 256K}.
     */
    @WithDefault("256K")
    MemorySize maxBytes();

    /** What to do where another manager owns the field. */
    enum Ownership {
      YIELD,
      FORCE
    }
  }
}
