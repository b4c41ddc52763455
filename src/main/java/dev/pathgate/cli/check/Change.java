package dev.pathgate.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pathgate.cli.gate.Edit;
import dev.pathgate.cli.input.Inventory;
import dev.pathgate.cli.input.Item;
import dev.pathgate.k0rdent.K0rdentObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * All edits of the objects that are spoken of, between an old and a new state, as one change.
 *
 * @param edits in the order of the new objects; deletions last, in the order of the old ones
 * @param unchanged how many objects are in both and the same for all that rules look at
 * @param kept how many objects stood in a file or folder of which now not everything can be read,
 *     and so may still be in it
 */
record Change(List<Edit> edits, int unchanged, int kept) {
  Change {
    edits = List.copyOf(edits);
  }

  /**
   * @param deletes which objects of {@code from} count as deleted where {@code to} has them not
   */
  static Change between(Inventory from, Inventory to, Predicate<Item> deletes) {
    List<Edit> edits = new ArrayList<>();
    int unchanged = 0;
    for (Item item : to.all()) {
      if (!item.subject()) {
        continue;
      }
      Optional<Item> before = from.find(item.ref());
      Item after = asStored(before, item);
      if (before.isPresent() && isSame(before.get(), after)) {
        unchanged++;
      } else {
        edits.add(new Edit(before, Optional.of(after)));
      }
    }
    Set<String> unknown = to.unknownPlaces();
    int kept = 0;
    for (Item item : from.all()) {
      if (to.find(item.ref()).isPresent() || !deletes.test(item)) {
        continue;
      }
      if (isIn(from.below(item.file()), unknown)) {
        kept++;
      } else {
        edits.add(new Edit(Optional.of(item), Optional.empty()));
      }
    }
    return new Change(edits, unchanged, kept);
  }

  /** Whether the file, or a folder that it is in, is among those. */
  private static boolean isIn(String file, Set<String> places) {
    String at = file;
    while (!at.isEmpty() && !places.contains(at)) {
      at = at.substring(0, Math.max(0, at.lastIndexOf('/')));
    }
    return !at.isEmpty();
  }

  /**
   * What the API server makes of what a file says: whether an object is on its way out is its own
   * to say.
   */
  private static Item asStored(Optional<Item> before, Item sent) {
    Item known = before.orElse(sent);
    boolean isDeleting = known.origin().isEmpty() && known.object().metadata().deleting();
    K0rdentObject object = sent.object();
    return sent.with(object.with(object.metadata().asDeleting(isDeleting)));
  }

  private static boolean isSame(Item old, Item item) {
    K0rdentObject before = old.object();
    K0rdentObject after = item.object();
    boolean live = old.origin().isEmpty() || item.origin().isEmpty();
    return services(before, live).equals(services(after, live))
        && before.templates().equals(after.templates())
        && before.metadata().exempt().equals(after.metadata().exempt())
        && before.metadata().defaultChain() == after.metadata().defaultChain()
        && (before.spec().equals(after.spec())
            || covers(old.liveSpec(), item)
            || covers(item.liveSpec(), old));
  }

  /** A live object has the namespaces written out that its file may leave to the default. */
  private static List<Object> services(K0rdentObject object, boolean live) {
    return live
        ? object.services().stream()
            .<Object>map(
                service ->
                    List.of(
                        service.identity(),
                        service.template(),
                        service.templateChain(),
                        service.version()))
            .toList()
        : List.copyOf(object.services());
  }

  /** Whether a live spec says what a file says, and besides only what the file leaves out. */
  private static boolean covers(Optional<JsonNode> live, Item file) {
    return live.isPresent() && file.spec().filter(spec -> covers(live.get(), spec)).isPresent();
  }

  private static boolean covers(JsonNode live, JsonNode file) {
    if (live.isObject() && file.isObject()) {
      return file.properties().stream()
          .allMatch(member -> covers(live.path(member.getKey()), member.getValue()));
    }
    if (live.isArray() && file.isArray()) {
      return live.size() == file.size()
          && IntStream.range(0, live.size()).allMatch(i -> covers(live.get(i), file.get(i)));
    }
    return live.equals(file);
  }
}
