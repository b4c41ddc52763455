package dev.pathgate.cli.demo;

import dev.pathgate.webhook.Webhook;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Runs a walk once the server is up; Quarkus makes this object, so the walk waits in a field. */
final class DemoApplication implements QuarkusApplication {
  private static final AtomicReference<DemoWalk> WALK = new AtomicReference<>();

  private static final long STUCK_NANOS = TimeUnit.MINUTES.toNanos(2);

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
    awaitReady();
    walk.through(webhook);
    if (walk.staysUp()) {
      Quarkus.waitForExit();
    }
    return 0;
  }

  /** However long it takes, as long as something still happens: a busy machine is no failure. */
  private void awaitReady() throws InterruptedException {
    String last = "";
    long sinceNanos = System.nanoTime();
    for (Optional<String> why = webhook.notReadyReason();
        why.isPresent();
        why = webhook.notReadyReason()) {
      if (!why.get().equals(last)) {
        last = why.get();
        sinceNanos = System.nanoTime();
      } else if (System.nanoTime() - sinceNanos > STUCK_NANOS) {
        throw new IllegalStateException("not ready after two minutes: " + last);
      }
      Thread.sleep(50);
    }
  }
}
