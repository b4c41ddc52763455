package dev.pathgate.charts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pathgate.testkit.KubeServer;
import dev.pathgate.testkit.PathgateProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Pods of the chart's Deployments, as processes of this machine: with the rendered arguments and
 * environment, with the files of their {@link Volumes}, and with the token and so the rights of
 * their ServiceAccount. Only their address and ports are their own.
 */
final class Pods {
  private Pods() {}

  /** Starts one, and returns at once. */
  static PathgateProcess start(KubeServer api, Chart.Objects rendered, String deployment) {
    return start(api, rendered, deployment, rendered.serviceAccount(deployment));
  }

  /** Starts one as another ServiceAccount of the same namespace. */
  static PathgateProcess start(
      KubeServer api, Chart.Objects rendered, String deployment, String account) {
    JsonNode pod = rendered.one("Deployment", deployment).at("/spec/template/spec");
    List<String> arguments = new ArrayList<>();
    pod.at("/containers/0/args").forEach(argument -> arguments.add(argument.asText()));
    try {
      PathgateProcess.Setup setup =
          PathgateProcess.pod(
              KubeServer.fresh(deployment), api.kubeconfigOf(Chart.NAMESPACE, account));
      Volumes volumes = new Volumes(api, pod, setup.folder());
      volumes.mount();
      rendered
          .environment(deployment)
          .forEach((variable, value) -> setup.with(variable, volumes.below(value)));
      return setup.arguments(arguments).launch();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
