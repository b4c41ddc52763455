package dev.pathgate.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.chain.AvailableUpgrade;
import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.SupportedTemplate;
import dev.pathgate.chain.TemplateChain;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceVersionFitsTest {
  /** a → b at 1.1.0, a → c without a version, b → d at 1.3.0 */
  private static final TemplateChain CHAIN =
      new TemplateChain(
          new ChainRef("tenant42", "chain"),
          "7",
          List.of(
              new SupportedTemplate(
                  "a",
                  List.of(
                      new AvailableUpgrade("b", Optional.of("1.1.0")), AvailableUpgrade.to("c"))),
              new SupportedTemplate("b", List.of(new AvailableUpgrade("d", Optional.of("1.3.0")))),
              new SupportedTemplate("c", List.of()),
              new SupportedTemplate("d", List.of())));

  @ParameterizedTest
  @ValueSource(strings = {"1.1.0", "v1.1.0", "1.1", "1.1.0+build.7", "c"})
  void refusesAVersionThatTheChainGivesToAnotherTemplate(String version) {
    assertThat(check(from("a", ""), service("a", version))).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.1.1", "1.1.0-rc.1", "2024-11", "a", "stable", "c2"})
  void allowsALabelThatTheChainGivesToNobody(String version) {
    assertThat(check(from("a", ""), service("a", version))).isEmpty();
  }

  @Test
  void allowsTheVersionThatAnEdgeGivesToItsOwnTemplate() {
    assertThat(check(from("a", ""), service("b", "1.1.0"))).isEmpty();
    assertThat(check(from("a", ""), service("b", "1.3.0"))).isPresent();
  }

  @Test
  void allowsTheVersionOfItsOwnTemplateThoughAnEdgeGivesItToAnother() {
    ServiceEdit edit = edit(from("a", ""), service("a", "1.1.0"));

    assertThat(check(edit, FakeFacts.with(CHAIN).version("a", "v1.1.0"))).isEmpty();
    assertThat(check(edit, FakeFacts.with(CHAIN).version("a", "1.0.0")).map(Violation::message))
        .contains(
            "service web/x has version 1.1.0, which ServiceTemplateChain tenant42/chain gives to"
                + " template b and not to a: k0rdent would deploy b; leave version out or set it to"
                + " 1.0.0");
  }

  @Test
  void asksNothingOfAVersionThatStaysNorWithoutAChain() {
    assertThat(check(from("a", "1.1.0"), service("a", "1.1.0"))).isEmpty();
    assertThat(check(from("a", "1.1.0"), service("c", "1.1.0"))).isPresent();
    assertThat(
            check(
                edit(List.of(), new Service("web", "x", "a", "", "1.1.0", true)),
                FakeFacts.with(CHAIN)))
        .isEmpty();
    assertThat(check(edit(List.of(), service("a", "1.1.0")), FakeFacts.with())).isEmpty();
    assertThat(check(edit(List.of(), service("a", "1.1.0")), FakeFacts.with(CHAIN))).isPresent();
  }

  @Test
  void refusesAChainThatGivesTheVersionItHadToAnotherTemplate() {
    List<Service> chainless = List.of(new Service("web", "x", "a", "", "1.1.0", true));
    List<Service> harmless = List.of(new Service("web", "x", "a", "", "stable", true));

    assertThat(check(chainless, service("a", "1.1.0"))).isPresent();
    assertThat(check(harmless, service("a", "stable"))).isEmpty();
  }

  private static List<Service> from(String template, String version) {
    return List.of(service(template, version));
  }

  private static Service service(String template, String version) {
    return new Service("web", "x", template, "chain", version, false);
  }

  private static ServiceEdit edit(List<Service> before, Service after) {
    return new ServiceEdit(0, after, before, false, 1, before.size(), "tenant42", List.of());
  }

  private static Optional<Violation> check(List<Service> before, Service after) {
    return check(edit(before, after), FakeFacts.with(CHAIN));
  }

  private static Optional<Violation> check(ServiceEdit edit, Facts facts) {
    return new ServiceVersionFits().check(edit, facts);
  }
}
