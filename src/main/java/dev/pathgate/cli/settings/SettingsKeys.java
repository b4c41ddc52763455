package dev.pathgate.cli.settings;

import dev.pathgate.Settings;
import io.quarkus.runtime.configuration.MemorySize;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The names of all settings, as the mapping declares them. */
public final class SettingsKeys {
  private static final Map<Class<?>, String> TAKES =
      Map.of(
          int.class, "a number",
          boolean.class, "true or false",
          Path.class, "a path",
          Duration.class, "a duration such as 30s or P90D",
          MemorySize.class, "a number of bytes, with or without a suffix such as K, M or G");

  private static final Pattern CAPITAL = Pattern.compile("[A-Z]");
  private static final Pattern NEITHER_LETTER_NOR_DIGIT = Pattern.compile("[^A-Za-z0-9]");
  private static final Map<String, Method> SETTINGS = new TreeMap<>();
  private static final Set<String> VARIABLES;

  static {
    collect("pathgate", Settings.class);
    VARIABLES =
        SETTINGS.keySet().stream()
            .map(SettingsKeys::variable)
            .collect(Collectors.toUnmodifiableSet());
  }

  private SettingsKeys() {}

  /** What may stand behind {@code key}, in words; {@code another value} where there are none. */
  static String takes(String key) {
    return Optional.ofNullable(SETTINGS.get(key))
        .map(setting -> takes(setting.getReturnType()))
        .orElse("another value");
  }

  private static String takes(Class<?> type) {
    return type.isEnum()
        ? Stream.of(type.getEnumConstants())
            .map(value -> value.toString().toLowerCase(Locale.ROOT).replace('_', '-'))
            .collect(Collectors.joining(", "))
        : TAKES.get(type);
  }

  /** Every key, such as {@code pathgate.path.steps}, sorted. */
  public static List<String> all() {
    return List.copyOf(SETTINGS.keySet());
  }

  /** The environment variables of all. */
  static Set<String> variables() {
    return VARIABLES;
  }

  /** The environment variable of a key, such as {@code PATHGATE_PATH_STEPS}. */
  public static String variable(String key) {
    return NEITHER_LETTER_NOR_DIGIT.matcher(key).replaceAll("_").toUpperCase(Locale.ROOT);
  }

  private static void collect(String prefix, Class<?> group) {
    List<Class<?>> groups = List.of(Settings.class.getDeclaredClasses());
    for (Method method : group.getDeclaredMethods()) {
      String key = prefix + "." + dashed(method.getName());
      if (groups.contains(method.getReturnType()) && method.getReturnType().isInterface()) {
        collect(key, method.getReturnType());
      } else {
        SETTINGS.put(key, method);
      }
    }
  }

  private static String dashed(String method) {
    return CAPITAL.matcher(method).replaceAll("-$0").toLowerCase(Locale.ROOT);
  }
}
