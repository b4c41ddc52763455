package dev.pathgate.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SkippedTestsTest {
  @Test
  void readsHowManyTestsOfAClassWereSkipped() {
    String report =
        "<?xml version=\"1.0\"?>\n<testsuite xmlns:xsi=\"x\" version=\"3\" name=\"dev.pathgate.e2e.XIT\""
            + " time=\"1.5\" tests=\"12\" errors=\"0\" skipped=\"5\" failures=\"0\">"
            + "<testcase name=\"a\"/></testsuite>";

    assertThat(SkippedTests.suite(report))
        .isEqualTo(new SkippedTests.Suite("dev.pathgate.e2e.XIT", 12, 5));
  }

  @Test
  void refusesWhatIsNoReport() {
    assertThatThrownBy(() -> SkippedTests.suite("<html/>"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
