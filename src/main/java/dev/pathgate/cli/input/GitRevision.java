package dev.pathgate.cli.input;

import dev.pathgate.cli.output.CommandFailure;
import dev.pathgate.cluster.Manifests;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The manifests of a revision of the current folder's repository, read with the {@code git} on
 * PATH: whoever has a checkout has it, it knows every form of repository (worktrees, partial
 * clones, alternates, SHA-256, the user's own configuration), and costs the other commands nothing;
 * a library would add megabytes and lag behind it.
 */
final class GitRevision {
  private record Blob(String id, String path) {}

  private GitRevision() {}

  /** The sources in {@code git:<rev>[:<path>]}, sorted by path. */
  static List<Manifests.Source> sources(String name) {
    String[] parts = name.substring("git:".length()).split(":", 2);
    String revision = parts[0];
    String folder = parts.length == 1 ? "" : parts[1].replaceAll("^(\\./)+|/+$", "");
    if (revision.isEmpty() || revision.startsWith("-")) {
      throw CommandFailure.usage(name + ": a revision is missing, as in git:origin/main:clusters");
    }
    git("git is needed on PATH for " + name, "rev-parse", "--git-dir");
    byte[] tree =
        git(
            name + ": the repository has no revision " + revision,
            "ls-tree",
            "-rz",
            "--full-tree",
            revision + "^{tree}");
    List<Blob> blobs = blobs(new String(tree, StandardCharsets.UTF_8), folder);
    if (blobs.isEmpty() && !folder.isEmpty()) {
      git(
          name + ": revision " + revision + " has no " + folder,
          "rev-parse",
          "--verify",
          "--quiet",
          revision + ":" + folder);
    }
    return contents(name, revision, blobs);
  }

  private static List<Blob> blobs(String tree, String folder) {
    List<Blob> blobs = new ArrayList<>();
    for (String entry : tree.split("\0", -1)) {
      int tab = entry.indexOf('\t');
      String[] fields = tab < 0 ? new String[0] : entry.substring(0, tab).split(" ", -1);
      String path = entry.substring(tab + 1);
      // 120000 is a link: what it points to is in the tree itself, if it is the repository's
      if (fields.length == 3
          && fields[1].equals("blob")
          && !fields[0].equals("120000")
          && (path.equals(folder)
              || ((folder.isEmpty() || path.startsWith(folder + "/"))
                  && isManifest(path.substring(folder.isEmpty() ? 0 : folder.length() + 1))))) {
        blobs.add(new Blob(fields[2], path));
      }
    }
    blobs.sort(Comparator.comparing(Blob::path));
    return blobs;
  }

  private static boolean isManifest(String path) {
    String lower = path.toLowerCase(Locale.ROOT);
    return Arrays.stream(path.split("/", -1)).noneMatch(part -> part.startsWith("."))
        && (lower.endsWith(".yaml") || lower.endsWith(".yml") || lower.endsWith(".json"));
  }

  /** All contents by one process: one a file would take seconds for a thousand of them. */
  private static List<Manifests.Source> contents(String name, String revision, List<Blob> blobs) {
    Process process = start("git is needed on PATH for " + name, "cat-file", "--batch");
    Thread asking =
        new Thread(
            () -> {
              try (OutputStream ask = process.getOutputStream()) {
                for (Blob blob : blobs) {
                  ask.write((blob.id() + "\n").getBytes(StandardCharsets.US_ASCII));
                }
              } catch (IOException ended) {
                // what it says, or fails to say, tells why
              }
            });
    asking.start();
    List<Manifests.Source> sources = new ArrayList<>();
    try (DataInputStream answers =
        new DataInputStream(new BufferedInputStream(process.getInputStream()))) {
      for (Blob blob : blobs) {
        String[] header = line(answers).split(" ", -1);
        if (header.length != 3) {
          throw CommandFailure.usage(name + ": git does not have " + blob.path());
        }
        byte[] content = new byte[Integer.parseInt(header[2])];
        answers.readFully(content);
        answers.readByte();
        sources.add(new Content("git:" + revision + ":" + blob.path(), content));
      }
      process.waitFor();
    } catch (IOException failed) {
      throw CommandFailure.usage(name + " can't be read: " + failed.getMessage());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw CommandFailure.usage(name + " was not read: interrupted");
    }
    return sources;
  }

  private static String line(InputStream answers) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int next = answers.read();
    while (next >= 0 && next != '\n') {
      line.write(next);
      next = answers.read();
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  @SuppressWarnings("ArrayRecordComponent") // read, never compared
  private record Content(String name, byte[] content) implements Manifests.Source {}

  private static byte[] git(String complaint, String... arguments) {
    Process process = start(complaint, arguments);
    try (InputStream out = process.getInputStream()) {
      process.getOutputStream().close();
      byte[] said = out.readAllBytes();
      if (process.waitFor() != 0) {
        throw CommandFailure.usage(
            arguments[0].equals("rev-parse") && arguments[1].equals("--git-dir")
                ? "the current folder is in no git repository"
                : complaint);
      }
      return said;
    } catch (IOException failed) {
      throw CommandFailure.usage(complaint + ": " + failed.getMessage());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw CommandFailure.usage(complaint + ": interrupted");
    }
  }

  private static Process start(String complaint, String... arguments) {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    try {
      return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    } catch (IOException notThere) {
      throw CommandFailure.usage(complaint);
    }
  }
}
