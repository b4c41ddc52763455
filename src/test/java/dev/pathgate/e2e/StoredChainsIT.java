package dev.pathgate.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.pathgate.cluster.StubServer;
import dev.pathgate.testkit.PathgateProcess;
import dev.pathgate.testkit.TestFolders;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * With the chart's heap, the webhook judges by chains that are as large as the API server stores
 * them.
 */
class StoredChainsIT {
  private static final int TEMPLATES = 290;
  private static final int NAMES = 70_000;
  private static final Pattern NAMED = Pattern.compile("/servicetemplatechains/dense-(\\d+)$");

  /** Releases the watches. */
  private final CountDownLatch end = new CountDownLatch(1);

  private int chains;
  private IntFunction<String> chain;

  /** Each template leads to all others. */
  @Test
  void judgesByChainsOfMoreThanAMegabyte() throws Exception {
    serving(
        120,
        StoredChainsIT::dense,
        caller -> {
          assertThat(verdicts(caller, 15, "0", "289", "")).containsOnly("true");
          assertThat(verdicts(caller, 15, "0", "none", "")).containsOnly("false");
          assertThat(verdicts(caller, 15, "0", "289", "9.9.9")).containsOnly("true");
        });
  }

  /** 45 chains of 70,000 templates: four times as many as fit into the heap. */
  @Test
  void judgesByEachOfMoreChainsThanItHasRoomForAndOutlivesEditsOfAllOfThem() throws Exception {
    serving(
        45,
        StoredChainsIT::wide,
        caller -> {
          assertThat(verdicts(caller, 45, "0", "289", "")).hasSize(1);
          for (int number = 0; number < 45; number += 9) {
            assertThat(verdict(caller, move(number, 1, "0", "289", ""))).isEqualTo("true");
            assertThat(verdict(caller, move(number, 1, "289", "0", ""))).isEqualTo("false");
          }
          assertThat(verdicts(caller, 15, "0", "289", "")).hasSize(3);
        });
  }

  private interface Edits {
    void by(Caller caller) throws Exception;
  }

  private void serving(int count, IntFunction<String> made, Edits edits) throws Exception {
    chains = count;
    chain = made;
    assertThat(chain.apply(0).length()).isBetween(1_300_000, 1_500_000);
    Path folder = TestFolders.make("stored-chains");
    try (StubServer api = new StubServer(this::answer);
        PathgateProcess gate =
            PathgateProcess.onCluster(
                    Files.writeString(folder.resolve("kubeconfig"), api.kubeconfig()))
                .start()) {
      edits.by(Caller.of(gate, HttpClient.Version.HTTP_2));

      assertThat(gate.isAlive()).isTrue();
      assertThat(gate.log()).doesNotContain("OutOfMemory");
    } finally {
      end.countDown();
    }
  }

  /** Whether edits are allowed that are sent at the same time and name all chains between them. */
  private List<String> verdicts(
      Caller caller, int chainsAnEdit, String from, String to, String version) throws Exception {
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int first = 0; first < chains; first += chainsAnEdit) {
      answers.add(caller.postLater("/validate", move(first, chainsAnEdit, from, to, version)));
    }
    List<String> verdicts = new ArrayList<>();
    for (CompletableFuture<HttpResponse<String>> answer : answers) {
      verdicts.add(verdict(answer.get(60, TimeUnit.SECONDS)));
    }
    return verdicts;
  }

  private static String verdict(Caller caller, byte[] review) throws Exception {
    return verdict(caller.postLater("/validate", review).get(60, TimeUnit.SECONDS));
  }

  private static String verdict(HttpResponse<String> answer) {
    return answer.body().replaceFirst("(?s).*\"allowed\":(\\w+).*", "$1");
  }

  private static byte[] move(int first, int count, String from, String to, String version) {
    return """
    {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u",
     "kind":{"group":"k0rdent.mirantis.com","version":"v1beta1","kind":"ClusterDeployment"},
     "name":"x","namespace":"tenant","operation":"UPDATE",
     "userInfo":{"username":"jane","groups":["g"]},
     "object":%s,"oldObject":%s,"dryRun":true}}\
    """
        .formatted(cluster(first, count, to, version), cluster(first, count, from, ""))
        .getBytes(UTF_8);
  }

  private static String cluster(int first, int count, String template, String version) {
    return """
    {"apiVersion":"k0rdent.mirantis.com/v1beta1","kind":"ClusterDeployment",
     "metadata":{"name":"x","namespace":"tenant"},"spec":{"serviceSpec":{"services":[%s]}}}\
    """
        .formatted(
            IntStream.range(first, first + count)
                .mapToObj(
                    chain ->
                        """
                        {"name":"s%1$d","template":"c%1$d-%2$s","templateChain":"dense-%1$d",
                         "version":"%3$s"}\
                        """
                            .formatted(chain, template, version))
                .collect(Collectors.joining(",")));
  }

  private void answer(HttpExchange exchange) throws IOException {
    boolean isWatch = exchange.getRequestURI().toString().contains("watch=true");
    String path = exchange.getRequestURI().getPath();
    Matcher named = NAMED.matcher(path);
    boolean isNamed = named.find();
    boolean isKnown = path.startsWith("/apis/k0rdent.mirantis.com/v1beta1/");
    exchange.sendResponseHeaders(isKnown ? 200 : 404, 0);
    try (OutputStream body = exchange.getResponseBody()) {
      if (isWatch) {
        body.flush();
        end.await();
      } else if (isNamed) {
        write(body, chain.apply(Integer.parseInt(named.group(1))));
      } else if (isKnown) {
        write(body, "{\"metadata\": {\"resourceVersion\": \"7\"}, \"items\": [");
        for (int i = 0; i < chains && path.endsWith("/servicetemplatechains"); i++) {
          write(body, (i == 0 ? "" : ",") + chain.apply(i));
        }
        write(body, "]}");
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private static void write(OutputStream body, String text) throws IOException {
    body.write(text.getBytes(UTF_8));
  }

  private static String start(int number) {
    return """
    {"apiVersion":"k0rdent.mirantis.com/v1beta1","kind":"ServiceTemplateChain","metadata":
     {"namespace":"tenant","name":"dense-%1$d","resourceVersion":"%1$d"},
     "spec":{"supportedTemplates":[\
    """
        .formatted(number);
  }

  private static String wide(int number) {
    StringBuilder chain = new StringBuilder(start(number));
    String name = "{\"name\":\"c" + number + "-";
    chain.append(name).append("0\",\"availableUpgrades\":[").append(name).append("289\"}]}");
    for (int other = 1; other < NAMES; other++) {
      chain.append(',').append(name).append(other).append("\"}");
    }
    return chain.append("]}}").toString();
  }

  private static String dense(int number) {
    StringBuilder chain = new StringBuilder(start(number));
    String name = "{\"name\":\"c" + number + "-";
    for (int from = 0; from < TEMPLATES; from++) {
      chain.append(from == 0 ? "" : ",").append(name).append(from);
      String next = "\",\"availableUpgrades\":[";
      for (int to = 0; to < TEMPLATES; to++) {
        if (to != from) {
          chain.append(next).append(name).append(to).append("\"}");
          next = ",";
        }
      }
      chain.append("]}");
    }
    return chain.append("]}}").toString();
  }
}
