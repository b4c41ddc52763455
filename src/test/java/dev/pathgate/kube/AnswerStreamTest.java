package dev.pathgate.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An answer that arrives piece by piece, as it is asked for. */
class AnswerStreamTest {
  private static final int PIECE = 8 * 1024;

  private final FakeBody body = new FakeBody();
  private AsyncBody.Consumer<List<ByteBuffer>> reader;
  private AnswerStream stream;

  /** What arrives only when it is asked for, as of the client's library. */
  private static final class FakeBody implements AsyncBody {
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private int asked;
    private boolean cancelled;

    @Override
    public void consume() {
      asked++;
    }

    @Override
    public CompletableFuture<Void> done() {
      return done;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }

  @BeforeEach
  void ask() {
    CompletableFuture<AnswerStream.Answer> answer = AnswerStream.ask(client(), null);
    assertThat(answer.join().code()).isEqualTo(200);
    stream = answer.join().body();
    assertThat(body.asked).isEqualTo(1);
  }

  @Test
  void isReadInTheOrderOfItsPiecesToItsEnd() throws IOException {
    arrive("one ");
    arrive("");
    arrive("two");
    body.done.complete(null);

    assertThat(stream.read()).isEqualTo('o');
    assertThat(new String(stream.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("ne two");
    assertThat(stream.read()).isEqualTo(-1);
    stream.close();
    assertThat(body.cancelled).as("its connection serves on").isFalse();
  }

  @Test
  void asksAheadOfItsReaderUpToABoundAndOnOnceThereIsRoom() throws IOException {
    int pieces = 0;
    while (body.asked > pieces) {
      arrive("x".repeat(PIECE));
      pieces++;
    }

    assertThat(pieces).isEqualTo(AnswerStream.AHEAD / PIECE);

    assertThat(stream.readNBytes(1)).hasSize(1);

    assertThat(body.asked).isEqualTo(pieces + 1);
    assertThat(stream.readNBytes(PIECE)).hasSize(PIECE);
    assertThat(body.asked).as("nothing has arrived since").isEqualTo(pieces + 1);
  }

  @Test
  void waitsForWhatHasNotArrived() throws Exception {
    AtomicReference<Integer> read = new AtomicReference<>();
    Thread waiting = waitingInto(read);

    arrive("!");
    waiting.join(10_000);

    assertThat(read.get()).isEqualTo('!');
  }

  @Test
  void tellsItsReaderOfAFailureOnceWhatArrivedIsRead() throws IOException {
    arrive("half");
    body.done.completeExceptionally(new IOException("Connection was closed"));

    assertThat(stream.readNBytes(4)).hasSize(4);
    assertThatThrownBy(stream::read)
        .isInstanceOf(IOException.class)
        .hasMessage("Connection was closed");
  }

  @Test
  void endsForAReaderThatWaitsWhenItIsClosed() throws Exception {
    AtomicReference<Integer> read = new AtomicReference<>();
    Thread waiting = waitingInto(read);

    stream.close();
    waiting.join(10_000);

    assertThat(read.get()).isEqualTo(-2);
    assertThat(body.cancelled).isTrue();
    assertThatThrownBy(stream::read).hasMessage("the answer was closed");
  }

  @Test
  void endsForAReaderThatIsInterrupted() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(stream::read).isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  /** A thread that reads, and waits already. */
  private Thread waitingInto(AtomicReference<Integer> read) {
    Thread waiting = new Thread(() -> read.set(readOne()));
    waiting.start();
    Awaitility.await().until(() -> waiting.getState() == Thread.State.WAITING);
    return waiting;
  }

  private int readOne() {
    try {
      return stream.read();
    } catch (IOException closed) {
      return -2;
    }
  }

  private void arrive(String text) throws IOException {
    try {
      reader.consume(List.of(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))), body);
    } catch (IOException | RuntimeException failed) {
      throw failed;
    } catch (Exception impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @SuppressWarnings("unchecked") // the one method that is called has that argument
  private HttpClient client() {
    return (HttpClient)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {HttpClient.class},
            (proxy, method, arguments) -> {
              assertThat(method.getName()).isEqualTo("consumeBytes");
              reader = (AsyncBody.Consumer<List<ByteBuffer>>) arguments[1];
              return CompletableFuture.completedFuture(new FakeResponse<>(null, 200, body));
            });
  }
}
