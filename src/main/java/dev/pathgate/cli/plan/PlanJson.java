package dev.pathgate.cli.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.cli.gate.Fleet.Member;
import dev.pathgate.cli.output.StructuredOutput;

/** A plan for programs. */
final class PlanJson {
  private PlanJson() {}

  static String of(Planned planned) {
    ObjectNode json = StructuredOutput.object();
    ArrayNode moves = json.putArray("moves");
    for (Move move : planned.moves()) {
      ObjectNode entry = member(moves.addObject(), move.member());
      entry.put("from", move.member().service().template()).put("to", move.to());
      ArrayNode edits = entry.putArray("edits");
      for (PlannedEdit edit : move.edits()) {
        ObjectNode one =
            edits
                .addObject()
                .put("template", edit.template())
                .put("templateChain", edit.templateChain());
        edit.version().ifPresent(version -> one.put("version", version));
      }
    }
    ArrayNode stuck = json.putArray("stuck");
    for (Planned.Stuck one : planned.stuck()) {
      member(stuck.addObject(), one.member())
          .put("template", one.member().service().template())
          .put("reason", one.reason());
    }
    json.putObject("summary")
        .put("moves", planned.moves().size())
        .put("stuck", planned.stuck().size())
        .put("arrived", planned.arrived());
    return StructuredOutput.text(json);
  }

  private static ObjectNode member(ObjectNode json, Member member) {
    return json.put("kind", member.item().kind().kindName())
        .put("namespace", member.item().object().metadata().namespace())
        .put("name", member.item().object().metadata().name())
        .put("service", member.service().identity());
  }
}
