package dev.pathgate.cli.input;

import dev.pathgate.cli.output.CommandFailure;
import dev.pathgate.cli.output.RevisionName;
import dev.pathgate.cluster.Manifests;
import dev.pathgate.kube.OneLine;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The manifests of a revision of the current folder's repository, read with the {@code git} on
 * PATH: whoever has a checkout has it, it knows every form of repository (worktrees, submodules,
 * partial clones, alternates, SHA-256, the user's own configuration), and costs the other commands
 * nothing; a library would add megabytes and lag behind it.
 */
final class GitRevision {
  private final String name;
  private final String revision;
  private final Path where;

  /** Where the submodules that are read have their objects. */
  private final Set<String> stores = new LinkedHashSet<>();

  private GitRevision(String name, String revision, Path where) {
    this.name = name;
    this.revision = revision;
    this.where = where;
  }

  /**
   * The sources in {@code git:<rev>[:<path>]}, sorted by path.
   *
   * @param where a folder of the repository
   */
  static List<Manifests.Source> sources(String name, Path where) {
    RevisionName asked = RevisionName.of(name).orElseThrow();
    if (asked.revision().isEmpty()) {
      throw CommandFailure.usage(name + ": a revision is missing, as in git:origin/main:clusters");
    }
    if (asked.revision().startsWith("-")) {
      throw CommandFailure.usage(name + ": no revision begins with -");
    }
    return new GitRevision(name, asked.revision(), where)
        .manifests(asked.path().replaceAll("^(\\./)+|/+$", ""));
  }

  private List<Manifests.Source> manifests(String path) {
    requireRepository();
    Outcome listed = run("ls-tree", "-rz", "--full-tree", revision + "^{tree}");
    if (listed.words().contains("Not a valid object name")) {
      throw CommandFailure.usage(name + ": the repository has no revision " + revision);
    }
    if (listed.code() != 0) {
      throw CommandFailure.usage(name + " can't be read: " + listed.words());
    }
    GitTree tree = new GitTree(text(listed), this::link, this::submodule);
    try {
      return contents(tree.manifests(path));
    } catch (FileNotFoundException nowhere) {
      throw CommandFailure.usage(name + ": revision " + revision + " has no " + path);
    } catch (IOException outside) {
      throw CommandFailure.usage(name + " can't be read: " + outside.getMessage());
    }
  }

  private static String text(Outcome outcome) {
    return new String(outcome.said(), StandardCharsets.UTF_8);
  }

  /**
   * What a submodule's commit holds, as git lists it; empty where it is not checked out, and so has
   * no files in a folder either.
   */
  private Optional<String> submodule(String path, String commit) {
    Outcome top = run("rev-parse", "--show-toplevel");
    Path folder = Path.of(text(top).stripTrailing()).resolve(path);
    if (top.code() != 0 || !Files.exists(folder.resolve(".git"))) {
      return Optional.empty();
    }
    Outcome objects = runIn(folder, "rev-parse", "--git-path", "objects");
    Outcome listed = runIn(folder, "ls-tree", "-rz", "--full-tree", commit + "^{tree}");
    if (objects.code() != 0 || listed.code() != 0) {
      throw CommandFailure.usage(
          name + ": the submodule in " + path + " does not have its commit " + commit);
    }
    stores.add(folder.resolve(text(objects).stripTrailing()).toAbsolutePath().toString());
    return Optional.of(text(listed));
  }

  private String link(String id) {
    Outcome target = run("cat-file", "blob", id);
    if (target.code() != 0) {
      throw CommandFailure.usage(name + ": git does not have " + id);
    }
    return text(target);
  }

  /** All contents by one process: one a file would take seconds for a thousand of them. */
  private List<Manifests.Source> contents(List<GitTree.Found> found) {
    Process process = start(where, Redirect.DISCARD, "cat-file", "--batch");
    Thread asking =
        new Thread(
            () -> {
              try (OutputStream ask = process.getOutputStream()) {
                for (GitTree.Found one : found) {
                  if (one.flaw().isEmpty()) {
                    ask.write((one.id() + "\n").getBytes(StandardCharsets.US_ASCII));
                  }
                }
              } catch (IOException ended) {
                // what it says, or fails to say, tells why
              }
            });
    asking.start();
    List<Manifests.Source> sources = new ArrayList<>();
    try (DataInputStream answers =
        new DataInputStream(new BufferedInputStream(process.getInputStream()))) {
      for (GitTree.Found one : found) {
        String called = "git:" + revision + ":" + one.path();
        if (!one.flaw().isEmpty()) {
          sources.add(Manifests.Source.unreadable(called, new IOException(one.flaw())));
          continue;
        }
        String[] header = line(answers).split(" ", -1);
        if (header.length != 3) {
          throw CommandFailure.usage(name + ": git does not have " + one.path());
        }
        byte[] content = new byte[Integer.parseInt(header[2])];
        answers.readFully(content);
        answers.readByte();
        sources.add(new Content(called, content));
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

  /** What git says where it can't work in this folder is for whoever can change that. */
  private void requireRepository() {
    Outcome asked = run("rev-parse", "--git-dir");
    if (asked.code() != 0) {
      throw CommandFailure.usage(
          asked.words().contains("not a git repository")
              ? "the current folder is in no git repository"
              : "git can't read the current folder's repository: " + asked.words());
    }
  }

  /** What git printed, and its complaints on one line. */
  @SuppressWarnings("ArrayRecordComponent") // read, never compared
  private record Outcome(int code, byte[] said, String words) {}

  private Outcome run(String... arguments) {
    return runIn(where, arguments);
  }

  private Outcome runIn(Path folder, String... arguments) {
    Process process = start(folder, Redirect.PIPE, arguments);
    try (InputStream out = process.getInputStream();
        InputStream err = process.getErrorStream()) {
      process.getOutputStream().close();
      CompletableFuture<byte[]> complaints = CompletableFuture.supplyAsync(() -> all(err));
      byte[] said = out.readAllBytes();
      String words =
          OneLine.of(new String(complaints.join(), StandardCharsets.UTF_8), 500)
              .replaceFirst("^fatal: ", "");
      return new Outcome(process.waitFor(), said, words);
    } catch (IOException failed) {
      throw CommandFailure.usage(name + " can't be read: " + failed.getMessage());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw CommandFailure.usage(name + " was not read: interrupted");
    }
  }

  private static byte[] all(InputStream stream) {
    try {
      return stream.readAllBytes();
    } catch (IOException ended) {
      return new byte[0];
    }
  }

  private Process start(Path folder, Redirect err, String... arguments) {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    try {
      ProcessBuilder git =
          new ProcessBuilder(command)
              .directory(folder.toAbsolutePath().toFile())
              .redirectError(err);
      git.environment().put("LC_ALL", "C");
      if (!stores.isEmpty()) {
        git.environment()
            .merge(
                "GIT_ALTERNATE_OBJECT_DIRECTORIES",
                String.join(File.pathSeparator, stores),
                (given, more) -> given + File.pathSeparator + more);
      }
      return git.start();
    } catch (IOException notThere) {
      throw CommandFailure.usage("git is needed on PATH for " + name);
    }
  }
}
