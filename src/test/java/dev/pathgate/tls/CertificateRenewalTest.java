package dev.pathgate.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.tls.CertificateRenewal.Kept;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

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
    Kept made = RENEWAL.due(Kept.NOTHING, START);

    assertThat(made.authorities()).containsExactly(made.newest().orElseThrow().certificate());
    assertThat(leaf(made).getSubjectAlternativeNames()).hasToString("[[2, pathgate.svc]]");
    assertThat(made.pair().orElseThrow().expiry()).isEqualTo(START.plus(LIFETIME));
    assertThat(isUsable(made, START)).isTrue();
    assertThat(made.publishedAt()).isEmpty();
  }

  @Test
  void leavesEverythingAloneBeforeTwoThirds() throws GeneralSecurityException {
    Kept kept = published(START);

    assertThat(RENEWAL.due(kept, START.plus(PAIR_DUE).minusSeconds(1))).isSameAs(kept);
  }

  @Test
  void renewsThePairAtTwoThirds() throws GeneralSecurityException {
    Kept kept = published(START);

    Kept renewed = RENEWAL.due(kept, START.plus(PAIR_DUE));

    assertThat(leaf(renewed)).isNotEqualTo(leaf(kept));
    assertThat(renewed.pair().orElseThrow().expiry())
        .isEqualTo(START.plus(PAIR_DUE).plus(LIFETIME));
    assertThat(renewed.authorities()).isEqualTo(kept.authorities());
    assertThat(renewed.newest()).isEqualTo(kept.newest());
  }

  @Test
  void renewsThePairOfAnAuthorityThatCallersAreNotYetToldOf() throws GeneralSecurityException {
    Kept kept = RENEWAL.due(Kept.NOTHING, START);

    Kept renewed = RENEWAL.due(kept, START.plus(PAIR_DUE));

    assertThat(leaf(renewed)).isNotEqualTo(leaf(kept));
    assertThat(renewed.authorities()).isEqualTo(kept.authorities());
  }

  @Test
  void keepsTheAuthorityBeforeItsTwoThirds() throws GeneralSecurityException {
    Instant now = START.plus(AUTHORITY_DUE).minusSeconds(1);

    assertThat(RENEWAL.due(pairRenewedAt(now), now).authorities()).hasSize(1);
  }

  @Test
  void putsANewAuthorityInFrontOfTheBundleAndServesTheOldPairOn() throws GeneralSecurityException {
    Instant now = START.plus(AUTHORITY_DUE);
    Kept kept = pairRenewedAt(now);

    Kept renewed = RENEWAL.due(kept, now);

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
    Kept added = RENEWAL.due(pairRenewedAt(now), now);

    assertThat(RENEWAL.due(added, now.plus(Duration.ofMinutes(30)))).isSameAs(added);
  }

  @Test
  void waitsWithThePairOfANewAuthorityUntilCallersHaveHadTimeToNotice()
      throws GeneralSecurityException {
    Instant now = START.plus(AUTHORITY_DUE);
    Kept told = RENEWAL.due(pairRenewedAt(now), now).publishedAt(now);

    assertThat(RENEWAL.settling()).isEqualTo(Duration.ofMinutes(1));
    assertThat(RENEWAL.due(told, now.plusSeconds(59))).isSameAs(told);
  }

  @Test
  void servesAPairOfTheNewAuthorityOnceCallersHaveHadTimeToNotice()
      throws GeneralSecurityException {
    Instant now = START.plus(AUTHORITY_DUE);
    Kept told = RENEWAL.due(pairRenewedAt(now), now).publishedAt(now);

    Kept renewed = RENEWAL.due(told, now.plusSeconds(60));

    assertThat(leaf(renewed)).isNotEqualTo(leaf(told));
    assertThat(leaf(renewed).getIssuerX500Principal())
        .isEqualTo(renewed.authorities().get(0).getSubjectX500Principal());
    assertThat(renewed.authorities()).isEqualTo(told.authorities());
    assertThat(RENEWAL.due(renewed, now.plusSeconds(61))).isSameAs(renewed);
  }

  @Test
  void settlesInATwentiethOfAShortLifetime() {
    assertThat(new CertificateRenewal(List.of("a"), Duration.ofSeconds(20)).settling())
        .isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void replacesAnExpiredPairAtOnceAlsoBeforeCallersAreTold() throws GeneralSecurityException {
    Instant now = START.plus(LIFETIME);
    Kept kept = RENEWAL.due(Kept.NOTHING, START);

    Kept renewed = RENEWAL.due(kept, now);

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
    Kept kept = published(START);
    Kept keyless = new Kept(kept.authorities(), Optional.empty(), kept.pair(), kept.publishedAt());

    Kept renewed = RENEWAL.due(keyless, START.plusSeconds(1));

    assertThat(renewed.authorities()).hasSize(2).endsWith(kept.authorities().get(0));
    assertThat(renewed.pair()).isEqualTo(kept.pair());
    assertThat(renewed.publishedAt()).isEmpty();
  }

  @Test
  void makesAnotherAuthorityWhereTheKeysCertificateHasLeftTheBundle()
      throws GeneralSecurityException {
    Kept kept = published(START);
    CertificateAuthority stranger = CertificateAuthority.make(START, LIFETIME);
    Kept mixed =
        new Kept(kept.authorities(), Optional.of(stranger), kept.pair(), kept.publishedAt());

    Kept renewed = RENEWAL.due(mixed, START.plusSeconds(1));

    assertThat(renewed.authorities())
        .hasSize(2)
        .endsWith(kept.authorities().get(0))
        .doesNotContain(stranger.certificate());
  }

  @Test
  void replacesAtOnceWhatAClockFarAheadHasMade() throws GeneralSecurityException {
    Kept ahead = published(START.plus(Duration.ofHours(1)));

    Kept renewed = RENEWAL.due(ahead, START);

    assertThat(renewed.authorities()).hasSize(2).endsWith(ahead.authorities().get(0));
    assertThat(renewed.pair().orElseThrow().chain().get(0).getNotBefore())
        .isBefore(Date.from(START));
    assertThat(RENEWAL.due(renewed, START)).isEqualTo(renewed);
  }

  @Test
  void replacesAMissingPairAtOnce() throws GeneralSecurityException {
    Kept kept = published(START);
    Kept pairless =
        new Kept(kept.authorities(), kept.newest(), Optional.empty(), kept.publishedAt());

    Kept renewed = RENEWAL.due(pairless, START.plusSeconds(1));

    assertThat(isUsable(renewed, START.plusSeconds(1))).isTrue();
    assertThat(renewed.authorities()).isEqualTo(kept.authorities());
  }

  @Test
  void replacesAPairOfAnAuthorityThatNobodyTrusts() throws GeneralSecurityException {
    Kept kept = published(START);
    Kept strange =
        new Kept(kept.authorities(), kept.newest(), published(START).pair(), kept.publishedAt());

    Kept renewed = RENEWAL.due(strange, START.plusSeconds(1));

    assertThat(isUsable(strange, START.plusSeconds(1))).isFalse();
    assertThat(isUsable(renewed, START.plusSeconds(1))).isTrue();
  }

  @Test
  void renewsThePairWhenAnotherNameIsWanted() throws GeneralSecurityException {
    Kept kept = published(START);
    CertificateRenewal more =
        new CertificateRenewal(List.of("pathgate.svc", "127.0.0.1"), LIFETIME);

    Kept renewed = more.due(kept, START.plusSeconds(1));

    assertThat(leaf(renewed).getSubjectAlternativeNames())
        .hasToString("[[2, pathgate.svc], [7, 127.0.0.1]]");
  }

  @Test
  void keepsThePairWhenFewerNamesAreWanted() throws GeneralSecurityException {
    CertificateRenewal more =
        new CertificateRenewal(List.of("pathgate.svc", "127.0.0.1"), LIFETIME);
    Kept kept = more.due(Kept.NOTHING, START).publishedAt(START);

    assertThat(RENEWAL.due(kept, START.plusSeconds(1))).isSameAs(kept);
  }

  @Test
  void catchesUpWhatWasMissedWhileNobodyLooked() throws GeneralSecurityException {
    Kept kept = published(START);
    Instant longAfter = START.plus(Duration.ofDays(100));

    Kept renewed = RENEWAL.due(kept, longAfter);

    assertThat(renewed.authorities())
        .containsExactly(renewed.newest().orElseThrow().certificate())
        .doesNotContain(kept.authorities().get(0));
    assertThat(isUsable(renewed, longAfter)).isTrue();
  }

  @Test
  void takesExpiredAuthoritiesOutOfTheBundle() throws GeneralSecurityException {
    Instant now = START.plus(AUTHORITY_DUE);
    Kept both = settled(RENEWAL.due(pairRenewedAt(now), now).publishedAt(now), now);
    Instant end = START.plus(AUTHORITY_END);

    assertThat(RENEWAL.due(both, end.minusSeconds(1)).authorities()).hasSize(2);
    assertThat(RENEWAL.due(both, end).authorities())
        .containsExactly(both.newest().orElseThrow().certificate());
  }

  /** Kept since {@code then}, and known to callers. */
  private static Kept published(Instant then) throws GeneralSecurityException {
    return RENEWAL.due(Kept.NOTHING, then).publishedAt(then);
  }

  /** An authority made at the start, with a pair that was made at {@code now}. */
  private static Kept pairRenewedAt(Instant now) throws GeneralSecurityException {
    Kept kept = published(START);
    ServingPair pair = kept.newest().orElseThrow().issue(RENEWAL.names(), now, LIFETIME);
    return new Kept(kept.authorities(), kept.newest(), Optional.of(pair), kept.publishedAt());
  }

  private static Kept settled(Kept kept, Instant now) throws GeneralSecurityException {
    return RENEWAL.due(kept, now.plus(RENEWAL.settling()));
  }

  private static X509Certificate leaf(Kept kept) {
    return kept.pair().orElseThrow().chain().get(0);
  }

  private static boolean isUsable(Kept kept, Instant now) {
    return CertificateRenewal.isUsable(kept.pair().orElseThrow(), kept.authorities(), now);
  }
}
