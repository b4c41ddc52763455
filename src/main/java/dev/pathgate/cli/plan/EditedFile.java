package dev.pathgate.cli.plan;

import dev.pathgate.cli.gate.Fleet.Member;
import dev.pathgate.cli.input.Item;
import dev.pathgate.cli.output.CommandFailure;
import dev.pathgate.cluster.Lines;
import dev.pathgate.cluster.Manifests;
import dev.pathgate.kube.OneLine;
import dev.pathgate.rule.ObjectRef;
import dev.pathgate.rule.Service;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A manifest file after edits of services. It is read again to see that it says just what it
 * should: where a value comes by a YAML alias, for one, its place is somebody else's, too.
 *
 * @param file what the source calls it
 */
public record EditedFile(String file, String text) {
  /** A service's entry, and what it is to be. */
  public record Change(Member member, PlannedEdit after) {}

  /**
   * The files that hold the changed objects, in the order of the changes.
   *
   * @throws CommandFailure if an object is not from a file, or can't be edited where it stands
   */
  public static List<EditedFile> of(List<Change> changes) {
    Map<String, List<Change>> byFile = new LinkedHashMap<>();
    for (Change change : changes) {
      Item item = change.member().item();
      if (item.origin().isEmpty()) {
        throw CommandFailure.usage(
            OneLine.of(item.ref().toString())
                + " is not from a file: -o patches has what changes it in the cluster");
      }
      byFile.computeIfAbsent(item.file(), key -> new ArrayList<>()).add(change);
    }
    return byFile.values().stream().map(EditedFile::edited).toList();
  }

  /** Files as one stream: alone as it is, several as parts. */
  static String stream(List<EditedFile> files) {
    return files.size() == 1
        ? files.get(0).text()
        : files.stream().map(EditedFile::part).collect(Collectors.joining());
  }

  /**
   * The file as a part of a stream: behind a separator and a comment that names it, its last line
   * ended, so that the next part begins a line.
   */
  public String part() {
    return "---\n# Source: " + OneLine.of(file) + "\n" + text + (text.endsWith("\n") ? "" : "\n");
  }

  private static EditedFile edited(List<Change> changes) {
    Item.Origin origin = changes.get(0).member().item().origin().orElseThrow();
    String text = text(origin.source());
    ScalarTexts scalars = new ScalarTexts(text);
    for (Change change : changes) {
      if (!edit(scalars, change)) {
        throw notInPlace(change.member());
      }
    }
    EditedFile edited = new EditedFile(origin.file(), scalars.edited());
    edited.verify(text, changes);
    return edited;
  }

  /** Without a byte order mark, which within a stream would be a part of the first key. */
  private static String text(Manifests.Source source) {
    try {
      String text = new String(source.content(), StandardCharsets.UTF_8);
      return text.startsWith("\ufeff") ? text.substring(1) : text;
    } catch (IOException unreadable) {
      throw CommandFailure.usage(source.name() + " can't be read: " + unreadable.getMessage());
    }
  }

  private static boolean edit(ScalarTexts scalars, Change change) {
    Member member = change.member();
    Lines lines = member.item().origin().orElseThrow().lines();
    PlannedEdit before = Move.now(member);
    PlannedEdit after = change.after();
    String template = member.field() + ".template";
    boolean done = true;
    if (!after.template().equals(before.template())) {
      done = scalars.replace(lines.place(template), after.template());
    }
    if (!after.templateChain().equals(before.templateChain())) {
      String chain = member.field() + ".templateChain";
      done &=
          lines.place(chain).isPresent()
              ? scalars.replace(lines.place(chain), after.templateChain())
              : scalars.addAfter(lines.place(template), "templateChain", after.templateChain());
    }
    if (!after.version().equals(before.version())) {
      String version = member.field() + ".version";
      done &=
          after.version().isPresent()
              ? scalars.replace(lines.place(version), after.version().get())
              : scalars.remove(lines.place(version));
    }
    return done;
  }

  private void verify(String before, List<Change> changes) {
    Map<ObjectRef, List<Service>> wanted = services(before);
    for (Change change : changes) {
      ObjectRef ref = written(change.member().item().ref(), wanted);
      if (!wanted.containsKey(ref)) {
        throw notInPlace(change.member());
      }
      List<Service> services = new ArrayList<>(wanted.get(ref));
      Service old = change.member().service();
      services.set(change.member().index(), change.after().of(old));
      wanted.put(ref, services);
    }
    if (!services(text).equals(wanted)) {
      throw notInPlace(changes.get(0).member());
    }
  }

  /** What the file calls the object: without a namespace, where the options gave it one. */
  private static ObjectRef written(ObjectRef ref, Map<ObjectRef, List<Service>> objects) {
    return objects.containsKey(ref) ? ref : new ObjectRef(ref.kind(), "", ref.name());
  }

  private Map<ObjectRef, List<Service>> services(String content) {
    Manifests.Reading reading = Manifests.read(List.of(new InMemory(file, content)), "");
    Map<ObjectRef, List<Service>> services = new HashMap<>();
    reading
        .entries()
        .forEach(
            entry ->
                services.put(
                    new ObjectRef(
                        entry.kind().kindName(),
                        entry.object().metadata().namespace(),
                        entry.object().metadata().name()),
                    entry.object().services()));
    return services;
  }

  private record InMemory(String name, String text) implements Manifests.Source {
    @Override
    public byte[] content() {
      return text.getBytes(StandardCharsets.UTF_8);
    }
  }

  private static CommandFailure notInPlace(Member member) {
    Item item = member.item();
    return CommandFailure.usage(
        item.file()
            + ":"
            + item.line(member.field())
            + ": "
            + OneLine.of(item.ref().toString())
            + " can't be edited where it stands (a YAML alias or an unusual form); -o patches has"
            + " what changes it in the cluster");
  }
}
