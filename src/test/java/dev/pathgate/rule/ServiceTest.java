package dev.pathgate.rule;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServiceTest {
  @Test
  void livesInDefaultIfItNamesNoNamespace() {
    Service service = new Service("", "ingress-nginx", "ingress-0-9-0", "");

    assertThat(service.namespace()).isEqualTo("default");
    assertThat(service.identity())
        .isEqualTo("default/ingress-nginx")
        .isEqualTo(new Service("default", "ingress-nginx", "ingress-0-9-0", "").identity())
        .isNotEqualTo(new Service("tenant42", "ingress-nginx", "ingress-0-9-0", "").identity());
  }

  @Test
  void namesAChainUnlessTheNameIsEmpty() {
    assertThat(new Service("", "a", "t", "chain").namesChain()).isTrue();
    assertThat(new Service("", "a", "t", "").namesChain()).isFalse();
  }
}
