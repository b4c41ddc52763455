package dev.pathgate.rule;

import dev.pathgate.chain.ChainRef;
import java.util.Optional;

/**
 * One way in which an edit breaks a rule, with all that a user or an auditor is told.
 *
 * @param reason the Kubernetes cause type
 * @param field the path of the field at fault, empty on deletion
 * @param message one sentence with real names and what is open instead, without the rule's id
 * @param subject who and what it is about
 * @param need what the violation rests on and was not read from the API server for this request
 */
public record Violation(
    Reason reason, String field, String message, Subject subject, Optional<Need> need) {

  /** Kubernetes' own words for causes ({@code metav1.CauseType}). */
  public enum Reason {
    INVALID("FieldValueInvalid"),
    NOT_FOUND("FieldValueNotFound"),
    REQUIRED("FieldValueRequired"),
    DUPLICATE("FieldValueDuplicate"),
    FORBIDDEN("FieldValueForbidden");

    private final String causeType;

    Reason(String causeType) {
      this.causeType = causeType;
    }

    public String causeType() {
      return causeType;
    }
  }

  /**
   * What a violation is about; every part empty where it does not apply.
   *
   * @param service {@code namespace/name}
   * @param chainResourceVersion the version of the chain that was judged by
   */
  public record Subject(
      String service, String from, String to, String chain, String chainResourceVersion) {
    static Subject of(ServiceEdit edit, String from) {
      return new Subject(
          edit.after().identity(),
          from,
          edit.after().template(),
          edit.chain().map(ChainRef::toString).orElse(""),
          "");
    }

    static Subject of(ChainRef chain) {
      return new Subject("", "", "", chain.toString(), "");
    }

    Subject at(String resourceVersion) {
      return new Subject(service, from, to, chain, resourceVersion);
    }
  }

  /** Something to read from the API server before the violation may be spoken. */
  public sealed interface Need {
    /** One chain. */
    record Chain(ChainRef ref) implements Need {}

    /** The names of all ServiceTemplates of a namespace. */
    record Templates(String namespace) implements Need {}

    /** The ServiceSets that deploy on behalf of an object. */
    record ServiceSets(ObjectRef owner) implements Need {}

    /** One of the objects that name a chain. */
    record Users(ChainRef ref) implements Need {}
  }

  Violation restingOn(Facts.Fact<?> fact, Need need) {
    return fact.isRead() ? this : new Violation(reason, field, message, subject, Optional.of(need));
  }

  Violation seenAt(String resourceVersion) {
    return new Violation(reason, field, message, subject.at(resourceVersion), need);
  }
}
