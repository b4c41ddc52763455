package dev.pathgate.cli;

import dev.pathgate.webhook.Webhook;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import java.util.concurrent.atomic.AtomicReference;

/** Runs a walk once the server is up; Quarkus makes this object, so the walk waits in a field. */
final class DemoApplication implements QuarkusApplication {
  private static final AtomicReference<DemoWalk> WALK = new AtomicReference<>();

  private final Webhook webhook;

  DemoApplication(Webhook webhook) {
    this.webhook = webhook;
  }

  static void walk(DemoWalk walk) {
    WALK.set(walk);
  }

  @Override
  public int run(String... args) throws Exception {
    DemoWalk walk = WALK.get();
    walk.through(webhook);
    if (walk.staysUp()) {
      Quarkus.waitForExit();
    }
    return 0;
  }
}
