package dev.pathgate.k0rdent;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;

/** A field that Pathgate reads has another JSON type than k0rdent's CRDs give it. */
public final class UnexpectedType extends JsonProcessingException {
  private static final long serialVersionUID = 1L;

  UnexpectedType(JsonParser parser, String field, String expected) {
    super(field + " is not " + expected, parser.currentTokenLocation());
  }
}
