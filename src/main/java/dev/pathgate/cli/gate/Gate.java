package dev.pathgate.cli.gate;

import dev.pathgate.Settings;
import dev.pathgate.admission.AdmissionRequest;
import dev.pathgate.admission.Judge;
import dev.pathgate.admission.Verdict;
import dev.pathgate.cli.input.Item;
import dev.pathgate.cluster.KnownCluster;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.rule.ServiceIdentity;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The webhook's judge, with objects in hand in the place of a cluster. */
public final class Gate {
  /** Who asks is not known before somebody does; no exemption holds for nobody. */
  private static final String NOBODY = "(unknown)";

  /** Nothing has to be waited for. */
  private static final long MILLIS = 10_000;

  private final KnownCluster world;
  private final Judge judge;

  /** A gate whose cluster holds {@code items}. */
  public Gate(Settings settings, ServiceIdentity identity, Collection<Item> items) {
    this(settings, identity, items, settings.mode());
  }

  /** The same, refusing what it would refuse whatever the settings say of a trial. */
  public static Gate enforcing(
      Settings settings, ServiceIdentity identity, Collection<Item> items) {
    return new Gate(settings, identity, items, Settings.Mode.ENFORCE);
  }

  private Gate(
      Settings settings, ServiceIdentity identity, Collection<Item> items, Settings.Mode mode) {
    this.world = new KnownCluster(settings.systemNamespace(), identity);
    items.forEach(this::put);
    this.judge = Judge.of(settings, mode, world);
  }

  /** What the objects are as rules see them. */
  public KnownCluster world() {
    return world;
  }

  /** The object is there from now on, or is another. */
  public void put(Item item) {
    world.put(item.kind(), item.object());
  }

  /** The object is gone from now on. */
  public void remove(Item item) {
    world.remove(
        item.kind(), item.object().metadata().namespace(), item.object().metadata().name());
  }

  /** The webhook's verdict. */
  public Verdict judge(Edit edit) {
    return judge.validate(request(edit), () -> MILLIS).join();
  }

  /** The edit as {@code /mutate} leaves it, and what it warns of. */
  public Mutated mutate(Edit edit) {
    Verdict verdict = judge.mutate(request(edit), () -> MILLIS).join();
    if (verdict.patch().isEmpty()) {
      return new Mutated(edit, verdict.warnings());
    }
    Item item = edit.after().orElseThrow();
    Edit filled = new Edit(edit.before(), Optional.of(item.with(verdict.patched(item.object()))));
    return new Mutated(filled, verdict.warnings());
  }

  /** An edit after {@code /mutate}. */
  public record Mutated(Edit edit, List<String> warnings) {
    public Mutated {
      warnings = List.copyOf(warnings);
    }
  }

  private static AdmissionRequest request(Edit edit) {
    Item item = edit.item();
    return new AdmissionRequest(
        "",
        Kind.GROUP,
        item.kind().kindName(),
        item.object().metadata().name(),
        item.object().metadata().namespace(),
        edit.operation(),
        NOBODY,
        List.of(),
        "",
        edit.after().map(Item::object),
        edit.before().map(Item::object));
  }
}
