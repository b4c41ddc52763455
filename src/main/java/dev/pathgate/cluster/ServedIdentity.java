package dev.pathgate.cluster;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.kube.ApiServer.Answer;
import dev.pathgate.kube.ApiServer.Call;
import dev.pathgate.kube.FailureText;
import dev.pathgate.kube.KubernetesJson;
import dev.pathgate.kube.Requests;
import dev.pathgate.rule.ServiceIdentity;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/**
 * What tells services apart in this cluster: from 1.4 on, k0rdent's CRD gives each a namespace by
 * default, which the API server's OpenAPI document shows to everybody. Even with such a CRD an
 * object can spell out {@code namespace: ""}: the API server takes that for another service than
 * {@code default}, while k0rdent deploys both to the same release.
 */
public final class ServedIdentity implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(ServedIdentity.class);
  private static final Pattern NAMESPACE =
      Pattern.compile(
          "/components/schemas/[^/]+/properties/spec/properties/serviceSpec/properties/services"
              + "/items/properties/namespace");

  /** k0rdent is upgraded seldom, and until this is known the stricter reading holds. */
  private static final long POLL_SECONDS = 300;

  private static final long RETRY_SECONDS = 10;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final Requests api;
  private final ScheduledThreadPoolExecutor timer;
  private volatile ServiceIdentity identity = ServiceIdentity.NAMESPACE_OPTIONAL;
  private Optional<String> etag = Optional.empty();

  ServedIdentity(Requests api) {
    this.api = api;
    this.timer =
        new ScheduledThreadPoolExecutor(
            1,
            run -> {
              Thread thread = new Thread(run, "pathgate-identity");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Reads it now, and again now and then. */
  void start() {
    timer.execute(this::poll);
  }

  /** As far as is known; before 1.4 is the careful answer. */
  ServiceIdentity get() {
    return identity;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // it ends with the timer
  private void poll() {
    long next = POLL_SECONDS;
    try {
      read();
    } catch (InterruptedException end) {
      return;
    } catch (IOException | RuntimeException unread) {
      LOG.debugf("What k0rdent's CRDs say is not known: %s", FailureText.withoutAddress(unread));
      next = RETRY_SECONDS;
    }
    if (!timer.isShutdown()) {
      timer.schedule(this::poll, next, TimeUnit.SECONDS);
    }
  }

  private void read() throws IOException, InterruptedException {
    Call call = Call.get(Kind.OPENAPI);
    Answer answer =
        api.ask(etag.isPresent() ? call.with("If-None-Match", etag.get()) : call, TIMEOUT);
    if (answer.code() == 304) {
      return;
    }
    if (!answer.isSuccess()) {
      throw new IOException("answered " + answer.code());
    }
    Optional<ServiceIdentity> served = of(answer.body());
    identity = served.orElse(ServiceIdentity.NAMESPACE_OPTIONAL);
    // The document follows its CRDs after some seconds.
    etag = served.isPresent() ? answer.etag() : Optional.empty();
    if (served.isEmpty()) {
      throw new IOException("no services in the document");
    }
  }

  /** What the OpenAPI document says; empty where it knows no services. */
  public static Optional<ServiceIdentity> of(byte[] document) throws IOException {
    try (JsonParser parser = KubernetesJson.FACTORY.createParser(document)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.START_OBJECT
            && "namespace".equals(parser.currentName())
            && NAMESPACE
                .matcher(parser.getParsingContext().getParent().pathAsPointer().toString())
                .matches()) {
          return Optional.of(
              hasDefault(parser)
                  ? ServiceIdentity.NAMESPACE_DEFAULTED
                  : ServiceIdentity.NAMESPACE_OPTIONAL);
        }
      }
      return Optional.empty();
    }
  }

  private static boolean hasDefault(JsonParser schema) throws IOException {
    boolean found = false;
    while (schema.nextToken() == JsonToken.FIELD_NAME) {
      found |= schema.currentName().equals("default");
      schema.nextToken();
      schema.skipChildren();
    }
    return found;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
