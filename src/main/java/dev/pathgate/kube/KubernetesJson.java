package dev.pathgate.kube;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;

/**
 * JSON as the API server stores it: what it takes, Pathgate reads, and keys, nesting and texts of
 * any length are among it.
 */
public final class KubernetesJson {
  /** Parsers without Jackson's own limits. */
  public static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .build())
          // Jackson keeps the last 6,000 names whatever their length: keys of a megabyte, new ones
          // with each edit, would fill the heap.
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          // Whoever opened a stream closes it.
          .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
          .build();

  private KubernetesJson() {}
}
