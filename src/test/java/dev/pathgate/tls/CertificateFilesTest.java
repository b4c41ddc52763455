package dev.pathgate.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.pathgate.testkit.Pki;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateFilesTest {
  private static final ServingPair FIRST = Pki.ec();
  private static final ServingPair SECOND = Pki.rsa();

  private final Logged logged = new Logged();

  @TempDir Path folder;
  private Path certificate;
  private Path key;

  @BeforeEach
  void writeTheFirstPair() throws IOException {
    certificate = folder.resolve("tls.crt");
    key = folder.resolve("tls.key");
    write(Pki.certificate(FIRST), Pki.pkcs8(FIRST));
    logged.listen();
  }

  @AfterEach
  void stopListening() {
    logged.stop();
  }

  @Test
  void servesTheRenewedPairAtTheNextPoll() throws Exception {
    CertificateFiles files = files();

    write(Pki.certificate(SECOND), Pki.traditional(SECOND));
    files.poll();

    assertThat(files.keyManager().pair()).isEqualTo(SECOND);
    assertThat(logged.lines)
        .containsExactly("INFO Serving the certificate of CN=rsa, valid until " + SECOND.expiry());
  }

  @Test
  void leavesThePairAloneWhileNothingChanges() throws Exception {
    CertificateFiles files = files();

    files.poll();

    assertThat(files.keyManager().pair()).isEqualTo(FIRST);
    assertThat(logged.lines).isEmpty();
  }

  @Test
  void reportsAForeignKeyOnceAndServesTheOldPairOn() throws Exception {
    CertificateFiles files = files();

    write(Pki.certificate(SECOND), Pki.pkcs8(FIRST));
    files.poll();
    files.poll();

    assertThat(files.keyManager().pair()).isEqualTo(FIRST);
    assertThat(logged.lines)
        .containsExactly(
            "ERROR "
                + key
                + " is not the key of the certificate in "
                + certificate
                + "; the certificate that is valid until "
                + FIRST.expiry()
                + " stays in use");
  }

  @Test
  void takesThePairOnceItsSecondHalfIsThere() throws Exception {
    CertificateFiles files = files();
    Files.writeString(certificate, Pki.certificate(SECOND));
    files.poll();

    Files.writeString(key, Pki.pkcs8(SECOND));
    files.poll();

    assertThat(files.keyManager().pair()).isEqualTo(SECOND);
  }

  @Test
  void servesTheOldPairWhileAFileIsHalfWritten() throws Exception {
    CertificateFiles files = files();

    write(Pki.certificate(SECOND).substring(0, 300), Pki.pkcs8(SECOND));
    files.poll();

    assertThat(files.keyManager().pair()).isEqualTo(FIRST);
    assertThat(logged.lines)
        .containsExactly(
            "ERROR "
                + certificate
                + " is not a PEM certificate; the certificate that is valid until "
                + FIRST.expiry()
                + " stays in use");
  }

  @Test
  void servesTheOldPairWhileTheFilesAreAway() throws Exception {
    CertificateFiles files = files();

    Files.delete(key);
    files.poll();

    assertThat(files.keyManager().pair()).isEqualTo(FIRST);
    assertThat(logged.lines).singleElement().asString().contains("does not exist");
  }

  @Test
  void followsTheLinkThatAKubeletSwaps() throws Exception {
    Path first = Files.createDirectory(folder.resolve("..first"));
    Path second = Files.createDirectory(folder.resolve("..second"));
    put(first, FIRST);
    put(second, SECOND);
    Path data = Files.createSymbolicLink(folder.resolve("..data"), first);
    CertificateFiles files =
        new CertificateFiles(data.resolve("tls.crt"), data.resolve("tls.key"), Clock.systemUTC());

    Path swapped = Files.createSymbolicLink(folder.resolve("..data_tmp"), second);
    Files.move(swapped, data, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    files.poll();

    assertThat(files.keyManager().pair()).isEqualTo(SECOND);
  }

  @Test
  void refusesToStartWithoutAPair() throws IOException {
    Files.delete(key);

    assertThat(catchThrowable(this::files))
        .isInstanceOf(ServingPair.Unusable.class)
        .hasMessage(key + " does not exist");
  }

  @Test
  void reportsAServedCertificateThatHasEndedAndServesTheNextOne() throws Exception {
    CertificateFiles files =
        new CertificateFiles(certificate, key, Clock.fixed(FIRST.expiry(), ZoneOffset.UTC));

    files.poll();
    files.poll();

    assertThat(logged.lines)
        .containsExactly(
            "ERROR the certificate in "
                + certificate
                + " was valid until "
                + FIRST.expiry()
                + ", and there is no newer one");

    write(Pki.certificate(SECOND), Pki.pkcs8(SECOND));
    files.poll();

    assertThat(files.keyManager().pair()).isEqualTo(SECOND);
  }

  @Test
  void refusesAPairThatHasEndedWhileTheOldOneIsValid() throws Exception {
    Instant now = Instant.now();
    ServingPair ended =
        CertificateAuthority.make(now, Duration.ofDays(1))
            .issue(List.of("localhost"), now.minus(Duration.ofDays(2)), Duration.ofDays(1));
    CertificateFiles files = files();

    write(Pki.certificate(ended), Pki.pkcs8(ended));
    files.poll();

    assertThat(files.keyManager().pair()).isEqualTo(FIRST);
    assertThat(logged.lines)
        .singleElement()
        .asString()
        .startsWith("ERROR the certificate in " + certificate + " was valid until")
        .contains("; the certificate that is valid until " + FIRST.expiry() + " stays in use");
  }

  @Test
  void servesAPairThatHasNotBegunOnceItHas() throws Exception {
    Instant now = Instant.now();
    Instant begins = now.plus(Duration.ofMinutes(10)).truncatedTo(ChronoUnit.SECONDS);
    ServingPair next =
        CertificateAuthority.make(now, Duration.ofDays(1))
            .issue(List.of("localhost"), begins, Duration.ofHours(1));
    AtomicReference<Instant> today = new AtomicReference<>(now);
    CertificateFiles files = new CertificateFiles(certificate, key, clock(today));

    write(Pki.certificate(next), Pki.pkcs8(next));
    files.poll();

    assertThat(files.keyManager().pair()).isEqualTo(FIRST);
    assertThat(logged.lines)
        .containsExactly(
            "ERROR the certificate in "
                + certificate
                + " is not valid before "
                + next.chain().get(0).getNotBefore().toInstant()
                + "; the certificate that is valid until "
                + FIRST.expiry()
                + " stays in use");

    today.set(begins);
    files.poll();

    assertThat(files.keyManager().pair()).isEqualTo(next);
  }

  private static Clock clock(AtomicReference<Instant> now) {
    return new Clock() {
      @Override
      public Instant instant() {
        return now.get();
      }

      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }
    };
  }

  private CertificateFiles files() throws ServingPair.Unusable {
    return new CertificateFiles(certificate, key, Clock.systemUTC());
  }

  private void write(String certificatePem, String keyPem) throws IOException {
    Files.writeString(certificate, certificatePem);
    Files.writeString(key, keyPem);
  }

  private static void put(Path into, ServingPair pair) throws IOException {
    Files.writeString(into.resolve("tls.crt"), Pki.certificate(pair));
    Files.writeString(into.resolve("tls.key"), Pki.pkcs8(pair));
  }

  /** What the class under test logs, level first. */
  private static final class Logged extends Handler {
    private final Logger logger = Logger.getLogger(CertificateFiles.class.getName());
    private final List<String> lines = new ArrayList<>();

    void listen() {
      logger.addHandler(this);
    }

    void stop() {
      logger.removeHandler(this);
    }

    @Override
    public void publish(LogRecord entry) {
      lines.add(entry.getLevel() + " " + new PatternFormatter("%s").format(entry));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
