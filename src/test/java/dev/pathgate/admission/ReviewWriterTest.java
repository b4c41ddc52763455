package dev.pathgate.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.ObjectSketch;
import dev.pathgate.rule.Action;
import dev.pathgate.rule.Finding;
import dev.pathgate.rule.RuleId;
import dev.pathgate.rule.Service;
import dev.pathgate.rule.Violation.Reason;
import dev.pathgate.rule.Violation.Subject;
import dev.pathgate.rule.ViolationSketch;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReviewWriterTest {
  private static final AdmissionRequest CREATE =
      RequestSketch.create(
          ObjectSketch.clusterDeployment(
              "tenant42/prod-eu", new Service("web", "ingress", "a", "ingress-chain")));
  private static final AdmissionRequest DELETE =
      RequestSketch.delete(ObjectSketch.chain("tenant42/ingress-chain", "a"));
  private static final Finding MOVE =
      denial(
          RuleId.SERVICE_FOLLOWS_CHAIN,
          "spec.serviceSpec.services[0].template",
          "no way from a to c",
          new Subject("web/ingress", "a", "c", "tenant42/ingress-chain", "7"));
  private static final Finding STRAY =
      denial(
          RuleId.SERVICE_FITS_CHAIN,
          "spec.serviceSpec.services[1].template",
          "not listed",
          new Subject("web/dns", "", "d", "tenant42/dns-chain", ""));

  @Test
  void writesAnAllowance() {
    assertThat(written(CREATE, Verdict.allowed()))
        .isEqualTo(
            """
            {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview",\
            "response":{"uid":"uid-1","allowed":true}}\
            """);
  }

  @Test
  void writesWarningsBesideAnAllowance() {
    assertThat(written(CREATE, Verdict.allowed("look out", "and up")))
        .isEqualTo(
            """
            {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview",\
            "response":{"uid":"uid-1","allowed":true,"warnings":["look out","and up"]}}\
            """);
  }

  @Test
  void writesADenialWithItsCauseAndForTheAuditLog() {
    assertThat(written(CREATE, denied(MOVE)))
        .isEqualTo(
            """
            {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview",\
            "response":{"uid":"uid-1","allowed":false,"status":{"status":"Failure",\
            "message":"\
            spec.serviceSpec.services[0].template: no way from a to c [service-follows-chain]",\
            "reason":"Forbidden","code":403,"details":{"group":"k0rdent.mirantis.com",\
            "kind":"ClusterDeployment","name":"prod-eu","causes":[{"reason":"FieldValueInvalid",\
            "field":"spec.serviceSpec.services[0].template",\
            "message":"no way from a to c [service-follows-chain]"}]}},\
            "auditAnnotations":{"rules":"service-follows-chain","services":"web/ingress",\
            "from":"a","to":"c","chains":"tenant42/ingress-chain","chain-resource-versions":"7"}}}\
            """);
  }

  @Test
  void writesOneLinePerCauseAndJoinsAnnotationsInTheSameOrder() {
    assertThat(written(CREATE, denied(MOVE, STRAY)))
        .contains(
            """
            "message":"\
            spec.serviceSpec.services[0].template: no way from a to c [service-follows-chain]\
            \\nspec.serviceSpec.services[1].template: not listed [service-fits-chain]",\
            """)
        .contains(
            """
            "auditAnnotations":{"rules":"service-follows-chain,service-fits-chain",\
            "services":"web/ingress,web/dns","from":"a,","to":"c,d",\
            "chains":"tenant42/ingress-chain,tenant42/dns-chain","chain-resource-versions":"7,"}\
            """);
  }

  @Test
  void writesADenialOfADeletion() {
    Finding used =
        new Finding(
            RuleId.CHAIN_IS_UNUSED,
            Action.DENY,
            ViolationSketch.of(
                Reason.FORBIDDEN,
                "",
                "in use by prod-eu",
                new Subject("", "", "", "tenant42/ingress-chain", ""),
                Optional.empty()));

    assertThat(written(DELETE, denied(used)))
        .isEqualTo(
            """
            {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview",\
            "response":{"uid":"uid-1","allowed":false,"status":{"status":"Failure",\
            "message":"in use by prod-eu [chain-is-unused]","reason":"Forbidden","code":403,\
            "details":{"group":"k0rdent.mirantis.com","kind":"ServiceTemplateChain",\
            "name":"ingress-chain","causes":[{"reason":"FieldValueForbidden",\
            "message":"in use by prod-eu [chain-is-unused]"}]}},\
            "auditAnnotations":{"rules":"chain-is-unused","chains":"tenant42/ingress-chain"}}}\
            """);
  }

  @Test
  void writesWhoWasExemptForTheAuditLog() {
    Verdict lifted =
        new Verdict(
            List.of(),
            List.of(MOVE),
            List.of("no way"),
            List.of(),
            Optional.of("eve: outage"),
            List.of(),
            Optional.empty(),
            MOVE.rule().id());

    assertThat(written(CREATE, lifted))
        .contains("\"allowed\":true,\"warnings\":[\"no way\"],\"auditAnnotations\":{\"rules\":")
        .endsWith("\"exempt\":\"eve: outage\"}}}");
  }

  @Test
  void writesAPatchThatAddsChainsOnly() {
    Verdict patched =
        Verdict.mutation(
            List.of(),
            List.of(
                new Verdict.AddedChain(0, "ingress-chain"),
                new Verdict.AddedChain(3, "dns-chain")));
    String patch =
        """
        [{"op":"add","path":"/spec/serviceSpec/services/0/templateChain","value":"ingress-chain"},\
        {"op":"add","path":"/spec/serviceSpec/services/3/templateChain","value":"dns-chain"}]\
        """;

    assertThat(written(CREATE, patched))
        .isEqualTo(
            """
            {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview",\
            "response":{"uid":"uid-1","allowed":true,"patchType":"JSONPatch","patch":"%s"}}\
            """
                .formatted(
                    Base64.getEncoder().encodeToString(patch.getBytes(StandardCharsets.UTF_8))));
  }

  @Test
  void writesAnyTextThatANameMayHold() {
    Finding odd =
        denial(
            RuleId.SERVICE_FITS_CHAIN,
            "f",
            "quote \" line \n umlaut ü emoji \uD83D\uDE00 half an emoji \uD83D!",
            new Subject("", "", "", "", ""));

    assertThat(written(CREATE, denied(odd)))
        .contains("quote \\\" line umlaut ü emoji \\uD83D\\uDE00 half an emoji \\uD83D! [");
  }

  @Test
  void answersKubectlEditSoThatItReopensTheEditor() {
    AdmissionRequest edit = RequestSketch.managedBy("kubectl-edit", CREATE);

    assertThat(written(edit, denied(MOVE))).contains("\"reason\":\"Invalid\",\"code\":422,");
    assertThat(written(RequestSketch.managedBy("kubectl-edit2", CREATE), denied(MOVE)))
        .contains("\"reason\":\"Forbidden\",\"code\":403,");
    assertThat(written(RequestSketch.managedBy("kubectl-edit", DELETE), denied(MOVE)))
        .contains("\"reason\":\"Forbidden\",\"code\":403,");
  }

  /** {@code kubectl apply --force --field-manager=kubectl-edit} deletes on 422. */
  @Test
  void answersAnApplyThatCallsItselfAnEditLikeAnyApply() {
    String forbidden = "\"reason\":\"Forbidden\",\"code\":403,";
    String invalid = "\"reason\":\"Invalid\",\"code\":422,";

    assertThat(edited("a", file("a"), "z", file("z"))).as("applied").contains(forbidden);
    assertThat(edited("a", file("z"), "z", file("z"))).as("applied again").contains(forbidden);
    assertThat(edited("a", "", "z", file("z"))).as("applied first").contains(forbidden);
    assertThat(edited("a", file("a"), "z", file("a"))).as("edited").contains(invalid);
    assertThat(edited("a", "not JSON", "z", "not JSON")).as("edited").contains(invalid);
    assertThat(edited("a", " ", "z", " ")).as("edited").contains(invalid);
    assertThat(edited("a", "", "z", "")).as("never applied").contains(invalid);
  }

  private static String file(String template) {
    return "{\"spec\":{\"serviceSpec\":{\"services\":[{\"name\":\"ingress\",\"template\":\""
        + template
        + "\"}]}}}";
  }

  private static String edited(String from, String notedBefore, String to, String notedAfter) {
    return written(
        RequestSketch.managedBy(
            "kubectl-edit",
            RequestSketch.update(applied(from, notedBefore), applied(to, notedAfter))),
        denied(MOVE));
  }

  private static K0rdentObject applied(String template, String noted) {
    return ObjectSketch.noting(
        ObjectSketch.clusterDeployment(
            "tenant42/prod-eu", new Service("", "ingress", template, "")),
        Optional.of(noted).filter(text -> !text.isEmpty()));
  }

  @Test
  void endsADenialWithThePlaceToFindHelp() {
    Optional<String> help = Optional.of("https://wiki/paths");

    assertThat(ReviewWriter.message(denied(help, List.of(MOVE))))
        .isEqualTo(
            "spec.serviceSpec.services[0].template: no way from a to c [service-follows-chain]"
                + " See https://wiki/paths");
    assertThat(ReviewWriter.message(denied(help, List.of(MOVE, STRAY))))
        .endsWith("not listed [service-fits-chain]\nSee https://wiki/paths");
  }

  @Test
  void namesTwentyCausesAndCountsTheOthers() {
    Verdict many = denied(Optional.empty(), Collections.nCopies(25, MOVE));

    assertThat(ReviewWriter.message(many).lines().toList())
        .hasSize(21)
        .endsWith("and 5 more services");
    assertThat(written(CREATE, many).split("FieldValueInvalid")).hasSize(21);
    assertThat(
            ReviewWriter.message(denied(Optional.empty(), Collections.nCopies(20, MOVE))).lines())
        .hasSize(20);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "\"", "\u20ac", "\uD83D\uDE00", ","})
  void staysWithinItsBoundsWhateverNamesHold(String letter) {
    String name = letter.repeat(40_000);
    Finding huge =
        denial(
            RuleId.SERVICE_FOLLOWS_CHAIN,
            "spec.serviceSpec.services[0].template",
            name,
            new Subject(name, name, name, name, name));

    byte[] answer =
        ReviewWriter.write(CREATE, denied(Optional.empty(), Collections.nCopies(6_000, huge)));

    assertThat(answer.length).isLessThanOrEqualTo(16 * 1024);
    String text = new String(answer, StandardCharsets.UTF_8);
    assertThat(text).contains("[service-follows-chain]").contains(" more services");
    assertThat(text.substring(text.indexOf("auditAnnotations")).getBytes(StandardCharsets.UTF_8))
        .hasSizeLessThan(4_096);
  }

  @Test
  void letsNoNameFakeAnEntryOfTheAuditLog() {
    Finding odd =
        denial(RuleId.SERVICE_FITS_CHAIN, "f", "no", new Subject("web/a,web/b\n", "", "", "", ""));

    assertThat(written(CREATE, denied(odd))).contains("\"services\":\"web/a%2Cweb/b%0A\"");
  }

  private static Finding denial(RuleId rule, String field, String message, Subject subject) {
    return new Finding(
        rule,
        Action.DENY,
        ViolationSketch.of(Reason.INVALID, field, message, subject, Optional.empty()));
  }

  private static Verdict denied(Finding... denials) {
    return denied(Optional.empty(), List.of(denials));
  }

  private static Verdict denied(Optional<String> help, List<Finding> denials) {
    return new Verdict(
        denials,
        List.of(),
        List.of(),
        List.of(),
        Optional.empty(),
        List.of(),
        help,
        denials.get(0).rule().id());
  }

  private static String written(AdmissionRequest request, Verdict verdict) {
    return new String(ReviewWriter.write(request, verdict), StandardCharsets.UTF_8);
  }
}
