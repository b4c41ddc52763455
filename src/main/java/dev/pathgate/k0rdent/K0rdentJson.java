package dev.pathgate.k0rdent;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;

/**
 * How JSON is parsed that an API server stores: whatever it takes, we take, so that no object of a
 * tenant can fail a review, a list or a watch by a long key, text or number.
 */
public final class K0rdentJson {
  /**
   * The API server takes 10,000 levels in an object. Each open level costs memory while it is read,
   * so there is a bound all the same, for bodies of brackets alone that come from elsewhere.
   */
  private static final int MAX_NESTING = 100_000;

  /** What everything that comes from an API server is parsed with. */
  public static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_NESTING)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .build())
          // The table of known names outlives the request and holds thousands, however long.
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  private K0rdentJson() {}
}
