package dev.pathgate.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.testkit.KubeServer;
import dev.pathgate.testkit.PathgateProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code /q/metrics} of both roles shows, held against dashboard, alerts and docs: each name
 * and label that they use is there, and what is there is documented.
 */
class MetricsIT {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final String VALUES =
      """
      mutation: {enabled: true}
      exempt: {groups: ["system:masters"]}
      policies: {enabled: false}
      monitoring: {serviceMonitor: {enabled: true}, prometheusRule: {enabled: true}}
      webhook:
        extraEnv: [{name: PATHGATE_TLS_SELF_DNS_NAMES, value: "127.0.0.1"}]
      """;

  /** Labels that Prometheus adds when it scrapes, and those of histograms. */
  private static final Set<String> SCRAPED = Set.of("cluster", "namespace", "job", "pod", "le");

  private static final Pattern METRIC = Pattern.compile("pathgate_[a-z_]+[a-z]");
  private static final Pattern SELECTED = Pattern.compile("(pathgate_[a-z_]+)(?:\\{([^}]*)\\})?");
  private static final Pattern GROUPED = Pattern.compile("by \\(([^)]*)\\)");
  private static final Pattern SAMPLE = Pattern.compile("(pathgate_[a-z_]+)(?:\\{(.*)\\})? \\S+");
  private static final Pattern LABEL = Pattern.compile("(\\w+)(?:=~?|!=|!~)\"");

  /** Every metric of both roles, and its labels. */
  private static final Map<String, Set<String>> EXPOSED = new TreeMap<>();

  private static String webhookMetrics;

  @BeforeAll
  static void scrape(@TempDir Path folder) throws IOException {
    KubeServer api = KubeServer.of("v1.12");
    String namespace = api.freshNamespace();
    api.create(Policies.chain(namespace, "c", Policies.line("a", "b")));
    ObjectNode cluster = Policies.deployment(namespace, Policies.service("s", "a", "c"));
    api.create(cluster);
    Files.writeString(folder.resolve("chain.json"), cluster.toString());
    Chart.Objects onFolder =
        Chart.render("webhook: {extraEnv: [{name: PATHGATE_CHAINS, value: \"" + folder + "\"}]}");

    try (Installation installation = Installation.of(api, VALUES);
        PathgateProcess webhook = installation.startWebhook();
        PathgateProcess patcher =
            Pods.start(api, installation.rendered(), "pathgate-status-patcher");
        PathgateProcess other = Pods.start(api, onFolder, "pathgate-webhook")) {
      installation.serve(webhook);
      String path = KubeServer.path(cluster);
      Installation.await(
          "an edit is refused",
          SOON,
          () -> move(api, path, "z", "").message().contains("[service-follows-chain]"));
      api.merge(path + "?dryRun=All", Policies.servicesPatch(Policies.service("n", "a", "")));
      assertThat(move(api, path, "z", "drill").isAccepted()).isTrue();
      awaitMetric(webhook, line -> line.startsWith("pathgate_exemptions_total"));
      awaitMetric(webhook, line -> line.matches("pathgate_decisions_total\\{.*mutate.*"));
      awaitMetric(patcher.awaitReady(), line -> line.matches("pathgate_status_writes_total.*"));
      awaitMetric(other, line -> line.startsWith("pathgate_folder_stale"));
      webhookMetrics = webhook.get("/q/metrics");
      for (PathgateProcess pod : List.of(webhook, patcher, other)) {
        pod.get("/q/metrics").lines().forEach(MetricsIT::add);
      }
    }
  }

  @AfterAll
  static void stop() {
    KubeServer.tidyAll();
  }

  private static KubeServer.Answer move(
      KubeServer api, String path, String template, String exempt) {
    String services = Policies.servicesPatch(Policies.service("s", template, "c"));
    return api.merge(
        path + "?dryRun=All",
        exempt.isEmpty()
            ? services
            : services.replaceFirst(
                "\\{",
                "{\"metadata\": {\"annotations\": {\"pathgate.dev/exempt\": \""
                    + exempt
                    + "\"}},"));
  }

  private static void awaitMetric(PathgateProcess pod, Predicate<String> line) {
    Installation.await(
        "a metric of " + pod.name(), SOON, () -> pod.get("/q/metrics").lines().anyMatch(line));
  }

  private static void add(String line) {
    Matcher sample = SAMPLE.matcher(line);
    if (sample.matches()) {
      Set<String> labels = EXPOSED.computeIfAbsent(base(sample.group(1)), name -> new TreeSet<>());
      labels(sample.group(2)).forEach(labels::add);
    }
  }

  /** A histogram has one row in the docs. */
  private static String base(String name) {
    return name.replaceFirst("_(bucket|count|sum|max)$", "");
  }

  private static Stream<String> labels(String braces) {
    return braces == null
        ? Stream.empty()
        : LABEL.matcher(braces).results().map(found -> found.group(1));
  }

  @Test
  void areAllInTheTableOfTheDocsWithTheirLabelsAndNoOthers() throws IOException {
    Map<String, Set<String>> told = new TreeMap<>();
    for (String row : Files.readAllLines(Path.of("docs/operations.md"))) {
      if (row.startsWith("| `pathgate_")) {
        String[] cells = row.split("\\|", -1);
        told.put(
            cells[1].strip().replace("`", ""),
            Arrays.stream(cells[2].split(",", -1))
                .map(label -> label.replace("`", "").strip())
                .filter(label -> !label.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new)));
      }
    }

    Map<String, Set<String>> exposed = new TreeMap<>();
    EXPOSED.forEach(
        (name, labels) ->
            exposed.put(
                name,
                labels.stream()
                    .filter(label -> !label.equals("le"))
                    .collect(Collectors.toCollection(TreeSet::new))));
    assertThat(told).isEqualTo(exposed);
  }

  @Test
  void coverWhateverElseTheDocsName() throws IOException {
    List<String> unknown = new ArrayList<>();
    try (Stream<Path> pages = Files.list(Path.of("docs"))) {
      for (Path page :
          Stream.concat(pages, Stream.of(Path.of("README.md"), Chart.FOLDER.resolve("README.md")))
              .filter(path -> path.toString().endsWith(".md"))
              .toList()) {
        METRIC
            .matcher(Files.readString(page))
            .results()
            .map(MatchResult::group)
            .filter(name -> EXPOSED.keySet().stream().noneMatch(known -> known.startsWith(name)))
            .forEach(name -> unknown.add(page + ": " + name));
      }
    }
    assertThat(unknown).isEmpty();
  }

  @Test
  void coverEveryPanelAndAlert() throws IOException {
    List<String> expressions = new ArrayList<>();
    JsonNode dashboard = Chart.YAML.readTree(Chart.FOLDER.resolve("files/dashboard.json").toFile());
    dashboard.findValuesAsText("expr").forEach(expressions::add);
    dashboard.findValuesAsText("query").stream()
        .filter(query -> query.contains("pathgate_"))
        .forEach(expressions::add);
    Chart.render(VALUES)
        .one("PrometheusRule", "pathgate")
        .findValuesAsText("expr")
        .forEach(expressions::add);

    assertThat(expressions).hasSizeGreaterThan(25);
    List<String> missing = new ArrayList<>();
    for (String expression : expressions) {
      Set<String> known = new TreeSet<>(SCRAPED);
      for (MatchResult use : SELECTED.matcher(expression).results().toList()) {
        Set<String> labels = EXPOSED.get(base(use.group(1)));
        if (labels == null) {
          missing.add(use.group(1) + " of " + expression);
          continue;
        }
        known.addAll(labels);
        labels(use.group(2))
            .filter(label -> !labels.contains(label) && !SCRAPED.contains(label))
            .forEach(label -> missing.add(use.group(1) + "{" + label + "} of " + expression));
      }
      if (expression.contains("pathgate_")) {
        GROUPED
            .matcher(expression)
            .results()
            .flatMap(by -> Arrays.stream(by.group(1).split(", *", -1)))
            .filter(label -> !known.contains(label))
            .forEach(label -> missing.add("by " + label + " of " + expression));
      }
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void tellVersionAndMode() throws IOException {
    String version =
        Chart.YAML.readTree(Chart.FOLDER.resolve("Chart.yaml").toFile()).path("version").asText();

    assertThat(webhookMetrics.lines())
        .anyMatch(
            line ->
                line.startsWith("pathgate_build_info{")
                    && line.contains("version=\"" + version + "\"")
                    && line.contains("mode=\"enforce\"")
                    && line.endsWith(" 1.0"));
  }
}
