package dev.pathgate.cli.extend;

import com.fasterxml.jackson.core.JsonParser;
import dev.pathgate.cli.extend.Extension.Refused;
import dev.pathgate.cli.gate.Edit;
import dev.pathgate.cli.gate.Fleet.Member;
import dev.pathgate.cli.gate.Gate;
import dev.pathgate.cli.gate.PrintedVerdict;
import dev.pathgate.cli.input.Item;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.k0rdent.ObjectReader;
import dev.pathgate.kube.KubernetesJson;
import dev.pathgate.rule.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the gate refuses of an extension's steps, each judged as if those before it were done. */
final class RefusedSteps {
  private final Gate gate;
  private final List<Refused> refused = new ArrayList<>();

  private RefusedSteps(Gate gate) {
    this.gate = gate;
  }

  /**
   * The refusals, in the order of the steps.
   *
   * @param gate knows what there is before the first of them, and afterwards what there is then
   */
  static List<Refused> of(Extension extension, Item old, Gate gate) {
    RefusedSteps steps = new RefusedSteps(gate);
    steps.take("create", new Edit(Optional.empty(), Optional.of(chain(extension))));
    for (List<Member> members : extension.edits()) {
      Item before = members.get(0).item();
      steps.take("edit", new Edit(Optional.of(before), Optional.of(moved(extension, members))));
    }
    if (extension.freesOldChain()) {
      steps.take("delete", new Edit(Optional.of(old), Optional.empty()));
    }
    return steps.refused;
  }

  private static Item chain(Extension extension) {
    try (JsonParser manifest =
        KubernetesJson.FACTORY.createParser(extension.manifest().toString())) {
      manifest.nextToken();
      return new Item(
          Kind.SERVICE_TEMPLATE_CHAIN,
          ObjectReader.strictKeepingSpec().read(manifest, ""),
          Optional.empty(),
          true);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static Item moved(Extension extension, List<Member> members) {
    Item before = members.get(0).item();
    List<Service> services = new ArrayList<>(before.object().services());
    for (Member member : members) {
      Service service = member.service();
      services.set(
          member.index(),
          service.moved(service.template(), extension.ref().name(), service.version()));
    }
    return before.with(before.object().with(services));
  }

  private void take(String what, Edit edit) {
    String step = what + " " + edit.item().ref();
    for (PrintedVerdict.Cause cause : PrintedVerdict.of(gate.judge(edit)).causes()) {
      refused.add(new Refused(step, cause.rule(), cause.field(), cause.message()));
    }
    edit.after().ifPresent(gate::put);
  }
}
