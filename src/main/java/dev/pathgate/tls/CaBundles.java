package dev.pathgate.tls;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * The CA bundles in Pathgate's own webhook configurations, as one poll finds them: whom the API
 * server trusts.
 *
 * <p>Read them before the Secret: then what is published is never older than what they hold. If
 * somebody has published something newer since, the configuration has changed, and the patch, which
 * is valid only for the version that was read, is answered 409.
 */
final class CaBundles {
  private static final Logger LOG = Logger.getLogger(CaBundles.class);

  private final List<Found<?>> found = new ArrayList<>();
  private final List<String> missing = new ArrayList<>();

  private record Found<T extends HasMetadata>(
      Resource<T> resource, T configuration, List<String> bundles) {}

  private CaBundles() {}

  /** The configurations of those names, as they are now. */
  static CaBundles read(
      KubernetesClient client, Optional<String> validating, Optional<String> mutating) {
    CaBundles read = new CaBundles();
    validating.ifPresent(
        name ->
            read.add(
                "ValidatingWebhookConfiguration " + name,
                client
                    .admissionRegistration()
                    .v1()
                    .validatingWebhookConfigurations()
                    .withName(name),
                CaBundles::ofValidating));
    mutating.ifPresent(
        name ->
            read.add(
                "MutatingWebhookConfiguration " + name,
                client.admissionRegistration().v1().mutatingWebhookConfigurations().withName(name),
                CaBundles::ofMutating));
    return read;
  }

  private static Stream<WebhookClientConfig> ofValidating(ValidatingWebhookConfiguration all) {
    return all.getWebhooks().stream().map(ValidatingWebhook::getClientConfig);
  }

  private static Stream<WebhookClientConfig> ofMutating(MutatingWebhookConfiguration all) {
    return all.getWebhooks().stream().map(MutatingWebhook::getClientConfig);
  }

  private <T extends HasMetadata> void add(
      String name, Resource<T> resource, Function<T, Stream<WebhookClientConfig>> configs) {
    T live = resource.get();
    if (live == null) {
      missing.add(name);
    } else {
      found.add(
          new Found<>(
              resource, live, configs.apply(live).map(WebhookClientConfig::getCaBundle).toList()));
    }
  }

  /** The configurations that do not exist, kind and name. */
  List<String> missing() {
    return missing;
  }

  /** Puts the bundle, PEM text, where another one is. */
  void publish(String bundle) {
    String encoded = Base64.getEncoder().encodeToString(bundle.getBytes(StandardCharsets.UTF_8));
    found.stream()
        .filter(one -> !one.bundles().stream().allMatch(has -> Objects.equals(has, encoded)))
        .forEach(one -> publish(one, encoded));
  }

  private static void publish(Found<?> found, String encoded) {
    // To replace the version by the one that was read is to ask for a 409 if it has changed since.
    StringBuilder patch =
        new StringBuilder(
                "[{\"op\":\"replace\",\"path\":\"/metadata/resourceVersion\",\"value\":\"")
            .append(found.configuration().getMetadata().getResourceVersion())
            .append("\"}");
    for (int i = 0; i < found.bundles().size(); i++) {
      patch
          .append(",{\"op\":\"add\",\"path\":\"/webhooks/")
          .append(i)
          .append("/clientConfig/caBundle\",\"value\":\"")
          .append(encoded)
          .append("\"}");
    }
    found.resource().patch(PatchContext.of(PatchType.JSON), patch.append("]").toString());
    LOG.infof(
        "Put the CA bundle into %s %s",
        found.configuration().getKind(), found.configuration().getMetadata().getName());
  }
}
