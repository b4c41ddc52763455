package dev.pathgate.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubjectNameTest {
  @ParameterizedTest
  @CsvSource({
    "::1, 0:0:0:0:0:0:0:1",
    "2001:DB8::A, 2001:db8:0:0::a",
    "A.Svc., a.svc",
    "'a.svc ', a.svc",
    "10.0.0.1, 10.0.0.1"
  })
  void isEqualHoweverItIsWritten(String one, String other) {
    assertThat(SubjectName.of(one)).isEqualTo(SubjectName.of(other));
  }

  @ParameterizedTest
  @CsvSource({"::1, ::2", "a.svc, b.svc", "10.0.0.1, 10.0.0.2", "10.0.0.1, a-10.0.0.1"})
  void isAnotherWhereTheNameIs(String one, String other) {
    assertThat(SubjectName.of(one)).isNotEqualTo(SubjectName.of(other));
  }

  @ParameterizedTest
  @ValueSource(strings = {"300.1.1.1", "1.2.3", "::g", "fe80::1%eth0", "1.2.3.4:443"})
  void refusesWhatIsMeantAsAnAddressAndIsNone(String name) {
    assertThatThrownBy(() -> SubjectName.of(name)).hasMessage(name + " is no IP address");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "ä.svc", "a..svc", ""})
  void refusesWhatIsNoDnsName(String name) {
    assertThatThrownBy(() -> SubjectName.of(name))
        .hasMessage(name + " is neither a DNS name nor an IP address");
  }
}
