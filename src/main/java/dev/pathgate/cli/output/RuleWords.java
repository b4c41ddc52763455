package dev.pathgate.cli.output;

import java.util.HashMap;
import java.util.Map;

/**
 * What a rule or check asks, and what to do where it is violated, for people who meet its id.
 *
 * @param asks one sentence
 * @param fix what mends it
 */
public record RuleWords(String asks, String fix) {
  private static final Map<String, RuleWords> ALL = new HashMap<>();

  static {
    put(
        "service-listed-once",
        "An object lists each service once.",
        "remove one of the two entries of the service");
    put(
        "service-follows-chain",
        "A service's template changes along the paths of its ServiceTemplateChain.",
        "take the steps of the chain one by one (pathgate plan lists them), or extend the chain"
            + " (pathgate extend)");
    put(
        "service-path-published",
        "A service's new template is one that the object's status offers.",
        "wait until status.servicesUpgradePaths offers the template");
    put(
        "service-chain-exists",
        "The chain that a service names exists.",
        "create the chain, or name one that exists");
    put(
        "service-fits-chain",
        "The chain that a service names lists the service's template.",
        "name a chain that lists the template; pathgate extend makes one");
    put(
        "service-has-chain",
        "A service names a chain.",
        "name a chain that lists the template as templateChain");
    put(
        "service-version-fits",
        "A service's version belongs to its template.",
        "take the version that the chain gives to the template, or remove the field");
    put(
        "service-is-settled",
        "What runs is the template that the object names, before it names another.",
        "wait until the old template is deployed");
    put(
        "service-reaches-clusters",
        "A MultiClusterService's templates and chains are there for the clusters that it selects.",
        "create template and chain in the namespace of each cluster");
    put(
        "chain-is-immutable",
        "A chain's spec stays as created.",
        "create another chain (pathgate extend) and move its users");
    put(
        "template-is-immutable",
        "A ServiceTemplate's spec stays as created.",
        "create another ServiceTemplate");
    put(
        "chain-is-well-formed",
        "A chain lists every upgrade target, no template twice, no empty name.",
        "list each target in spec.supportedTemplates, once");
    put(
        "chain-is-tidy",
        "No template upgrades to itself, and its upgrades carry versions all or none.",
        "remove the upgrade, or complete the versions, in a successor of the chain");
    put(
        "chain-templates-exist",
        "A chain's templates exist.",
        "create the ServiceTemplates that it names");
    put(
        "template-is-unused",
        "A ServiceTemplate that is deleted is not in use.",
        "move its users to another template first");
    put(
        "chain-is-unused",
        "A chain that is deleted is not in use.",
        "move its users to another chain first");
    put(
        "gitops-chain-removed",
        "A chain is deleted after its users left it, not in the same change.",
        "delete the chain in a later commit");
    put(
        "gitops-chain-and-move",
        "A chain is there before a service moves along it.",
        "apply the chain first: in an earlier commit, by Flux's --custom-apply-stage-kinds, in an"
            + " earlier Argo CD sync wave");
    put(
        "gitops-revert",
        "A move is not taken back together with the chain that allowed it.",
        "revert the move alone, along a chain that leads back");
    put("chain-is-used", "Somebody uses the chain.", "delete the chain if nobody is to use it");
    put(
        "chain-is-reachable",
        "A way leads to every template of a chain.",
        "leave the template out of the chain's successor, or lead a way to it");
    put(
        "service-can-move",
        "A way leads on from where a service stands.",
        "extend the chain: pathgate extend --add TEMPLATE --after THIS_ONE");
    put(
        "status-agrees",
        "status.servicesUpgradePaths says what the chains say.",
        "run the status patcher, or see who else writes the field");
    put(
        "manifest",
        "A manifest says nothing that k0rdent does not know.",
        "mend the document: what k0rdent does not know does nothing");
    put("unreadable", "Every document can be read.", "mend the document");
  }

  private static void put(String id, String asks, String fix) {
    ALL.put(id, new RuleWords(asks, fix));
  }

  /** The words of that rule or check. */
  public static RuleWords of(String id) {
    return ALL.getOrDefault(id, new RuleWords(id.isEmpty() ? "A warning." : id, ""));
  }
}
