package dev.pathgate.cli.settings;

import dev.pathgate.Settings;
import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Sees through the variables that Kubernetes sets for Services: one named {@code pathgate-https}
 * puts {@code PATHGATE_HTTPS_PORT=tcp://10.0.0.1:443} into every pod of its namespace, which is not
 * the setting {@code pathgate.https-port}.
 */
public final class ServiceLinks implements ConfigSourceInterceptor {
  private static final long serialVersionUID = 1L;
  private static final Pattern URL = Pattern.compile("(tcp|udp|sctp)://.*");
  private static final Map<String, String> PORTS =
      Map.of(
          "pathgate.https-port", Settings.HTTPS_PORT,
          "pathgate.management-port", Settings.MANAGEMENT_PORT);

  @Override
  public ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
    ConfigValue value = context.proceed(name);
    String port = PORTS.get(name);
    return port != null && value != null && URL.matcher(value.getValue()).matches()
        ? value.withValue(port)
        : value;
  }
}
