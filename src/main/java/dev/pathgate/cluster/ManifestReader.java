package dev.pathgate.cluster;

import com.fasterxml.jackson.core.JsonParser;
import dev.pathgate.cluster.DocumentNode.Form;
import dev.pathgate.cluster.Manifests.Entry;
import dev.pathgate.cluster.Manifests.Problem;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.k0rdent.ObjectReader;
import dev.pathgate.k0rdent.UnexpectedType;
import dev.pathgate.kube.OneLine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads objects from the documents of many sources, and collects what there is to say about them.
 */
final class ManifestReader {
  private final String defaultNamespace;
  private final List<Entry> entries = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();
  private final List<Problem> warnings = new ArrayList<>();
  private final List<Problem> templates = new ArrayList<>();
  private final Map<String, Integer> passedOver = new TreeMap<>();
  private final Map<String, Entry> seen = new HashMap<>();

  ManifestReader(String defaultNamespace) {
    this.defaultNamespace = defaultNamespace;
  }

  /** Reads all documents of a source. */
  void read(Manifests.Source source) {
    String file = source.name();
    String text;
    try {
      text = text(source.content());
    } catch (CharacterCodingException notUtf8) {
      problems.add(new Problem(file, 0, "not UTF-8"));
      return;
    } catch (IOException unreadable) {
      problems.add(new Problem(file, 0, "can't be read: " + Manifests.reason(unreadable)));
      return;
    }
    boolean json = file.toLowerCase(Locale.ROOT).endsWith(".json");
    DocumentReader.Documents documents = DocumentReader.read(text, json);
    for (DocumentReader.Broken broken : documents.broken()) {
      if (broken.mark() > 0) {
        templates.add(new Problem(file, broken.mark(), "template mark"));
      } else {
        problems.add(new Problem(file, broken.line(), broken.reason()));
      }
    }
    for (DocumentReader.Document document : documents.read()) {
      take(file, document.root(), document.nodes());
    }
  }

  private static String text(byte[] content) throws CharacterCodingException {
    String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    return text.startsWith("\ufeff") ? text.substring(1) : text;
  }

  private void take(String file, DocumentNode document, int nodes) {
    String apiVersion = document.textOf("apiVersion");
    String kind = document.textOf("kind");
    Optional<DocumentNode> items = document.member("items").filter(list -> list.form == Form.LIST);
    if (document.form == Form.NULL) {
      return; // an empty document, as a leading or trailing --- leaves
    }
    if (kind.endsWith("List") && !apiVersion.isEmpty() && items.isPresent()) {
      // The items of a typed list need not say what they are.
      String itemKind = kind.substring(0, kind.length() - "List".length());
      for (DocumentNode item : items.get().items) {
        takeObject(file, item, nodes, apiVersion, itemKind);
      }
    } else {
      takeObject(file, document, nodes, "", "");
    }
  }

  private void takeObject(
      String file, DocumentNode document, int nodes, String listVersion, String listKind) {
    String apiVersion = said(document, "apiVersion", listKind.isEmpty() ? "" : listVersion);
    String kind = said(document, "kind", listKind);
    int slash = apiVersion.indexOf('/');
    Optional<Kind> known =
        slash < 0 ? Optional.empty() : Kind.of(apiVersion.substring(0, slash), kind);
    if (known.isPresent()) {
      takeKnown(known.get(), apiVersion, file, document, nodes);
    } else if (TemplateMarks.mayHideOurs(apiVersion, kind)) {
      problems.add(new Problem(file, document.line, "template mark in apiVersion or kind"));
    } else if (apiVersion.startsWith(Kind.GROUP + "/") && kind.isEmpty()) {
      problems.add(new Problem(file, document.line, "an object of k0rdent has no kind"));
    } else if (apiVersion.isEmpty() && Kind.of(Kind.GROUP, kind).isPresent()) {
      problems.add(new Problem(file, document.line, "a " + kind + " has no apiVersion"));
    } else {
      int line = document.member("kind").map(node -> node.line).orElse(document.line);
      ManifestHints.misspelled(apiVersion, kind)
          .ifPresent(hint -> warnings.add(new Problem(file, line, hint)));
      passedOver.merge(
          apiVersion.isEmpty() || kind.isEmpty() ? Manifests.NO_OBJECT : kind, 1, Integer::sum);
    }
  }

  private static String said(DocumentNode document, String field, String otherwise) {
    return document.member(field).isPresent() ? document.textOf(field) : otherwise;
  }

  private void takeKnown(
      Kind kind, String apiVersion, String file, DocumentNode document, int nodes) {
    try (JsonParser tokens = document.tokens(nodes)) {
      if (tokens == null) {
        problems.add(
            new Problem(file, document.line, "its YAML aliases make far more of it than is there"));
        return;
      }
      tokens.nextToken();
      ObjectReader reader =
          kind.hasServices() ? ObjectReader.strict() : ObjectReader.strictKeepingSpec();
      Lines lines = Lines.of(document, ManifestLevel.of(kind));
      K0rdentObject object = reader.read(tokens, "").as(apiVersion, kind.kindName());
      take(new Entry(kind, placed(kind, object), file, lines), document);
    } catch (UnexpectedType unexpected) {
      Lines lines = Lines.of(document, ManifestLevel.of(kind));
      problems.add(
          new Problem(file, lines.of(unexpected.field()), unexpected.getOriginalMessage()));
    } catch (IOException unreadable) {
      problems.add(new Problem(file, document.line, "can't be read"));
    }
  }

  private K0rdentObject placed(Kind kind, K0rdentObject object) {
    boolean placed = kind.isNamespaced() == !object.metadata().namespace().isEmpty();
    return placed ? object : object.in(kind.isNamespaced() ? defaultNamespace : "");
  }

  private void take(Entry entry, DocumentNode document) {
    String file = entry.file();
    String subject = entry.kind().kindName() + " " + entry.object().location();
    if (entry.object().metadata().name().isEmpty()) {
      problems.add(
          new Problem(
              file, entry.line(), "a " + entry.kind().kindName() + " has no metadata.name"));
      return;
    }
    if (!OneLine.of(entry.object().location()).equals(entry.object().location())) {
      problems.add(
          new Problem(file, entry.line(), subject + " has characters that no name may have"));
      return;
    }
    Optional<String> mark = TemplateMarks.in(document);
    if (mark.isPresent()) {
      problems.add(
          new Problem(file, entry.lines().of(mark.get()), "template mark in " + mark.get()));
      return;
    }
    Entry before = seen.putIfAbsent(subject, entry);
    if (before != null) {
      problems.add(new Problem(file, entry.line(), subject + " is already in " + before.place()));
      return;
    }
    ManifestHints.about(
        entry.kind(),
        entry.object(),
        document,
        entry.lines(),
        (line, text) -> warnings.add(new Problem(file, line, text)));
    entries.add(entry);
  }

  /** What was found in all of them. */
  Manifests.Reading result() {
    return new Manifests.Reading(entries, problems, warnings, templates, passedOver);
  }
}
