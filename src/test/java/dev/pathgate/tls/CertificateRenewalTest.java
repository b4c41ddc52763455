package dev.pathgate.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.tls.CertificateRenewal.State;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Certificates begin five minutes before they are made. A pair for an hour is thus due after 2/3 of
 * 65 minutes, which are 38 min 20 s from when it was made; an authority for four hours after 2/3 of
 * 245, which are 158 min 20 s.
 */
class CertificateRenewalTest {
  private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
  private static final Duration LIFETIME = Duration.ofHours(1);
  private static final Duration PAIR_DUE = Duration.ofMinutes(38).plusSeconds(20);
  private static final Duration AUTHORITY_DUE = Duration.ofMinutes(158).plusSeconds(20);
  private static final Duration AUTHORITY_END = Duration.ofHours(4);
  private static final CertificateRenewal RENEWAL =
      new CertificateRenewal(List.of("pathgate.svc"), LIFETIME);

  @Test
  void makesAuthorityAndPairWhereThereIsNothing() throws GeneralSecurityException {
    State made = RENEWAL.next(State.NOTHING, START);

    assertThat(made.authorities()).containsExactly(made.newest().orElseThrow().certificate());
    assertThat(leaf(made).getSubjectAlternativeNames()).hasToString("[[2, pathgate.svc]]");
    assertThat(made.pair().orElseThrow().expiry()).isEqualTo(START.plus(LIFETIME));
    assertThat(isUsable(made, START)).isTrue();
    assertThat(made.publishedAt()).isEmpty();
  }

  @Test
  void leavesEverythingAloneBeforeTwoThirds() throws GeneralSecurityException {
    State kept = published(START);

    assertThat(RENEWAL.next(kept, START.plus(PAIR_DUE).minusSeconds(1))).isSameAs(kept);
  }

  @Test
  void renewsThePairAtTwoThirds() throws GeneralSecurityException {
    State kept = published(START);

    State renewed = RENEWAL.next(kept, START.plus(PAIR_DUE));

    assertThat(leaf(renewed)).isNotEqualTo(leaf(kept));
    assertThat(renewed.pair().orElseThrow().expiry())
        .isEqualTo(START.plus(PAIR_DUE).plus(LIFETIME));
    assertThat(renewed.authorities()).isEqualTo(kept.authorities());
    assertThat(renewed.newest()).isEqualTo(kept.newest());
  }

  @Test
  void renewsThePairOfAnAuthorityThatCallersAreNotYetToldOf() throws GeneralSecurityException {
    State kept = RENEWAL.next(State.NOTHING, START);

    State renewed = RENEWAL.next(kept, START.plus(PAIR_DUE));

    assertThat(leaf(renewed)).isNotEqualTo(leaf(kept));
    assertThat(renewed.authorities()).isEqualTo(kept.authorities());
  }

  @Test
  void keepsTheAuthorityBeforeItsTwoThirds() throws GeneralSecurityException {
    Instant now = START.plus(AUTHORITY_DUE).minusSeconds(1);

    assertThat(RENEWAL.next(pairRenewedAt(now), now).authorities()).hasSize(1);
  }

  @Test
  void putsANewAuthorityInFrontOfTheBundleAndServesTheOldPairOn() throws GeneralSecurityException {
    Instant now = START.plus(AUTHORITY_DUE);
    State kept = pairRenewedAt(now);

    State renewed = RENEWAL.next(kept, now);

    assertThat(renewed.authorities())
        .containsExactly(
            renewed.newest().orElseThrow().certificate(), kept.newest().orElseThrow().certificate())
        .doesNotHaveDuplicates();
    assertThat(renewed.pair()).isEqualTo(kept.pair());
    assertThat(renewed.publishedAt()).isEmpty();
    assertThat(isUsable(renewed, now)).isTrue();
  }

  @Test
  void waitsWithThePairOfANewAuthorityUntilAllCallersAreToldOfIt() throws GeneralSecurityException {
    Instant now = START.plus(AUTHORITY_DUE);
    State added = RENEWAL.next(pairRenewedAt(now), now);

    assertThat(RENEWAL.next(added, now.plus(Duration.ofMinutes(30)))).isSameAs(added);
  }

  @Test
  void waitsWithThePairOfANewAuthorityUntilCallersHaveHadTimeToNotice()
      throws GeneralSecurityException {
    Instant now = START.plus(AUTHORITY_DUE);
    State told = RENEWAL.next(pairRenewedAt(now), now).publishedAt(now);

    assertThat(RENEWAL.settling()).isEqualTo(Duration.ofMinutes(1));
    assertThat(RENEWAL.next(told, now.plusSeconds(59))).isSameAs(told);
  }

  @Test
  void servesAPairOfTheNewAuthorityOnceCallersHaveHadTimeToNotice()
      throws GeneralSecurityException {
    Instant now = START.plus(AUTHORITY_DUE);
    State told = RENEWAL.next(pairRenewedAt(now), now).publishedAt(now);

    State renewed = RENEWAL.next(told, now.plusSeconds(60));

    assertThat(leaf(renewed)).isNotEqualTo(leaf(told));
    assertThat(leaf(renewed).getIssuerX500Principal())
        .isEqualTo(renewed.authorities().get(0).getSubjectX500Principal());
    assertThat(renewed.authorities()).isEqualTo(told.authorities());
    assertThat(RENEWAL.next(renewed, now.plusSeconds(61))).isSameAs(renewed);
  }

  @Test
  void settlesInATwentiethOfAShortLifetime() {
    assertThat(new CertificateRenewal(List.of("a"), Duration.ofSeconds(20)).settling())
        .isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void replacesAnExpiredPairAtOnceAlsoBeforeCallersAreTold() throws GeneralSecurityException {
    Instant now = START.plus(LIFETIME);
    State kept = RENEWAL.next(State.NOTHING, START);

    State renewed = RENEWAL.next(kept, now);

    assertThat(isUsable(kept, now)).isFalse();
    assertThat(isUsable(renewed, now)).isTrue();
    assertThat(renewed.authorities()).isEqualTo(kept.authorities());
  }

  @Test
  void stillServesAPairInItsLastSecond() throws GeneralSecurityException {
    assertThat(isUsable(published(START), START.plus(LIFETIME).minusSeconds(1))).isTrue();
  }

  @Test
  void makesAnotherAuthorityWhereTheKeyIsMissing() throws GeneralSecurityException {
    State kept = published(START);
    State keyless =
        new State(kept.authorities(), Optional.empty(), kept.pair(), kept.publishedAt());

    State renewed = RENEWAL.next(keyless, START.plusSeconds(1));

    assertThat(renewed.authorities()).hasSize(2).endsWith(kept.authorities().get(0));
    assertThat(renewed.pair()).isEqualTo(kept.pair());
    assertThat(renewed.publishedAt()).isEmpty();
  }

  @Test
  void makesAnotherAuthorityWhereTheKeysCertificateHasLeftTheBundle()
      throws GeneralSecurityException {
    State kept = published(START);
    CertificateAuthority stranger = CertificateAuthority.make(START, LIFETIME);
    State mixed =
        new State(kept.authorities(), Optional.of(stranger), kept.pair(), kept.publishedAt());

    State renewed = RENEWAL.next(mixed, START.plusSeconds(1));

    assertThat(renewed.authorities())
        .hasSize(2)
        .endsWith(kept.authorities().get(0))
        .doesNotContain(stranger.certificate());
  }

  @Test
  void replacesAtOnceWhatAClockFarAheadHasMade() throws GeneralSecurityException {
    State ahead = published(START.plus(Duration.ofHours(1)));

    State renewed = RENEWAL.next(ahead, START);

    assertThat(renewed.authorities()).hasSize(2).endsWith(ahead.authorities().get(0));
    assertThat(renewed.pair().orElseThrow().chain().get(0).getNotBefore())
        .isBefore(Date.from(START));
    assertThat(RENEWAL.next(renewed, START)).isEqualTo(renewed);
  }

  @Test
  void replacesAMissingPairAtOnce() throws GeneralSecurityException {
    State kept = published(START);
    State pairless =
        new State(kept.authorities(), kept.newest(), Optional.empty(), kept.publishedAt());

    State renewed = RENEWAL.next(pairless, START.plusSeconds(1));

    assertThat(isUsable(renewed, START.plusSeconds(1))).isTrue();
    assertThat(renewed.authorities()).isEqualTo(kept.authorities());
  }

  @Test
  void replacesAPairOfAnAuthorityThatNobodyTrusts() throws GeneralSecurityException {
    State kept = published(START);
    State strange =
        new State(kept.authorities(), kept.newest(), published(START).pair(), kept.publishedAt());

    State renewed = RENEWAL.next(strange, START.plusSeconds(1));

    assertThat(isUsable(strange, START.plusSeconds(1))).isFalse();
    assertThat(isUsable(renewed, START.plusSeconds(1))).isTrue();
  }

  @Test
  void renewsThePairWhenAnotherNameIsWanted() throws GeneralSecurityException {
    State kept = published(START);
    CertificateRenewal more =
        new CertificateRenewal(List.of("pathgate.svc", "127.0.0.1"), LIFETIME);

    State renewed = more.next(kept, START.plusSeconds(1));

    assertThat(leaf(renewed).getSubjectAlternativeNames())
        .hasToString("[[2, pathgate.svc], [7, 127.0.0.1]]");
  }

  @Test
  void keepsThePairWhenFewerNamesAreWanted() throws GeneralSecurityException {
    CertificateRenewal more =
        new CertificateRenewal(List.of("pathgate.svc", "127.0.0.1"), LIFETIME);
    State kept = more.next(State.NOTHING, START).publishedAt(START);

    assertThat(RENEWAL.next(kept, START.plusSeconds(1))).isSameAs(kept);
  }

  /** Java reads an address of a certificate back in another form than people write it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "::1",
        "2001:DB8::A",
        "0:0:0:0:0:0:0:1",
        "::ffff:10.0.0.1",
        "127.0.0.1",
        "Pathgate.SVC",
        "pathgate.svc.",
        "*.pathgate.svc",
        "pathgate.svc,pathgate.svc,PATHGATE.svc.",
        "b.svc,::1,a.svc,127.0.0.1"
      })
  void keepsAPairThatCoversItsNamesHoweverTheyAreWritten(String names)
      throws GeneralSecurityException {
    CertificateRenewal renewal = new CertificateRenewal(List.of(names.split(",")), LIFETIME);
    State kept = renewal.next(State.NOTHING, START).publishedAt(START);

    assertThat(renewal.next(kept, START.plusSeconds(1))).isSameAs(kept);
  }

  @ParameterizedTest
  @CsvSource({"::1, ::2", "10.0.0.1, 10.0.0.2", "a.svc, b.svc", "10.0.0.1, ::10.0.0.1"})
  void renewsAPairThatLacksAName(String covered, String wanted) throws GeneralSecurityException {
    State kept =
        new CertificateRenewal(List.of(covered), LIFETIME)
            .next(State.NOTHING, START)
            .publishedAt(START);

    State renewed =
        new CertificateRenewal(List.of(wanted), LIFETIME).next(kept, START.plusSeconds(60));

    assertThat(leaf(renewed)).isNotEqualTo(leaf(kept));
    assertThat(SubjectName.of(leaf(renewed))).contains(SubjectName.of(wanted));
  }

  @Test
  void settlesWhereReplicasAreSetToDifferentNamesUntilTheNextRenewal()
      throws GeneralSecurityException {
    CertificateRenewal other = new CertificateRenewal(List.of("other.svc", "::1"), LIFETIME);
    Instant soon = START.plusSeconds(60);

    State both = other.next(published(START), soon);

    assertThat(RENEWAL.next(both, soon)).isSameAs(both);
    assertThat(other.next(both, soon)).isSameAs(both);
    State renewed = RENEWAL.next(both, soon.plus(PAIR_DUE));
    assertThat(SubjectName.of(leaf(renewed))).containsExactly(SubjectName.of("pathgate.svc"));
  }

  @Test
  void catchesUpWhatWasMissedWhileNobodyPolled() throws GeneralSecurityException {
    State kept = published(START);
    Instant longAfter = START.plus(Duration.ofDays(100));

    State renewed = RENEWAL.next(kept, longAfter);

    assertThat(renewed.authorities())
        .containsExactly(renewed.newest().orElseThrow().certificate())
        .doesNotContain(kept.authorities().get(0));
    assertThat(isUsable(renewed, longAfter)).isTrue();
  }

  @Test
  void takesExpiredAuthoritiesOutOfTheBundle() throws GeneralSecurityException {
    Instant now = START.plus(AUTHORITY_DUE);
    State both = settled(RENEWAL.next(pairRenewedAt(now), now).publishedAt(now), now);
    Instant end = START.plus(AUTHORITY_END);

    assertThat(RENEWAL.next(both, end.minusSeconds(1)).authorities()).hasSize(2);
    assertThat(RENEWAL.next(both, end).authorities())
        .containsExactly(both.newest().orElseThrow().certificate());
  }

  /** State since {@code then}, and known to callers. */
  private static State published(Instant then) throws GeneralSecurityException {
    return RENEWAL.next(State.NOTHING, then).publishedAt(then);
  }

  /** An authority made at the start, with a pair that was made at {@code now}. */
  private static State pairRenewedAt(Instant now) throws GeneralSecurityException {
    State kept = published(START);
    ServingPair pair = kept.newest().orElseThrow().issue(RENEWAL.names(), now, LIFETIME);
    return new State(kept.authorities(), kept.newest(), Optional.of(pair), kept.publishedAt());
  }

  private static State settled(State kept, Instant now) throws GeneralSecurityException {
    return RENEWAL.next(kept, now.plus(RENEWAL.settling()));
  }

  private static X509Certificate leaf(State kept) {
    return kept.pair().orElseThrow().chain().get(0);
  }

  private static boolean isUsable(State kept, Instant now) {
    return CertificateRenewal.isUsable(kept.pair().orElseThrow(), kept.authorities(), now);
  }
}
