package dev.pathgate.kube;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The namespace of Pathgate's own objects: its Lease and the Secret of its certificate. */
public final class OwnNamespace {
  private static final Path OF_THE_POD =
      Path.of("/var/run/secrets/kubernetes.io/serviceaccount/namespace");

  private OwnNamespace() {}

  /**
   * The same for every role: what is configured, else the pod's namespace, else the system one.
   *
   * @param configured {@code pathgate.namespace}
   * @param systemNamespace what holds outside a pod
   */
  public static String of(Optional<String> configured, String systemNamespace) {
    return of(configured, OF_THE_POD, systemNamespace);
  }

  static String of(Optional<String> configured, Path podNamespace, String systemNamespace) {
    return configured.or(() -> read(podNamespace)).orElse(systemNamespace);
  }

  private static Optional<String> read(Path podNamespace) {
    try {
      return Optional.of(Files.readString(podNamespace).strip()).filter(name -> !name.isEmpty());
    } catch (IOException noPod) {
      return Optional.empty();
    }
  }
}
