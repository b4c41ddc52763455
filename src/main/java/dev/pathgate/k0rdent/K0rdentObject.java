package dev.pathgate.k0rdent;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.SupportedTemplate;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.rule.ClusterSelector;
import dev.pathgate.rule.PublishedPaths;
import dev.pathgate.rule.Service;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What Pathgate reads of an object of any of the four kinds; what its kind does not have is empty.
 *
 * @param apiVersion as written, such as {@code k0rdent.mirantis.com/v1beta1}
 * @param kind as written
 * @param services {@code spec.serviceSpec.services}
 * @param published {@code status.servicesUpgradePaths}
 * @param templates {@code spec.supportedTemplates}
 * @param selector {@code spec.clusterSelector} of a MultiClusterService
 * @param templateVersion what a ServiceTemplate says is its version; empty where it says nothing
 * @param spec what the whole {@code spec} comes to, where the reader was told to keep it: equal for
 *     specs that mean the same; empty also where the object has none
 */
public record K0rdentObject(
    String apiVersion,
    String kind,
    Metadata metadata,
    List<Service> services,
    List<PublishedPaths> published,
    List<SupportedTemplate> templates,
    ClusterSelector selector,
    String templateVersion,
    Optional<Object> spec) {

  public K0rdentObject {
    services = List.copyOf(services);
    published = List.copyOf(published);
    templates = List.copyOf(templates);
  }

  /**
   * The metadata that rules or caches look at.
   *
   * @param name empty while only {@code generateName} is known
   * @param managed whether the label {@code k0rdent.mirantis.com/managed} is {@code "true"}
   * @param defaultChain whether the annotation {@code pathgate.dev/default-chain} is {@code "true"}
   * @param exempt the reason in the annotation {@code pathgate.dev/exempt}
   * @param succeeds the chain in the annotation {@code pathgate.dev/succeeds}
   * @param labels the labels of a ClusterDeployment; none for other kinds
   * @param uid as somebody sends it; empty in what caches keep
   * @param lastApplied what client-side {@code kubectl apply} noted of its file, as JSON; only read
   *     of what somebody sends
   */
  public record Metadata(
      String namespace,
      String name,
      String resourceVersion,
      boolean deleting,
      boolean managed,
      boolean defaultChain,
      Optional<String> exempt,
      Optional<String> succeeds,
      Map<String, String> labels,
      String uid,
      Optional<String> lastApplied) {
    static final Metadata NONE = new Metadata("", "", "", false, false, false, Optional.empty());

    public Metadata {
      labels = Map.copyOf(labels);
    }

    /** Metadata of an object that succeeds none and of whose labels nothing else is known. */
    public Metadata(
        String namespace,
        String name,
        String resourceVersion,
        boolean deleting,
        boolean managed,
        boolean defaultChain,
        Optional<String> exempt) {
      this(
          namespace,
          name,
          resourceVersion,
          deleting,
          managed,
          defaultChain,
          exempt,
          Optional.empty(),
          Map.of(),
          "",
          Optional.empty());
    }

    Metadata withoutLabels() {
      return with(namespace, deleting, Map.of());
    }

    /** The same, in that namespace. */
    Metadata in(String other) {
      return with(other, deleting, labels);
    }

    /** The same, of an object with a {@code deletionTimestamp} or without one. */
    public Metadata asDeleting(boolean isDeleting) {
      return with(namespace, isDeleting, labels);
    }

    private Metadata with(
        String otherNamespace, boolean isDeleting, Map<String, String> otherLabels) {
      return new Metadata(
          otherNamespace,
          name,
          resourceVersion,
          isDeleting,
          managed,
          defaultChain,
          exempt,
          succeeds,
          otherLabels,
          uid,
          lastApplied);
    }
  }

  /** Its kind, if it is one of k0rdent's that Pathgate knows. */
  public Optional<Kind> knownKind() {
    int slash = apiVersion.indexOf('/');
    return slash < 0 ? Optional.empty() : Kind.of(apiVersion.substring(0, slash), kind);
  }

  /** Where the object is: {@code namespace/name}, or the name alone. */
  public String location() {
    return metadata.namespace().isEmpty()
        ? metadata.name()
        : metadata.namespace() + "/" + metadata.name();
  }

  /** The version of a ServiceTemplate: what it says, else its name. */
  public String version() {
    return templateVersion.isEmpty() ? metadata.name() : templateVersion;
  }

  /**
   * The object as a chain, its graph built. One that is being deleted opens no path any more: it
   * lists nothing.
   */
  public TemplateChain asChain() {
    ChainRef ref = new ChainRef(metadata.namespace(), metadata.name());
    return metadata.deleting()
        ? TemplateChain.terminating(ref, metadata.resourceVersion())
        : new TemplateChain(ref, metadata.resourceVersion(), templates, metadata.defaultChain());
  }

  /** The same object, saying what it is: an item of a typed list leaves that to the list. */
  public K0rdentObject as(String itsVersion, String itsKind) {
    return new K0rdentObject(
        itsVersion,
        itsKind,
        metadata,
        services,
        published,
        templates,
        selector,
        templateVersion,
        spec);
  }

  /** The same object in that namespace. */
  public K0rdentObject in(String namespace) {
    return with(metadata.in(namespace));
  }

  /** The same object with other metadata. */
  public K0rdentObject with(Metadata other) {
    return new K0rdentObject(
        apiVersion, kind, other, services, published, templates, selector, templateVersion, spec);
  }

  /** The same object with other services. */
  public K0rdentObject with(List<Service> others) {
    return new K0rdentObject(
        apiVersion, kind, metadata, others, published, templates, selector, templateVersion, spec);
  }
}
