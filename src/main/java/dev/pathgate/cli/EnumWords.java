package dev.pathgate.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.TypeConversionException;

/** The values of enums as users write them: {@code chains-first}. */
final class EnumWords {
  private EnumWords() {}

  /** The value's word. */
  static String of(Enum<?> value) {
    return of(value.name());
  }

  /** The word of a value of that name. */
  static String of(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** All commands take, and in messages name, the values of their enums by these words. */
  static void register(CommandLine root) {
    for (CommandLine command : root.getSubcommands().values()) {
      for (ArgSpec argument : command.getCommandSpec().args()) {
        if (argument.type().isEnum()) {
          register(root, argument.type());
        }
      }
    }
  }

  private static <T> void register(CommandLine root, Class<T> type) {
    ITypeConverter<T> converter =
        word ->
            Arrays.stream(type.getEnumConstants())
                .filter(value -> of((Enum<?>) value).equals(word.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(
                    () -> new TypeConversionException("it takes " + all(type) + ", not " + word));
    root.registerConverter(type, converter);
  }

  private static String all(Class<?> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(value -> of((Enum<?>) value))
        .collect(Collectors.joining(", "));
  }
}
