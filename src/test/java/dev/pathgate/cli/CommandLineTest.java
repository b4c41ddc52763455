package dev.pathgate.cli;

import static dev.pathgate.cli.ManifestSketch.chain;
import static dev.pathgate.cli.ManifestSketch.cluster;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathgate.cli.input.ClusterOptions;
import dev.pathgate.cli.output.CommandFailure;
import dev.pathgate.cli.output.Console;
import dev.pathgate.testkit.Pki;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What all commands have in common. */
class CommandLineTest {
  @TempDir private Path folder;

  private static List<CommandSpec> commands() {
    Console nowhere =
        new Console(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
            false);
    return Pathgate.commandLine(nowhere).getSubcommands().values().stream()
        .map(CommandLine::getCommandSpec)
        .filter(command -> !command.name().equals("help"))
        .toList();
  }

  @Test
  void everyCommandShowsTwoExamples() {
    for (CommandSpec command : commands()) {
      assertThat(command.usageMessage().footer())
          .as(command.name())
          .contains("Examples:")
          .filteredOn(line -> line.contains("pathgate " + command.name()))
          .hasSizeGreaterThanOrEqualTo(2)
          .allMatch(line -> line.length() < 80);
    }
  }

  @Test
  void everyOptionHasALongNameAndOneMeaning() {
    Map<String, String> meanings = new HashMap<>();
    for (CommandSpec command : commands()) {
      for (OptionSpec option : command.options()) {
        assertThat(option.longestName()).as(command.name()).startsWith("--");
        for (String name : option.names()) {
          // -f names the new state in check: the one exception that the contract makes
          if (!name.equals("-f") && !option.longestName().equals("--output")) {
            String meaning = String.join(" ", option.description());
            assertThat(meanings.merge(name, meaning, (one, other) -> one))
                .as(name)
                .isEqualTo(meaning);
          }
        }
      }
    }
  }

  @Test
  void everyCommandPrintsTheVersionThatItsHelpPromises() {
    String version = CommandRun.of(folder, "--version").out();

    assertThat(version).startsWith("pathgate ");
    for (CommandSpec command : commands()) {
      for (String option : List.of("-V", "--version")) {
        CommandRun run = CommandRun.of(folder, command.name(), option);

        assertThat(run.out()).as(command.name()).isEqualTo(version);
        assertThat(run.code()).as(command.name()).isZero();
      }
    }
  }

  @Test
  void aMisspeltOptionIsWrongUse() {
    assertThat(CommandRun.of(folder, "audit", "--al-namespaces").code()).isEqualTo(2);
    assertThat(CommandRun.of(folder, "adit").code()).isEqualTo(2);
    assertThat(CommandRun.of(folder).code()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "10, PT10S",
    "0, PT0S",
    "0s, PT0S",
    "250ms, PT0.25S",
    "1m30s, PT1M30S",
    "9999999h, PT8760H"
  })
  void takesTimesAsKubectlDoes(String text, Duration time) {
    assertThat(ClusterOptions.time("--wait", text)).isEqualTo(time);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1s", "s", "10 s", "soon", "99999999999999999999s", "1d"})
  void takesNothingElseForATime(String text) {
    assertThatThrownBy(() -> ClusterOptions.time("--wait", text))
        .isInstanceOf(CommandFailure.class)
        .hasMessage("--wait " + text + ": not a time, such as 10s");
  }

  @Test
  void saysInOneLineWhatIsWrongUse() {
    assertThat(CommandRun.of(folder, "audit", "--al-namespaces"))
        .isEqualTo(
            new CommandRun(
                2,
                "",
                "pathgate: Unknown option: '--al-namespaces' (did you mean --all-namespaces?); see"
                    + " pathgate audit --help\n"));
    assertThat(CommandRun.of(folder, "check", "-o", "xml").err())
        .isEqualTo(
            "pathgate: Invalid value for option '--output': it takes text, json, sarif, junit,"
                + " github, gitlab, not xml; see pathgate check --help\n");
    assertThat(CommandRun.of(folder, "check", "--order", "odd").err())
        .contains("it takes together, chains-first, not odd");
    assertThat(CommandRun.of(folder).err())
        .isEqualTo("pathgate: Missing command; see pathgate --help\n");
    assertThat(CommandRun.of(folder, "check", "clusters").err())
        .isEqualTo(
            "pathgate: Unmatched argument at index 1: 'clusters' (did you mean -f clusters?); see"
                + " pathgate check --help\n");
    assertThat(CommandRun.of(folder, "check", "--form", "clusters").err())
        .contains("Unknown options: '--form', 'clusters' (did you mean --from?);");
    assertThat(CommandRun.of(folder, "doctor", "clusters").err()).doesNotContain("did you mean");
    assertThat(CommandRun.of(folder, "check", "-f", folder + "", "--request-timeout", "5x"))
        .isEqualTo(
            new CommandRun(2, "", "pathgate: --request-timeout 5x: not a time, such as 10s\n"));
  }

  @Test
  void saysThatNothingWasRead() {
    CommandRun.write(folder, "none/readme.txt", "nothing here");
    String note =
        "nothing of k0rdent was read: no ClusterDeployment, MultiClusterService,"
            + " ServiceTemplateChain, ServiceTemplate\n";

    assertThat(CommandRun.of(folder, "check", "-f", folder + "/none").err()).isEqualTo(note);

    CommandRun.write(folder, "none/prod.yaml", cluster("prod", "a", "up"));

    assertThat(CommandRun.of(folder, "check", "-f", folder + "/none").err()).isEmpty();
  }

  @Test
  void suggestsTheObjectThatIsThere() {
    CommandRun.write(folder, "up.yaml", chain("ingress", "a > b", "b"));
    String source = folder.toString();

    assertThat(CommandRun.of(folder, "paths", "chain/ingres", "-f", source).err())
        .isEqualTo("pathgate: ServiceTemplateChain ingres is not there; did you mean ingress?\n");
    assertThat(CommandRun.of(folder, "paths", "chain/other", "-f", source).err())
        .isEqualTo("pathgate: ServiceTemplateChain other is not there\n");
  }

  @Test
  void saysThatNoClusterIsNamed() throws IOException {
    Path kubeconfig = folder.resolve("kubeconfig");
    Files.writeString(kubeconfig, "apiVersion: v1\nkind: Config\n");

    assertThat(CommandRun.of(folder, "audit", "--kubeconfig", kubeconfig.toString()))
        .isEqualTo(
            new CommandRun(
                3,
                "",
                "pathgate: no kubeconfig (--kubeconfig, $KUBECONFIG, ~/.kube/config) names a"
                    + " cluster, and this is no pod; -f reads files instead\n"));
  }

  @Test
  void takesAKubeconfigThatDoesNotSayItsKind() throws IOException {
    Path kubeconfig = folder.resolve("kubeconfig");
    Files.writeString(
        kubeconfig,
        """
        clusters: [{name: a, cluster: {server: "http://127.0.0.1:1"}}]
        contexts: [{name: a, context: {cluster: a}}]
        current-context: a
        """);

    CommandRun run = CommandRun.of(folder, "audit", "--kubeconfig", kubeconfig.toString());

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).startsWith("pathgate: the API server at http://127.0.0.1:1 can't be ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          kind: Pod      | kubeconfig: it is no kubeconfig
          clusters: [    | kubeconfig:1: it ends within a list, an object or a text
          ''             | kubeconfig: it is empty
          # nothing      | kubeconfig: it is empty
          apiVersion: 1a | kubeconfig: it is no kubeconfig
          """)
  void saysInOneLineWhatIsWrongWithAKubeconfig(String content, String wrong) throws IOException {
    Path kubeconfig = folder.resolve("kubeconfig");
    Files.writeString(kubeconfig, content);

    assertThat(CommandRun.of(folder, "audit", "--kubeconfig", kubeconfig.toString()))
        .isEqualTo(
            new CommandRun(2, "", "pathgate: the kubeconfig can't be used: " + wrong + "\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          kind: Pod      | 2 | the kubeconfig can't be used: kubeconfig: it is no kubeconfig
          []             | 2 | the kubeconfig can't be used: kubeconfig: it is no kubeconfig
          clusters: [    | 2 | the kubeconfig can't be used: kubeconfig:1: it ends within a list
          # nothing      | 3 | no kubeconfig (--kubeconfig, $KUBECONFIG, ~/.kube/config) names a
          """)
  void saysTheSameOfAKubeconfigOfTheEnvironment(String content, int code, String wrong)
      throws IOException {
    Path kubeconfig = folder.resolve("kubeconfig");
    Files.writeString(kubeconfig, content);
    String before = System.setProperty("kubeconfig", kubeconfig.toString());
    try {
      CommandRun run = CommandRun.of(folder, "audit");

      assertThat(run.code()).isEqualTo(code);
      assertThat(run.err()).startsWith("pathgate: " + wrong).hasLineCount(1);
    } finally {
      if (before == null) {
        System.clearProperty("kubeconfig");
      } else {
        System.setProperty("kubeconfig", before);
      }
    }
  }

  @Test
  void saysInOneLineThatTheKubeconfigsCertificateIsNotThere() throws IOException {
    Path kubeconfig = folder.resolve("kubeconfig");
    Files.writeString(
        kubeconfig,
        """
        apiVersion: v1
        kind: Config
        clusters:
        - name: here
          cluster: {server: "https://127.0.0.1:1", certificate-authority: /nope/ca.pem}
        contexts: [{name: here, context: {cluster: here, user: nobody}}]
        users: [{name: nobody, user: {}}]
        current-context: here
        """);

    for (String command : List.of("audit", "doctor")) {
      CommandRun run = CommandRun.of(folder, command, "--kubeconfig", kubeconfig.toString());

      assertThat(run.code()).isEqualTo(2);
      assertThat(run.err())
          .startsWith("pathgate: the kubeconfig can't be used: ")
          .contains("/nope/ca.pem")
          .hasLineCount(1);
    }
  }

  @Test
  void refusesToReadStdinTwice() {
    assertThat(CommandRun.of(folder, "check", "--from", "-", "--to", "-"))
        .isEqualTo(
            new CommandRun(
                2, "", "pathgate: --from and --to are both -, and stdin can be read once\n"));
  }

  @Test
  void refusesASourceWithoutAName() {
    CommandRun refused =
        new CommandRun(
            2,
            "",
            "pathgate: a source is empty, as an unset variable leaves it: . is the current"
                + " folder\n");
    assertThat(CommandRun.of(folder, "audit", "-f", "")).isEqualTo(refused);
    assertThat(CommandRun.of(folder, "check", "--to", " ")).isEqualTo(refused);
  }

  @Test
  void putsDocumentsIntoTheDefaultNamespaceWhereTheOptionIsEmpty() {
    CommandRun.write(
        folder, "prod.yaml", cluster("prod", "a", "").replaceFirst("  namespace: tenant42\n", ""));

    assertThat(CommandRun.of(folder, "audit", "-f", folder + "/prod.yaml", "-n", "").out())
        .contains("ClusterDeployment default/prod");
    assertThat(CommandRun.of(folder, "audit", "-f", folder + "/prod.yaml", "-n", "other").out())
        .contains("ClusterDeployment other/prod");
  }

  @Test
  void takesAClientKeyAsKubectlDoes() throws IOException {
    Pki.Identity client = new Pki("clients").issue("client", Pki.KeyKind.EC);
    Files.writeString(folder.resolve("client.crt"), client.certificatePem());
    Files.writeString(folder.resolve("client.key"), client.pkcs8());
    Path kubeconfig = kubeconfigOfNowhere("client-certificate: client.crt, client-key: client.key");

    assertThat(CommandRun.of(folder, "audit", "--kubeconfig", kubeconfig.toString()).err())
        .startsWith("pathgate: the API server at https://127.0.0.1:1 can't be reached: ");

    Files.writeString(folder.resolve("client.key"), client.certificatePem());

    assertThat(CommandRun.of(folder, "audit", "--kubeconfig", kubeconfig.toString()).err())
        .startsWith("pathgate: the kubeconfig can't be used: ");
  }

  /** Of an API server that nobody listens as. */
  private Path kubeconfigOfNowhere(String user) throws IOException {
    return Files.writeString(
        folder.resolve("kubeconfig"),
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: gone, cluster: {server: "https://127.0.0.1:1"}}]
        contexts: [{name: gone, context: {cluster: gone, user: me}}]
        users: [{name: me, user: {%s}}]
        current-context: gone
        """
            .formatted(user));
  }

  @Test
  void saysWhichApiServerCantBeReached() throws IOException {
    Path kubeconfig = kubeconfigOfNowhere("");

    CommandRun run = CommandRun.of(folder, "audit", "--kubeconfig", kubeconfig.toString());

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .startsWith("pathgate: the API server at https://127.0.0.1:1 can't be reached: ")
        .hasLineCount(1);
    assertThat(
            CommandRun.of(
                folder, "audit", "--kubeconfig", kubeconfig.toString(), "--context", "other"))
        .isEqualTo(
            new CommandRun(
                2, "", "pathgate: --context other: the kubeconfig has none of that name\n"));
  }

  @Test
  void saysThatTheCurrentContextIsNotThere() throws IOException {
    Path kubeconfig = kubeconfigOfNowhere("");
    Files.writeString(
        kubeconfig,
        Files.readString(kubeconfig).replace("current-context: gone", "current-context: zz"));

    assertThat(CommandRun.of(folder, "audit", "--kubeconfig", kubeconfig.toString()))
        .isEqualTo(
            new CommandRun(
                2, "", "pathgate: current-context zz: the kubeconfig has none of that name\n"));
    assertThat(
            CommandRun.of(
                    folder, "audit", "--kubeconfig", kubeconfig.toString(), "--context", "gone")
                .code())
        .isEqualTo(3);
  }

  @Test
  void asksNobodyWithoutTheCredentialThatTheKubeconfigsProgramOwes() throws IOException {
    Path kubeconfig =
        kubeconfigOfNowhere(
            "exec: {apiVersion: client.authentication.k8s.io/v1, command: sh,"
                + " args: [-c, 'echo sso expired >&2; exit 3']}");

    for (String command : List.of("audit", "doctor")) {
      assertThat(CommandRun.of(folder, command, "--kubeconfig", kubeconfig.toString()))
          .isEqualTo(
              new CommandRun(
                  3,
                  "",
                  "pathgate: the kubeconfig's program sh gives no credential: it ended with exit"
                      + " code 3: sso expired\n"));
    }
  }

  @Test
  void asksWithTheCredentialOfTheKubeconfigsProgram() throws IOException {
    Path runs = folder.resolve("runs");
    Path credential =
        Files.writeString(
            folder.resolve("credential"),
            """
            {"apiVersion": "client.authentication.k8s.io/v1", "status": {"token": "t"}}
            """);
    Path kubeconfig =
        kubeconfigOfNowhere(
            "exec: {apiVersion: client.authentication.k8s.io/v1, command: sh,"
                + " args: [-c, 'echo once >> %s; cat %s']}".formatted(runs, credential));

    assertThat(CommandRun.of(folder, "audit", "--kubeconfig", kubeconfig.toString()).err())
        .startsWith("pathgate: the API server at https://127.0.0.1:1 can't be reached: ");
    assertThat(runs).hasContent("once");
  }

  @Test
  void refusesAKubeconfigThatAsksForWhatCantBeHad() throws IOException {
    Path kubeconfig = kubeconfigOfNowhere("tokenFile: none");

    assertThat(CommandRun.of(folder, "audit", "--kubeconfig", kubeconfig.toString()))
        .isEqualTo(
            new CommandRun(
                2, "", "pathgate: the kubeconfig can't be used: tokenFile none can't be read\n"));
  }

  @Test
  void namesBothPlacesOfAnObjectThatSourcesGiveTwice() {
    CommandRun.write(folder, "one/a.yaml", cluster("prod", "a", "up"));
    CommandRun.write(folder, "two/b.yaml", cluster("prod", "b", "up"));

    CommandRun run = CommandRun.of(folder, "audit", "-f", folder + "/one", "-f", folder + "/two");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .isEqualTo(
            "unreadable: two/b.yaml:1: ClusterDeployment tenant42/prod is already in"
                + " one/a.yaml:1\n");
  }

  @Test
  void readsASourceOnceHoweverItIsSpelled() {
    CommandRun.write(folder, "one/a.yaml", cluster("prod", "a", "up"));
    String one = folder + "/one";

    CommandRun once = CommandRun.of(folder, "audit", "-f", one);
    CommandRun thrice =
        CommandRun.of(folder, "audit", "-f", one, "-f", one + "/", "-f", one + "/../one");

    assertThat(thrice).isEqualTo(once);
    assertThat(thrice.err()).doesNotContain("unreadable");
  }

  @Test
  void readsRevisionsOfTheRepository() throws Exception {
    // what the test itself is part of has the recorded cases in every revision
    CommandRun run =
        CommandRun.of(folder, "check", "-f", "git:HEAD:src/test/resources/crds", "-o", "json");

    assertThat(run.code()).isZero();
    assertThat(CommandRun.of(folder, "check", "-f", "git:no-such-revision"))
        .isEqualTo(
            new CommandRun(
                2,
                "",
                "pathgate: git:no-such-revision: the repository has no revision"
                    + " no-such-revision\n"));
  }

  @Test
  void judgesWhatCanBeReadBesideWhatCantBeLookedInto() throws IOException {
    CommandRun.write(folder, "all/a.yaml", cluster("prod", "a", "up"));
    CommandRun.write(folder, "all/sub/chain.yaml", chain("up", "a > b", "b"));
    Files.createSymbolicLink(folder.resolve("all/sub/up"), Path.of(".."));
    Files.createSymbolicLink(folder.resolve("all/gone.yaml"), Path.of("no-such-file"));
    Files.createSymbolicLink(folder.resolve("all/readme"), Path.of("no-such-file"));

    CommandRun run = CommandRun.of(folder, "check", "-f", folder + "/all");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).contains("2 judged: ").contains(", 2 unreadable\n");
    assertThat(run.err())
        .contains("unreadable: all/gone.yaml: can't be read: a link leads nowhere\n")
        .contains("unreadable: all/sub/up: can't be read: a link leads back into it\n");
  }

  @Test
  void saysThatAFileNameIsNoneInTheLocale() {
    CommandRun run = CommandRun.of(folder, "audit", "-f", "caf\ud800.yaml");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .contains(": this locale's encoding (")
        .contains("; LC_ALL=C.UTF-8 has\n")
        .hasLineCount(1);
  }

  @Test
  void printsTheVersionForProgramsToo() {
    assertThat(CommandRun.of(folder, "version").out()).matches("pathgate \\S+\n");
    assertThat(CommandRun.of(folder, "version", "-o", "json").out()).contains("\"version\" : ");
  }

  @Test
  void saysThatThereIsNoSuchCommand() {
    assertThat(CommandRun.of(folder, "nope", "-x").err())
        .isEqualTo("pathgate: there is no command nope; see pathgate --help\n");
    assertThat(CommandRun.of(folder, "chek").err())
        .startsWith("pathgate: there is no command chek (did you mean check");
    assertThat(CommandRun.of(folder, "help", "nope").err())
        .isEqualTo("pathgate: there is no command nope; see pathgate --help\n");
    assertThat(CommandRun.of(folder, "audit", "nope").err())
        .startsWith("pathgate: Unmatched argument at index 1: 'nope'");
  }

  @Test
  void breaksNoWordOfADescription() {
    for (CommandSpec command : commands()) {
      String help = CommandRun.of(folder, command.name(), "--help").out();
      assertThat(help.lines()).as(command.name()).allMatch(line -> line.length() <= 80);
      List<String> words = List.of(help.split("\\s+", -1));
      for (OptionSpec option : command.options()) {
        List<String> described =
            java.util.stream.Stream.of(option.description())
                .flatMap(line -> java.util.stream.Stream.of(line.split(" ", -1)))
                .filter(word -> !word.contains("DEFAULT-VALUE"))
                .toList();
        assertThat(words).as(option.longestName()).containsAll(described);
      }
    }
  }

  @Test
  void completesOptionsThatSayNo() {
    for (String shell : List.of("bash", "zsh", "kubectl")) {
      assertThat(CommandRun.of(folder, "completion", shell).out())
          .as(shell)
          .containsPattern("--no-prune\\b");
    }
    assertThat(CommandRun.of(folder, "completion", "fish").out()).contains(" -l no-prune");
  }

  @Test
  void completesInEveryShell() {
    for (String shell : List.of("bash", "zsh")) {
      assertThat(CommandRun.of(folder, "completion", shell).out())
          .contains("--drop-unused")
          .contains("(\"text\" \"json\" \"junit\" \"sarif\" \"policyreport\")")
          .contains("(\"together\" \"chains-first\")");
    }
    assertThat(CommandRun.of(folder, "completion", "fish").out())
        .contains("complete -c pathgate -n __fish_use_subcommand -a audit -d 'Finds what ")
        .contains(
            "complete -c pathgate -n '__fish_seen_subcommand_from plan' -l stride -x -a 'edge"
                + " longest' -d 'One edit for each edge")
        .contains(" -l settings-from -x -a 'cluster' -d ")
        .contains(" -s f -l filename -r -F -d ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ch                           | check :4
          check --or                   | --order :4
          check -A --order ''          | together chains-first :4
          audit -o p                   | policyreport :4
          audit -n ''                  | :4
          audit -f ''                  | :0
          audit --settings-from ''     | cluster :4
          audit ''                     | :4
          completion f                 | fish :4
          """)
  void completesForKubectl(String words, String offered) throws Exception {
    Path script = folder.resolve("kubectl_complete-pathgate");
    Files.writeString(script, CommandRun.of(folder, "completion", "kubectl").out());

    Process run =
        new ProcessBuilder("sh", "-c", "sh " + script + " " + words)
            .redirectErrorStream(true)
            .start();

    String out = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(out.strip().replace('\n', ' ')).isEqualTo(offered);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          audit -f ''                  | clusters old.yaml
          audit --filename c           | clusters
          check --from ol              | old.yaml
          check --to ''                | clusters old.yaml
          check -f c                   | clusters
          doctor --kubeconfig o        | old.yaml
          plan --settings-from ''      | cluster
          plan --settings-from x       | ''
          plan --target ''             | ''
          paths -o do                  | dot
          """)
  void completesForBash(String words, String offered) throws Exception {
    Path here = Files.createDirectories(folder.resolve("here/clusters")).getParent();
    CommandRun.write(here, "old.yaml", "");
    Path script = folder.resolve("pathgate.bash");
    Files.writeString(script, CommandRun.of(folder, "completion", "bash").out());
    String complete =
        "source %s; COMP_WORDS=(pathgate %s); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _complete_pathgate; echo ${COMPREPLY[@]}"
            .formatted(script, words);

    Process run =
        new ProcessBuilder("bash", "-c", complete)
            .directory(here.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD) // no shell waits: compopt complains
            .start();

    String out = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(List.of(out.strip().split(" "))).containsExactlyInAnyOrder(offered.split(" "));
  }

  @Test
  void passesOverOtherKindsAndCountsThem() {
    CommandRun.write(
        folder,
        "all.yaml",
        chain("up", "a > b", "b") + "---\nkind: ConfigMap\napiVersion: v1\nmetadata: {name: x}\n");

    assertThat(CommandRun.of(folder, "check", "-f", folder + "/all.yaml").out())
        .endsWith("1 judged: 0 denied, 1 warned; 0 unchanged, 1 document skipped\n");
  }
}
