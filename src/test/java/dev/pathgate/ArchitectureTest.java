package dev.pathgate;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/**
 * The arrows between the packages:
 *
 * <pre>
 *   cli → webhook, status → admission → cluster → k0rdent → rule → chain
 *         webhook → tls → kube ← cluster, status
 *         Settings → rule
 *   cli → route → chain
 * </pre>
 */
class ArchitectureTest {
  private static final String ROOT = "dev.pathgate";
  private static final String CHAIN = ROOT + ".chain";
  private static final String RULE = ROOT + ".rule";
  private static final String K0RDENT = ROOT + ".k0rdent";
  private static final String CLUSTER = ROOT + ".cluster";
  private static final String KUBE = ROOT + ".kube";
  private static final String TLS = ROOT + ".tls";
  private static final String ADMISSION = ROOT + ".admission";
  private static final String WEBHOOK = ROOT + ".webhook";
  private static final String STATUS = ROOT + ".status";
  private static final String ROUTE = ROOT + ".route";
  private static final String CLI = ROOT + ".cli";

  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  @Test
  void importsGoOneWay() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("chain")
        .definedBy(CHAIN)
        .layer("rule")
        .definedBy(RULE)
        .layer("k0rdent")
        .definedBy(K0RDENT)
        .layer("cluster")
        .definedBy(CLUSTER)
        .layer("kube")
        .definedBy(KUBE)
        .layer("tls")
        .definedBy(TLS)
        .layer("settings")
        .definedBy(ROOT)
        .layer("admission")
        .definedBy(ADMISSION)
        .layer("webhook")
        .definedBy(WEBHOOK)
        .layer("status")
        .definedBy(STATUS)
        .layer("route")
        .definedBy(ROUTE)
        .layer("cli")
        .definedBy(CLI + "..")
        .whereLayer("chain")
        .mayNotAccessAnyLayer()
        .whereLayer("rule")
        .mayOnlyAccessLayers("chain")
        .whereLayer("k0rdent")
        .mayOnlyAccessLayers("rule", "chain")
        .whereLayer("kube")
        .mayNotAccessAnyLayer()
        .whereLayer("tls")
        .mayOnlyAccessLayers("kube")
        .whereLayer("cluster")
        .mayOnlyAccessLayers("kube", "k0rdent", "rule", "chain")
        .whereLayer("settings")
        .mayOnlyAccessLayers("rule")
        .whereLayer("admission")
        .mayOnlyAccessLayers("settings", "kube", "cluster", "k0rdent", "rule", "chain")
        .whereLayer("webhook")
        .mayOnlyAccessLayers(
            "settings", "admission", "tls", "kube", "cluster", "k0rdent", "rule", "chain")
        .whereLayer("status")
        .mayOnlyAccessLayers("settings", "kube", "cluster", "k0rdent", "rule", "chain")
        .whereLayer("route")
        .mayOnlyAccessLayers("chain")
        .whereLayer("cli")
        .mayNotBeAccessedByAnyLayer()
        .check(CODE);
  }

  @Test
  void theCoreIsPlainJava() {
    classes()
        .that()
        .resideInAPackage(CHAIN)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", CHAIN)
        .check(CODE);
    classes()
        .that()
        .resideInAPackage(RULE)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", CHAIN, RULE)
        .check(CODE);
    classes()
        .that()
        .resideInAPackage(ROUTE)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", CHAIN, ROUTE)
        .check(CODE);
  }

  @Test
  void decidingKnowsNeitherHttpNorTheClient() {
    noClasses()
        .that()
        .resideInAnyPackage(ADMISSION, K0RDENT)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.vertx..", "io.quarkus..", "io.fabric8..", "jakarta..")
        .check(CODE);
  }

  @Test
  void packagesFormNoCycle() {
    slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CODE);
  }
}
