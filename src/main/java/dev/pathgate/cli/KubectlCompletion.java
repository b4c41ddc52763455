package dev.pathgate.cli;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What kubectl runs as {@code kubectl_complete-pathgate} with the words after {@code kubectl
 * pathgate}, the last one unfinished. It prints what that may become, one a line, and at the end
 * {@code :4}, or {@code :0} where files will do, too. A script that knows all words by itself: a
 * JVM would keep the shell waiting.
 */
final class KubectlCompletion {
  private KubectlCompletion() {}

  static String of(CommandLine root) {
    Map<String, CommandLine> commands = root.getSubcommands();
    StringBuilder script =
        new StringBuilder(
            """
            #!/bin/sh
            # Completes kubectl pathgate; made by: pathgate completion kubectl
            command= option=
            while [ $# -gt 1 ]; do
              option=
              case $1 in
                -*) option=$1 ;;
                *) [ -n "$command" ] || command=$1 ;;
              esac
              shift
            done
            words= directive=:4
            case $command,$option,${1:-} in
            """);
    arm(script, ",*", Stream.concat(commands.keySet().stream(), Stream.of("--help", "--version")));
    commands.forEach((name, command) -> command(script, name, command.getCommandSpec()));
    return script
        .append(
            """
            esac
            for word in $words; do
              case $word in
                "${1:-}"*) printf '%s\n' "$word" ;;
              esac
            done
            echo "$directive"
            """)
        .toString();
  }

  private static void command(StringBuilder script, String name, CommandSpec command) {
    for (OptionSpec option : command.options()) {
      if (option.arity().max() > 0) {
        String names =
            Arrays.stream(option.names())
                .map(one -> name + "," + one + ",*")
                .collect(Collectors.joining(" | "));
        if (Completion.takesFiles(option)) {
          script.append("  ").append(names).append(") directive=:0 ;;\n");
        } else {
          arm(script, names, Completion.words(option).stream());
        }
      }
    }
    arm(
        script,
        name + ",*,-*",
        command.options().stream().flatMap(option -> Completion.names(option).stream()));
    arm(
        script,
        name + ",*",
        command.positionalParameters().stream()
            .filter(parameter -> parameter.type().isEnum())
            .flatMap(KubectlCompletion::values));
  }

  private static Stream<String> values(ArgSpec argument) {
    return Arrays.stream(argument.type().getEnumConstants())
        .map(value -> EnumWords.of((Enum<?>) value));
  }

  private static void arm(StringBuilder script, String pattern, Stream<String> words) {
    script
        .append("  ")
        .append(pattern)
        .append(") words='")
        .append(words.collect(Collectors.joining(" ")))
        .append("' ;;\n");
  }
}
