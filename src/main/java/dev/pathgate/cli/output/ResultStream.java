package dev.pathgate.cli.output;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Where results go; tells a reader that had enough from a place that can't take more. */
final class ResultStream extends OutputStream {
  private final OutputStream to;
  private final Path descriptor;
  private boolean ended;
  private Optional<String> failure = Optional.empty();

  /**
   * Passes on what is written.
   *
   * @param descriptor a link that says what {@code to} is, where the system has such
   */
  ResultStream(OutputStream to, Path descriptor) {
    this.to = to;
    this.descriptor = descriptor;
  }

  /** Why results are lost, if they are, though somebody would have read them. */
  Optional<String> failure() {
    return failure;
  }

  @Override
  public void write(int one) {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int start, int length) {
    if (ended) {
      return;
    }
    try {
      to.write(bytes, start, length);
    } catch (IOException lost) {
      ended = true;
      String why = String.valueOf(lost.getMessage());
      failure = isPipe(why) ? Optional.empty() : Optional.of(why);
    }
  }

  /** The system says "Broken pipe" in the user's language; Linux tells what it is. */
  private boolean isPipe(String why) {
    if (why.toLowerCase(Locale.ROOT).contains("pipe")) {
      return true;
    }
    try {
      String stands = Files.readSymbolicLink(descriptor).toString();
      return stands.startsWith("pipe:") || stands.startsWith("socket:");
    } catch (IOException elsewhere) {
      return false;
    }
  }
}
