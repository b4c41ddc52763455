package dev.pathgate.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.jboss.logmanager.ExtFormatter;
import org.jboss.logmanager.ExtLogRecord;

/**
 * A log record as one JSON object on one line: {@code timestamp}, {@code level}, {@code logger},
 * {@code message}, {@code stackTrace} where something was thrown, and as a field of its own
 * whatever its author put into the diagnostic context, such as a decision's {@code user}.
 */
final class JsonLines extends ExtFormatter {
  private static final JsonFactory JSON = new JsonFactory();

  @Override
  public String format(ExtLogRecord record) {
    StringWriter line = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(line)) {
      json.writeStartObject();
      json.writeStringField(
          "timestamp", record.getInstant().truncatedTo(ChronoUnit.MILLIS).toString());
      json.writeStringField("level", record.getLevel().getName());
      json.writeStringField("logger", record.getLoggerName());
      json.writeStringField("message", formatMessage(record));
      for (Map.Entry<String, String> field : record.getMdcCopy().entrySet()) {
        json.writeStringField(field.getKey(), field.getValue());
      }
      if (record.getThrown() != null) {
        json.writeStringField("stackTrace", stackTrace(record.getThrown()));
      }
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return line + "\n";
  }

  private static String stackTrace(Throwable thrown) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));
    return trace.toString();
  }
}
