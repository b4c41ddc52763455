package dev.pathgate.webhook;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/**
 * Ready and started mean that the webhook can answer: its certificate is loaded, its port open, its
 * caches read. An API server that goes away later changes nothing; Pathgate judges by what it
 * knows.
 */
@Readiness
@Startup
public class WebhookHealth implements HealthCheck {
  private final Webhook webhook;

  WebhookHealth(Webhook webhook) {
    this.webhook = webhook;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder check = HealthCheckResponse.named("webhook");
    if (!webhook.isWanted()) {
      return check.up().withData("role", "not in pathgate.roles").build();
    }
    webhook.remark().ifPresent(remark -> check.withData("remark", remark));
    return webhook
        .notReadyReason()
        .map(reason -> check.down().withData("why", reason).build())
        .orElseGet(() -> check.up().build());
  }
}
