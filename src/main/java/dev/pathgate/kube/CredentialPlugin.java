package dev.pathgate.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ExecConfig;
import io.fabric8.kubernetes.client.Config;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * What the program in a kubeconfig ({@code exec}) returned: a token, or a client certificate.
 *
 * @param status of the ExecCredential that it printed
 */
record CredentialPlugin(JsonNode status) {
  private static final ObjectMapper MAPPER = new ObjectMapper(KubernetesJson.FACTORY);

  /**
   * Runs the program, without a shell and without an input.
   *
   * @param kubeconfig a program with a relative path stands beside it
   * @throws IOException if it gives no credential; the message says why in one line for people, and
   *     begins with its name
   */
  static CredentialPlugin run(ExecConfig exec, File kubeconfig) throws IOException {
    Output output;
    try {
      output = output(start(exec, kubeconfig));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw none(exec, "interrupted");
    }
    if (output.exitCode() != 0) {
      String last = output.lastComplaint();
      throw none(
          exec,
          "it ended with exit code " + output.exitCode() + (last.isEmpty() ? "" : ": " + last));
    }
    JsonNode printed;
    try {
      printed = MAPPER.readTree(output.out());
    } catch (IOException noJson) {
      throw none(exec, "what it printed is no JSON");
    }
    String apiVersion = printed.path("apiVersion").asText();
    JsonNode status = printed.path("status");
    if (!status.hasNonNull("token") && !status.hasNonNull("clientCertificateData")) {
      throw none(exec, "it printed no token and no client certificate");
    }
    if (!apiVersion.equals(exec.getApiVersion())) {
      throw none(exec, "it printed apiVersion " + apiVersion + ", not " + exec.getApiVersion());
    }
    return new CredentialPlugin(status);
  }

  /** Gives it to the client. */
  void into(Config config) {
    if (status.hasNonNull("token")) {
      config.setAutoOAuthToken(status.path("token").asText());
    }
    if (status.hasNonNull("clientCertificateData")) {
      config.setClientCertData(base64(status.path("clientCertificateData").asText()));
      config.setClientKeyData(base64(status.path("clientKeyData").asText()));
    }
  }

  private static String base64(String pem) {
    return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
  }

  private static Process start(ExecConfig exec, File kubeconfig) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(program(exec, kubeconfig));
    if (exec.getArgs() != null) {
      command.addAll(exec.getArgs());
    }
    ProcessBuilder process = new ProcessBuilder(command);
    Map<String, String> environment = process.environment();
    environment.put(
        "KUBERNETES_EXEC_INFO",
        "{\"apiVersion\": \"%s\", \"kind\": \"ExecCredential\", \"spec\": {\"interactive\": false}}"
            .formatted(exec.getApiVersion()));
    if (exec.getEnv() != null) {
      exec.getEnv().forEach(one -> environment.put(one.getName(), one.getValue()));
    }
    try {
      return process.start();
    } catch (IOException notStarted) {
      throw none(
          exec,
          String.valueOf(notStarted.getMessage()).contains("No such file")
              ? "it is not found"
              : "it can't be started");
    }
  }

  private static String program(ExecConfig exec, File kubeconfig) {
    String command = exec.getCommand();
    return command.contains(File.separator)
        ? kubeconfig.toPath().toAbsolutePath().resolveSibling(command).toString()
        : command;
  }

  private record Output(int exitCode, String out, String err) {
    String lastComplaint() {
      return err.lines()
          .filter(line -> !line.isBlank())
          .reduce((earlier, later) -> later)
          .map(line -> OneLine.of(line, 200))
          .orElse("");
    }
  }

  private static Output output(Process process) throws IOException, InterruptedException {
    process.getOutputStream().close();
    CompletableFuture<String> complaints =
        CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
    String printed = text(process.getInputStream());
    return new Output(process.waitFor(), printed, complaints.join());
  }

  private static String text(InputStream stream) {
    try (stream) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  private static IOException none(ExecConfig exec, String why) {
    return new IOException(exec.getCommand() + " gives no credential: " + why);
  }
}
