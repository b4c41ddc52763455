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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * With the chart's heap, the webhook knows chains that are as large as the API server stores them,
 * and judges by them: each of 290 templates leads to all others.
 */
class StoredChainsIT {
  private static final int CHAINS = 120;
  private static final int TEMPLATES = 290;
  private static final int CHAINS_AN_EDIT = 15;
  private static final Pattern NAMED = Pattern.compile("/servicetemplatechains/dense-(\\d+)$");

  /** Releases the watches. */
  private final CountDownLatch end = new CountDownLatch(1);

  @Test
  void judgesByChainsOfMoreThanAMegabyte() throws Exception {
    assertThat(chain(0).length()).isBetween(1_300_000, 1_500_000);
    Path folder = TestFolders.make("stored-chains");
    try (StubServer api = new StubServer(this::answer);
        PathgateProcess gate =
            PathgateProcess.onCluster(
                    Files.writeString(folder.resolve("kubeconfig"), api.kubeconfig()))
                .start()) {
      Caller caller = Caller.of(gate, HttpClient.Version.HTTP_2);

      assertThat(verdicts(caller, "0", "289", "")).containsOnly("true");
      assertThat(verdicts(caller, "0", "none", "")).containsOnly("false");
      assertThat(verdicts(caller, "0", "289", "9.9.9")).containsOnly("true");
      assertThat(gate.isAlive()).isTrue();
      assertThat(gate.log()).doesNotContain("OutOfMemory");
    } finally {
      end.countDown();
    }
  }

  /** Whether edits are allowed that are sent at the same time and name all chains between them. */
  private static List<String> verdicts(Caller caller, String from, String to, String version)
      throws Exception {
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int first = 0; first < CHAINS; first += CHAINS_AN_EDIT) {
      answers.add(caller.postLater("/validate", move(first, from, to, version)));
    }
    List<String> verdicts = new ArrayList<>();
    for (CompletableFuture<HttpResponse<String>> answer : answers) {
      String said = answer.get(60, TimeUnit.SECONDS).body();
      verdicts.add(said.replaceFirst("(?s).*\"allowed\":(\\w+).*", "$1"));
    }
    return verdicts;
  }

  private static byte[] move(int first, String from, String to, String version) {
    return """
    {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u",
     "kind":{"group":"k0rdent.mirantis.com","version":"v1beta1","kind":"ClusterDeployment"},
     "name":"x","namespace":"tenant","operation":"UPDATE",
     "userInfo":{"username":"jane","groups":["g"]},
     "object":%s,"oldObject":%s,"dryRun":true}}\
    """
        .formatted(cluster(first, to, version), cluster(first, from, ""))
        .getBytes(UTF_8);
  }

  private static String cluster(int first, String template, String version) {
    return """
    {"apiVersion":"k0rdent.mirantis.com/v1beta1","kind":"ClusterDeployment",
     "metadata":{"name":"x","namespace":"tenant"},"spec":{"serviceSpec":{"services":[%s]}}}\
    """
        .formatted(
            IntStream.range(first, first + CHAINS_AN_EDIT)
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
        write(body, chain(Integer.parseInt(named.group(1))));
      } else if (isKnown) {
        write(body, "{\"metadata\": {\"resourceVersion\": \"7\"}, \"items\": [");
        for (int i = 0; i < CHAINS && path.endsWith("/servicetemplatechains"); i++) {
          write(body, (i == 0 ? "" : ",") + chain(i));
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

  private static String chain(int number) {
    StringBuilder chain =
        new StringBuilder(
            """
            {"apiVersion":"k0rdent.mirantis.com/v1beta1","kind":"ServiceTemplateChain","metadata":
             {"namespace":"tenant","name":"dense-%1$d","resourceVersion":"%1$d"},
             "spec":{"supportedTemplates":[\
            """
                .formatted(number));
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
