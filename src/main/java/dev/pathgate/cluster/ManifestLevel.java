package dev.pathgate.cluster;

import dev.pathgate.k0rdent.Kind;
import java.util.Map;
import java.util.Set;

/**
 * An object or a list of objects in a manifest, on the way to what rules read.
 *
 * @param fields what k0rdent's releases up to 1.12 know here; empty where names are anybody's
 * @param below the levels of those fields that are read deeper
 */
record ManifestLevel(Set<String> fields, Map<String, ManifestLevel> below) {
  private static final ManifestLevel METADATA = new ManifestLevel(Set.of(), Map.of());

  /** Anybody may write into a status; what is read of it is one field. */
  private static final ManifestLevel STATUS =
      new ManifestLevel(
          Set.of(), Map.of("servicesUpgradePaths", new ManifestLevel(Set.of(), Map.of())));

  private static final ManifestLevel SERVICE =
      new ManifestLevel(
          Set.of(
              "dependsOn",
              "disable",
              "helmAction",
              "helmOptions",
              "name",
              "namespace",
              "template",
              "templateChain",
              "values",
              "valuesFrom",
              "version"),
          Map.of());
  private static final Map<String, ManifestLevel> SERVICE_SPEC =
      Map.of(
          "serviceSpec",
          new ManifestLevel(
              Set.of(
                  "continueOnError",
                  "driftExclusions",
                  "driftIgnore",
                  "policyRefs",
                  "priority",
                  "provider",
                  "reload",
                  "services",
                  "stopOnConflict",
                  "syncMode",
                  "templateResourceRefs"),
              Map.of("services", SERVICE)));
  private static final Map<Kind, ManifestLevel> OBJECTS =
      Map.of(
          Kind.CLUSTER_DEPLOYMENT,
          object(
              new ManifestLevel(
                  Set.of(
                      "auditPolicy",
                      "cleanupOnDeletion",
                      "clusterAuth",
                      "config",
                      "credential",
                      "dataSource",
                      "dryRun",
                      "ipamClaim",
                      "propagateCredentials",
                      "serviceSpec",
                      "template"),
                  SERVICE_SPEC)),
          Kind.MULTI_CLUSTER_SERVICE,
          object(
              new ManifestLevel(
                  Set.of(
                      "clusterSelector",
                      "dependsOn",
                      "keepServicesOnSelectorMismatch",
                      "serviceSpec"),
                  SERVICE_SPEC)),
          Kind.SERVICE_TEMPLATE_CHAIN,
          object(
              new ManifestLevel(
                  Set.of("supportedTemplates"),
                  Map.of(
                      "supportedTemplates",
                      new ManifestLevel(
                          Set.of("name", "availableUpgrades"),
                          Map.of(
                              "availableUpgrades",
                              new ManifestLevel(Set.of("name", "version"), Map.of())))))),
          Kind.SERVICE_TEMPLATE,
          object(
              new ManifestLevel(
                  Set.of(
                      "helm", "helmOptions", "k8sConstraint", "kustomize", "resources", "version"),
                  Map.of())));

  private static ManifestLevel object(ManifestLevel spec) {
    return new ManifestLevel(
        Set.of("apiVersion", "kind", "metadata", "spec", "status"),
        Map.of("metadata", METADATA, "spec", spec, "status", STATUS));
  }

  /** An object of that kind. */
  static ManifestLevel of(Kind kind) {
    return OBJECTS.get(kind);
  }

  /** The level of that field; null if nothing in it is read. */
  ManifestLevel below(String field) {
    return below.get(field);
  }
}
