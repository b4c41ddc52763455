package dev.pathgate.cli.demo;

import dev.pathgate.cli.output.ExitCode;
import dev.pathgate.rule.RuleId;
import io.quarkus.runtime.Quarkus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code pathgate demo}: starts the real server on a free port, with TLS and a folder of manifests,
 * and walks through k0rdent's upgrade story as an API server would.
 */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Walks through an upgrade story, against the real server on a free port.",
      "Each step is an AdmissionReview over HTTPS, shown as kubectl would show it. Needs no"
          + " cluster. Exits with 0 only if every step had the verdict that it should have."
    },
    footer = {"", "Examples:", "  pathgate demo", "  pathgate demo --keep"})
public final class Demo implements Callable<Integer> {
  @Option(
      names = "--keep",
      description =
          "Leaves the server running until Ctrl-C, and prints a curl command to try it with.")
  private boolean keep;

  @Override
  public Integer call() throws IOException {
    Path folder = Files.createTempDirectory("pathgate-demo-");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> deleteQuietly(folder), "demo-folder"));
    settings(folder.resolve("manifests"));
    DemoWalk walk = new DemoWalk(folder, keep, System.out);
    DemoApplication.walk(walk);
    Quarkus.run(DemoApplication.class, (code, failure) -> walk.failed(failure));
    deleteQuietly(folder);
    return walk.isAsExpected() ? ExitCode.FINE : ExitCode.VIOLATIONS;
  }

  /** The demo's own settings; system properties outrank whatever the environment says. */
  private static void settings(Path manifests) throws IOException {
    Files.createDirectories(manifests);
    System.setProperty("pathgate.roles", "webhook");
    System.setProperty("pathgate.host", "127.0.0.1");
    System.setProperty("pathgate.https-port", "0");
    System.setProperty("pathgate.management-port", "0");
    System.setProperty("pathgate.chains", manifests.toString());
    System.setProperty("pathgate.mode", "enforce");
    System.setProperty("pathgate.path.chain-switch", "together");
    System.setProperty("pathgate.tls.certificate", "");
    System.setProperty("pathgate.tls.key", "");
    System.setProperty("pathgate.tls.client-ca", "");
    System.setProperty("pathgate.tls.self.secret", "");
    for (RuleId rule : RuleId.values()) {
      System.setProperty(
          "pathgate.rules." + rule.id(), rule.defaultAction().name().toLowerCase(Locale.ROOT));
    }
    System.setProperty("quarkus.log.level", "ERROR");
  }

  /** Also on Ctrl-C, and whatever the user made of it meanwhile. */
  private static void deleteQuietly(Path folder) {
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | UncheckedIOException leftToTheSystem) {
      // a folder for temporary files is cleared some day
    }
  }
}
