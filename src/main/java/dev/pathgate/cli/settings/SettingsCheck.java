package dev.pathgate.cli.settings;

import dev.pathgate.Settings;
import dev.pathgate.kube.Spelling;
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

  /** Goes before the library's own converters. */
  private static final int STRICTER = 200;

  private static final Pattern UNUSABLE =
      Pattern.compile("property (pathgate[\\w.-]*) with the config value \"(.*?)\" threw");
  private static final Pattern EMPTY =
      Pattern.compile("property (pathgate[\\w.-]*) is defined as the empty String");
  private static final Pattern ALLOWED = Pattern.compile("allowed values: ([\\w,-]+)");
  private static final Pattern UNKNOWN =
      Pattern.compile("(pathgate[^ ]*) in .* does not map to any root");

  /** So many letters may be wrong in a name that is still told by the others. */
  private static final int MAX_TYPOS = 3;

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
    return run(overrides, true);
  }

  /**
   * Checks a configuration of these settings alone: what the environment, system properties and the
   * file say is another process's.
   */
  public static Outcome runAlone(Map<String, String> given) {
    return run(given, false);
  }

  private static Outcome run(Map<String, String> overrides, boolean local) {
    List<String> problems =
        new ArrayList<>(local ? unknownVariables(System.getenv()) : List.<String>of());
    try {
      SmallRyeConfigBuilder config =
          new SmallRyeConfigBuilder()
              .addDefaultInterceptors()
              .addDiscoveredInterceptors()
              .addDiscoveredConverters()
              .withConverter(Boolean.class, STRICTER, SettingsCheck::truth)
              .withMapping(Settings.class);
      if (local) {
        config.addDefaultSources();
      }
      if (local && Files.isRegularFile(FILE)) {
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

  /** The library takes any other word for false. */
  private static Boolean truth(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "true", "yes", "y", "on", "1" -> true;
      case "false", "no", "n", "off", "0" -> false;
      default -> throw new IllegalArgumentException(word);
    };
  }

  /** The library's message without its codes, class names and boilerplate. */
  private static String plain(String message) {
    Matcher unusable = UNUSABLE.matcher(message);
    if (unusable.find()) {
      Matcher allowed = ALLOWED.matcher(message);
      return unusable.group(1)
          + " can't be "
          + unusable.group(2)
          + "; it takes "
          + (allowed.find()
              ? allowed.group(1).replace(",", ", ")
              : SettingsKeys.takes(unusable.group(1)));
    }
    Matcher empty = EMPTY.matcher(message);
    if (empty.find()) {
      return empty.group(1) + " can't be empty; it takes " + SettingsKeys.takes(empty.group(1));
    }
    Matcher unknown = UNKNOWN.matcher(message);
    return unknown.find()
        ? unknown.group(1) + " is no setting of Pathgate" + didYouMean(unknown.group(1))
        : message.replaceAll("SRCFG\\d+: ", "").replaceAll("\\b(java|io)\\.[\\w.]+: ", "");
  }

  /** Whether a variable looks like a setting, but is none that is known here. */
  public static boolean isUnknown(String name, String value) {
    return name.startsWith(PREFIX)
        && !SettingsKeys.variables().contains(name)
        && !SERVICE_LINK.matcher(name).matches()
        && !SERVICE_URL.matcher(name + "=" + value).matches();
  }

  static List<String> unknownVariables(Map<String, String> environment) {
    return new TreeSet<>(environment.keySet())
        .stream()
            .filter(name -> isUnknown(name, environment.get(name)))
            .map(
                name ->
                    "environment variable "
                        + name
                        + " is no setting of Pathgate"
                        + nearest(name, SettingsKeys.variables()))
            .toList();
  }

  private static String didYouMean(String key) {
    String last = key.substring(key.lastIndexOf('.'));
    return SettingsKeys.all().stream()
        .filter(known -> known.endsWith(last))
        .findFirst()
        .map(Spelling::question)
        .orElseGet(() -> nearest(key, Set.copyOf(SettingsKeys.all())));
  }

  /** The known name that is meant, if one is a few letters away. */
  private static String nearest(String name, Set<String> known) {
    return Spelling.nearest(name, known.stream(), MAX_TYPOS).map(Spelling::question).orElse("");
  }
}
