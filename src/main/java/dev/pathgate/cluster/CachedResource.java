package dev.pathgate.cluster;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.k0rdent.ObjectReader;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;
import java.io.IOException;
import java.util.function.Function;

/**
 * An object as informers carry it: what {@link ObjectReader} reads and nothing more, its metadata
 * made anew whenever the client asks for it.
 */
public abstract class CachedResource implements HasMetadata {
  private static final long serialVersionUID = 1L;

  private final transient K0rdentObject object;

  protected CachedResource(K0rdentObject object) {
    this.object = object;
  }

  /** What was read. */
  public K0rdentObject object() {
    return object;
  }

  /** {@code namespace/name}, or the name alone, as informers key objects. */
  String key() {
    return object.location();
  }

  /** The same resource with nothing but its metadata. */
  protected abstract CachedResource bare();

  /** The metadata of {@link #object} alone. */
  protected K0rdentObject bareObject() {
    return object.metadataOnly();
  }

  @Override
  public ObjectMeta getMetadata() {
    K0rdentObject.Metadata metadata = object.metadata();
    return new ObjectMetaBuilder()
        .withName(metadata.name())
        .withNamespace(metadata.namespace().isEmpty() ? null : metadata.namespace())
        .withResourceVersion(metadata.resourceVersion())
        .build();
  }

  @Override
  public void setMetadata(ObjectMeta metadata) {
    throw new UnsupportedOperationException("read only");
  }

  @Override
  public void setApiVersion(String version) {
    throw new UnsupportedOperationException("read only");
  }

  private abstract static class Reader<T> extends JsonDeserializer<T> {
    private final Function<K0rdentObject, T> resource;

    Reader(Function<K0rdentObject, T> resource) {
      this.resource = resource;
    }

    @Override
    public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
      return resource.apply(ObjectReader.lenient().read(parser, ""));
    }
  }

  @Group(Kind.GROUP)
  @Version(Kind.VERSION)
  @Plural("clusterdeployments")
  @JsonDeserialize(using = ClusterDeployment.Deserializer.class)
  static final class ClusterDeployment extends CachedResource implements Namespaced {
    private static final long serialVersionUID = 1L;

    ClusterDeployment(K0rdentObject object) {
      super(object);
    }

    @Override
    protected CachedResource bare() {
      return new ClusterDeployment(bareObject());
    }

    static final class Deserializer extends Reader<ClusterDeployment> {
      Deserializer() {
        super(ClusterDeployment::new);
      }
    }
  }

  @Group(Kind.GROUP)
  @Version(Kind.VERSION)
  @Plural("multiclusterservices")
  @JsonDeserialize(using = MultiClusterService.Deserializer.class)
  static final class MultiClusterService extends CachedResource {
    private static final long serialVersionUID = 1L;

    MultiClusterService(K0rdentObject object) {
      super(object);
    }

    @Override
    protected CachedResource bare() {
      return new MultiClusterService(bareObject());
    }

    static final class Deserializer extends Reader<MultiClusterService> {
      Deserializer() {
        super(MultiClusterService::new);
      }
    }
  }

  /** A chain as informers carry it. */
  @Group(Kind.GROUP)
  @Version(Kind.VERSION)
  @Plural("servicetemplatechains")
  @JsonDeserialize(using = ServiceTemplateChain.Deserializer.class)
  public static final class ServiceTemplateChain extends CachedResource implements Namespaced {
    private static final long serialVersionUID = 1L;

    ServiceTemplateChain(K0rdentObject object) {
      super(object);
    }

    @Override
    protected CachedResource bare() {
      return new ServiceTemplateChain(bareObject());
    }

    static final class Deserializer extends Reader<ServiceTemplateChain> {
      Deserializer() {
        super(ServiceTemplateChain::new);
      }
    }
  }

  @Group(Kind.GROUP)
  @Version(Kind.VERSION)
  @Plural("servicetemplates")
  @JsonDeserialize(using = ServiceTemplate.Deserializer.class)
  static final class ServiceTemplate extends CachedResource implements Namespaced {
    private static final long serialVersionUID = 1L;

    ServiceTemplate(K0rdentObject object) {
      super(object);
    }

    @Override
    protected CachedResource bare() {
      return new ServiceTemplate(bareObject());
    }

    static final class Deserializer extends Reader<ServiceTemplate> {
      Deserializer() {
        super(ServiceTemplate::new);
      }
    }
  }
}
