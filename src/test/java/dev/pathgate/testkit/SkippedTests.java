package dev.pathgate.testkit;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The last word of {@code mvn verify}: how many end-to-end tests did not run. Where the API
 * server's binaries are on this machine, there is no reason to skip one, and the build fails.
 */
public final class SkippedTests {
  private static final Pattern NAME = Pattern.compile("<testsuite [^>]*? name=\"([^\"]*)\"");

  /** Counted one by one: the report of a class of classes sums up none of them. */
  private static final Pattern TEST = Pattern.compile("<testcase ");

  /**
   * A test that is not for the CRDs of this run is not missed: it has no meaning there. Nor is one
   * that wants the image's Java, which is no business of the API server's binaries.
   */
  private static final Pattern MISSED =
      Pattern.compile("<skipped(?![^\\n]*: (?:these CRDs|no Java) )");

  /** The tests that take the CRDs of whole releases where these lie beside the checkout. */
  private static final String WITH_RELEASES =
      "TEST-dev.pathgate.status.StatusPatcherReleasesIT.xml";

  private SkippedTests() {}

  /**
   * Reads the reports and says what did not run.
   *
   * @param args the folder of failsafe's reports
   */
  public static void main(String[] args) throws IOException {
    Path reports = Path.of(args[0]);
    if (!Files.isDirectory(reports)) {
      System.out.println("End-to-end tests: none ran.");
      return;
    }
    int all = 0;
    int skipped = 0;
    TreeMap<String, Integer> skippedBySuite = new TreeMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(reports, "TEST-*.xml")) {
      for (Path file : files) {
        Suite suite = suite(Files.readString(file));
        all += suite.tests();
        skipped += suite.skipped();
        if (suite.skipped() > 0) {
          skippedBySuite.put(suite.name(), suite.skipped());
        }
      }
    }
    System.out.printf("End-to-end tests: %d of %d ran, %d skipped.%n", all - skipped, all, skipped);
    boolean useReleases = Files.exists(reports.resolve(WITH_RELEASES));
    List<String> unused = useReleases ? UsedCrds.missing(UsedCrds.RELEASES) : List.of();
    if (!unused.isEmpty()) {
      System.out.println(
          "Releases whose CRDs lie beside the checkout and were not used: " + unused);
      System.exit(1);
    }
    if (skipped > 0) {
      System.out.println("Skipped: " + skippedBySuite);
      if (KubeBinaries.areHere()) {
        System.out.println(
            "The API server's binaries are on this machine: nothing may be skipped.");
        System.exit(1);
      }
      System.out.println(KubeBinaries.HOW_TO_GET);
    }
  }

  /** A test class as its report counts it. */
  record Suite(String name, int tests, int skipped) {}

  static Suite suite(String report) {
    Matcher name = NAME.matcher(report);
    if (!name.find()) {
      throw new IllegalArgumentException("no test report: " + report);
    }
    return new Suite(name.group(1), count(TEST, report), count(MISSED, report));
  }

  private static int count(Pattern what, String report) {
    return (int) what.matcher(report).results().count();
  }
}
