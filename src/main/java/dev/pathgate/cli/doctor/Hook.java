package dev.pathgate.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pathgate.k0rdent.Kind;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One webhook of one of Pathgate's webhook configurations.
 *
 * @param configuration kind and name of what it is in
 * @param json the webhook itself
 */
record Hook(String configuration, boolean mutating, JsonNode json) {
  private static final Pattern PORT = Pattern.compile(":(\\d*)$");

  String name() {
    return json.path("name").asText();
  }

  /** Where it is called instead of at a Service; empty if at one. */
  String url() {
    return json.path("clientConfig").path("url").asText();
  }

  String serviceNamespace() {
    return json.path("clientConfig").path("service").path("namespace").asText();
  }

  String serviceName() {
    return json.path("clientConfig").path("service").path("name").asText();
  }

  int servicePort() {
    return json.path("clientConfig").path("service").path("port").asInt(443);
  }

  /** What is called, in words: a Service or an address. */
  String called() {
    return url().isEmpty()
        ? "Service " + serviceNamespace() + "/" + serviceName()
        : "https://" + authority();
  }

  /** The name that the API server expects in the certificate. */
  String host() {
    return url().isEmpty()
        ? serviceName() + "." + serviceNamespace() + ".svc"
        : PORT.matcher(authority()).replaceFirst("").replaceAll("^\\[|]$", "");
  }

  /** May be larger than any port: the API server takes every number. */
  int port() {
    if (url().isEmpty()) {
      return servicePort();
    }
    Matcher port = PORT.matcher(authority());
    if (!port.find() || port.group(1).isEmpty()) {
      return 443;
    }
    return port.group(1).length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(port.group(1));
  }

  /** Host and port of the address, as they are written there. */
  private String authority() {
    return url().replaceAll("^https://|[/?#].*$", "");
  }

  String path() {
    return url().isEmpty()
        ? json.path("clientConfig").path("service").path("path").asText()
        : url().replaceAll("^https://[^/]*|[?].*$", "");
  }

  /** Base64 of PEM; empty while nobody has put it there. */
  String caBundle() {
    return json.path("clientConfig").path("caBundle").asText();
  }

  boolean failsOpen() {
    return json.path("failurePolicy").asText("Fail").equals("Ignore");
  }

  /** Labels with which its {@code objectSelector} takes an object. */
  Map<String, String> selectedLabels() {
    Map<String, String> labels = new TreeMap<>();
    JsonNode selector = json.path("objectSelector");
    for (JsonNode wanted : selector.path("matchExpressions")) {
      String key = wanted.path("key").asText();
      switch (wanted.path("operator").asText()) {
        case "In" -> labels.put(key, wanted.path("values").path(0).asText());
        case "Exists" -> labels.put(key, "");
        default -> {} // NotIn and DoesNotExist take what has no such label
      }
    }
    selector
        .path("matchLabels")
        .properties()
        .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    return labels;
  }

  /** Whether the API server asks it about that operation on objects of that kind. */
  boolean isAskedAbout(String operation, Kind kind) {
    String scope = kind.isNamespaced() ? "Namespaced" : "Cluster";
    for (JsonNode rule : json.path("rules")) {
      if (has(rule.path("apiGroups"), Kind.GROUP)
          && has(rule.path("operations"), operation)
          && (has(rule.path("resources"), kind.plural()) || has(rule.path("resources"), "*/*"))
          && Set.of("*", scope).contains(rule.path("scope").asText("*"))) {
        return true;
      }
    }
    return false;
  }

  static boolean has(JsonNode list, String wanted) {
    for (JsonNode one : list) {
      if (one.asText().equals(wanted) || one.asText().equals("*")) {
        return true;
      }
    }
    return false;
  }
}
