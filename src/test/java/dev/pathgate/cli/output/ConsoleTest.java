package dev.pathgate.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pathgate.cli.check.Check;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ConsoleTest {
  private static final Path NOWHERE = Path.of("/no/such/link");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private Console console(int width, Progress progress) {
    return new Console(stream(out), stream(err), () -> false, () -> width, () -> width, progress);
  }

  private static PrintStream stream(OutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  @Test
  void breaksTextsBetweenWordsAtTheTerminalsWidth() {
    String text = "service a can't be upgraded from b to a-very-long-name-of-a-template [rule]";

    assertThat(console(34, Progress.none()).wrapped(4, text))
        .isEqualTo(
            """
            service a can't be upgraded
                from b to
                a-very-long-name-of-a-template
                [rule]""");
  }

  @Test
  void breaksNotesAtTheWidthOfTheirOwnTerminal() {
    String note = "3 verdicts would be better if chains came first\n  and went last\n";
    noting(0, 24).note(note);
    noting(24, 0).note(note);

    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "3 verdicts would be\nbetter if chains came\nfirst\n  and went last\n\n" + note + "\n");
  }

  private Console noting(int width, int noteWidth) {
    return new Console(
        stream(out), stream(err), () -> false, () -> width, () -> noteWidth, Progress.none());
  }

  @Test
  void letsNobodysTextSteerTheTerminal() {
    Console plain = new Console(stream(out), stream(err), false);
    plain.print("a\u001b[2Jb\u001b[31mc\td\r\n");
    plain.note("a\u0007b\u009b2Jc");

    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("a\ufffd[2Jb\ufffdc\td\r\n");
    assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("a\ufffdb\ufffd2Jc\n");
  }

  @Test
  void keepsItsOwnColours() {
    Console coloured = new Console(stream(out), stream(err), true);
    coloured.print(coloured.red("denied"));

    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("\u001b[31mdenied\u001b[0m");
  }

  @Test
  void breaksNothingWhereThereIsNoTerminal() {
    String text = "word ".repeat(100);

    assertThat(new Console(stream(out), stream(err), false).wrapped(4, text)).isEqualTo(text);
    assertThat(console(10, Progress.none()).wrapped(4, text)).isEqualTo(text);
  }

  @Test
  void tellsThoseWhoWaitBeforeATerminal() {
    Console console = console(0, Progress.on(stream(err), () -> true, 0));

    console.doing("reading 7 files");
    await().until(() -> err.toString(StandardCharsets.UTF_8).contains("reading 7 files … 0 s"));
    console.print("done\n");

    assertThat(err.toString(StandardCharsets.UTF_8)).endsWith("\r\u001b[K");
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("done\n");
  }

  @Test
  void tellsNobodyElsewhereNorBeforeItsTime() {
    Console elsewhere = console(0, Progress.on(stream(err), () -> false, 0));
    Console early = console(0, Progress.on(stream(err), () -> true, 3_600_000));

    elsewhere.doing("reading 7 files");
    early.doing("reading 7 files");

    await()
        .during(Duration.ofMillis(300))
        .until(() -> err.toString(StandardCharsets.UTF_8).isEmpty());
  }

  @Test
  void losesQuietlyWhatAReaderDoesNotWait() throws IOException {
    ResultStream results = new ResultStream(failing("Broken pipe"), NOWHERE);

    results.write("a".getBytes(StandardCharsets.UTF_8));

    assertThat(results.failure()).isEmpty();
  }

  @Test
  void tellsThatADiskIsFull() throws IOException {
    ResultStream results = new ResultStream(failing("No space left on device"), NOWHERE);

    results.write("a".getBytes(StandardCharsets.UTF_8));

    assertThat(results.failure()).contains("No space left on device");
  }

  private static OutputStream failing(String why) {
    return new OutputStream() {
      @Override
      public void write(int one) throws IOException {
        throw new IOException(why);
      }
    };
  }

  @Test
  void countsTheWordBeforeAWarningIntoTheWidth(@TempDir Path folder) throws IOException {
    Files.writeString(
        folder.resolve("prod.yaml"),
        """
        apiVersion: k0rdent.mirantis.com/v1beta1
        kind: ClusterDeployment
        metadata: {name: prod}
        spec: {serviceSpec: {services: [{name: web, template: a}]}}
        """);

    new CommandLine(new Check(console(60, Progress.none())))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .execute("-f", folder.resolve("prod.yaml").toString());

    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .filteredOn(line -> line.startsWith("        "))
        .hasSizeGreaterThan(1)
        .allMatch(line -> line.length() <= 60)
        .first()
        .asString()
        .startsWith("        warning: service default/web ");
  }
}
