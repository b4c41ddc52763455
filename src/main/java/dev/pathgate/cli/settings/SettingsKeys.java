package dev.pathgate.cli.settings;

import dev.pathgate.Settings;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The names of all settings, as the mapping declares them. */
public final class SettingsKeys {
  private SettingsKeys() {}

  /** Every key, such as {@code pathgate.path.steps}, sorted. */
  public static List<String> all() {
    List<String> keys = new ArrayList<>();
    collect("pathgate", Settings.class, keys);
    keys.sort(Comparator.naturalOrder());
    return keys;
  }

  private static void collect(String prefix, Class<?> group, List<String> keys) {
    for (Method method : group.getDeclaredMethods()) {
      String key = prefix + "." + dashed(method.getName());
      boolean isGroup =
          Arrays.asList(Settings.class.getDeclaredClasses()).contains(method.getReturnType())
              && method.getReturnType().isInterface();
      if (isGroup) {
        collect(key, method.getReturnType(), keys);
      } else {
        keys.add(key);
      }
    }
  }

  private static String dashed(String method) {
    return method.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }
}
