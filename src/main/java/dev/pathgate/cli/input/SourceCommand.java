package dev.pathgate.cli.input;

import dev.pathgate.cli.output.Console;
import dev.pathgate.cli.output.ExitCode;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** A command that reads sources, and says one thing about what they hold. */
public abstract class SourceCommand implements Callable<Integer> {
  @Mixin private InputOptions input;

  private final Console console;

  /** The command, printing there. */
  protected SourceCommand(Console console) {
    this.console = console;
  }

  /**
   * What a command has to say.
   *
   * @param text the result, in the format that was asked for
   * @param isFine whether nothing is as it should not be
   */
  public record Answer(String text, boolean isFine) {}

  /**
   * The object that the command line names, if it names one; what else it can see to be wrong use
   * before anything is read, it refuses here.
   */
  protected abstract Optional<Subject> subject();

  /**
   * The answer.
   *
   * @param about the object that the command line names
   */
  protected abstract Answer answer(Inventory inventory, Optional<Item> about);

  @Override
  public final Integer call() {
    Optional<Subject> subject = subject();
    Inventory inventory = input.read(console);
    Answer answer = answer(inventory, subject.map(named -> named.in(inventory, input)));
    console.print(answer.text());
    return !inventory.problems().isEmpty()
        ? ExitCode.USAGE
        : answer.isFine() ? ExitCode.FINE : ExitCode.VIOLATIONS;
  }

  /** Whose settings hold, and from where is read. */
  protected InputOptions input() {
    return input;
  }

  protected Console console() {
    return console;
  }
}
