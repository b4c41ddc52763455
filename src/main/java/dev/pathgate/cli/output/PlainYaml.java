package dev.pathgate.cli.output;

import com.fasterxml.jackson.dataformat.yaml.util.StringQuotingChecker;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * What without quotes is text to every reader: those of YAML 1.1 and 1.2, and kubectl's, which
 * takes {@code 0o17} for a number.
 */
public final class PlainYaml extends StringQuotingChecker.Default {
  private static final long serialVersionUID = 1;
  private static final Pattern OTHERWISE =
      Pattern.compile("true|false|null|yes|no|on|off|y|n|[-+]?0o[0-7_]+", Pattern.CASE_INSENSITIVE);

  private static final Resolver TYPES = new Resolver();

  /** Whether a value means itself there. */
  public static boolean isText(String value) {
    return !OTHERWISE.matcher(value).matches()
        && TYPES.resolve(NodeId.scalar, value, true).equals(Tag.STR);
  }

  @Override
  public boolean needToQuoteValue(String value) {
    return super.needToQuoteValue(value) || !isText(value);
  }
}
