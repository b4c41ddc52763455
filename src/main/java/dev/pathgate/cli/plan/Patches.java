package dev.pathgate.cli.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.pathgate.cli.gate.Fleet.Member;
import dev.pathgate.cli.output.ShellText;
import dev.pathgate.kube.OneLine;
import dev.pathgate.rule.ObjectRef;
import dev.pathgate.rule.Service;
import dev.pathgate.rule.ServiceIdentity;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Edits as {@code kubectl} lines: JSON patches that test the old values first, so that a stale plan
 * fails instead of doing harm, on another service above all. A value that was absent is tested to
 * be {@code null}, which for the API server's JSON patches is the same as absent; the RFC knows no
 * test of that.
 */
public final class Patches {
  private final Supplier<ServiceIdentity> identity;
  private final String cluster;
  private Optional<String> absentNamespace = Optional.empty();

  /**
   * Patches of services.
   *
   * @param identity whether the cluster gives a namespace to services that files leave without;
   *     asked once, and only where a file does
   * @param cluster the options that name the cluster to kubectl; empty for the usual one
   */
  public Patches(Supplier<ServiceIdentity> identity, String cluster) {
    this.identity = identity;
    this.cluster = cluster;
  }

  /** The lines that create what a manifest says. */
  public String create(String manifest) {
    return kubectl("create -f -") + " <<'EOF'\n" + manifest + "EOF";
  }

  /** The line that patches an object. */
  public String patch(ObjectRef object, ArrayNode patch) {
    return kubectl("patch " + name(object))
        + " --type=json -p "
        + ShellText.quoted(patch.toString());
  }

  /** The line that deletes an object. */
  public String delete(ObjectRef object) {
    return kubectl("delete " + name(object));
  }

  private String kubectl(String words) {
    return "kubectl " + words + cluster;
  }

  /** The object as kubectl's arguments name it; one of another name can't exist. */
  private static String name(ObjectRef object) {
    return object.kind().toLowerCase(Locale.ROOT)
        + " "
        + ShellText.quoted(OneLine.of(object.name()))
        + (object.namespace().isEmpty()
            ? ""
            : " -n " + ShellText.quoted(OneLine.of(object.namespace())));
  }

  /** An empty patch. */
  public static ArrayNode patch() {
    return JsonNodeFactory.instance.arrayNode();
  }

  /** Adds what changes one service. */
  public void add(ArrayNode patch, Member member, PlannedEdit before, PlannedEdit after) {
    String entry = "/spec/serviceSpec/services/" + member.index();
    operation(patch, "test", entry + "/name", member.service().name());
    operation(patch, "test", entry + "/namespace", namespace(member));
    operation(patch, "test", entry + "/template", before.template());
    if (!before.templateChain().isEmpty() || !member.service().leavesChainOut()) {
      operation(patch, "test", entry + "/templateChain", before.templateChain());
    } else if (member.item().origin().isEmpty()) {
      // What a file leaves out may stand in the cluster, given by the mutating webhook.
      operation(patch, "test", entry + "/templateChain", null);
    }
    operation(patch, "test", entry + "/version", before.version().orElse(null));
    if (!before.template().equals(after.template())) {
      operation(patch, "replace", entry + "/template", after.template());
    }
    if (!before.templateChain().equals(after.templateChain())) {
      operation(patch, "add", entry + "/templateChain", after.templateChain());
    }
    if (!before.version().equals(after.version())) {
      if (after.version().isPresent()) {
        operation(patch, "add", entry + "/version", after.version().get());
      } else {
        patch.addObject().put("op", "remove").put("path", entry + "/version");
      }
    }
  }

  /** The namespace as the API server has it; null if the entry has none. */
  private String namespace(Member member) {
    String written = member.service().writtenNamespace();
    if (!written.isEmpty()) {
      return written;
    }
    if (member.item().origin().isEmpty()) {
      return null;
    }
    if (absentNamespace.isEmpty()) {
      boolean defaulted = identity.get() == ServiceIdentity.NAMESPACE_DEFAULTED;
      absentNamespace = Optional.of(defaulted ? Service.DEFAULT_NAMESPACE : "");
    }
    return absentNamespace.filter(given -> !given.isEmpty()).orElse(null);
  }

  private static void operation(ArrayNode patch, String op, String path, String value) {
    patch.addObject().put("op", op).put("path", path).put("value", value);
  }
}
