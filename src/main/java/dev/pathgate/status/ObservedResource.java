package dev.pathgate.status;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import dev.pathgate.cluster.CachedResource;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.k0rdent.ObjectReader;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;
import java.io.IOException;
import java.util.Optional;

/** An object that lists services, as informers bring it to the status patcher. */
abstract class ObservedResource extends CachedResource {
  private static final long serialVersionUID = 1L;

  private final transient Optional<Observed> observed;

  ObservedResource(K0rdentObject object, Optional<Observed> observed) {
    super(object);
    this.observed = observed;
  }

  /** What was read of it; empty once it is {@link #bare}. */
  Optional<Observed> observed() {
    return observed;
  }

  private abstract static class Reader<T> extends JsonDeserializer<T> {
    @Override
    public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
      JsonNode json = context.readTree(parser);
      try (JsonParser tree = json.traverse()) {
        tree.nextToken();
        K0rdentObject object = ObjectReader.lenient().read(tree, "");
        return resource(object, Observed.of(json, object));
      }
    }

    abstract T resource(K0rdentObject object, Observed observed);
  }

  @Group(Kind.GROUP)
  @Version(Kind.VERSION)
  @Plural("clusterdeployments")
  @JsonDeserialize(using = ClusterDeployment.Deserializer.class)
  static final class ClusterDeployment extends ObservedResource implements Namespaced {
    private static final long serialVersionUID = 1L;

    ClusterDeployment(K0rdentObject object, Optional<Observed> observed) {
      super(object, observed);
    }

    @Override
    protected CachedResource bare() {
      return new ClusterDeployment(bareObject(), Optional.empty());
    }

    static final class Deserializer extends Reader<ClusterDeployment> {
      @Override
      ClusterDeployment resource(K0rdentObject object, Observed observed) {
        return new ClusterDeployment(object, Optional.of(observed));
      }
    }
  }

  @Group(Kind.GROUP)
  @Version(Kind.VERSION)
  @Plural("multiclusterservices")
  @JsonDeserialize(using = MultiClusterService.Deserializer.class)
  static final class MultiClusterService extends ObservedResource {
    private static final long serialVersionUID = 1L;

    MultiClusterService(K0rdentObject object, Optional<Observed> observed) {
      super(object, observed);
    }

    @Override
    protected CachedResource bare() {
      return new MultiClusterService(bareObject(), Optional.empty());
    }

    static final class Deserializer extends Reader<MultiClusterService> {
      @Override
      MultiClusterService resource(K0rdentObject object, Observed observed) {
        return new MultiClusterService(object, Optional.of(observed));
      }
    }
  }
}
