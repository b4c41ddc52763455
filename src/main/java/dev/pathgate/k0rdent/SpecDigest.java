package dev.pathgate.k0rdent;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;

/**
 * Digests an object while somebody else reads it: equal for objects that mean the same, whatever
 * the order of their members. The object may be nested to any depth and is never held as a whole.
 *
 * <p>For a list, absent, {@code null} and {@code []} are the same, and the order of the object's
 * own {@code supportedTemplates} makes no difference.
 */
final class SpecDigest extends JsonParserDelegate {
  private static final String UNORDERED = "supportedTemplates";

  /** An object or list that is open, with the digests of what it holds so far. */
  private static final class Frame {
    private final boolean isList;
    private final boolean isOrdered;
    private final List<byte[]> members = new ArrayList<>();
    private byte[] name = new byte[0];

    Frame(boolean isList, boolean isOrdered) {
      this.isList = isList;
      this.isOrdered = isOrdered;
    }
  }

  private final MessageDigest sha = sha256();
  private final Deque<Frame> open = new ArrayDeque<>();
  private String lastName = "";
  private String result = "";

  /**
   * @param parser at the start of the object
   */
  SpecDigest(JsonParser parser) throws IOException {
    super(parser);
    take(parser.currentToken());
  }

  /** The digest, once the object was read to its end. */
  String result() {
    return result;
  }

  @Override
  public JsonToken nextToken() throws IOException {
    JsonToken token = super.nextToken();
    if (result.isEmpty()) {
      take(token);
    }
    return token;
  }

  /** Passed over by whoever reads, but not by us. */
  @Override
  public JsonParser skipChildren() throws IOException {
    if (currentToken().isStructStart()) {
      for (int depth = 1; depth > 0; ) {
        JsonToken token = nextToken();
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
      }
    }
    return this;
  }

  private void take(JsonToken token) throws IOException {
    switch (token) {
      case START_OBJECT, START_ARRAY -> {
        boolean isUnordered = open.size() == 1 && lastName.equals(UNORDERED);
        open.push(new Frame(token == JsonToken.START_ARRAY, !isUnordered));
      }
      case FIELD_NAME -> {
        lastName = currentName();
        open.peek().name = hash((byte) 'n', lastName.getBytes(StandardCharsets.UTF_8));
      }
      case END_OBJECT, END_ARRAY -> close(open.pop());
      case VALUE_NULL -> add(null);
      case VALUE_STRING -> add(hash((byte) 's', getText().getBytes(StandardCharsets.UTF_8)));
      default -> add(hash((byte) 'v', getText().getBytes(StandardCharsets.UTF_8)));
    }
  }

  private void close(Frame frame) {
    if (!frame.isList || !frame.isOrdered) {
      frame.members.sort(Arrays::compare);
    }
    byte[] whole = hash((byte) (frame.isList ? 'l' : 'o'), frame.members.toArray(byte[][]::new));
    if (open.isEmpty()) {
      result = HexFormat.of().formatHex(whole);
    } else {
      add(frame.isList && frame.members.isEmpty() ? null : whole);
    }
  }

  /**
   * @param value the digest of a member or entry; null for what is as good as absent
   */
  private void add(byte[] value) {
    Frame frame = open.peek();
    if (frame.isList) {
      frame.members.add(value == null ? hash((byte) '0') : value);
    } else if (value != null) {
      frame.members.add(hash((byte) 'm', frame.name, value));
    }
  }

  private byte[] hash(byte sort, byte[]... parts) {
    sha.update(sort);
    for (byte[] part : parts) {
      sha.update(part);
    }
    return sha.digest();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
