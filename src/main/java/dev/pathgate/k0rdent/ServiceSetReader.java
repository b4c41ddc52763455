package dev.pathgate.k0rdent;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.pathgate.rule.Service;
import dev.pathgate.rule.ServiceSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads ServiceSets as the API server stores them, off a token stream: the values that they carry
 * are passed over. A field of another type counts as absent.
 */
public final class ServiceSetReader {
  private static final String PAUSED_ANNOTATION = "k0rdent.mirantis.com/service-set-paused";

  private final JsonParser parser;
  private String namespace = "";
  private String name = "";
  private String cluster = "";
  private String multiClusterService = "";
  private boolean leaving;
  private boolean paused;
  private List<ServiceSet.Deployed> deploys = List.of();
  private List<ServiceSet.Reported> reports = List.of();

  private ServiceSetReader(JsonParser parser) {
    this.parser = parser;
  }

  private interface Member {
    void read(String name) throws IOException;
  }

  private interface Item<T> {
    T read() throws IOException;
  }

  /** Reads the set that starts at the current token and leaves the parser at its end. */
  public static ServiceSet read(JsonParser parser) throws IOException {
    return new ServiceSetReader(parser).set();
  }

  private ServiceSet set() throws IOException {
    members(
        field -> {
          switch (field) {
            case "metadata" -> members(this::metadata);
            case "spec" -> members(this::spec);
            case "status" -> members(this::status);
            default -> parser.skipChildren();
          }
        });
    return new ServiceSet(
        namespace, name, cluster, multiClusterService, leaving, paused, deploys, reports);
  }

  private void metadata(String field) throws IOException {
    switch (field) {
      case "namespace" -> namespace = text();
      case "name" -> name = text();
      case "deletionTimestamp" -> leaving = !text().isEmpty();
      case "annotations" ->
          members(
              annotation -> {
                // k0rdent looks whether it is there, not what it says.
                paused |= annotation.equals(PAUSED_ANNOTATION);
                parser.skipChildren();
              });
      default -> parser.skipChildren();
    }
  }

  private void spec(String field) throws IOException {
    switch (field) {
      case "cluster" -> cluster = text();
      case "multiClusterService" -> multiClusterService = text();
      case "services" -> deploys = items(this::deployed);
      default -> parser.skipChildren();
    }
  }

  private void status(String field) throws IOException {
    switch (field) {
      case "services" -> reports = items(this::reported);
      case "provider" ->
          members(
              part -> {
                paused |= part.equals("suspended") && parser.currentToken() == JsonToken.VALUE_TRUE;
                parser.skipChildren();
              });
      default -> parser.skipChildren();
    }
  }

  private ServiceSet.Deployed deployed() throws IOException {
    Fields fields = new Fields();
    members(fields::read);
    return new ServiceSet.Deployed(fields.identity(), fields.template, fields.version);
  }

  private ServiceSet.Reported reported() throws IOException {
    Fields fields = new Fields();
    members(fields::read);
    return new ServiceSet.Reported(
        fields.identity(), fields.template, fields.version, fields.state, fields.since);
  }

  /** What an entry of either list says. */
  private final class Fields {
    private String namespace = "";
    private String name = "";
    private String template = "";
    private String version = "";
    private String state = "";
    private String since = "";

    void read(String field) throws IOException {
      switch (field) {
        case "namespace" -> namespace = text();
        case "name" -> name = text();
        case "template" -> template = text();
        case "version" -> version = text();
        case "state" -> state = text();
        case "lastStateTransitionTime" -> since = text();
        default -> parser.skipChildren();
      }
    }

    String identity() {
      return new Service(namespace, name, template, "").identity();
    }
  }

  private void members(Member member) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return;
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      parser.nextToken();
      member.read(field);
    }
  }

  private <T> List<T> items(Item<T> item) throws IOException {
    List<T> items = new ArrayList<>();
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      parser.skipChildren();
      return items;
    }
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(item.read());
    }
    return items;
  }

  private String text() throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_STRING) {
      return parser.getText();
    }
    parser.skipChildren();
    return "";
  }
}
