package dev.pathgate.cli;

import dev.pathgate.cli.audit.Audit;
import dev.pathgate.cli.check.Check;
import dev.pathgate.cli.demo.Demo;
import dev.pathgate.cli.doctor.Doctor;
import dev.pathgate.cli.extend.Extend;
import dev.pathgate.cli.output.BuildVersion;
import dev.pathgate.cli.output.CommandFailure;
import dev.pathgate.cli.output.Console;
import dev.pathgate.cli.output.ExitCode;
import dev.pathgate.cli.paths.Paths;
import dev.pathgate.cli.plan.Plan;
import dev.pathgate.cli.train.Train;
import dev.pathgate.kube.OneLine;
import dev.pathgate.kube.Spelling;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:fine",
      "1:violations found",
      "2:wrong use or unreadable input",
      "3:no cluster"
    },
    footer = {
      "",
      "Examples:",
      "  pathgate check --from git:origin/main:clusters --to clusters",
      "  pathgate plan clusterdeployment/prod-eu -n tenant42 --newest"
    })
public final class Pathgate implements Runnable {
  private static final Pattern UNKNOWN_COMMAND =
      Pattern.compile(
          "(?:Unmatched arguments? (?:from|at) index 0: |Unknown subcommand )'(.*?)'.*",
          Pattern.DOTALL);

  private static final int MAX_TYPOS = 2;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** Runs the command that the arguments name and exits with its code. */
  public static void main(String... args) {
    Console console = Console.ofProcess();
    int code;
    try {
      code = execute(console, args);
    } catch (OutOfMemoryError tooMuch) {
      console.note("pathgate: out of memory; JAVA_OPTS=-Xmx… gives more");
      code = ExitCode.USAGE;
    } catch (StackOverflowError tooDeep) {
      console.note("pathgate: nested too deeply; JAVA_OPTS=-Xss… gives more");
      code = ExitCode.USAGE;
    }
    console.flush();
    if (console.loss().isPresent()) {
      console.note("pathgate: the results can't be written: " + console.loss().get());
      code = ExitCode.USAGE;
    }
    System.exit(code);
  }

  /** Runs the command that the arguments name; what it would exit with. */
  static int execute(Console console, String... args) {
    // A server starts without the parser of arguments that it has none of, a sixth sooner.
    if (args.length == 1 && args[0].equals(Serve.NAME)) {
      try {
        return new Serve().call();
      } catch (RuntimeException failure) {
        return fault(console, failure);
      }
    }
    Optional<String> page = HelpPage.askedFor(args);
    if (page.isPresent()) {
      console.print(HelpPage.text(page.get()));
      return ExitCode.FINE;
    }
    return commandLine(console).execute(args);
  }

  /** All commands. */
  static CommandLine commandLine(Console console) {
    CommandLine pathgate = new CommandLine(new Pathgate());
    pathgate.addSubcommand(new Check(console));
    pathgate.addSubcommand(new Paths(console));
    pathgate.addSubcommand(new Plan(console));
    pathgate.addSubcommand(new Extend(console));
    pathgate.addSubcommand(new Audit(console));
    pathgate.addSubcommand(new Doctor(console));
    pathgate.addSubcommand(new Serve());
    pathgate.addSubcommand(new Demo());
    pathgate.addSubcommand(new Completion(console));
    pathgate.addSubcommand(new VersionCommand(console));
    pathgate.addSubcommand(new CommandLine.HelpCommand());
    if (Boolean.getBoolean(Train.ENABLED)) {
      pathgate.addSubcommand(new Train(Pathgate::execute));
    }
    pathgate.getSubcommands().values().stream()
        .map(CommandLine::getCommandSpec)
        .forEach(command -> command.versionProvider(new Version()));
    EnumWords.register(pathgate);
    pathgate.setHelpFactory(WholeWordsHelp::new);
    pathgate.setOut(console.results());
    pathgate.setParameterExceptionHandler((wrong, arguments) -> wrongUse(console, wrong));
    pathgate.setExecutionExceptionHandler(
        (failure, command, result) -> {
          if (failure instanceof CommandFailure stopped) {
            console.note("pathgate: " + stopped.getMessage());
            return stopped.exitCode();
          }
          return fault(console, failure);
        });
    return pathgate;
  }

  private static int fault(Console console, Exception failure) {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    console.note("pathgate: internal error, please report it: " + trace);
    return ExitCode.USAGE;
  }

  /** One line, and where to read on. */
  private static int wrongUse(Console console, CommandLine.ParameterException wrong) {
    String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
    console.note(
        "pathgate: "
            + OneLine.of(words(wrong))
            + (wrong instanceof CommandLine.UnmatchedArgumentException unmatched
                ? meant(unmatched)
                : "")
            + "; see "
            + command
            + " --help");
    return ExitCode.USAGE;
  }

  /** What somebody may have wanted to write, as a question; empty if nobody can tell. */
  private static String meant(CommandLine.UnmatchedArgumentException wrong) {
    CommandLine.Model.CommandSpec command = wrong.getCommandLine().getCommandSpec();
    String word = wrong.getUnmatched().get(0);
    List<String> meant = wrong.getSuggestions();
    if (meant.isEmpty() && word.startsWith("--")) {
      String name = word.replaceFirst("=.*", "");
      meant =
          Spelling.nearest(name, command.optionsMap().keySet().stream(), MAX_TYPOS).stream()
              .toList();
    }
    if (meant.isEmpty() && !word.startsWith("-") && command.findOption("-f") != null) {
      meant = List.of("-f " + word);
    }
    return meant.isEmpty() ? "" : " (did you mean " + OneLine.of(String.join(" or ", meant)) + "?)";
  }

  /** The library's words, but for a command that there is none of. */
  private static String words(CommandLine.ParameterException wrong) {
    Matcher unknown = UNKNOWN_COMMAND.matcher(wrong.getMessage());
    boolean isRoot = wrong.getCommandLine().getParent() == null;
    return isRoot && unknown.matches() && !unknown.group(1).startsWith("-")
        ? "there is no command " + unknown.group(1)
        : wrong.getMessage().replaceFirst("^Error: ", "").replace("option option", "option");
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "Missing command");
  }

  /** The version that the build wrote down. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"pathgate " + BuildVersion.get()};
    }
  }
}
