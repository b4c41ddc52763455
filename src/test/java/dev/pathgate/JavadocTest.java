package dev.pathgate;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** What another package may use says what it is for. */
class JavadocTest {
  @Test
  void everyPublicTypeAndMethodSaysWhatItIsFor() throws IOException {
    List<String> silent = new ArrayList<>();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
        Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
      List<Path> java = sources.filter(path -> path.toString().endsWith(".java")).toList();
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, files, null, List.of(), null, files.getJavaFileObjectsFromPaths(java));
      DocTrees docs = DocTrees.instance(task);
      for (CompilationUnitTree unit : task.parse()) {
        new Silent(docs, silent).scan(unit, null);
      }
      assertThat(java).hasSizeGreaterThan(300);
    }

    assertThat(silent).isEmpty();
  }

  /** Finds what is public, as its type is, and has no Javadoc. */
  private static final class Silent extends TreePathScanner<Void, Void> {
    private final DocTrees docs;
    private final List<String> found;

    Silent(DocTrees docs, List<String> found) {
      this.docs = docs;
      this.found = found;
    }

    @Override
    public Void visitClass(ClassTree type, Void unused) {
      boolean isInAnInterface =
          getCurrentPath().getParentPath().getLeaf() instanceof ClassTree outer
              && outer.getKind() == Tree.Kind.INTERFACE;
      if (!isInAnInterface && !type.getModifiers().getFlags().contains(Modifier.PUBLIC)) {
        return null;
      }
      ask(type.getSimpleName().toString());
      return super.visitClass(type, null);
    }

    @Override
    public Void visitMethod(MethodTree method, Void unused) {
      ClassTree type = (ClassTree) getCurrentPath().getParentPath().getLeaf();
      boolean isPublic =
          type.getKind() == Tree.Kind.INTERFACE
              ? !method.getModifiers().getFlags().contains(Modifier.PRIVATE)
              : method.getModifiers().getFlags().contains(Modifier.PUBLIC);
      boolean isCanonical = type.getKind() == Tree.Kind.RECORD && method.getReturnType() == null;
      if (isPublic && !isCanonical && !overrides(method.getModifiers())) {
        ask(type.getSimpleName() + "." + method.getName());
      }
      return null;
    }

    private static boolean overrides(ModifiersTree modifiers) {
      return modifiers.getAnnotations().stream()
          .anyMatch(annotation -> annotation.getAnnotationType().toString().equals("Override"));
    }

    private void ask(String name) {
      if (docs.getDocCommentTree(getCurrentPath()) == null) {
        found.add(
            Path.of(getCurrentPath().getCompilationUnit().getSourceFile().getName()).getFileName()
                + ": "
                + name);
      }
    }
  }
}
