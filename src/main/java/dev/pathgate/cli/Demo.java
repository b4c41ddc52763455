package dev.pathgate.cli;

import dev.pathgate.cli.output.ExitCode;
import dev.pathgate.rule.RuleId;
import io.quarkus.runtime.Quarkus;
import java.io.IOException;
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
      "Starts the real server on a free port and walks through an upgrade story:",
      "each step is an AdmissionReview over HTTPS, shown as kubectl would show it.",
      "Exits with 0 only if every step had the verdict that it should have."
    })
final class Demo implements Callable<Integer> {
  @Option(
      names = "--keep",
      description = "Leave the server running, and print a curl command to try it with.")
  private boolean keep;

  @Override
  public Integer call() throws IOException {
    Path folder = Files.createTempDirectory("pathgate-demo-");
    settings(folder.resolve("manifests"));
    DemoWalk walk = new DemoWalk(folder, keep, System.out);
    DemoApplication.walk(walk);
    try {
      Quarkus.run(DemoApplication.class, (code, failure) -> walk.failed(failure));
    } finally {
      if (!keep) {
        delete(folder);
      }
    }
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
    System.setProperty("pathgate.path.steps", "any");
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

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
