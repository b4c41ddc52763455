package dev.pathgate.cli.output;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;

/** JSON and YAML as commands print them: indented, the keys in the order in which they were put. */
public final class StructuredOutput {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private StructuredOutput() {}

  /** An empty object. */
  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** Puts {@code file} and {@code line}; both null where the object is a cluster's. */
  public static void place(ObjectNode json, String file, int line) {
    if (file.isEmpty()) {
      json.putNull("file").putNull("line");
    } else {
      json.put("file", file).put("line", line);
    }
  }

  /** The text, with a line end. */
  public static String text(JsonNode value) {
    DefaultIndenter indent = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentObjectsWith(indent);
    printer.indentArraysWith(indent);
    return written(MAPPER, printer, value) + "\n";
  }

  private static String written(ObjectMapper mapper, DefaultPrettyPrinter printer, JsonNode value) {
    try {
      return mapper.writer(printer).writeValueAsString(value);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** The same as YAML, one document. */
  public static String yaml(JsonNode value) {
    YAMLFactory yaml =
        YAMLFactory.builder()
            .stringQuotingChecker(new PlainYaml())
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .build();
    try {
      return new ObjectMapper(yaml).writeValueAsString(value);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
