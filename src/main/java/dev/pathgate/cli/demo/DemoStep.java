package dev.pathgate.cli.demo;

import dev.pathgate.k0rdent.Kind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * One step of the demo.
 *
 * @param title what the step is about
 * @param command what the user would type
 * @param operation CREATE, UPDATE or DELETE
 * @param spec the new object's spec; unused on DELETE
 * @param allowed the verdict that it should have
 * @param advice what the user can do, told after a refusal or warning; empty for none
 */
record DemoStep(
    String title,
    String command,
    String operation,
    Kind kind,
    String name,
    Map<String, Object> spec,
    boolean allowed,
    String advice) {
  static final String NAMESPACE = "tenant42";

  private static final String V3 = "ingress-nginx-4-11-3";
  private static final String V5 = "ingress-nginx-4-11-5";
  private static final String V12 = "ingress-nginx-4-12-0";
  private static final String CHAIN = "ingress-nginx-chain";
  private static final String ROLLBACK = "ingress-nginx-rollback";
  private static final String CLUSTER = "prod-eu";

  /** The templates that the story's namespace has. */
  static List<String> templates() {
    return List.of(V3, V5, V12);
  }

  /** The story that k0rdent's documentation tells, and where it can go wrong. */
  static List<DemoStep> story() {
    return List.of(
        create(
            "A chain says which template may follow which: 4.11.3 → 4.11.5 → 4.12.0",
            Kind.SERVICE_TEMPLATE_CHAIN,
            CHAIN,
            chain(entry(V3, V5), entry(V5, V12), entry(V12)),
            true,
            ""),
        create(
            "A chain that upgrades to a template which it does not list",
            Kind.SERVICE_TEMPLATE_CHAIN,
            "typo",
            chain(entry(V3, "ingress-nginx-4-11-55")),
            false,
            "Fix the name, or list ingress-nginx-4-11-55 under spec.supportedTemplates, too."),
        create(
            "Deploy ingress-nginx 4.11.3 with that chain",
            Kind.CLUSTER_DEPLOYMENT,
            CLUSTER,
            cluster(service(V3, CHAIN)),
            true,
            ""),
        update("Upgrade along the path", "template: " + V5, cluster(service(V5, CHAIN)), true, ""),
        update(
            "Upgrade to a version that is on no path",
            "template: ingress-nginx-4-13-0",
            cluster(service("ingress-nginx-4-13-0", CHAIN)),
            false,
            "Take one of the ways that the message names."),
        update(
            "Roll back: an edge like any other, and this chain has none",
            "template: " + V3,
            cluster(service(V3, CHAIN)),
            false,
            "Create a chain that leads back, and name it in the service."),
        create(
            "A chain for the rollback",
            Kind.SERVICE_TEMPLATE_CHAIN,
            ROLLBACK,
            chain(entry(V5, V3), entry(V3)),
            true,
            ""),
        update(
            "Roll back, still with the old chain: now the message names the way",
            "template: " + V3,
            cluster(service(V3, CHAIN)),
            false,
            "Name the rollback chain in the same edit."),
        update(
            "Roll back with the rollback chain",
            "template: " + V3 + ", templateChain: " + ROLLBACK,
            cluster(service(V3, ROLLBACK)),
            true,
            ""),
        new DemoStep(
            "Change the spec of a chain",
            apply(CHAIN, "one more upgrade"),
            "UPDATE",
            Kind.SERVICE_TEMPLATE_CHAIN,
            CHAIN,
            chain(entry(V3, V5, V12), entry(V5, V12), entry(V12)),
            false,
            "Chains never change: create another one, and name it where it is needed."),
        new DemoStep(
            "Delete a chain that is in use",
            "kubectl delete servicetemplatechain " + ROLLBACK,
            "DELETE",
            Kind.SERVICE_TEMPLATE_CHAIN,
            ROLLBACK,
            Map.of(),
            false,
            "Name another templateChain in those objects first."),
        create(
            "Deploy a service without a chain: accepted, with a warning",
            Kind.CLUSTER_DEPLOYMENT,
            "no-chain",
            cluster(service(V3, "")),
            true,
            "Name a templateChain now, or there will be no way to upgrade."));
  }

  /** A step from the last accepted state that is refused, for trying the server by hand. */
  static DemoStep refusedTryOut() {
    return update("", "", cluster(service("ingress-nginx-4-13-0", ROLLBACK)), false, "");
  }

  /** The same with a template that the first chain leads to, which is admitted. */
  static DemoStep admittedTryOut() {
    return update("", "", cluster(service(V5, CHAIN)), true, "");
  }

  private static DemoStep create(
      String title,
      Kind kind,
      String name,
      Map<String, Object> spec,
      boolean allowed,
      String advice) {
    return new DemoStep(title, apply(name), "CREATE", kind, name, spec, allowed, advice);
  }

  private static DemoStep update(
      String title, String change, Map<String, Object> spec, boolean allowed, String advice) {
    return new DemoStep(
        title,
        apply(CLUSTER, change),
        "UPDATE",
        Kind.CLUSTER_DEPLOYMENT,
        CLUSTER,
        spec,
        allowed,
        advice);
  }

  private static String apply(String name) {
    return "kubectl apply -f " + name + ".yaml";
  }

  private static String apply(String name, String change) {
    return apply(name) + "   # " + change;
  }

  private static Map<String, Object> chain(SupportedEntry... entries) {
    return Map.of("supportedTemplates", Stream.of(entries).map(SupportedEntry::fields).toList());
  }

  private record SupportedEntry(Map<String, Object> fields) {}

  private static SupportedEntry entry(String template, String... upgrades) {
    List<Map<String, Object>> targets =
        Stream.of(upgrades).map(upgrade -> Map.<String, Object>of("name", upgrade)).toList();
    return new SupportedEntry(
        targets.isEmpty()
            ? Map.of("name", template)
            : Map.of("name", template, "availableUpgrades", targets));
  }

  private static Map<String, Object> cluster(Map<String, Object> service) {
    return Map.of(
        "template",
        "aws-standalone-cp-1-0-2",
        "credential",
        "aws-credential",
        "serviceSpec",
        Map.of("services", List.of(service)));
  }

  private static Map<String, Object> service(String template, String chain) {
    Map<String, Object> service = new TreeMap<>();
    service.put("name", "ingress-nginx");
    service.put("namespace", NAMESPACE);
    service.put("template", template);
    Optional.of(chain).filter(c -> !c.isEmpty()).ifPresent(c -> service.put("templateChain", c));
    return service;
  }
}
