package dev.pathgate.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.pathgate.cli.input.CommandRequests;
import dev.pathgate.cli.output.CommandFailure;
import dev.pathgate.kube.ApiServer;
import dev.pathgate.kube.ApiServer.Answer;
import dev.pathgate.kube.ApiServer.Call;
import java.util.function.Function;

/** Asks the API server; writes nothing, dry-runs aside. */
final class Reads {
  private final CommandRequests api;

  Reads(CommandRequests api) {
    this.api = api;
  }

  /**
   * One JSON document.
   *
   * @throws CommandFailure where the API server can't be reached, or does not know the caller
   */
  Reading get(String path) {
    return reading(ask(Call.get(path)), Answer::json);
  }

  private static Reading reading(Answer answer, Function<Answer, JsonNode> value) {
    if (answer.isSuccess()) {
      return Reading.of(value.apply(answer));
    }
    return answer.code() == 404
        ? Reading.of(MissingNode.getInstance())
        : Reading.refused(refusal(answer));
  }

  /** All items of a collection, page by page. */
  Reading list(String path) {
    ArrayNode items = JsonNodeFactory.instance.arrayNode();
    return reading(known(api.list(path, "", items::add)), last -> items);
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
    return known(api.ask(call));
  }

  /** The answer, unless the API server does not know who asks. */
  private Answer known(Answer answer) {
    if (answer.code() == 401) {
      throw CommandFailure.noCluster(
          "the API server at " + api.address() + " refuses: " + answer.message());
    }
    return answer;
  }
}
