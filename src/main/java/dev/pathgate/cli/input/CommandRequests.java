package dev.pathgate.cli.input;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pathgate.cli.output.CommandFailure;
import dev.pathgate.kube.ApiServer.Answer;
import dev.pathgate.kube.ApiServer.Call;
import dev.pathgate.kube.Requests;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Requests of a command to its API server. One that gets no answer ends the command.
 *
 * @param timeout how long one request may take
 * @param address the API server's, for messages
 */
public record CommandRequests(Requests api, Duration timeout, String address) {
  private static final int PAGE = 500;

  /**
   * The answer, whatever its code.
   *
   * @throws CommandFailure where the API server can't be reached
   */
  public Answer ask(Call call) {
    try {
      return api.ask(call, timeout);
    } catch (IOException away) {
      throw CommandFailure.noCluster(
          "the API server at " + address + " can't be reached: " + away.getMessage());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw CommandFailure.noCluster("interrupted while reading from " + address);
    }
  }

  /**
   * Lists a collection page by page, until a page is refused or was the last: that answer.
   *
   * @param query further parameters, such as {@code &labelSelector=a}
   * @param taker is given each object
   */
  public Answer list(String path, String query, Consumer<JsonNode> taker) {
    String next = "";
    while (true) {
      Answer answer =
          ask(
              Call.get(
                  path
                      + "?limit="
                      + PAGE
                      + query
                      + (next.isEmpty() ? "" : "&continue=" + encoded(next))));
      if (!answer.isSuccess()) {
        return answer;
      }
      JsonNode page = answer.json();
      page.path("items").forEach(taker);
      next = page.path("metadata").path("continue").asText();
      if (next.isEmpty()) {
        return answer;
      }
    }
  }

  /** A text as a part of a query. */
  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
