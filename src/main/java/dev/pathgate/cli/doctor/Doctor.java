package dev.pathgate.cli.doctor;

import dev.pathgate.cli.doctor.CheckResult.Status;
import dev.pathgate.cli.input.ClusterOptions;
import dev.pathgate.cli.input.CommandRequests;
import dev.pathgate.cli.output.CommandFailure;
import dev.pathgate.cli.output.Console;
import dev.pathgate.cli.output.ExitCode;
import dev.pathgate.kube.ApiServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code pathgate doctor}: is the gate itself fine? */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = {
      "Looks at an installation, and says the fix of what is wrong with it.",
      "Two dry-runs go the whole way, in k0rdent's namespace or that of -n; nothing is written."
    },
    footer = {
      "",
      "Examples:",
      "  pathgate doctor",
      "  pathgate doctor --install-namespace gates --wait 2m -o json"
    })
public final class Doctor implements Callable<Integer> {
  private static final Duration PERIOD = Duration.ofSeconds(3);

  /** What the checks are printed as. */
  enum Format {
    TEXT,
    JSON
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "text|json",
      defaultValue = "text",
      description = "The format. Default: ${DEFAULT-VALUE}.")
  private Format format;

  @Option(
      names = "--install-namespace",
      paramLabel = "NAME",
      defaultValue = "pathgate",
      description = "Where Pathgate is installed. Default: ${DEFAULT-VALUE}.")
  private String installNamespace;

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      defaultValue = "0s",
      description = "Looks again until there is no error, for at most that long, such as 2m.")
  private String wait;

  @Mixin private ClusterOptions cluster;

  private final Console console;

  /** The command, printing there. */
  public Doctor(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Duration timeout = ClusterOptions.time("--wait", wait);
    Config config = cluster.config();
    Examination examination =
        new Examination(
            ClusterOptions.possible("--install-namespace", installNamespace),
            cluster.namespace(),
            System.getenv("KUBERNETES_SERVICE_HOST") != null);
    try (KubernetesClient client = cluster.client()) {
      Reads reads =
          new Reads(
              new CommandRequests(
                  new ApiServer(client),
                  cluster.requestTimeout(),
                  config.getMasterUrl().replaceAll("/$", "")));
      console.doing("looking at the installation in namespace " + installNamespace);
      List<CheckResult> checks = examine(examination, reads, timeout);
      console.print(
          switch (format) {
            case TEXT -> DoctorFormats.text(checks, console);
            case JSON -> DoctorFormats.json(checks);
          });
      return hasError(checks) ? ExitCode.VIOLATIONS : ExitCode.FINE;
    }
  }

  /** Looks until there is no error or the time is over; the last look counts. */
  private static List<CheckResult> examine(Examination examination, Reads reads, Duration timeout) {
    long end = System.nanoTime() + timeout.toNanos();
    while (true) {
      boolean last = System.nanoTime() + PERIOD.toNanos() > end;
      try {
        List<CheckResult> checks = examination.of(reads, Instant.now(), Doctor::pause);
        if (last || !hasError(checks)) {
          return checks;
        }
      } catch (CommandFailure away) {
        if (last) {
          throw away;
        }
      }
      pause(PERIOD);
    }
  }

  private static boolean hasError(List<CheckResult> checks) {
    return DoctorFormats.count(checks, Status.ERROR) > 0;
  }

  private static void pause(Duration time) {
    try {
      TimeUnit.NANOSECONDS.sleep(time.toNanos());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw CommandFailure.noCluster("interrupted while waiting");
    }
  }
}
