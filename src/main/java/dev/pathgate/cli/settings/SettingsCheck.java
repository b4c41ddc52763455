package dev.pathgate.cli.settings;

import dev.pathgate.Settings;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Looks at every setting under {@code pathgate.} before anything starts, so that a misspelt one is
 * a clear message and not a rule that silently stays at its default.
 */
public final class SettingsCheck {
  private static final String PREFIX = "PATHGATE_";

  /** What Kubernetes sets in every pod for a Service named pathgate or pathgate-…. */
  private static final Pattern SERVICE_LINK =
      Pattern.compile(
          "PATHGATE_([A-Z0-9_]+_)?(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?"
              + "|PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)");

  /** One of them looks like a setting, but for its value. */
  private static final Pattern SERVICE_URL =
      Pattern.compile("PATHGATE_([A-Z0-9_]+_)?PORT=(tcp|udp|sctp)://.*");

  /** Where Quarkus looks for settings beside the process, and how it ranks them. */
  private static final Path FILE = Path.of("config", "application.properties");

  private static final int FILE_ORDINAL = 260;
  private static final int OVERRIDE_ORDINAL = 500;

  private static final Pattern UNUSABLE =
      Pattern.compile("property (pathgate[\\w.-]*) with the config value \"(.*?)\" threw");
  private static final Pattern ALLOWED = Pattern.compile("allowed values: ([\\w,-]+)");
  private static final Pattern UNKNOWN =
      Pattern.compile("(pathgate[^ ]*) in .* does not map to any root");

  private SettingsCheck() {}

  /** The settings, or what is wrong with them. */
  public record Outcome(Settings settings, List<String> problems) {
    public Outcome {
      problems = List.copyOf(problems);
    }
  }

  /** Checks the configuration that {@code serve} would start with. */
  public static Outcome run() {
    return run(Map.of());
  }

  /**
   * Checks the same configuration with some settings given otherwise.
   *
   * @param overrides by key, such as {@code pathgate.path.steps}
   */
  public static Outcome run(Map<String, String> overrides) {
    List<String> problems = new ArrayList<>(unknownVariables(System.getenv()));
    try {
      SmallRyeConfigBuilder config =
          new SmallRyeConfigBuilder()
              .addDefaultSources()
              .addDefaultInterceptors()
              .addDiscoveredInterceptors()
              .addDiscoveredConverters()
              .withMapping(Settings.class);
      if (Files.isRegularFile(FILE)) {
        config.withSources(new PropertiesConfigSource(FILE.toUri().toURL(), FILE_ORDINAL));
      }
      if (!overrides.isEmpty()) {
        config.withSources(new PropertiesConfigSource(overrides, "command line", OVERRIDE_ORDINAL));
      }
      return new Outcome(config.build().getConfigMapping(Settings.class), problems);
    } catch (IOException unreadable) {
      problems.add(FILE + " can't be read: " + unreadable.getMessage());
    } catch (ConfigValidationException invalid) {
      for (int i = 0; i < invalid.getProblemCount(); i++) {
        problems.add(plain(invalid.getProblem(i).getMessage()));
      }
    } catch (IllegalArgumentException invalid) {
      problems.add(plain(String.valueOf(invalid.getMessage())));
    }
    return new Outcome(null, problems);
  }

  /** The library's message without its codes, class names and boilerplate. */
  private static String plain(String message) {
    Matcher unusable = UNUSABLE.matcher(message);
    if (unusable.find()) {
      Matcher allowed = ALLOWED.matcher(message);
      return unusable.group(1)
          + " can't be "
          + unusable.group(2)
          + (allowed.find() ? "; it takes " + allowed.group(1).replace(",", ", ") : "");
    }
    Matcher unknown = UNKNOWN.matcher(message);
    return unknown.find()
        ? unknown.group(1) + " is no setting of Pathgate"
        : message.replaceAll("SRCFG\\d+: ", "").replaceAll("\\b(java|io)\\.[\\w.]+: ", "");
  }

  static List<String> unknownVariables(Map<String, String> environment) {
    Set<String> known = knownVariables();
    return new TreeSet<>(environment.keySet())
        .stream()
            .filter(name -> name.startsWith(PREFIX) && !known.contains(name))
            .filter(name -> !SERVICE_LINK.matcher(name).matches())
            .filter(name -> !SERVICE_URL.matcher(name + "=" + environment.get(name)).matches())
            .map(name -> "environment variable " + name + " is no setting of Pathgate")
            .toList();
  }

  private static Set<String> knownVariables() {
    return SettingsKeys.all().stream()
        .map(key -> key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT))
        .collect(Collectors.toSet());
  }
}
