package dev.pathgate.rule;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServiceEditTest {
  @Test
  void isNewWithoutAnOldEntryOnly() {
    assertThat(EditSketch.ofNewService().to("a", "chain").isNew()).isTrue();
    assertThat(EditSketch.from("a", "chain").to("a", "chain").isNew()).isFalse();
  }

  @Test
  void isUnchangedIfOneOfTheOldEntriesEqualsIt() {
    EditSketch twice = EditSketch.from("a", "chain").andFrom("b", "chain");

    assertThat(twice.to("b", "chain").isUnchanged()).isTrue();
    assertThat(twice.to("b", "other").isUnchanged()).isFalse();
    assertThat(twice.to("c", "chain").isUnchanged()).isFalse();
  }

  @Test
  void leavesEachOldTemplateOnceAndNoneThatStays() {
    EditSketch thrice = EditSketch.from("a", "x").andFrom("b", "x").andFrom("a", "y");

    assertThat(thrice.to("c", "x").templatesLeft()).containsExactly("a", "b");
    assertThat(thrice.to("b", "y").templatesLeft()).containsExactly("a");
    assertThat(thrice.to("b", "x").templatesLeft()).isEmpty();
  }

  @Test
  void leavesNothingIfOnlyTheChainChanges() {
    assertThat(EditSketch.from("a", "x").to("a", "y").templatesLeft()).isEmpty();
  }

  @Test
  void namesItsFieldsAsTheObjectSpellsThem() {
    ServiceEdit third = EditSketch.ofNewService().occurrence(3).to("a", "");

    assertThat(third.entry()).isEqualTo("spec.serviceSpec.services[2]");
    assertThat(third.field("template")).isEqualTo("spec.serviceSpec.services[2].template");
  }
}
