package dev.pathgate.attack;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * AdmissionReviews that cost far more memory than they have bytes. Those against chains need {@link
 * #hugeChain}, {@link #longChain} and {@link #endlessChain} to be there.
 */
public final class CostlyReviews {
  private CostlyReviews() {}

  /** Chain {@code huge} of the namespace: names of 40,000 characters. */
  public static String hugeChain(String namespace, int templates) {
    return chain(namespace, "huge", templates, i -> pad("h" + i, 40_000));
  }

  /** Chain {@code long} of the namespace: 200 names of 253 characters. */
  public static String longChain(String namespace) {
    return chain(namespace, "long", 200, i -> pad("l" + i, 253));
  }

  /** Chain {@code endless} of the namespace: 3,000 templates, each of which leads to the next. */
  public static String endlessChain(String namespace) {
    return chain(namespace, "endless", 3_000, i -> "l" + i);
  }

  /** A creation whose refusal names many templates, in less than 50 KB. */
  public static byte[] longAnswer() {
    return creation(join(550, i -> service(i, "none-of-them", "long")));
  }

  private static String pad(String name, int length) {
    return name + "x".repeat(length - name.length());
  }

  /** A chain in which each template leads to the next. */
  private static String chain(
      String namespace, String name, int templates, IntFunction<String> template) {
    return """
    {"apiVersion": "k0rdent.mirantis.com/v1beta1", "kind": "ServiceTemplateChain",
     "metadata": {"name": "%s", "namespace": "%s"}, "spec": {"supportedTemplates": [%s]}}\
    """
        .formatted(
            name,
            namespace,
            join(
                templates,
                i ->
                    "{\"name\":\""
                        + template.apply(i)
                        + "\""
                        + (i + 1 < templates
                            ? ",\"availableUpgrades\":[{\"name\":\""
                                + template.apply(i + 1)
                                + "\",\"version\":\"1\"}]"
                            : "")
                        + "}"));
  }

  private static String join(int count, IntFunction<String> item) {
    return IntStream.range(0, count).mapToObj(item).collect(Collectors.joining(","));
  }

  private static String cluster(String services) {
    return """
    {"apiVersion":"k0rdent.mirantis.com/v1beta1","kind":"ClusterDeployment",
     "metadata":{"name":"x","namespace":"tenant"},"spec":{"serviceSpec":{"services":[%s]}}}\
    """
        .formatted(services);
  }

  private static String service(int i, String template, String chain) {
    return "{\"name\":\"s"
        + i
        + "\",\"template\":\""
        + template
        + "\",\"templateChain\":\""
        + chain
        + "\"}";
  }

  private static byte[] review(String kind, String operation, String after, String before) {
    return """
    {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u",
     "kind":{"group":"k0rdent.mirantis.com","version":"v1beta1","kind":"%s"},"name":"x",
     "namespace":"tenant","operation":"%s","userInfo":{"username":"jane","groups":["g"]},
     "object":%s,"oldObject":%s,"dryRun":true}}\
    """
        .formatted(kind, operation, after, before)
        .getBytes(UTF_8);
  }

  private static byte[] creation(String services) {
    return review("ClusterDeployment", "CREATE", cluster(services), "null");
  }

  private static byte[] chainCreation(String chain) {
    return review("ServiceTemplateChain", "CREATE", chain, "null");
  }

  /** One request that once ended the process, or would. */
  public enum Costly {
    CREATION_AGAINST_A_CHAIN_OF_HUGE_NAMES {
      @Override
      public byte[] body() {
        return creation(join(100, i -> service(i, "none-of-them", "huge")));
      }
    },
    REFUSAL_OF_6_000_SERVICES_OF_A_CHAIN_OF_LONG_NAMES {
      @Override
      public byte[] body() {
        return creation(join(6_000, i -> service(i, "none-of-them", "long")));
      }
    },
    MOVES_OF_2_000_SERVICES_OFF_A_CHAIN_OF_LONG_NAMES {
      @Override
      public byte[] body() {
        return review(
            "ClusterDeployment",
            "UPDATE",
            cluster(join(2_000, i -> service(i, "none-of-them", "long"))),
            cluster(join(2_000, i -> service(i, pad("l0", 253), "long"))));
      }
    },
    CREATION_OF_100_000_SERVICES {
      @Override
      public byte[] body() {
        return creation(join(100_000, i -> service(i, pad("t", 22), "a-chain-of-that-name")));
      }
    },
    MOVES_OF_80_000_SERVICES {
      @Override
      public byte[] body() {
        return review(
            "ClusterDeployment",
            "UPDATE",
            cluster(join(80_000, i -> service(i, pad("b", 22), "a-chain-of-that-name"))),
            cluster(join(80_000, i -> service(i, pad("a", 22), "a-chain-of-that-name"))));
      }
    },
    A_SUCCESSOR_THAT_LOSES_MILLIONS_OF_WAYS {
      @Override
      public byte[] body() {
        return chainCreation(
            "{\"metadata\":{\"name\":\"x\",\"namespace\":\"tenant\",\"annotations\":"
                + "{\"pathgate.dev/succeeds\":\"endless\"}},\"spec\":{\"supportedTemplates\":["
                + join(660, i -> "{\"name\":\"l" + i + "\"}")
                + "]}}");
      }
    },
    CREATION_OF_300_SERVICES_OF_LONG_NAMES_AND_ONE_MISSING_CHAIN {
      @Override
      public byte[] body() {
        return creation(
            join(
                300,
                i ->
                    service(i, pad("t", 250), pad("c", 250))
                        .replace("\"s" + i, "\"" + pad("n", 97) + (100_000 + i) + pad("n", 97))));
      }
    },
    SERVICES_OF_THREE_BYTES {
      @Override
      public byte[] body() {
        return creation(join(5_000_000, i -> "{}"));
      }
    },
    MOVES_OF_3_000_SERVICES_OFF_A_CHAIN_OF_3_000_TEMPLATES {
      @Override
      public byte[] body() {
        return review(
            "ClusterDeployment",
            "UPDATE",
            cluster(join(3_000, i -> service(i, "none-of-them", "endless"))),
            cluster(join(3_000, i -> service(i, "l" + i % 2, "endless"))));
      }
    },
    MOVES_OF_ONE_SERVICE_THAT_IS_LISTED_10_000_TIMES {
      @Override
      public byte[] body() {
        return review(
            "ClusterDeployment",
            "UPDATE",
            cluster(join(10_000, i -> service(0, "l" + (i + 1) % 3_000, "endless"))),
            cluster(join(10_000, i -> service(0, "l" + i % 3_000, "endless"))));
      }
    },
    A_CHAIN_OF_9_MEGABYTES {
      @Override
      public byte[] body() {
        return chainCreation(chain("tenant", "big", 180_000, i -> "t" + i));
      }
    },
    TEMPLATES_OF_THREE_BYTES {
      @Override
      public byte[] body() {
        return chainCreation(
            "{\"metadata\":{\"name\":\"x\"},\"spec\":{\"supportedTemplates\":["
                + join(5_000_000, i -> "{}")
                + "]}}");
      }
    },
    A_NAME_OF_15_MEGABYTES {
      @Override
      public byte[] body() {
        return creation(service(0, "x".repeat(15_000_000), "path"));
      }
    },
    A_NAME_OF_7_MEGABYTES_IN_KANJI_BEFORE_AND_AFTER {
      @Override
      public byte[] body() {
        String before = cluster(service(0, "字".repeat(2_500_000), "path"));
        return review("ClusterDeployment", "UPDATE", before.replace("字}", "字字}"), before);
      }
    },
    A_MILLION_GROUPS {
      @Override
      public byte[] body() {
        return new String(creation(service(0, "a", "path")), UTF_8)
            .replace("[\"g\"]", "[" + join(1_500_000, i -> "\"g" + i + "\"") + "]")
            .getBytes(UTF_8);
      }
    },
    PUBLISHED_PATHS_OF_THREE_BYTES {
      @Override
      public byte[] body() {
        String one = "{\"status\":{\"servicesUpgradePaths\":[" + join(2_500_000, i -> "{}") + "]}}";
        return review("ClusterDeployment", "UPDATE", one, one);
      }
    };

    /** The review, smaller than 16 MiB. */
    public abstract byte[] body();
  }

  /** Many requests at once. */
  public enum Flood {
    SIX_CHAINS_OF_A_MEGABYTE(6, 1) {
      @Override
      public byte[] body(int i) {
        return chainCreation(chain("tenant", "big" + i, 24_000, t -> "t" + t));
      }
    },
    SIXTY_CHAINS_OF_60_KILOBYTES_ON_60_CONNECTIONS(60, 60) {
      @Override
      public byte[] body(int i) {
        return chainCreation(
            "{\"metadata\":{\"name\":\"x\"},\"spec\":{\"supportedTemplates\":["
                + join(20_000, t -> "{}")
                + "]}}");
      }
    },
    MOVES_OFF_A_CHAIN_OF_3_000_TEMPLATES(40, 20) {
      @Override
      public byte[] body(int i) {
        return review(
            "ClusterDeployment",
            "UPDATE",
            cluster(join(500, t -> service(t, "none-of-them", "endless"))),
            cluster(join(500, t -> service(t, "l" + t % 2, "endless"))));
      }
    },
    SERVICES_OF_THREE_BYTES(40, 4) {
      @Override
      public byte[] body(int i) {
        return creation(join(500_000, t -> "{}"));
      }
    },
    KEYS_THAT_NO_OTHER_REQUEST_HAS(6_000, 4) {
      @Override
      public byte[] body(int i) {
        return new String(creation(service(0, "a", "path")), UTF_8)
            .replace("\"metadata\":", "\"" + pad("k" + i, 45_000) + "\":1,\"metadata\":")
            .getBytes(UTF_8);
      }
    };

    private final int requests;
    private final int connections;

    Flood(int requests, int connections) {
      this.requests = requests;
      this.connections = connections;
    }

    /** How many requests it takes. */
    public int requests() {
      return requests;
    }

    /** On how many connections they come. */
    public int connections() {
      return connections;
    }

    /** The review of that number. */
    public abstract byte[] body(int i);
  }
}
