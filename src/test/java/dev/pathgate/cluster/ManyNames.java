package dev.pathgate.cluster;

import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.k0rdent.ObjectSketch;
import dev.pathgate.rule.Service;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** ClusterDeployments that name much, as a process of its own holds them in its index. */
public final class ManyNames {
  private ManyNames() {}

  /** Holds so many of them, with so many labels and services each, no two of which are alike. */
  public static void main(String[] arguments) {
    int count = Integer.parseInt(arguments[0]);
    int labels = Integer.parseInt(arguments[1]);
    int services = Integer.parseInt(arguments[2]);
    ObjectIndex index = new ObjectIndex("kcm-system");
    for (int i = 0; i < count; i++) {
      index.put(Kind.CLUSTER_DEPLOYMENT, object(i, labels, services));
    }
    System.out.println("held " + count);
  }

  private static K0rdentObject object(int number, int labels, int services) {
    String own = "-" + number + "-";
    Map<String, String> texts =
        IntStream.range(0, labels)
            .boxed()
            .collect(Collectors.toMap(i -> "l" + own + i, i -> "v" + own + i));
    return ObjectSketch.labelled(
        ObjectSketch.clusterDeployment(
            "tenant/c" + number,
            IntStream.range(0, services)
                .mapToObj(i -> new Service("n", "s" + own + i, "t" + own + i, "c" + own + i))
                .toArray(Service[]::new)),
        texts);
  }
}
