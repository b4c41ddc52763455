package dev.pathgate.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DemoStepTest {
  /** Its refusal is a 422, which kubectl tells in the editor that it reopens. */
  @Test
  void showsNoEditor() {
    assertThat(DemoStep.story()).noneMatch(step -> step.command().startsWith("kubectl edit"));
  }
}
