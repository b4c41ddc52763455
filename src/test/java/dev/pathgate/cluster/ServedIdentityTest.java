package dev.pathgate.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.rule.ServiceIdentity;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ServedIdentityTest {
  private static byte[] document(String namespace) {
    return """
    {"openapi": "3.0.0", "components": {"schemas": {
      "io.k8s.Other": {"properties": {"namespace": {"type": "string", "default": "x"}}},
      "com.mirantis.k0rdent.v1beta1.ClusterDeployment": {"properties": {"spec": {"properties": {
        "serviceSpec": {"properties": {
          "namespace": {"type": "string", "default": "y"},
          "services": {"type": "array", "items": {"properties": {
            "name": {"type": "string", "default": "z"},
            "namespace": %s}}}}}}}}}}}}
    """
        .formatted(namespace)
        .getBytes(UTF_8);
  }

  @Test
  void tellsServicesByTheirDefaultNamespaceWhereTheSchemaHasOne() throws IOException {
    assertThat(ServedIdentity.of(document("{\"description\": {}, \"default\": \"default\"}")))
        .contains(ServiceIdentity.NAMESPACE_DEFAULTED);
  }

  @Test
  void leavesTheNamespaceOptionalWhereTheSchemaHasNone() throws IOException {
    assertThat(ServedIdentity.of(document("{\"type\": \"string\"}")))
        .contains(ServiceIdentity.NAMESPACE_OPTIONAL);
  }

  @Test
  void knowsNothingOfADocumentWithoutServices() throws IOException {
    assertThat(ServedIdentity.of("{\"components\": {\"schemas\": {}}}".getBytes(UTF_8))).isEmpty();
  }
}
