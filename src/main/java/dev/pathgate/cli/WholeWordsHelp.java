package dev.pathgate.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi.Text;
import picocli.CommandLine.Model.CommandSpec;

/** The library's help, which breaks descriptions at blanks only: it would break {@code ~/.kube}. */
final class WholeWordsHelp extends Help {
  /** What stands before a description: names, and the blanks between them. */
  private static final int BESIDE = 10;

  WholeWordsHelp(CommandSpec command, ColorScheme colours) {
    super(command, colours);
  }

  @Override
  public IOptionRenderer createDefaultOptionRenderer() {
    IOptionRenderer whole = super.createDefaultOptionRenderer();
    return (option, parameter, colours) -> broken(whole.render(option, parameter, colours));
  }

  @Override
  public IParameterRenderer createDefaultParameterRenderer() {
    IParameterRenderer whole = super.createDefaultParameterRenderer();
    return (argument, parameter, colours) -> broken(whole.render(argument, parameter, colours));
  }

  /** Rows whose last column is no longer than there is room for. */
  private Text[][] broken(Text[][] rows) {
    int room =
        commandSpec().usageMessage().width()
            - commandSpec().usageMessage().longOptionsMaxWidth()
            - BESIDE;
    List<Text[]> broken = new ArrayList<>();
    for (Text[] row : rows) {
      Text[] first = row.clone();
      Text rest = row[row.length - 1];
      String plain = rest.plainString();
      while (plain.length() > room && plain.lastIndexOf(' ', room) > 0) {
        int blank = plain.lastIndexOf(' ', room);
        first[row.length - 1] = rest.substring(0, blank);
        broken.add(first);
        first = new Text[row.length];
        Arrays.fill(first, colorScheme().text(""));
        rest = rest.substring(blank + 1);
        plain = plain.substring(blank + 1);
      }
      first[row.length - 1] = rest;
      broken.add(first);
    }
    return broken.toArray(Text[][]::new);
  }
}
