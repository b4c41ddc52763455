package dev.pathgate.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Placeholder until the story is told. */
@Command(name = "demo", mixinStandardHelpOptions = true)
final class Demo implements Callable<Integer> {
  @Override
  public Integer call() {
    return ExitCode.FINE;
  }
}
