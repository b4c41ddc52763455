package dev.pathgate.cli.settings;

import dev.pathgate.Settings;
import io.quarkus.runtime.configuration.MemorySize;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The names of all settings, as the mapping declares them. */
public final class SettingsKeys {
  private static final Map<Class<?>, String> TAKES =
      Map.of(
          int.class, "a number",
          boolean.class, "true or false",
          Path.class, "a path",
          Duration.class, "a duration such as 30s or P90D",
          MemorySize.class, "a number of bytes, with or without a suffix such as K, M or G");

  private SettingsKeys() {}

  /** What may stand behind {@code key}, in words; {@code another value} where there are none. */
  static String takes(String key) {
    Map<String, Method> settings = new TreeMap<>();
    collect("pathgate", Settings.class, settings);
    return Optional.ofNullable(settings.get(key))
        .map(setting -> TAKES.get(setting.getReturnType()))
        .orElse("another value");
  }

  /** Every key, such as {@code pathgate.path.steps}, sorted. */
  public static List<String> all() {
    Map<String, Method> settings = new TreeMap<>();
    collect("pathgate", Settings.class, settings);
    return List.copyOf(settings.keySet());
  }

  /** The environment variable of a key, such as {@code PATHGATE_PATH_STEPS}. */
  public static String variable(String key) {
    return key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
  }

  private static void collect(String prefix, Class<?> group, Map<String, Method> keys) {
    for (Method method : group.getDeclaredMethods()) {
      String key = prefix + "." + dashed(method.getName());
      boolean isGroup =
          Arrays.asList(Settings.class.getDeclaredClasses()).contains(method.getReturnType())
              && method.getReturnType().isInterface();
      if (isGroup) {
        collect(key, method.getReturnType(), keys);
      } else {
        keys.put(key, method);
      }
    }
  }

  private static String dashed(String method) {
    return method.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }
}
