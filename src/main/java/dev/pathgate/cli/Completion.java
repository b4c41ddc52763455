package dev.pathgate.cli;

import dev.pathgate.cli.output.Console;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pathgate completion}: what a shell needs to complete commands and options. */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description = "Prints the completion script of a shell, or of kubectl.",
    footer = {
      "",
      "Examples:",
      "  source <(pathgate completion bash)",
      "  pathgate completion fish > ~/.config/fish/completions/pathgate.fish",
      "",
      "kubectl completes its plugins by a program on PATH; in a folder of yours there:",
      "  pathgate completion kubectl > kubectl_complete-pathgate",
      "  chmod +x kubectl_complete-pathgate"
    })
final class Completion implements Runnable {
  /** Shells that are known. */
  enum Shell {
    BASH,
    ZSH,
    FISH,
    KUBECTL
  }

  private static final Pattern VALUES = Pattern.compile("(?<=_args=\\()(\"[A-Z_]+\" ?)+(?=\\))");

  private static final Pattern WORDS = Pattern.compile("[a-z-]+(\\|[a-z-]+)*");

  @Parameters(arity = "1", paramLabel = "bash|zsh|fish|kubectl", description = "The shell.")
  private Shell shell;

  @Spec private CommandSpec spec;

  private final Console console;

  Completion(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    CommandLine root = spec.root().commandLine();
    console.print(
        switch (shell) {
          case BASH -> bash(root);
          // picocli's script serves zsh, too, once its completion of bash is on
          case ZSH ->
              "autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n"
                  + bash(root);
          case FISH -> fish(root);
          case KUBECTL -> KubectlCompletion.of(root);
        });
  }

  /**
   * picocli's script; it knows the values of enums by their names in Java only, no names that
   * negate an option, and nothing of what a text stands for.
   */
  private static String bash(CommandLine root) {
    String script =
        VALUES
            .matcher(AutoComplete.bash("pathgate", root))
            .replaceAll(values -> EnumWords.of(values.group()));
    for (CommandLine command : root.getSubcommands().values()) {
      for (OptionSpec option : command.getCommandSpec().options()) {
        String value = "    '" + String.join("'|'", option.names()) + "')\n";
        script = script.replace(value + "      return\n", value + bashValues(option));
        for (String name : option.names()) {
          String negated = "--no-" + name.replaceFirst("^--", "");
          if (option.negatable() && !script.contains(negated)) {
            script = script.replace("'" + name + "'", "'" + name + "' '" + negated + "'");
          }
        }
      }
    }
    return script;
  }

  /** The lines of picocli's script that complete the value of an option which is text to it. */
  private static String bashValues(OptionSpec option) {
    if (takesFiles(option)) {
      return """
                local IFS=$'\\n'
                type compopt &>/dev/null && compopt -o filenames
                COMPREPLY=( $( compgen -f -- "${curr_word}" ) ) # files
                return $?
          """;
    }
    return words(option).isEmpty()
        ? "      return\n"
        : "      COMPREPLY=( $( compgen -W '%s' -- \"${curr_word}\" ) )\n      return $?\n"
            .formatted(String.join(" ", words(option)));
  }

  /** Whether files will do as the value of an option. */
  static boolean takesFiles(OptionSpec option) {
    return List.of("SOURCE", "FILE").contains(option.paramLabel());
  }

  /** The only values of an option, as its help spells them; empty if it takes others, too. */
  static List<String> words(OptionSpec option) {
    return WORDS.matcher(option.paramLabel()).matches()
        ? List.of(option.paramLabel().split("\\|", -1))
        : List.of();
  }

  private static String fish(CommandLine root) {
    StringBuilder script = new StringBuilder("complete -c pathgate -f\n");
    for (Map.Entry<String, CommandLine> entry : root.getSubcommands().entrySet()) {
      CommandSpec command = entry.getValue().getCommandSpec();
      String[] description = command.usageMessage().description();
      script
          .append("complete -c pathgate -n __fish_use_subcommand -a ")
          .append(entry.getKey())
          .append(" -d ")
          .append(quoted(description.length == 0 ? "" : description[0]))
          .append('\n');
      command.options().forEach(option -> option(script, entry.getKey(), option));
    }
    return script.toString();
  }

  private static void option(StringBuilder script, String command, OptionSpec option) {
    script
        .append("complete -c pathgate -n '__fish_seen_subcommand_from ")
        .append(command)
        .append('\'');
    for (String name : names(option)) {
      script.append(
          name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
    }
    if (option.arity().max() > 0) {
      List<String> words = words(option);
      script.append(words.isEmpty() ? " -r -F" : " -x -a " + quoted(String.join(" ", words)));
    }
    String[] description = option.description();
    script
        .append(" -d ")
        .append(quoted(description.length == 0 ? "" : description[0]))
        .append('\n');
  }

  /** All names of an option, those that negate it included. */
  static List<String> names(OptionSpec option) {
    List<String> names = new ArrayList<>(List.of(option.names()));
    if (option.negatable()) {
      Arrays.stream(option.names())
          .filter(name -> name.startsWith("--"))
          .forEach(name -> names.add("--no-" + name.substring(2)));
    }
    return names;
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
