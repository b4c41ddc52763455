package dev.pathgate.k0rdent;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;

/** A field that Pathgate reads has another JSON type than k0rdent's CRDs give it. */
public final class UnexpectedType extends JsonProcessingException {
  private static final long serialVersionUID = 1L;

  private final String field;

  UnexpectedType(JsonParser parser, String field, String expected) {
    super(field + " is not " + expected, parser.currentTokenLocation());
    this.field = field;
  }

  /** Where it stands, such as {@code spec.serviceSpec.services[0].name}. */
  public String field() {
    return field;
  }
}
