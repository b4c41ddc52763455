package dev.pathgate.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.rule.RuleId;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The policies that the chart renders of rules, and what each of them judges. */
enum ChartPolicy {
  SERVICE_FOLLOWS_CHAIN(RuleId.SERVICE_FOLLOWS_CHAIN),
  SERVICE_NAMES_CHAIN(RuleId.SERVICE_FOLLOWS_CHAIN),
  CHAIN_IS_IMMUTABLE(RuleId.CHAIN_IS_IMMUTABLE),
  TEMPLATE_IS_IMMUTABLE(RuleId.TEMPLATE_IS_IMMUTABLE);

  private final RuleId rule;

  ChartPolicy(RuleId rule) {
    this.rule = rule;
  }

  RuleId rule() {
    return rule;
  }

  /** The kinds whose updates it judges. */
  List<Kind> kinds() {
    return switch (this) {
      case SERVICE_FOLLOWS_CHAIN, SERVICE_NAMES_CHAIN ->
          List.of(Kind.CLUSTER_DEPLOYMENT, Kind.MULTI_CLUSTER_SERVICE);
      case CHAIN_IS_IMMUTABLE -> List.of(Kind.SERVICE_TEMPLATE_CHAIN);
      case TEMPLATE_IS_IMMUTABLE -> List.of(Kind.SERVICE_TEMPLATE);
    };
  }

  /** The names of its match conditions. */
  Set<String> conditions() {
    return switch (this) {
      case SERVICE_FOLLOWS_CHAIN -> Set.of("not-being-deleted", "names-this-chain");
      case SERVICE_NAMES_CHAIN -> Set.of("not-being-deleted", "few-services-differ");
      case CHAIN_IS_IMMUTABLE -> Set.of("spec-differs");
      case TEMPLATE_IS_IMMUTABLE -> Set.of();
    };
  }

  /** What its name ends in, whatever the release is called. */
  String ending() {
    return "-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  boolean is(JsonNode policy) {
    return Installation.isOurs(policy) && Installation.name(policy).endsWith(ending());
  }
}
