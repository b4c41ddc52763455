package dev.pathgate.k0rdent;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.pathgate.rule.Service;
import dev.pathgate.rule.ServiceSet;
import java.io.IOException;
import java.util.List;

/**
 * Reads ServiceSets as the API server stores them, from a token stream; the values that they carry
 * are skipped. A field of another type counts as absent.
 */
public final class ServiceSetReader {
  private static final String PAUSED_ANNOTATION = "k0rdent.mirantis.com/service-set-paused";

  private final FieldCursor cursor;
  private String namespace = "";
  private String name = "";
  private String cluster = "";
  private String multiClusterService = "";
  private boolean deleting;
  private boolean paused;
  private List<ServiceSet.Deployed> deploys = List.of();
  private List<ServiceSet.Reported> reports = List.of();

  private ServiceSetReader(JsonParser parser) {
    this.cursor = new FieldCursor(parser, false, "");
  }

  private interface Member {
    void read(String name) throws IOException;
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
            default -> cursor.skip();
          }
        });
    return new ServiceSet(
        namespace, name, cluster, multiClusterService, deleting, paused, deploys, reports);
  }

  private void metadata(String field) throws IOException {
    switch (field) {
      case "namespace" -> namespace = cursor.text();
      case "name" -> name = cursor.text();
      case "deletionTimestamp" -> deleting = !cursor.text().isEmpty();
      case "annotations" ->
          members(
              annotation -> {
                // k0rdent looks whether it is there, not what it says.
                paused |= annotation.equals(PAUSED_ANNOTATION);
                cursor.skip();
              });
      default -> cursor.skip();
    }
  }

  private void spec(String field) throws IOException {
    switch (field) {
      case "cluster" -> cluster = cursor.text();
      case "multiClusterService" -> multiClusterService = cursor.text();
      case "services" -> deploys = cursor.items(this::deployed);
      default -> cursor.skip();
    }
  }

  private void status(String field) throws IOException {
    switch (field) {
      case "services" -> reports = cursor.items(this::reported);
      case "provider" ->
          members(
              part -> {
                paused |=
                    part.equals("suspended")
                        && cursor.parser().currentToken() == JsonToken.VALUE_TRUE;
                cursor.skip();
              });
      default -> cursor.skip();
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

  /** What an entry of either list says, mostly in texts that other entries have, too. */
  private final class Fields {
    private String namespace = "";
    private String name = "";
    private String template = "";
    private String version = "";
    private String state = "";
    private String since = "";

    void read(String field) throws IOException {
      switch (field) {
        case "namespace" -> namespace = cursor.text();
        case "name" -> name = cursor.text();
        case "template" -> template = cursor.text().intern();
        case "version" -> version = cursor.text().intern();
        case "state" -> state = cursor.text().intern();
        case "lastStateTransitionTime" -> since = cursor.text();
        default -> cursor.skip();
      }
    }

    String identity() {
      return new Service(namespace, name, template, "").identity().intern();
    }
  }

  private void members(Member member) throws IOException {
    if (cursor.enters()) {
      for (String field = cursor.next(); field != null; field = cursor.next()) {
        member.read(field);
      }
    }
  }
}
