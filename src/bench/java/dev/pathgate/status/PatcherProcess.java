package dev.pathgate.status;

import dev.pathgate.testkit.TestFolders;
import io.fabric8.kubernetes.client.Config;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A patcher in a process of its own, which tests may kill. */
public final class PatcherProcess {
  private static final String CHART_OPTIONS =
      "-Xmx128m -XX:TieredStopAtLevel=1 -XX:MaxNewSize=8m";

  private PatcherProcess() {}

  /** Takes a kubeconfig file, then settings as keys and values in turn. */
  public static void main(String[] arguments) throws Exception {
    Config config = Config.fromKubeconfig(Files.readString(Path.of(arguments[0])));
    SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    StatusPatcher patcher =
        new StatusPatcher(
            config,
            TestCluster.settings(Arrays.copyOfRange(arguments, 1, arguments.length)),
            "kcm-system",
            metrics);
    Runtime.getRuntime().addShutdownHook(new Thread(patcher::close));
    patcher.start();
    while (true) {
      Counter written = metrics.find("pathgate.status.writes").tag("result", "written").counter();
      long collecting =
          ManagementFactory.getGarbageCollectorMXBeans().stream()
              .mapToLong(GarbageCollectorMXBean::getCollectionTime)
              .sum();
      System.out.printf(
          "%d written, %d MiB heap, %d ms collecting%n",
          written == null ? 0 : (long) written.count(),
          ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20,
          collecting);
      TimeUnit.MILLISECONDS.sleep(500);
    }
  }


  /** The process prints twice a second how many objects it has written, and its heap. */
  static ProcessBuilder prepare(String kubeconfig, String... settings) throws IOException {
    Path file = Files.writeString(TestFolders.make("patcher").resolve("kubeconfig"), kubeconfig);
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(List.of(System.getProperty("bench.java", CHART_OPTIONS).split(" ", -1)));
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            PatcherProcess.class.getName(),
            file.toString()));
    command.addAll(List.of(settings));
    return new ProcessBuilder(command);
  }
}
