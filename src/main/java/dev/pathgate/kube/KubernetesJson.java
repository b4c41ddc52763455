package dev.pathgate.kube;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.regex.Pattern;

/**
 * JSON as the API server stores it: Pathgate reads whatever the API server accepts, long keys and
 * texts and deep nesting included.
 */
public final class KubernetesJson {
  /** No object that an API server stores has a longer text that is read and not passed over. */
  public static final int MAX_TEXT = 4 * 1024 * 1024;

  /**
   * The API server takes 10,000 levels in an object. Each open level costs memory while it is read,
   * so there is a bound all the same, for bodies of brackets alone that come from elsewhere.
   */
  private static final int MAX_NESTING = 200_000;

  /** Parsers whose limits no stored object reaches. */
  public static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_NESTING)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxStringLength(MAX_TEXT)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .build())
          // Jackson keeps the last 6,000 names whatever their length: keys of a megabyte, new ones
          // with each edit, would fill the heap.
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          // Whoever opened a stream closes it.
          .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
          .build();

  private static final Pattern SOURCE =
      Pattern.compile("\\s*\\(?(start marker )?at \\[Source[^]]*]\\)?");

  private static final Pattern SETTING =
      Pattern.compile(
          ":? ?enable `[^`]*` to allow| \\(not recognized as one since Feature '[A-Z_]+'[^)]*\\)");

  private KubernetesJson() {}

  /**
   * Reads what starts at the current token.
   *
   * @param <T> what it is read into
   */
  @FunctionalInterface
  public interface Reading<T> {
    /** Leaves the parser at its end. */
    T read(JsonParser parser) throws IOException;
  }

  /** Reads an object that the API server answered with. */
  public static <T> T read(byte[] answer, Reading<T> reading) throws IOException {
    try (JsonParser parser = FACTORY.createParser(answer)) {
      parser.nextToken();
      return reading.read(parser);
    }
  }

  /**
   * What Jackson says is wrong, without its words on the source, which it never shows, and on its
   * own settings.
   */
  public static String complaint(String message) {
    return SETTING.matcher(SOURCE.matcher(message).replaceAll("")).replaceAll("").strip();
  }
}
