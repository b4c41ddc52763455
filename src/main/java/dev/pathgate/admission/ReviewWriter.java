package dev.pathgate.admission;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.pathgate.rule.Words;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * Writes the AdmissionReview that answers a request. A denial is {@code Forbidden}: tools that
 * force an apply take any {@code Invalid} for an immutable field, delete the object and create it
 * anew. Only {@code kubectl edit}, which reopens its editor on nothing else and never deletes, gets
 * {@code Invalid}.
 */
public final class ReviewWriter {
  private static final JsonFactory JSON = new JsonFactory();

  /** The whole answer, whatever was asked. */
  private static final int MAX_BYTES = 16 * 1024;

  /** What frames the texts of an answer, the ids and names of the request included. */
  private static final int FRAME = 2_048;

  private ReviewWriter() {}

  /** The answer as JSON, in UTF-8. */
  public static byte[] write(AdmissionRequest request, Verdict verdict) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    Map<String, String> audit = AuditAnnotations.of(verdict);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("apiVersion", "admission.k8s.io/v1");
      json.writeStringField("kind", "AdmissionReview");
      json.writeObjectFieldStart("response");
      json.writeStringField("uid", request.uid());
      json.writeBooleanField("allowed", verdict.isAllowed());
      if (!verdict.isAllowed()) {
        status(json, request, verdict, refusal(verdict, audit));
      }
      if (!verdict.warnings().isEmpty()) {
        json.writeArrayFieldStart("warnings");
        for (String warning : verdict.warnings()) {
          json.writeString(warning);
        }
        json.writeEndArray();
      }
      if (!verdict.patch().isEmpty()) {
        json.writeStringField("patchType", "JSONPatch");
        json.writeStringField("patch", patch(verdict.patch()));
      }
      if (!audit.isEmpty()) {
        json.writeObjectFieldStart("auditAnnotations");
        for (Map.Entry<String, String> annotation : audit.entrySet()) {
          json.writeStringField(annotation.getKey(), annotation.getValue());
        }
        json.writeEndObject();
      }
      json.writeEndObject();
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return out.toByteArray();
  }

  private static Refusal refusal(Verdict verdict, Map<String, String> audit) {
    int taken =
        FRAME
            + audit.entrySet().stream()
                .mapToInt(e -> e.getKey().length() + JsonLength.length(e.getValue()) + 6)
                .sum()
            + verdict.warnings().stream().mapToInt(warning -> JsonLength.length(warning) + 3).sum();
    return Refusal.of(verdict.denials(), MAX_BYTES - taken);
  }

  /** What the user reads: the text of a denial as kubectl prints it. */
  public static String message(Verdict verdict) {
    return message(verdict, refusal(verdict, AuditAnnotations.of(verdict)));
  }

  private static String message(Verdict verdict, Refusal refusal) {
    String text = refusal.text();
    return verdict
        .help()
        .map(help -> text + (text.indexOf('\n') < 0 ? " " : "\n") + "See " + help)
        .orElse(text);
  }

  /** What was denied and let through all the same, within the bounds of an answer. */
  public static String downgraded(Verdict verdict) {
    return Refusal.of(verdict.downgraded(), MAX_BYTES).text();
  }

  private static void status(
      JsonGenerator json, AdmissionRequest request, Verdict verdict, Refusal refusal)
      throws IOException {
    boolean reopens = request.isFromAnEditor();
    json.writeObjectFieldStart("status");
    json.writeStringField("status", "Failure");
    json.writeStringField("message", message(verdict, refusal));
    json.writeStringField("reason", reopens ? "Invalid" : "Forbidden");
    json.writeNumberField("code", reopens ? 422 : 403);
    json.writeObjectFieldStart("details");
    json.writeStringField("group", Words.name(request.group()));
    json.writeStringField("kind", Words.name(request.kind()));
    json.writeStringField("name", Words.name(request.objectName()));
    json.writeArrayFieldStart("causes");
    for (Refusal.Cause cause : refusal.causes()) {
      json.writeStartObject();
      json.writeStringField("reason", cause.reason());
      if (!cause.field().isEmpty()) {
        json.writeStringField("field", cause.field());
      }
      json.writeStringField("message", cause.message());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
    json.writeEndObject();
  }

  private static String patch(List<Verdict.AddedChain> added) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartArray();
      for (Verdict.AddedChain chain : added) {
        json.writeStartObject();
        json.writeStringField("op", "add");
        json.writeStringField(
            "path", "/spec/serviceSpec/services/" + chain.index() + "/templateChain");
        json.writeStringField("value", chain.chain());
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    return Base64.getEncoder().encodeToString(out.toByteArray());
  }
}
