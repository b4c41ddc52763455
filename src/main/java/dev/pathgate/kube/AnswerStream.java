package dev.pathgate.kube;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The body of an answer while it arrives, for a thread that reads it. Some pieces are asked for
 * before they are read: the stream that the client's library has asks for each when the one before
 * is used up, which costs two threads a turn for every piece, and copies it byte by byte.
 *
 * <p>Read by one thread; closed by any.
 */
public final class AnswerStream extends InputStream {
  /** As much is held that was not read; one piece more may arrive. */
  static final int AHEAD = 64 * 1024;

  private final Deque<ByteBuffer> pieces = new ArrayDeque<>();
  private int held;
  private AsyncBody body;
  private boolean asked;
  private boolean ended;
  private boolean closed;
  private Throwable failure;

  /**
   * An answer.
   *
   * @param code of HTTP
   */
  public record Answer(int code, AnswerStream body) {}

  private AnswerStream() {}

  /** Sends a request; the future is there once the head of the answer is. */
  public static CompletableFuture<Answer> ask(HttpClient http, HttpRequest request) {
    AnswerStream stream = new AnswerStream();
    return http.consumeBytes(request, stream::take)
        .thenApply(
            response -> {
              stream.follow(response.body());
              return new Answer(response.code(), stream);
            });
  }

  @SuppressWarnings("FutureReturnValueIgnored") // both ends are taken note of
  private void follow(AsyncBody arriving) {
    synchronized (this) {
      body = arriving;
      asked = true;
    }
    arriving.done().whenComplete((done, why) -> end(why));
    arriving.consume();
  }

  private void take(List<ByteBuffer> arrived, AsyncBody from) {
    boolean more;
    synchronized (this) {
      for (ByteBuffer piece : arrived) {
        if (piece.hasRemaining()) {
          pieces.add(piece);
          held += piece.remaining();
        }
      }
      asked = false;
      more = mustAsk();
      notifyAll();
    }
    if (more) {
      from.consume();
    }
  }

  /** Whether the caller has to ask for a piece: there is room, and none is on its way. */
  private boolean mustAsk() {
    if (asked || ended || held >= AHEAD) {
      return false;
    }
    asked = true;
    return true;
  }

  private synchronized void end(Throwable why) {
    ended = true;
    failure = why;
    notifyAll();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int from, int most) throws IOException {
    if (most == 0) {
      return 0;
    }
    int read;
    boolean more;
    synchronized (this) {
      ByteBuffer piece = next();
      if (piece == null) {
        return -1;
      }
      read = Math.min(most, piece.remaining());
      piece.get(into, from, read);
      held -= read;
      if (!piece.hasRemaining()) {
        pieces.remove();
      }
      more = mustAsk();
    }
    if (more) {
      body.consume();
    }
    return read;
  }

  /** Waits for the piece to read from; null at the end. */
  private ByteBuffer next() throws IOException {
    while (!closed && pieces.isEmpty() && !ended) {
      try {
        wait();
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while an answer arrived");
      }
    }
    if (closed) {
      throw new IOException("the answer was closed");
    }
    if (pieces.isEmpty() && failure != null) {
      throw new IOException(FailureText.of(failure), failure);
    }
    return pieces.peek();
  }

  @Override
  public synchronized int available() {
    ByteBuffer piece = closed ? null : pieces.peek();
    return piece == null ? 0 : piece.remaining();
  }

  /** Ends it, whoever reads; the connection is given up unless the answer had ended. */
  @Override
  public void close() {
    AsyncBody open;
    synchronized (this) {
      open = closed || ended ? null : body;
      closed = true;
      pieces.clear();
      notifyAll();
    }
    if (open != null) {
      open.cancel();
    }
  }
}
