package dev.pathgate.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.rule.Service;
import java.util.List;
import org.junit.jupiter.api.Test;

class PackedServicesTest {
  private static final List<Service> SERVICES =
      List.of(
          new Service("web", "ingress", "ingress-1", "ingress-chain", "1.0.0", false, true),
          new Service("", "dns", "dns-1", "", "", true, false),
          new Service("", "dns", "dns-1", "", "", false, false),
          new Service("", "", "", "", "", true, true));

  @Test
  void givesBackEachServiceAsItWas() {
    assertThat(PackedServices.of(SERVICES).list()).isEqualTo(SERVICES);
    assertThat(PackedServices.NONE.list()).isEmpty();
  }

  @Test
  void equalsThoseOfTheSameServicesAlone() {
    PackedServices packed = PackedServices.of(SERVICES);

    assertThat(packed).isEqualTo(PackedServices.of(SERVICES));
    for (int i = 0; i < SERVICES.size(); i++) {
      assertThat(packed).isNotEqualTo(PackedServices.of(SERVICES.subList(0, i)));
    }
    assertThat(PackedServices.of(SERVICES.subList(1, 2)))
        .isNotEqualTo(PackedServices.of(SERVICES.subList(2, 3)));
  }
}
