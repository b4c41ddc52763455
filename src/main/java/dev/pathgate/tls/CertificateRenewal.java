package dev.pathgate.tls;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides what becomes of Pathgate's own certificates, from what is kept and what time it is.
 *
 * <pre>
 *   authority A ──────────────────┐ 2/3: authority B joins the bundle
 *   pairs of A  ────┐ 2/3 ───┐    │    … callers have seen the bundle for a while
 *   pairs of B                    └──── … only then a pair of B is served
 * </pre>
 *
 * <p>Each decision follows from the kept state alone, so that a missed moment is caught up by
 * whoever polls next.
 *
 * @param names the DNS names and addresses that the pair is for
 * @param lifetime how long a pair is valid; an authority lives four times as long
 */
record CertificateRenewal(List<String> names, Duration lifetime) {
  private static final int AUTHORITY_LIFETIMES = 4;

  CertificateRenewal {
    names = List.copyOf(names);
  }

  /**
   * What is kept.
   *
   * @param authorities the certificates that callers trust, newest first; at least one
   * @param newest the newest authority with its key; empty if there is none that can sign
   * @param pair what is served
   * @param publishedAt since when callers have trusted the newest authority; empty if not all do
   */
  record State(
      List<X509Certificate> authorities,
      Optional<CertificateAuthority> newest,
      Optional<ServingPair> pair,
      Optional<Instant> publishedAt) {
    static final State NOTHING =
        new State(List.of(), Optional.empty(), Optional.empty(), Optional.empty());

    State {
      authorities = List.copyOf(authorities);
    }

    State publishedAt(Instant now) {
      return new State(authorities, newest, pair, Optional.of(now));
    }
  }

  /** How long callers get to notice a new authority before a pair of it is served. */
  Duration settling() {
    Duration part = lifetime.dividedBy(20);
    Duration atMost = Duration.ofMinutes(1);
    return part.compareTo(atMost) < 0 ? part : atMost;
  }

  /** What should be kept now; the same value if nothing is due. */
  State next(State kept, Instant now) throws GeneralSecurityException {
    State next = withAuthority(kept, now);
    boolean usable =
        next.pair()
            .filter(pair -> isUsable(pair, next.authorities(), now))
            .filter(pair -> hasBegun(pair.chain().get(0), now))
            .isPresent();
    if (usable && !isPairDue(next, now)) {
      return next;
    }
    if (usable && !isTrustedForSure(next, now)) {
      return next;
    }
    ServingPair pair =
        next.newest().orElseThrow().issue(namesOfNext(next, usable, now), now, lifetime);
    return new State(next.authorities(), next.newest(), Optional.of(pair), next.publishedAt());
  }

  /**
   * Whether callers trust what the newest authority signs: for long enough, or because its pair is
   * what they are served already.
   */
  private boolean isTrustedForSure(State kept, Instant now) {
    return kept.publishedAt().filter(since -> !now.isBefore(since.plus(settling()))).isPresent()
        || isOfNewest(kept);
  }

  private static boolean isOfNewest(State kept) {
    return isSignedBy(
        kept.pair().orElseThrow().chain().get(0), kept.newest().orElseThrow().certificate());
  }

  private State withAuthority(State kept, Instant now) throws GeneralSecurityException {
    List<X509Certificate> valid =
        kept.authorities().stream().filter(authority -> isValid(authority, now)).toList();
    boolean signs =
        kept.newest()
            .filter(newest -> valid.contains(newest.certificate()))
            .filter(newest -> hasBegun(newest.certificate(), now))
            .filter(newest -> !isPastTwoThirds(newest.certificate(), now))
            .isPresent();
    if (signs) {
      return valid.equals(kept.authorities())
          ? kept
          : new State(valid, kept.newest(), kept.pair(), kept.publishedAt());
    }
    CertificateAuthority authority =
        CertificateAuthority.make(now, lifetime.multipliedBy(AUTHORITY_LIFETIMES));
    List<X509Certificate> bundle = new ArrayList<>(List.of(authority.certificate()));
    bundle.addAll(valid);
    return new State(bundle, Optional.of(authority), kept.pair(), Optional.empty());
  }

  /** Whether a pair may be served: valid, and of an authority that callers are told to trust. */
  static boolean isUsable(ServingPair pair, List<X509Certificate> authorities, Instant now) {
    X509Certificate certificate = pair.chain().get(0);
    return isValid(certificate, now)
        && authorities.stream().anyMatch(authority -> isSignedBy(certificate, authority));
  }

  private boolean isPairDue(State kept, Instant now) {
    X509Certificate certificate = kept.pair().orElseThrow().chain().get(0);
    return isPastTwoThirds(certificate, now) || !isOfNewest(kept) || !coversNames(certificate);
  }

  private boolean coversNames(X509Certificate certificate) {
    return SubjectName.of(certificate).containsAll(SubjectName.all(names));
  }

  /**
   * Replicas may be set to different names while they are being replaced. A pair that lacks only a
   * name is followed by one that has its names, too, or each would undo what the other has made.
   */
  private List<String> namesOfNext(State state, boolean usable, Instant now) {
    Set<SubjectName> all = new LinkedHashSet<>(SubjectName.all(names));
    if (usable) {
      X509Certificate certificate = state.pair().orElseThrow().chain().get(0);
      if (!isPastTwoThirds(certificate, now)) {
        all.addAll(SubjectName.of(certificate));
      }
    }
    return all.stream().map(SubjectName::text).toList();
  }

  private static boolean isSignedBy(X509Certificate certificate, X509Certificate authority) {
    PublicKey key = authority.getPublicKey();
    try {
      certificate.verify(key);
      return true;
    } catch (GeneralSecurityException otherKey) {
      return false;
    }
  }

  private static boolean isValid(X509Certificate certificate, Instant now) {
    return now.isBefore(certificate.getNotAfter().toInstant());
  }

  /** Whether it is valid already: one that was made on a clock far ahead is not. */
  static boolean hasBegun(X509Certificate certificate, Instant now) {
    return !now.isBefore(certificate.getNotBefore().toInstant());
  }

  private static boolean isPastTwoThirds(X509Certificate certificate, Instant now) {
    Instant from = certificate.getNotBefore().toInstant();
    Duration whole = Duration.between(from, certificate.getNotAfter().toInstant());
    return !now.isBefore(from.plus(whole.multipliedBy(2).dividedBy(3)));
  }
}
