package dev.pathgate.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** From the start of a process to its readiness, and its memory once it is at rest. */
final class Starts {
  private static final int ROUNDS = Bench.QUICK ? 3 : 7;
  private static final long REST_MILLIS = 5_000;

  private Starts() {}

  static void measure(Image image, Map<String, String> cluster) throws Exception {
    for (String role : List.of("webhook", "status-patcher")) {
      List<Double> seconds = new ArrayList<>();
      List<Double> cpu = new ArrayList<>();
      List<Double> resident = new ArrayList<>();
      List<Double> own = new ArrayList<>();
      for (int i = 0; i < ROUNDS; i++) {
        try (Running server = image.serve(role, cluster)) {
          seconds.add(server.awaitReady());
          cpu.add(server.cpu());
          if (i < 3) {
            Thread.sleep(REST_MILLIS);
            Running.Memory memory = server.memory();
            resident.add((double) memory.resident());
            own.add((double) memory.isPrivate());
          }
        }
        Bench.say("  %s ready in %.2f s, CPU %.2f s", role, seconds.get(i), cpu.get(i));
      }
      Bench.row(
          role + ": start to ready; CPU",
          "%.2f s; %.2f s".formatted(Bench.median(seconds), Bench.median(cpu)));
      Bench.row(
          role + " at rest, no objects: RSS / private",
          "%.0f / %.0f MiB".formatted(Bench.median(resident), Bench.median(own)));
    }
  }
}
