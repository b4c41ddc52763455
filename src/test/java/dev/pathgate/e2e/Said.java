package dev.pathgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.cli.CommandRun;
import dev.pathgate.testkit.PathgateProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A verdict as its author reads it: what {@code check} says, and what the webhook answers. */
record Said(boolean allowed, List<String> causes, List<String> warnings) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Writes all objects to a folder. */
  static void write(Path to, Collection<ObjectNode> objects) {
    CommandRun.write(
        to,
        "all.yaml",
        objects.stream().map(ObjectNode::toString).collect(Collectors.joining("\n---\n")));
  }

  private static List<String> arguments(Path from, Path to, String release, List<String> set) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "check", "--from", from.toString(), "--to", to.toString(), "--k0rdent", release));
    set.forEach(setting -> arguments.addAll(List.of("--set", setting)));
    arguments.addAll(List.of("-o", "json"));
    return arguments;
  }

  /** Runs the command once in this process and once in its own: it prints the same. */
  static void requireTheSameOfAProcess(
      Path folder, Path from, Path to, String release, List<String> set)
      throws IOException, InterruptedException {
    List<String> arguments = arguments(from, to, release, set);
    CommandRun here = CommandRun.of(folder, arguments.toArray(String[]::new));
    List<String> command = new ArrayList<>(PathgateProcess.command());
    command.addAll(arguments);
    Path out = folder.resolve("out");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(folder.resolve("err").toFile())
            .start();
    process.getOutputStream().close();
    assertThat(process.waitFor()).isEqualTo(here.code());
    assertThat(Files.readString(out).replace(folder + "/", "")).isEqualTo(here.out());
  }

  /** What the command says, by the object; nothing of what it takes for unchanged. */
  static Map<String, JsonNode> check(
      Path folder, Path from, Path to, String release, List<String> set) throws IOException {
    CommandRun run =
        CommandRun.of(folder, arguments(from, to, release, set).toArray(String[]::new));
    assertThat(run.code()).as(run.err()).isLessThan(2);
    Map<String, JsonNode> verdicts = new HashMap<>();
    for (JsonNode verdict : JSON.readTree(run.out()).path("verdicts")) {
      verdicts.put(
          verdict.path("kind").asText()
              + " "
              + verdict.path("namespace").asText()
              + "/"
              + verdict.path("name").asText(),
          verdict);
    }
    return verdicts;
  }

  static Said byWebhook(JsonNode response) {
    return new Said(
        response.path("allowed").asBoolean(),
        causes(response.at("/status/details/causes")),
        texts(response.path("warnings")));
  }

  /** Of what is unchanged, nothing. Traps that lie in the whole change are the command's own. */
  static Said byCheck(JsonNode verdict) {
    return verdict == null
        ? new Said(true, List.of(), List.of())
        : new Said(
            verdict.path("allowed").asBoolean(),
            causes(verdict.path("causes")),
            texts(verdict.path("warnings")).stream()
                .filter(text -> !text.contains("[gitops-"))
                .toList());
  }

  /** In one word. */
  String verdict() {
    return !allowed ? "denied" : warnings.isEmpty() ? "allowed" : "warned";
  }

  /**
   * What the API server passes on of it, status code first, then warnings, then the body. What it
   * says of fields that the CRD does not have is its own.
   */
  static Said byApiServer(String answer) throws IOException {
    List<String> warnings = new ArrayList<>();
    List<String> lines = answer.lines().toList();
    Pattern header = Pattern.compile("299 - \"((?:[^\"\\\\]|\\\\.)*)\"");
    for (String line : lines.subList(1, lines.size() - 1)) {
      Matcher warning = header.matcher(line);
      while (warning.find()) {
        String text = warning.group(1).replaceAll("\\\\(.)", "$1");
        if (!text.startsWith("unknown field ")) {
          warnings.add(text);
        }
      }
    }
    JsonNode status = JSON.readTree(lines.get(lines.size() - 1));
    return new Said(
        answer.startsWith("2"),
        answer.startsWith("2") ? List.of() : causes(status.at("/details/causes")),
        warnings);
  }

  private static List<String> causes(JsonNode causes) {
    return stream(causes)
        .map(cause -> cause.path("field").asText() + ": " + cause.path("message").asText())
        .toList();
  }

  private static List<String> texts(JsonNode warnings) {
    return stream(warnings)
        .map(warning -> warning.isTextual() ? warning.asText() : warning.path("message").asText())
        .toList();
  }

  private static Stream<JsonNode> stream(JsonNode list) {
    List<JsonNode> all = new ArrayList<>();
    list.forEach(all::add);
    return all.stream();
  }
}
