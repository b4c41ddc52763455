package dev.pathgate.admission;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.pathgate.rule.Finding;
import dev.pathgate.rule.Violation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;

/** Writes the AdmissionReview that answers a request. */
public final class ReviewWriter {
  private static final JsonFactory JSON = new JsonFactory();

  private ReviewWriter() {}

  /** The answer as JSON, in UTF-8. */
  public static byte[] write(AdmissionRequest request, Verdict verdict) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("apiVersion", "admission.k8s.io/v1");
      json.writeStringField("kind", "AdmissionReview");
      json.writeObjectFieldStart("response");
      json.writeStringField("uid", request.uid());
      json.writeBooleanField("allowed", verdict.isAllowed());
      if (!verdict.isAllowed()) {
        status(json, request, verdict);
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
      auditAnnotations(json, verdict);
      json.writeEndObject();
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return out.toByteArray();
  }

  /** What the user reads: the text of a denial as kubectl prints it. */
  public static String message(AdmissionRequest request, Verdict verdict) {
    List<String> lines = verdict.denials().stream().map(ReviewWriter::line).toList();
    if (request.operation() == Operation.DELETE) {
      return String.join("; ", lines);
    }
    String head = "The " + request.kind() + " \"" + request.objectName() + "\" is invalid: ";
    return lines.size() == 1 ? head + lines.get(0) : head + "\n* " + String.join("\n* ", lines);
  }

  private static String line(Finding denial) {
    String field = denial.violation().field();
    return field.isEmpty() ? denial.message() : field + ": " + denial.message();
  }

  private static void status(JsonGenerator json, AdmissionRequest request, Verdict verdict)
      throws IOException {
    boolean deletes = request.operation() == Operation.DELETE;
    json.writeObjectFieldStart("status");
    json.writeStringField("status", "Failure");
    json.writeStringField("message", message(request, verdict));
    json.writeStringField("reason", deletes ? "Forbidden" : "Invalid");
    json.writeNumberField("code", deletes ? 403 : 422);
    json.writeObjectFieldStart("details");
    json.writeStringField("group", request.group());
    json.writeStringField("kind", request.kind());
    json.writeStringField("name", request.objectName());
    json.writeArrayFieldStart("causes");
    for (Finding denial : verdict.denials()) {
      json.writeStartObject();
      json.writeStringField("reason", denial.violation().reason().causeType());
      if (!denial.violation().field().isEmpty()) {
        json.writeStringField("field", denial.violation().field());
      }
      json.writeStringField("message", denial.message());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void auditAnnotations(JsonGenerator json, Verdict verdict) throws IOException {
    List<Finding> refusals = verdict.denials().isEmpty() ? verdict.softened() : verdict.denials();
    if (refusals.isEmpty()) {
      return;
    }
    json.writeObjectFieldStart("auditAnnotations");
    annotation(json, "rules", refusals, finding -> finding.rule().id());
    annotation(json, "services", refusals, subject(Violation.Subject::service));
    annotation(json, "from", refusals, subject(Violation.Subject::from));
    annotation(json, "to", refusals, subject(Violation.Subject::to));
    annotation(json, "chains", refusals, subject(Violation.Subject::chain));
    annotation(
        json,
        "chain-resource-versions",
        refusals,
        subject(Violation.Subject::chainResourceVersion));
    if (verdict.exempt().isPresent()) {
      json.writeStringField("exempt", verdict.exempt().get());
    }
    json.writeEndObject();
  }

  private static Function<Finding, String> subject(Function<Violation.Subject, String> part) {
    return finding -> part.apply(finding.violation().subject());
  }

  /** One value per refusal, in their order; left out where not one has a value. */
  private static void annotation(
      JsonGenerator json, String key, List<Finding> refusals, Function<Finding, String> value)
      throws IOException {
    List<String> values = refusals.stream().map(value).toList();
    if (!values.stream().allMatch(String::isEmpty)) {
      json.writeStringField(key, String.join(",", values));
    }
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
