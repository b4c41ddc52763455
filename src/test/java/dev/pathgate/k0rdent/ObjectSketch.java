package dev.pathgate.k0rdent;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.ChainSketch;
import dev.pathgate.chain.SupportedTemplate;
import dev.pathgate.rule.ClusterSelector;
import dev.pathgate.rule.PublishedPaths;
import dev.pathgate.rule.Service;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Objects of the four kinds as they would be read, in one line each. */
public final class ObjectSketch {
  private ObjectSketch() {}

  /** A chain at resourceVersion 7, its entries as {@link ChainSketch} draws them. */
  public static K0rdentObject chain(String ref, String... entries) {
    return object(Kind.SERVICE_TEMPLATE_CHAIN, ref, false, List.of(), ChainSketch.entries(entries));
  }

  /** A chain with these entries. */
  public static K0rdentObject chainOf(ChainRef ref, List<SupportedTemplate> entries) {
    return object(
        Kind.SERVICE_TEMPLATE_CHAIN, ref.namespace() + "/" + ref.name(), false, List.of(), entries);
  }

  /** A chain with the annotation that makes it its namespace's default. */
  public static K0rdentObject defaultChain(String ref, String... entries) {
    return object(Kind.SERVICE_TEMPLATE_CHAIN, ref, true, List.of(), ChainSketch.entries(entries));
  }

  public static K0rdentObject clusterDeployment(String ref, Service... services) {
    return object(Kind.CLUSTER_DEPLOYMENT, ref, false, List.of(services), List.of());
  }

  public static K0rdentObject multiClusterService(String name, Service... services) {
    return object(Kind.MULTI_CLUSTER_SERVICE, "/" + name, false, List.of(services), List.of());
  }

  public static K0rdentObject serviceTemplate(String ref) {
    return object(Kind.SERVICE_TEMPLATE, ref, false, List.of(), List.of());
  }

  /** The same object on its way out. */
  public static K0rdentObject deleting(K0rdentObject object) {
    K0rdentObject.Metadata metadata = object.metadata();
    return with(
        object,
        new K0rdentObject.Metadata(
            metadata.namespace(),
            metadata.name(),
            metadata.resourceVersion(),
            true,
            metadata.managed(),
            metadata.defaultChain(),
            metadata.exempt()),
        object.published());
  }

  /** The same object with these labels. */
  public static K0rdentObject labelled(K0rdentObject object, Map<String, String> labels) {
    return told(object, labels, object.metadata().lastApplied());
  }

  /** The same object with what client-side {@code kubectl apply} noted of its file. */
  public static K0rdentObject noting(K0rdentObject object, Optional<String> lastApplied) {
    return told(object, object.metadata().labels(), lastApplied);
  }

  private static K0rdentObject told(
      K0rdentObject object, Map<String, String> labels, Optional<String> lastApplied) {
    K0rdentObject.Metadata metadata = object.metadata();
    return object.with(
        new K0rdentObject.Metadata(
            metadata.namespace(),
            metadata.name(),
            metadata.resourceVersion(),
            metadata.deleting(),
            metadata.managed(),
            metadata.defaultChain(),
            metadata.exempt(),
            metadata.succeeds(),
            labels,
            metadata.uid(),
            lastApplied));
  }

  /** The same object with that status. */
  public static K0rdentObject publishing(K0rdentObject object, PublishedPaths... published) {
    return with(object, object.metadata(), List.of(published));
  }

  private static K0rdentObject with(
      K0rdentObject object, K0rdentObject.Metadata metadata, List<PublishedPaths> published) {
    return new K0rdentObject(
        object.apiVersion(),
        object.kind(),
        metadata,
        object.services(),
        published,
        object.templates(),
        object.selector(),
        object.templateVersion(),
        object.spec());
  }

  private static K0rdentObject object(
      Kind kind,
      String ref,
      boolean defaultChain,
      List<Service> services,
      List<SupportedTemplate> templates) {
    ChainRef place = ChainSketch.ref(ref);
    return new K0rdentObject(
        Kind.GROUP + "/" + Kind.VERSION,
        kind.kindName(),
        new K0rdentObject.Metadata(
            place.namespace(), place.name(), "7", false, false, defaultChain, Optional.empty()),
        services,
        List.of(),
        templates,
        ClusterSelector.NONE,
        "",
        Optional.empty());
  }
}
