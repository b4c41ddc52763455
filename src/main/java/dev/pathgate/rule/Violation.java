package dev.pathgate.rule;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.SpecFlaw;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/**
 * One way in which an edit breaks a rule, with all that a user or an auditor is told.
 *
 * @param reason the Kubernetes cause type
 * @param field the path of the field at fault, empty on deletion
 * @param text makes the message; an edit can have thousands of violations of which a user is told
 *     twenty, so that nobody may ask for the others
 * @param subject who and what it is about
 * @param needs what the violation rests on and was not read from the API server for this request
 */
public record Violation(
    Reason reason, String field, Supplier<String> text, Subject subject, Set<Need> needs) {

  /** A violation that rests on nothing but the edit. */
  Violation(Reason reason, String field, Supplier<String> text, Subject subject) {
    this(reason, field, text, subject, Set.of());
  }

  /** One sentence with real names and what is open instead, without the rule's id. */
  public String message() {
    return text.get();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Violation that
        && reason == that.reason
        && field.equals(that.field)
        && message().equals(that.message())
        && subject.equals(that.subject)
        && needs.equals(that.needs);
  }

  @Override
  public int hashCode() {
    return Objects.hash(reason, field, subject);
  }

  @Override
  public String toString() {
    return reason + " " + field + ": " + message() + " " + subject + " " + needs;
  }

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

    /** The value of {@code status.details.causes[].reason}. */
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
          Words.identity(edit.after()),
          Words.name(from),
          Words.name(edit.after().template()),
          edit.chain().map(Words::ref).orElse(""),
          "");
    }

    static Subject of(ChainRef chain) {
      return new Subject("", "", "", Words.ref(chain), "");
    }

    static Subject of(ChainRef chain, SpecFlaw flaw) {
      return new Subject(
          "", Words.name(flaw.template()), Words.name(flaw.value()), Words.ref(chain), "");
    }

    static Subject of(TemplateRef template) {
      return new Subject("", template.toString(), "", "", "");
    }

    Subject at(String resourceVersion) {
      return new Subject(service, from, to, chain, resourceVersion);
    }
  }

  /** Something to read from the API server before the violation may be reported. */
  public sealed interface Need {
    /** One chain. */
    record Chain(ChainRef ref) implements Need {}

    /** The names of all ServiceTemplates of a namespace. */
    record Templates(String namespace) implements Need {}

    /** The ServiceSets that deploy on behalf of an object. */
    record ServiceSets(ObjectRef owner) implements Need {}

    /** One of the objects that name a chain. */
    record Users(ChainRef ref) implements Need {}

    /** The version of one ServiceTemplate. */
    record Version(TemplateRef ref) implements Need {}

    /** One of the objects whose services name a ServiceTemplate. */
    record TemplateUsers(TemplateRef ref) implements Need {}
  }

  Violation restingOn(Facts.Fact<?> fact, Need need) {
    if (fact.isRead()) {
      return this;
    }
    Set<Need> all = new LinkedHashSet<>(needs);
    all.add(need);
    return new Violation(reason, field, text, subject, Collections.unmodifiableSet(all));
  }

  Violation seenAt(String resourceVersion) {
    return new Violation(reason, field, text, subject.at(resourceVersion), needs);
  }
}
