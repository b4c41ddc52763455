package dev.pathgate.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SkippedTestsTest {
  @Test
  void countsTheTestsOfAClassThatWereSkipped() {
    String report =
        "<?xml version=\"1.0\"?>\n<testsuite xmlns:xsi=\"x\" version=\"3\" name=\"dev.pathgate.e2e.XIT\""
            + " time=\"1.5\" tests=\"12\" errors=\"0\" skipped=\"2\" failures=\"0\">"
            + "<testcase name=\"a\"><skipped message=\"no binaries here\" type=\"x\"/></testcase>"
            + "<testcase name=\"b\"><skipped/></testcase></testsuite>";

    assertThat(SkippedTests.suite(report))
        .isEqualTo(new SkippedTests.Suite("dev.pathgate.e2e.XIT", 2, 2));
  }

  @Test
  void doesNotCountATestThatIsNotForTheseCrds() {
    String report =
        "<testsuite version=\"3\" name=\"XIT\" tests=\"0\"><testcase name=\"a\"><skipped"
            + " type=\"x\"><![CDATA[x: Assumption failed: these CRDs serve v1beta1 only\n\tat x"
            + "]]></skipped></testcase></testsuite>";

    assertThat(SkippedTests.suite(report)).isEqualTo(new SkippedTests.Suite("XIT", 1, 0));
  }

  @Test
  void refusesWhatIsNoReport() {
    assertThatThrownBy(() -> SkippedTests.suite("<html/>"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
