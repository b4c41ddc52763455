package dev.pathgate.admission;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.k0rdent.ObjectReader;
import dev.pathgate.k0rdent.UnexpectedType;
import dev.pathgate.kube.KubernetesJson;
import dev.pathgate.kube.OneLine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decodes an AdmissionReview: one pass over the bytes that keeps only what rules look at. */
public final class ReviewReader {
  private static final String API_VERSION = "admission.k8s.io/v1";

  /**
   * Two bytes more for each of a body's are little up to here; larger ones are decoded in pieces.
   */
  private static final int WIDENED = 64 * 1024;

  private final JsonParser parser;
  private String apiVersion = "";
  private String reviewKind = "";
  private boolean hasRequest;
  private String uid = "";
  private String group = "";
  private String kind = "";
  private String name = "";
  private String namespace = "";
  private String operation = "";
  private String user = "";
  private String fieldManager = "";
  private boolean dryRun;
  private final List<String> groups = new ArrayList<>();
  private Optional<K0rdentObject> object = Optional.empty();
  private Optional<K0rdentObject> oldObject = Optional.empty();

  private ReviewReader(JsonParser parser) {
    this.parser = parser;
  }

  /**
   * The request in a body.
   *
   * @throws BadReview if the body is not UTF-8, not JSON, nested too deep, not an AdmissionReview
   *     of {@code admission.k8s.io/v1}, lacks what the operation needs, or has a field of another
   *     type
   */
  public static AdmissionRequest read(byte[] body) throws BadReview {
    return read(body, Cost.FREE);
  }

  /**
   * The same, within bounds.
   *
   * @param cost is charged for what is kept of the body
   * @throws TooCostly if the cost is too high
   */
  public static AdmissionRequest read(byte[] body, Cost cost) throws BadReview {
    try (JsonParser json = new MeteredParser(parser(body), cost)) {
      return new ReviewReader(json).review();
    } catch (UnexpectedType mistyped) {
      throw new BadReview(OneLine.of(mistyped.getOriginalMessage(), 200));
    } catch (StreamConstraintsException tooMuch) {
      if (tooMuch.getOriginalMessage().startsWith("String value length")) {
        throw new TooCostly(
            "a text in it is longer than " + KubernetesJson.MAX_TEXT + " characters");
      }
      throw new BadReview(
          tooMuch.getOriginalMessage().contains("nesting depth")
              ? "nested too deep"
              : "not to be read: " + complaint(tooMuch.getOriginalMessage()));
    } catch (JsonProcessingException malformed) {
      throw new BadReview("not JSON: " + complaint(malformed.getOriginalMessage()));
    } catch (IOException malformed) {
      throw new BadReview("not JSON: " + complaint(String.valueOf(malformed.getMessage())));
    }
  }

  private static String complaint(String message) {
    return OneLine.of(KubernetesJson.complaint(message), 200);
  }

  /**
   * In C1's code, to decode a body as UTF-8 takes a third of what there is to do with it: most have
   * no letters beyond ASCII.
   */
  private static JsonParser parser(byte[] body) throws IOException, BadReview {
    char[] ascii = body.length <= WIDENED ? ascii(body) : null;
    // The parser would guess UTF-16 and UTF-32, too; Kubernetes speaks UTF-8 only.
    boolean otherThanUtf8 = body.length > 1 && (body[0] == 0 || body[1] == 0);
    if (otherThanUtf8 || (ascii == null && !isUtf8(body))) {
      throw new BadReview("not UTF-8");
    }
    return ascii == null
        ? KubernetesJson.FACTORY.createParser(body)
        : KubernetesJson.FACTORY.createParser(ascii);
  }

  /** The characters of a body that has no others than those of ASCII; else null. */
  private static char[] ascii(byte[] body) {
    char[] ascii = new char[body.length];
    for (int i = 0; i < body.length; i++) {
      if (body[i] < 0) {
        return null;
      }
      ascii[i] = (char) body[i];
    }
    return ascii;
  }

  private static boolean isUtf8(byte[] body) {
    for (byte b : body) {
      if (b < 0) {
        return isUtf8(ByteBuffer.wrap(body));
      }
    }
    return true;
  }

  private static boolean isUtf8(ByteBuffer bytes) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CharBuffer chars = CharBuffer.allocate(8_192);
    CoderResult result;
    do {
      chars.clear();
      result = decoder.decode(bytes, chars, true);
    } while (result.isOverflow());
    return !result.isError();
  }

  private AdmissionRequest review() throws IOException, BadReview {
    if (parser.nextToken() == null) {
      throw new BadReview("not JSON: the body is empty");
    }
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new BadReview("not an AdmissionReview");
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "apiVersion" -> apiVersion = text(field);
        case "kind" -> reviewKind = text(field);
        case "request" -> request();
        default -> parser.skipChildren();
      }
    }
    if (parser.nextToken() != null) {
      throw new BadReview("not JSON: something follows the AdmissionReview");
    }
    check();
    return new AdmissionRequest(
        uid,
        group,
        kind,
        name,
        namespace,
        Operation.of(operation),
        user,
        List.copyOf(groups),
        fieldManager,
        dryRun,
        object,
        oldObject);
  }

  private void check() throws BadReview {
    if (!reviewKind.equals("AdmissionReview") || !apiVersion.equals(API_VERSION)) {
      throw new BadReview("not an AdmissionReview of " + API_VERSION);
    }
    if (!hasRequest) {
      throw new BadReview("the AdmissionReview has no request");
    }
    if (uid.isEmpty()) {
      throw new BadReview("request.uid is missing");
    }
    if (kind.isEmpty()) {
      throw new BadReview("request.kind is missing");
    }
    if (operation.isEmpty()) {
      throw new BadReview("request.operation is missing");
    }
    Optional<Kind> known = Kind.of(group, kind);
    if (known.isPresent()) {
      Operation done = Operation.of(operation);
      if (done.writes() && object.isEmpty()) {
        throw new BadReview("request.object is missing, which every " + operation + " has");
      }
      boolean needsOld =
          done == Operation.UPDATE || (done == Operation.DELETE && !known.get().hasServices());
      if (needsOld && oldObject.isEmpty()) {
        throw new BadReview("request.oldObject is missing, which every " + operation + " has");
      }
    }
  }

  private void request() throws IOException, BadReview {
    if (!opens("request")) {
      return;
    }
    hasRequest = true;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "uid" -> uid = text("request.uid");
        case "kind" -> kind();
        case "name" -> name = text("request.name");
        case "namespace" -> namespace = text("request.namespace");
        case "operation" -> operation = text("request.operation");
        case "userInfo" -> userInfo();
        case "options" -> options();
        case "dryRun" -> {
          dryRun = parser.currentToken() == JsonToken.VALUE_TRUE;
          parser.skipChildren();
        }
        case "object" -> object = object("request.object");
        case "oldObject" -> oldObject = object("request.oldObject");
        default -> parser.skipChildren();
      }
    }
  }

  private void kind() throws IOException, BadReview {
    if (!opens("request.kind")) {
      return;
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "group" -> group = text("request.kind.group");
        case "kind" -> kind = text("request.kind.kind");
        default -> parser.skipChildren();
      }
    }
  }

  private void userInfo() throws IOException, BadReview {
    if (!opens("request.userInfo")) {
      return;
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      parser.nextToken();
      if (field.equals("username")) {
        user = text("request.userInfo.username");
      } else if (field.equals("groups") && parser.currentToken() == JsonToken.START_ARRAY) {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          groups.add(text("request.userInfo.groups[" + groups.size() + "]"));
        }
      } else if (field.equals("groups") && parser.currentToken() != JsonToken.VALUE_NULL) {
        throw new BadReview("request.userInfo.groups is not a list");
      } else {
        parser.skipChildren();
      }
    }
  }

  /** Who is asked how to answer; of no kind that must be so, hence never a reason to refuse. */
  private void options() throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return;
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      boolean wanted = parser.currentName().equals("fieldManager");
      if (parser.nextToken() == JsonToken.VALUE_STRING && wanted) {
        fieldManager = parser.getText();
      } else {
        parser.skipChildren();
      }
    }
  }

  private Optional<K0rdentObject> object(String field) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return Optional.empty();
    }
    Optional<Kind> known = Kind.of(group, kind);
    if (known.isEmpty() && !kind.isEmpty()) {
      parser.skipChildren(); // of a kind that is not judged, whatever it looks like
      return Optional.empty();
    }
    // The API server sends the kind first; were it to come later, this object may be a chain.
    boolean needsSpec = known.isEmpty() || !known.get().hasServices();
    return Optional.of(
        (needsSpec ? ObjectReader.strictKeepingSpec() : ObjectReader.strict()).read(parser, field));
  }

  private boolean opens(String field) throws IOException, BadReview {
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      return true;
    }
    if (parser.currentToken() != JsonToken.VALUE_NULL) {
      throw new BadReview(field + " is not an object");
    }
    return false;
  }

  private String text(String field) throws IOException, BadReview {
    if (parser.currentToken() == JsonToken.VALUE_STRING) {
      return parser.getText();
    }
    if (parser.currentToken() != JsonToken.VALUE_NULL) {
      throw new BadReview(field + " is not a string");
    }
    return "";
  }
}
