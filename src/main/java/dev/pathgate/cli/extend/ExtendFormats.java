package dev.pathgate.cli.extend;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.chain.AvailableUpgrade;
import dev.pathgate.chain.SupportedTemplate;
import dev.pathgate.cli.extend.Extension.Refused;
import dev.pathgate.cli.gate.Fleet.Member;
import dev.pathgate.cli.input.Item;
import dev.pathgate.cli.output.Console;
import dev.pathgate.cli.output.StructuredOutput;
import dev.pathgate.cli.plan.EditedFile;
import dev.pathgate.cli.plan.Patches;
import dev.pathgate.cli.plan.PlannedEdit;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.kube.OneLine;
import dev.pathgate.rule.ObjectRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An extension in the format that was asked for. */
final class ExtendFormats {
  private ExtendFormats() {}

  static String json(Extension extension, List<Refused> refused) {
    ObjectNode json = StructuredOutput.object();
    json.set("chain", extension.manifest());
    ArrayNode edits = json.putArray("edits");
    for (List<Member> members : extension.edits()) {
      ObjectNode edit = object(edits.addObject(), members.get(0));
      ArrayNode services = edit.putArray("services");
      members.forEach(
          member ->
              services
                  .addObject()
                  .put("service", member.service().identity())
                  .put("templateChain", extension.ref().name()));
    }
    ArrayNode lost = json.putArray("lost");
    for (Extension.Lost one : extension.lost()) {
      object(lost.addObject(), one.member())
          .put("service", one.member().service().identity())
          .put("template", one.template())
          .put("reason", one.reason());
    }
    ArrayNode stuck = json.putArray("stuck");
    for (Extension.Stuck one : extension.stuck()) {
      object(stuck.addObject(), one.member())
          .put("service", one.member().service().identity())
          .put("template", one.member().service().template())
          .put("reason", one.reason());
    }
    ArrayNode refusals = json.putArray("refused");
    for (Refused one : refused) {
      refusals
          .addObject()
          .put("step", one.step())
          .put("rule", one.rule())
          .put("field", one.field())
          .put("message", one.message());
    }
    json.putObject("obsolete")
        .put("namespace", extension.old().namespace())
        .put("name", extension.old().name());
    return StructuredOutput.text(json);
  }

  private static ObjectNode object(ObjectNode json, Member member) {
    return json.put("kind", member.item().kind().kindName())
        .put("namespace", member.item().object().metadata().namespace())
        .put("name", member.item().object().metadata().name());
  }

  static String text(Extension extension, List<Refused> refused, Console console) {
    StringBuilder text = new StringBuilder();
    text.append(step(console, 1, "create ServiceTemplateChain " + extension.ref())).append('\n');
    for (SupportedTemplate template : extension.templates()) {
      List<String> next =
          template.availableUpgrades().stream().map(AvailableUpgrade::name).toList();
      text.append("     ")
          .append(
              OneLine.of(template.name() + (next.isEmpty() ? "" : " → " + String.join(", ", next))))
          .append('\n');
    }
    int step = 2;
    for (List<Member> members : extension.edits()) {
      text.append(step(console, step++, "edit " + members.get(0).item().ref())).append('\n');
      members.forEach(
          member ->
              text.append("     ")
                  .append(OneLine.of(member.service().identity()))
                  .append(": templateChain: ")
                  .append(console.green(extension.ref().name()))
                  .append('\n'));
    }
    if (extension.freesOldChain()) {
      text.append(step(console, step, "delete ServiceTemplateChain " + extension.old()))
          .append(", in a later commit\n");
    } else {
      text.append(stays(extension)).append('\n');
    }
    for (Extension.Stuck stuck : extension.stuck()) {
      text.append(console.yellow("stuck")).append("  ");
      text.append(OneLine.of(who(stuck.member()) + ": " + stuck.reason())).append('\n');
    }
    for (Extension.Lost lost : extension.lost()) {
      text.append(console.red("lost")).append("  ");
      text.append(lost(lost)).append('\n');
    }
    for (Refused one : refused) {
      text.append(console.red("refused")).append("  ");
      text.append(OneLine.of(one.toString())).append('\n');
    }
    return text.toString();
  }

  private static String step(Console console, int number, String what) {
    return console.bold(OneLine.of(number + ". " + what));
  }

  private static String lost(Extension.Lost lost) {
    return OneLine.of(who(lost.member()) + ": " + lost.template() + ": " + lost.reason());
  }

  private static String who(Member member) {
    return member.service().identity() + " of " + member.item().ref();
  }

  /** Why the old chain is not deleted: the gate would refuse that. */
  private static String stays(Extension extension) {
    return OneLine.of("ServiceTemplateChain " + extension.old() + " stays: services still name it");
  }

  private static String stuck(Extension.Stuck stuck) {
    return OneLine.of(
        "stuck: "
            + stuck.member().item().ref()
            + " "
            + stuck.member().service().identity()
            + ": "
            + stuck.reason());
  }

  private static PlannedEdit after(Extension extension, Member member) {
    return new PlannedEdit(
        member.service().template(), extension.ref().name(), before(member).version());
  }

  private static PlannedEdit before(Member member) {
    return new PlannedEdit(
        member.service().template(),
        member.service().templateChain(),
        Optional.of(member.service().version()).filter(version -> !version.isEmpty()));
  }

  static String manifests(Extension extension, List<Refused> refused, Console console) {
    List<EditedFile.Change> changes = new ArrayList<>();
    for (List<Member> members : extension.edits()) {
      Item item = members.get(0).item();
      if (item.origin().isPresent()) {
        members.forEach(
            member -> changes.add(new EditedFile.Change(member, after(extension, member))));
      } else {
        console.note(item.ref() + " is not from a file: -o patches has what moves it");
      }
    }
    StringBuilder text = new StringBuilder(StructuredOutput.yaml(extension.manifest()));
    EditedFile.of(changes).forEach(file -> text.append(file.part()));
    extension.stuck().forEach(stuck -> console.note(stuck(stuck)));
    extension.lost().forEach(lost -> console.note("lost: " + lost(lost)));
    refused.forEach(one -> console.note("refused: " + OneLine.of(one.toString())));
    console.note(
        "apply the chain first, its users after it"
            + (extension.freesOldChain()
                ? ", and delete ServiceTemplateChain " + extension.old() + " in a later commit"
                : "; " + stays(extension)));
    return text.toString();
  }

  static String patches(Extension extension, List<Refused> refused, Patches patches) {
    StringBuilder text = new StringBuilder();
    text.append(patches.create(StructuredOutput.yaml(extension.manifest()))).append('\n');
    for (List<Member> members : extension.edits()) {
      ArrayNode patch = Patches.patch();
      members.forEach(
          member -> patches.add(patch, member, before(member), after(extension, member)));
      text.append(patches.patch(members.get(0).item().ref(), patch)).append('\n');
    }
    extension.stuck().forEach(stuck -> text.append("# ").append(stuck(stuck)).append('\n'));
    extension.lost().forEach(lost -> text.append("# lost: ").append(lost(lost)).append('\n'));
    for (Refused one : refused) {
      text.append("# refused: ").append(OneLine.of(one.toString())).append('\n');
    }
    if (!extension.freesOldChain()) {
      return text.append("# ").append(stays(extension)).append('\n').toString();
    }
    ObjectRef old =
        new ObjectRef(
            Kind.SERVICE_TEMPLATE_CHAIN.kindName(),
            extension.old().namespace(),
            extension.old().name());
    return text.append(patches.delete(old)).append('\n').toString();
  }
}
