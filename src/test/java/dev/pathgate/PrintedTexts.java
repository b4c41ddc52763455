package dev.pathgate;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The texts that the product can print, taken from its sources: what is fixed in each, with {@code
 * …} for every part that is put in.
 */
final class PrintedTexts {
  private static final Path SOURCES = Path.of("src/main/java");

  /** How the sources print a line of the log: of these, by these. */
  private static final Set<String> LOGS = Set.of("LOG", "log", "problems", "warn", "inform");

  private static final Set<String> LOG_CALLS =
      Set.of(
          "info", "infof", "warn", "warnf", "error", "errorf", "resolve", "resolveAll", "accept");

  private final Set<String> logged = new TreeSet<>();
  private final Map<String, Set<String>> given = new TreeMap<>();

  /** Of the file that is being read. */
  private final Map<String, ExpressionTree> constants = new HashMap<>();

  private PrintedTexts() {}

  /** Reads all sources of the product. */
  static PrintedTexts read() throws IOException {
    PrintedTexts texts = new PrintedTexts();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
        Stream<Path> sources = Files.walk(SOURCES)) {
      List<Path> all = sources.filter(file -> file.toString().endsWith(".java")).toList();
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  files,
                  null,
                  List.of("-proc:none"),
                  null,
                  files.getJavaFileObjects(all.toArray(Path[]::new)));
      for (CompilationUnitTree unit : task.parse()) {
        texts.constants.clear();
        unit.accept(texts.new Constants(), null);
        unit.accept(texts.new Finder(), null);
      }
    } catch (UncheckedIOException unreadable) {
      throw unreadable.getCause();
    }
    return texts;
  }

  /** The lines of the log. */
  Set<String> logged() {
    return logged;
  }

  /**
   * What is given to one of these methods or constructors: {@code Unusable}, {@code
   * Exchange.answer} or, for calls without a receiver, {@code refuse}.
   */
  Set<String> givenTo(String... names) {
    Set<String> texts = new TreeSet<>();
    for (String name : names) {
      Set<String> found = given.get(name);
      if (found == null) {
        throw new IllegalArgumentException("nothing is given to " + name);
      }
      texts.addAll(found);
    }
    return texts;
  }

  private final class Constants extends TreeScanner<Void, Void> {
    @Override
    public Void visitVariable(VariableTree variable, Void unused) {
      if (variable.getModifiers().getFlags().contains(Modifier.FINAL)
          && variable.getInitializer() != null) {
        constants.put(variable.getName().toString(), variable.getInitializer());
      }
      return super.visitVariable(variable, null);
    }
  }

  private final class Finder extends TreeScanner<Void, Void> {
    @Override
    public Void visitMethodInvocation(MethodInvocationTree call, Void unused) {
      String name = call.getMethodSelect().toString();
      if (call.getMethodSelect() instanceof MemberSelectTree method
          && LOG_CALLS.contains(method.getIdentifier().toString())
          && isLog(method.getExpression())) {
        add(call.getArguments(), logged);
      } else {
        add(call.getArguments(), given.computeIfAbsent(name, key -> new TreeSet<>()));
      }
      return super.visitMethodInvocation(call, null);
    }

    @Override
    public Void visitNewClass(NewClassTree made, Void unused) {
      String name = made.getIdentifier().toString();
      String simple = name.substring(name.lastIndexOf('.') + 1);
      add(made.getArguments(), given.computeIfAbsent(simple, key -> new TreeSet<>()));
      return super.visitNewClass(made, null);
    }

    private boolean isLog(ExpressionTree receiver) {
      return receiver instanceof MethodInvocationTree made
          ? made.getMethodSelect().toString().endsWith("getLogger")
          : LOGS.contains(receiver.toString());
    }

    /** The longest text among the arguments is the message; others are keys. */
    private void add(List<? extends ExpressionTree> arguments, Set<String> to) {
      List<String> best = List.of();
      for (ExpressionTree argument : arguments) {
        List<String> these = patterns(argument);
        if (fixed(these) >= fixed(best)) {
          best = these;
        }
      }
      best.stream().filter(text -> fixed(List.of(text)) > 2).forEach(to::add);
    }
  }

  private static int fixed(List<String> patterns) {
    return patterns.stream()
        .mapToInt(text -> text.replace("…", "").trim().length())
        .max()
        .orElse(0);
  }

  private List<String> patterns(Tree tree) {
    return raw(tree).stream()
        .map(text -> text.replaceAll("%(\\d+\\$)?[-0-9.,]*[a-z]", "…").replace("%%", "%"))
        .map(text -> text.replaceAll("…+", "…").replace("\n", " ").strip())
        .distinct()
        .collect(Collectors.toList());
  }

  private List<String> raw(Tree tree) {
    if (tree instanceof LiteralTree literal) {
      return literal.getValue() instanceof String text ? List.of(text) : List.of("…");
    }
    if (tree instanceof ParenthesizedTree inner) {
      return raw(inner.getExpression());
    }
    if (tree instanceof ConditionalExpressionTree choice) {
      List<String> both = new ArrayList<>(raw(choice.getTrueExpression()));
      both.addAll(raw(choice.getFalseExpression()));
      return both;
    }
    if (tree instanceof BinaryTree sum && sum.getKind() == Tree.Kind.PLUS) {
      List<String> sums = new ArrayList<>();
      for (String left : raw(sum.getLeftOperand())) {
        raw(sum.getRightOperand()).forEach(right -> sums.add(left + right));
      }
      return sums;
    }
    if (tree instanceof MethodInvocationTree call
        && call.getMethodSelect() instanceof MemberSelectTree method
        && method.getIdentifier().contentEquals("formatted")) {
      return raw(method.getExpression());
    }
    if (tree instanceof IdentifierTree name) {
      ExpressionTree constant = constants.get(name.getName().toString());
      return constant instanceof LiteralTree || constant instanceof BinaryTree
          ? raw(constant)
          : List.of("…");
    }
    return List.of("…");
  }
}
