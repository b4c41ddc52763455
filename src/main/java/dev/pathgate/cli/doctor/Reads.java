package dev.pathgate.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.pathgate.cli.output.CommandFailure;
import dev.pathgate.kube.ApiServer;
import dev.pathgate.kube.ApiServer.Answer;
import dev.pathgate.kube.ApiServer.Call;
import dev.pathgate.kube.Requests;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Asks the API server; writes nothing, dry-runs aside. */
final class Reads {
  private static final int PAGE = 500;

  private final Requests api;
  private final Duration timeout;
  private final String address;

  /**
   * @param timeout how long one request may take
   * @param address the API server's, for messages
   */
  Reads(Requests api, Duration timeout, String address) {
    this.api = api;
    this.timeout = timeout;
    this.address = address;
  }

  /**
   * One JSON document.
   *
   * @throws CommandFailure where the API server can't be reached, or does not know the caller
   */
  Reading get(String path) {
    Answer answer = ask(Call.get(path));
    if (answer.isSuccess()) {
      return Reading.of(answer.json());
    }
    return answer.code() == 404
        ? Reading.of(MissingNode.getInstance())
        : Reading.refused(refusal(answer));
  }

  /** All items of a collection, page by page. */
  Reading list(String path) {
    ArrayNode items = JsonNodeFactory.instance.arrayNode();
    String next = "";
    do {
      Reading page =
          get(path + "?limit=" + PAGE + (next.isEmpty() ? "" : "&continue=" + encoded(next)));
      if (page.isUnseen() || page.isAbsent()) {
        return page;
      }
      page.value().path("items").forEach(items::add);
      next = page.value().path("metadata").path("continue").asText();
    } while (!next.isEmpty());
    return Reading.of(items);
  }

  /** What the API server would answer to the creation of an object; nothing is stored. */
  Answer dryRun(String collection, JsonNode object) {
    return ask(Call.send("POST", collection + "?dryRun=All", ApiServer.JSON, object));
  }

  /** Verb and resource that the caller has no right to, else the answer. */
  static String refusal(Answer answer) {
    String said = answer.message();
    return answer.isMissingRule()
        ? "this account " + said.substring(said.indexOf("cannot "))
        : "the API server answers " + answer.code() + ": " + said;
  }

  private Answer ask(Call call) {
    try {
      Answer answer = api.ask(call, timeout);
      if (answer.code() == 401) {
        throw CommandFailure.noCluster(
            "the API server at " + address + " refuses: " + answer.message());
      }
      return answer;
    } catch (IOException away) {
      throw CommandFailure.noCluster(
          "the API server at " + address + " can't be reached: " + away.getMessage());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw CommandFailure.noCluster("interrupted while reading from " + address);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
