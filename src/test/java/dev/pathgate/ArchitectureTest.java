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
 *   admission, status, cli → k0rdent → rule → chain
 *            Settings ───────────────→ rule
 * </pre>
 */
class ArchitectureTest {
  private static final String ROOT = "dev.pathgate";
  private static final String CHAIN = ROOT + ".chain";
  private static final String RULE = ROOT + ".rule";
  private static final String K0RDENT = ROOT + ".k0rdent";
  private static final String ADMISSION = ROOT + ".admission";
  private static final String STATUS = ROOT + ".status";
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
        .layer("settings")
        .definedBy(ROOT)
        .layer("admission")
        .definedBy(ADMISSION)
        .optionalLayer("status")
        .definedBy(STATUS)
        .layer("cli")
        .definedBy(CLI)
        .whereLayer("chain")
        .mayNotAccessAnyLayer()
        .whereLayer("rule")
        .mayOnlyAccessLayers("chain")
        .whereLayer("k0rdent")
        .mayOnlyAccessLayers("rule", "chain")
        .whereLayer("settings")
        .mayOnlyAccessLayers("rule")
        .whereLayer("admission")
        .mayOnlyAccessLayers("settings", "k0rdent", "rule", "chain")
        .whereLayer("status")
        .mayOnlyAccessLayers("settings", "k0rdent", "rule", "chain")
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
  }

  @Test
  void admissionAndStatusDoNotKnowEachOther() {
    noClasses()
        .that()
        .resideInAPackage(ADMISSION)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(STATUS)
        .check(CODE);
    noClasses()
        .that()
        .resideInAPackage(STATUS)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ADMISSION)
        .allowEmptyShould(true)
        .check(CODE);
  }

  @Test
  void decidingKnowsNeitherHttpNorTheCluster() {
    noClasses()
        .that()
        .haveNameMatching(ROOT + "\\.admission\\.(Judge|ReviewReader|ReviewWriter|Verdict)")
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
