package dev.pathgate.cli.check;

import static dev.pathgate.cli.ManifestSketch.chain;
import static dev.pathgate.cli.ManifestSketch.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.cli.CommandRun;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckTest {
  @TempDir private Path folder;

  private void before(String name, String content) {
    CommandRun.write(folder, "old/" + name, content);
  }

  private void after(String name, String content) {
    CommandRun.write(folder, "new/" + name, content);
  }

  private void both(String name, String content) {
    before(name, content);
    after(name, content);
  }

  private CommandRun check(String... more) {
    String[] arguments = {"check", "--from", folder + "/old", "--to", folder + "/new"};
    return CommandRun.of(
        folder,
        java.util.stream.Stream.of(arguments, more)
            .flatMap(java.util.Arrays::stream)
            .toArray(String[]::new));
  }

  @Test
  void refusesAMoveOffTheChainWithTheWebhooksTextAtItsLine() {
    both("chain.yaml", chain("up", "a > b", "b", "c"));
    before("prod.yaml", cluster("prod", "a", "up"));
    after("prod.yaml", cluster("prod", "c", "up"));

    CommandRun run = check("-o", "json");

    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out())
        .isEqualTo(
            """
            {
              "verdicts" : [
                {
                  "operation" : "UPDATE",
                  "kind" : "ClusterDeployment",
                  "namespace" : "tenant42",
                  "name" : "prod",
                  "file" : "new/prod.yaml",
                  "line" : 1,
                  "allowed" : false,
                  "causes" : [
                    {
                      "rule" : "service-follows-chain",
                      "field" : "spec.serviceSpec.services[0].template",
                      "message" : "service tenant42/ingress can't be upgraded from a to c: ServiceTemplateChain tenant42/up leads from a to b [service-follows-chain]",
                      "file" : "new/prod.yaml",
                      "line" : 11
                    }
                  ],
                  "warnings" : [ ]
                }
              ],
              "unreadable" : [ ],
              "summary" : {
                "judged" : 1,
                "denied" : 1,
                "warned" : 0,
                "unchanged" : 1,
                "skipped" : 0
              }
            }
            """);
  }

  @Test
  void allowsAMoveAlongTheChain() {
    both("chain.yaml", chain("up", "a > b", "b", "c"));
    before("prod.yaml", cluster("prod", "a", "up"));
    after("prod.yaml", cluster("prod", "b", "up"));

    CommandRun run = check();

    assertThat(run)
        .isEqualTo(
            new CommandRun(
                0, "1 judged: 0 denied, 0 warned; 1 unchanged, 0 documents skipped\n", ""));
  }

  @Test
  void refusesAMoveAlongAChainOfTheSameChangeAndSaysThatItWouldPassAfterIt() {
    both("up.yaml", chain("up", "a > b", "b"));
    after("more.yaml", chain("more", "a > c", "c"));
    before("prod.yaml", cluster("prod", "a", "up"));
    after("prod.yaml", cluster("prod", "c", "more"));

    CommandRun run = check();

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out())
        .contains(
            "ServiceTemplateChain tenant42/more does not exist; apply it first, in a commit of its"
                + " own [service-follows-chain]")
        .contains(
            "warning: service tenant42/ingress moves along ServiceTemplateChain tenant42/more,"
                + " which the same change creates; it would pass if the chain came first: in an"
                + " earlier commit, by Flux's --custom-apply-stage-kinds, or in an earlier Argo CD sync"
                + " wave [gitops-chain-and-move]");
  }

  @Test
  void allowsItWhereChainsComeFirst() {
    both("up.yaml", chain("up", "a > b", "b"));
    after("more.yaml", chain("more", "a > c", "c"));
    before("prod.yaml", cluster("prod", "a", "up"));
    after("prod.yaml", cluster("prod", "c", "more"));

    assertThat(
            check("--order", "chains-first", "--set", "pathgate.rules.chain-templates-exist=off"))
        .isEqualTo(
            new CommandRun(
                0, "2 judged: 0 denied, 0 warned; 1 unchanged, 0 documents skipped\n", ""));
  }

  @Test
  void refusesToDeleteAChainInTheChangeInWhichItsUsersLeave() {
    before("old.yaml", chain("old", "a > b", "b"));
    both("new.yaml", chain("new", "a > b", "b"));
    before("prod.yaml", cluster("prod", "a", "old"));
    after("prod.yaml", cluster("prod", "a", "new"));

    CommandRun together = check();
    CommandRun chainsFirst = check("--order", "chains-first");

    assertThat(together.code()).isEqualTo(1);
    assertThat(together.out())
        .contains("denied  DELETE ServiceTemplateChain tenant42/old")
        .contains("is in use by ClusterDeployment tenant42/prod")
        .contains("[gitops-chain-removed]");
    assertThat(chainsFirst.code()).isZero();
    assertThat(chainsFirst.out()).contains("[gitops-chain-removed]").doesNotContain("denied  ");
  }

  @Test
  void refusesAMoveAlongAChainThatNobodyUsesAndThatTheSameChangeDeletes() {
    both("up.yaml", chain("up", "a > b", "b"));
    before("once.yaml", chain("once", "a > c", "c"));
    before("prod.yaml", cluster("prod", "a", "up"));
    after("prod.yaml", cluster("prod", "c", "once"));

    CommandRun run = check();

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out())
        .contains("denied  UPDATE ClusterDeployment tenant42/prod")
        .contains("ServiceTemplateChain tenant42/once is on its way out: it is being deleted")
        .contains("denied  DELETE ServiceTemplateChain tenant42/once");
  }

  @Test
  void allowsAMoveAlongAChainThatCantBeDeletedBeforeSinceItIsInUse() {
    before("once.yaml", chain("once", "a > c", "c"));
    before("prod.yaml", cluster("prod", "a", "once"));
    after("prod.yaml", cluster("prod", "c", "once"));

    CommandRun run = check();

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out())
        .contains("denied  DELETE ServiceTemplateChain tenant42/once")
        .doesNotContain("UPDATE");
  }

  @Test
  void refusesTheSameMoveWhereTheChainCanBeDeletedThoughItIsInUse() {
    before("once.yaml", chain("once", "a > c", "c"));
    before("prod.yaml", cluster("prod", "a", "once"));
    after("prod.yaml", cluster("prod", "c", "once"));

    CommandRun run = check("--set", "rules.chain-is-unused=warn");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out())
        .contains("denied  UPDATE ClusterDeployment tenant42/prod")
        .contains("warned  DELETE ServiceTemplateChain tenant42/once");
  }

  @Test
  void warnsOfANewChainWhoseTemplateTheSameChangeDeletes() {
    String template =
        """
        apiVersion: k0rdent.mirantis.com/v1beta1
        kind: ServiceTemplate
        metadata: {name: %s, namespace: tenant42}
        spec: {version: 1.0.0}
        """;
    both("a.yaml", template.formatted("a"));
    before("b.yaml", template.formatted("b"));
    after("up.yaml", chain("up", "a > b", "b"));

    assertThat(check().out()).contains("[chain-templates-exist]");

    both("b.yaml", template.formatted("b"));
    assertThat(check().out()).doesNotContain("[chain-templates-exist]");
  }

  @Test
  void refusesANewServiceWhoseChainOfThisChangeDoesNotListItsTemplate() {
    after("chain.yaml", chain("up", "a > b", "b"));
    after("prod.yaml", cluster("prod", "x", "up"));

    CommandRun run = CommandRun.of(folder, "check", "-f", folder + "/new");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).contains("[service-fits-chain]");
  }

  @Test
  void allowsANewServiceWhoseChainOfThisChangeListsItsTemplate() {
    after("chain.yaml", chain("up", "a > b", "b"));
    after("prod.yaml", cluster("prod", "b", "up"));

    assertThat(CommandRun.of(folder, "check", "-f", folder + "/new").code()).isZero();
  }

  @Test
  void tellsOfARevertThatTakesTheChainWithTheMove() {
    both("up.yaml", chain("up", "a > b", "b"));
    before("more.yaml", chain("more", "a > c", "c"));
    before("prod.yaml", cluster("prod", "c", "more"));
    after("prod.yaml", cluster("prod", "a", "up"));

    CommandRun run = check();

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out())
        .contains(
            "warning: service tenant42/ingress goes back to a and ServiceTemplateChain"
                + " tenant42/more goes with it, as git revert has it: revert the service's move"
                + " alone, along a chain that leads back, and delete tenant42/more in a later"
                + " commit [gitops-revert]");
  }

  @Test
  void leavesAloneWhatOnlyTheOldStateHasWithoutPruning() {
    before("old.yaml", chain("old", "a > b", "b"));
    both("prod.yaml", cluster("prod", "a", "old"));

    assertThat(check("--no-prune").code()).isZero();
    assertThat(check().code()).isEqualTo(1);
  }

  @Test
  void judgesTheOthersWhereADocumentCantBeRead() {
    both("chain.yaml", chain("up", "a > b", "b", "c"));
    before("prod.yaml", cluster("prod", "a", "up"));
    after("prod.yaml", cluster("prod", "c", "up") + "---\nkind: [\n");

    CommandRun run = check("-o", "json");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).contains("\"denied\" : 1").contains("\"file\" : \"new/prod.yaml\"");
    assertThat(run.err()).startsWith("unreadable: new/prod.yaml:");
  }

  @Test
  void takesForDeletedWhatIsGoneButNotWhatATemplateMayStillHold() {
    both("chain.yaml", chain("up", "a > b", "b"));
    before("prod.yaml", cluster("prod", "a", "up"));
    after("prod.yaml", "{{- if .Values.prod }}\n" + cluster("prod", "a", "up"));

    CommandRun hidden = check("-o", "json");

    assertThat(hidden.out()).contains("\"judged\" : 0");
    assertThat(hidden.err())
        .contains("new/prod.yaml:1: template mark")
        .contains("1 object of files that can't be read whole: taken to be still there");

    after("prod.yaml", "# moved away\n");

    assertThat(check("-o", "json").out()).contains("\"operation\" : \"DELETE\"");
  }

  @Test
  void refusesToDeleteTheChainOfAnObjectThatATemplateMayStillHold() {
    before("chain.yaml", chain("up", "a > b", "b"));
    before("prod.yaml", cluster("prod", "a", "up"));
    after("prod.yaml", "{{- if .Values.prod }}\n" + cluster("prod", "a", "up"));

    assertThat(check("--order", "chains-first").code()).isEqualTo(1);

    after("prod.yaml", cluster("prod", "a", ""));

    assertThat(check("--order", "chains-first").code()).isZero();
  }

  @Test
  void refusesWarningsWhereTheyCountAsErrors() {
    after("prod.yaml", cluster("prod", "a", ""));

    assertThat(CommandRun.of(folder, "check", "-f", folder + "/new").code()).isZero();
    assertThat(CommandRun.of(folder, "check", "-f", folder + "/new", "--warnings-as-errors").code())
        .isEqualTo(1);
  }

  private static String byDefault(String chain) {
    return chain.replace(
        "  namespace: tenant42\n",
        "  namespace: tenant42\n  annotations: {pathgate.dev/default-chain: 'true'}\n");
  }

  @Test
  void givesTheDefaultChainFirstIfAskedTo() {
    both("chain.yaml", byDefault(chain("up", "a > b", "b")));
    after("prod.yaml", cluster("prod", "a", ""));

    assertThat(check().out()).contains("[service-has-chain]");
    assertThat(check("--mutate").out()).doesNotContain("[service-has-chain]");
  }

  @Test
  void takesWhatIsThereToHaveBeenGivenItsDefaultChain() {
    both("chain.yaml", byDefault(chain("up", "a > b", "b", "c")));
    before("prod.yaml", cluster("prod", "a", ""));
    after("prod.yaml", cluster("prod", "b", ""));

    assertThat(check("--mutate").code()).isZero();
    assertThat(check().code()).isEqualTo(1);

    after("prod.yaml", cluster("prod", "c", ""));

    assertThat(check("--mutate").out()).contains("leads from a to b [service-follows-chain]");
  }

  /** {@code ""} is no leaving out: whoever applies it has no chain, before and after. */
  @Test
  void takesAnEmptyChainForTheOneThatWasTakenAway() {
    both("chain.yaml", byDefault(chain("up", "a > b", "b")));
    String[] separate = {"--mutate", "--set", "pathgate.path.chain-switch=separate"};
    before("prod.yaml", cluster("prod", "a", "''"));
    after("prod.yaml", cluster("prod", "b", "up"));

    assertThat(check(separate).out()).contains("[service-follows-chain]");

    before("prod.yaml", cluster("prod", "a", ""));

    assertThat(check(separate).code()).isZero();
  }

  /** Each order has something of its own to say against another service. */
  @Test
  void tellsOfEachServiceWhatTheWorstOrderSays() {
    before("prod.yaml", services("{name: x, template: a}, {name: y, template: a}"));
    after("chain.yaml", chain("new", "a > b", "b"));
    after(
        "prod.yaml",
        services(
            "{name: y, template: b, templateChain: new}, {name: x, template: a},"
                + " {name: z, template: c, templateChain: new}"));

    assertThat(check().out())
        .containsSubsequence(
            "services[0].template: service default/y can't be upgraded from a to b",
            "services[2].template: service default/z",
            "[service-fits-chain]",
            "service default/y moves along ServiceTemplateChain tenant42/new, which the same"
                + " change creates")
        .doesNotContain("default/x");
    assertThat(check().err()).contains("1 verdict would be better");
    assertThat(check("--order", "chains-first").out())
        .contains("service default/z")
        .doesNotContain("default/y");
  }

  /** The same for what only one of the orders warns of. */
  @Test
  void warnsOfEachServiceAsTheWorstOrderDoes() {
    before("none.yaml", "# nothing yet\n");
    after("chain.yaml", chain("new", "a > b", "b"));
    after(
        "prod.yaml",
        services("{name: x, template: a, templateChain: new}, {name: y, template: a}"));

    assertThat(check().out()).contains("[service-chain-exists]").contains("[service-has-chain]");
    assertThat(check("--order", "chains-first").out())
        .doesNotContain("[service-chain-exists]")
        .contains("[service-has-chain]");
  }

  private static String services(String list) {
    return """
        apiVersion: k0rdent.mirantis.com/v1beta1
        kind: ClusterDeployment
        metadata: {name: prod, namespace: tenant42}
        spec: {serviceSpec: {services: [%s]}}
        """
        .formatted(list);
  }

  /** A submodule is a part of the repository that is asked for; asked for itself, it is its own. */
  @Test
  void callsFilesByTheRepositoryThatTheSourceIsIn() throws Exception {
    Files.createDirectory(folder.resolve(".git"));
    after("sub/.git", "gitdir: ../../.git/modules/sub\n");
    after("sub/prod.yaml", cluster("prod", "a", ""));

    assertThat(CommandRun.of(folder, "check", "-f", folder + "/new").out())
        .contains("  new/sub/prod.yaml:1");
    assertThat(CommandRun.of(folder, "check", "-f", folder + "/new/sub").out())
        .contains("  prod.yaml:1");
  }

  /** The API server takes no such word from whoever creates or changes an object. */
  @Test
  void judgesWhatAFileSaysToBeOnItsWayOut() {
    String out = "metadata:\n  deletionTimestamp: '2026-01-01T00:00:00Z'\n";
    both("chain.yaml", chain("up", "a > b", "b"));
    after("prod.yaml", cluster("prod", "x", "up").replace("metadata:\n", out));

    assertThat(check().out()).contains("[service-fits-chain]");

    before("prod.yaml", cluster("prod", "a", "up").replace("metadata:\n", out));

    assertThat(check().out()).contains("[service-follows-chain]");
  }

  @Test
  void warnsOfClustersOutOfReachWhereTheDefaultChainIsGivenToo() {
    String byDefault = "metadata:\n  annotations: {pathgate.dev/default-chain: 'true'}\n";
    both(
        "chain.yaml",
        chain("up", "a > b", "b")
            .replace("tenant42", "kcm-system")
            .replace("metadata:\n", byDefault));
    both(
        "prod.yaml",
        cluster("prod", "x", "").replace("metadata:\n", "metadata:\n  labels: {env: prod}\n"));
    String fleet =
        """
        apiVersion: k0rdent.mirantis.com/v1beta1
        kind: MultiClusterService
        metadata:
          name: fleet
        spec:
          clusterSelector: {matchLabels: {env: prod}}
          serviceSpec:
            services:
            - {name: web, namespace: web, template: a%s}
        """;
    after("fleet.yaml", fleet.formatted(", templateChain: up"));
    assertThat(check().out()).contains("[service-reaches-clusters]");

    after("fleet.yaml", fleet.formatted(""));

    assertThat(check("--mutate").out()).contains("[service-reaches-clusters]");
    assertThat(check("--mutate", "--set", "pathgate.rules.service-reaches-clusters=off").out())
        .doesNotContain("[service-reaches-clusters]");
  }

  @Test
  void takesTheServersSettings() {
    both("chain.yaml", chain("up", "a > b", "b > c", "c"));
    before("prod.yaml", cluster("prod", "a", "up"));
    after("prod.yaml", cluster("prod", "c", "up"));

    assertThat(check("--set", "pathgate.path.steps=any").code()).isZero();
    assertThat(check("--set", "pathgate.path.steps=single").code()).isEqualTo(1);
    assertThat(check("--set", "pathgate.path.step=any"))
        .isEqualTo(
            new CommandRun(
                2,
                "",
                "pathgate: pathgate.path.step is no setting of Pathgate; did you mean"
                    + " pathgate.path.steps?\n"));
  }

  @Test
  void tellsServicesApartAsTheReleaseDoes() {
    String bare = cluster("prod", "a", "up").replace("      namespace: tenant42\n", "");
    both("chain.yaml", chain("up", "a > b", "b", "c"));
    before("prod.yaml", bare);
    after("prod.yaml", bare.replace("template: a", "namespace: ingress\n      template: c"));

    assertThat(check().code()).isZero(); // another service, a new one
    assertThat(check("--k0rdent", "v1.3.1").out()).contains("can't be upgraded from a to c");
    assertThat(check("--k0rdent", "new").code()).isEqualTo(2);
  }

  @Test
  void saysWhichSourceIsNotThere() {
    assertThat(CommandRun.of(folder, "check", "-f", folder + "/none"))
        .isEqualTo(new CommandRun(2, "", "pathgate: none: there is no such file or folder\n"));
  }

  @Test
  void saysWhichOrderHelpsAChainAndItsFirstUser() {
    after("chain.yaml", chain("up", "a > b", "b"));
    after("prod.yaml", cluster("prod", "a", "up"));
    String[] check = {"check", "-f", folder + "/new", "--set", "rules.chain-templates-exist=off"};
    String[] first = java.util.Arrays.copyOf(check, check.length + 2);
    first[check.length] = "--order";
    first[check.length + 1] = "chains-first";

    CommandRun together = CommandRun.of(folder, check);

    assertThat(together.out()).contains("[service-chain-exists]");
    assertThat(together.err())
        .isEqualTo(
            "1 verdict would be better if chains came first and went last, as by Flux's"
                + " --custom-apply-stage-kinds or in an earlier Argo CD sync wave: --order"
                + " chains-first judges so\n");
    assertThat(CommandRun.of(folder, first))
        .isEqualTo(
            new CommandRun(
                0, "2 judged: 0 denied, 0 warned; 0 unchanged, 0 documents skipped\n", ""));
  }

  @Test
  void namesThePlaceOfHelpBehindARefusal() {
    both("chain.yaml", chain("up", "a > b", "b", "c"));
    before("prod.yaml", cluster("prod", "a", "up"));
    after("prod.yaml", cluster("prod", "c", "up"));

    assertThat(check("--set", "pathgate.help-url=https://wiki/paths").out())
        .contains("leads from a to b [service-follows-chain]\n        See https://wiki/paths\n1 j");
    assertThat(check().out()).contains("[service-follows-chain]\n1 j");
    after("prod.yaml", cluster("prod", "b", "up"));
    assertThat(check("--set", "pathgate.help-url=https://wiki/paths").out()).startsWith("1 judged");
  }

  @Test
  void countsWhatK0rdentDoesNotKnowAsAWarning() {
    before("other.yaml", "# nothing yet\n");
    after("prod.yaml", cluster("prod", "a", "").replace("serviceSpec:", "serviceSpecs:"));
    String known =
        "new/prod.yaml:7: ClusterDeployment tenant42/prod: spec.serviceSpecs is no field";

    assertThat(check().code()).isZero();
    assertThat(check("--warnings-as-errors").code()).isEqualTo(1);
    assertThat(check("-o", "json").out())
        .contains("\"warnings\" : [\n    {\n      \"file\" : \"new/prod.yaml\",\n      \"line\" :")
        .contains("spec.serviceSpecs is no field that k0rdent knows: did you mean serviceSpec?");
    for (String format : java.util.List.of("sarif", "junit", "github", "gitlab")) {
      assertThat(check("-o", format).out()).as(format).contains("spec.serviceSpecs is no field");
    }
    assertThat(check().err()).contains(known.substring(known.indexOf("ClusterDeployment")));

    after("prod.yaml", cluster("prod", "a", "up"));
    both("chain.yaml", chain("up", "a"));

    assertThat(check("--warnings-as-errors", "-o", "json").out()).doesNotContain("is no field");
    assertThat(check("--warnings-as-errors").code()).isZero();
  }
}
