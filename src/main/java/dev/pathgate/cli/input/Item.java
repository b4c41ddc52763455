package dev.pathgate.cli.input;

import dev.pathgate.cluster.Lines;
import dev.pathgate.cluster.Manifests;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.rule.ObjectRef;
import java.util.Optional;

/**
 * An object of k0rdent, and where it was read.
 *
 * @param origin the file that it stands in; empty for a cluster's
 * @param subject whether the command is asked about it; what is not is there for what rules ask
 */
public record Item(Kind kind, K0rdentObject object, Optional<Origin> origin, boolean subject) {

  /** Where an object stands. */
  public record Origin(String file, Lines lines, Manifests.Source source) {}

  /** What names it. */
  public ObjectRef ref() {
    return new ObjectRef(kind.word(), object.metadata().namespace(), object.metadata().name());
  }

  /** The file, empty for a cluster's. */
  public String file() {
    return origin.map(Origin::file).orElse("");
  }

  /** The line of a field's value, as near as there is; 0 for a cluster's. */
  public int line(String field) {
    return origin.map(at -> at.lines().of(field)).orElse(0);
  }

  /** The line on which the object begins; 0 for a cluster's. */
  public int line() {
    return origin.map(at -> at.lines().document()).orElse(0);
  }

  /** The same place with another object in it. */
  public Item with(K0rdentObject other) {
    return new Item(kind, other, origin, subject);
  }
}
