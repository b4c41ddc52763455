package dev.pathgate.kube;

import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An answer without headers. */
public record FakeResponse<T>(HttpRequest request, int code, T body) implements HttpResponse<T> {
  @Override
  public Optional<HttpResponse<?>> previousResponse() {
    return Optional.empty();
  }

  @Override
  public List<String> headers(String key) {
    return List.of();
  }

  @Override
  public Map<String, List<String>> headers() {
    return Map.of();
  }
}
