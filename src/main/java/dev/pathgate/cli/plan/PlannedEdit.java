package dev.pathgate.cli.plan;

import dev.pathgate.rule.Service;
import java.util.Optional;

/**
 * A service's entry before or after an edit.
 *
 * @param version its {@code version}; empty if it has none
 */
public record PlannedEdit(String template, String templateChain, Optional<String> version) {
  /** The service with its entry like that. */
  Service of(Service service) {
    return service.moved(template, templateChain, version.orElse(""));
  }
}
