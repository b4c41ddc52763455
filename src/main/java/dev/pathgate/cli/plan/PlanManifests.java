package dev.pathgate.cli.plan;

import dev.pathgate.cli.output.CommandFailure;
import dev.pathgate.cli.output.Console;
import java.util.ArrayList;
import java.util.List;

/** The files of a plan as they are after a number of edits, one edit a commit. */
final class PlanManifests {
  private PlanManifests() {}

  static String of(Planned planned, int edit, Console console) {
    if (edit < 1) {
      throw CommandFailure.usage("--edit " + edit + ": the first edit is 1");
    }
    List<EditedFile.Change> changes = new ArrayList<>();
    List<String> changed = new ArrayList<>();
    for (Move move : planned.moves()) {
      int done = Math.min(edit, move.edits().size());
      changes.add(new EditedFile.Change(move.member(), move.edits().get(done - 1)));
      if (done == edit) {
        changed.add(move.member().item().file());
      }
    }
    if (!planned.moves().isEmpty() && changed.isEmpty()) {
      throw CommandFailure.usage("--edit " + edit + ": no service of the plan needs so many edits");
    }
    planned.stuck().forEach(stuck -> console.note(stuck.toString()));
    if (changes.isEmpty()) {
      console.note("no file is edited: " + planned.summary());
    }
    return EditedFile.stream(
        EditedFile.of(changes).stream().filter(file -> changed.contains(file.file())).toList());
  }
}
