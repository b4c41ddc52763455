package dev.pathgate.e2e;

import dev.pathgate.testkit.PathgateProcess;

/** The registration of {@code /mutate} with an API server, as the chart makes it. */
final class MutatingRegistration {
  private MutatingRegistration() {}

  static String of(String name, PathgateProcess gate) {
    return """
    apiVersion: admissionregistration.k8s.io/v1
    kind: MutatingWebhookConfiguration
    metadata: {name: %s}
    webhooks:
      - name: mutate.pathgate.dev
        admissionReviewVersions: [v1]
        sideEffects: None
        failurePolicy: Fail
        reinvocationPolicy: IfNeeded
        clientConfig: {url: "%s", caBundle: %s}
        rules:
          - apiGroups: [k0rdent.mirantis.com]
            apiVersions: [v1beta1]
            operations: [CREATE, UPDATE]
            resources: [clusterdeployments, multiclusterservices]
    """
        .formatted(name, gate.uri("/mutate"), gate.caBundle());
  }
}
