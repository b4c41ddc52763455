package dev.pathgate.cli;

import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. Only the commands that serve start Quarkus; the others answer at once. */
@QuarkusMain
@Command(
    name = "pathgate",
    mixinStandardHelpOptions = true,
    versionProvider = Pathgate.Version.class,
    description = "Lets a k0rdent service move only along the paths of its ServiceTemplateChain.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {Serve.class, Demo.class},
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:fine",
      "1:violations found",
      "2:wrong use or unreadable input",
      "3:no cluster"
    })
public final class Pathgate implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** Runs the command that the arguments name and exits with its code. */
  public static void main(String... args) {
    System.exit(new CommandLine(new Pathgate()).execute(args));
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "Missing command");
  }

  /** The version that the build wrote down. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
      Properties build = new Properties();
      try (InputStream file = Pathgate.class.getResourceAsStream("/pathgate-build.properties")) {
        build.load(file);
      }
      return new String[] {"pathgate " + build.getProperty("version")};
    }
  }
}
