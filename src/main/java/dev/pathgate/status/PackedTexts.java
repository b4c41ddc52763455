package dev.pathgate.status;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Texts in one array of bytes, which takes about as much memory as the JSON that they come from. As
 * objects of their own, short texts take several times as much.
 */
final class PackedTexts {
  private static final int MAX_LENGTH_BYTES = 5;

  private final byte[] bytes;

  private PackedTexts(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Packs the texts, none of which is null. */
  static PackedTexts of(List<String> texts) {
    List<byte[]> encoded = texts.stream().map(text -> text.getBytes(UTF_8)).toList();
    ByteBuffer packed =
        ByteBuffer.allocate(encoded.stream().mapToInt(t -> MAX_LENGTH_BYTES + t.length).sum());
    for (byte[] text : encoded) {
      putLength(packed, text.length);
      packed.put(text);
    }
    return new PackedTexts(Arrays.copyOf(packed.array(), packed.position()));
  }

  /** Seven bits in a byte, of which the last has no eighth: one byte for most texts. */
  private static void putLength(ByteBuffer packed, int length) {
    int left = length;
    while (left > 0x7f) {
      packed.put((byte) ((left & 0x7f) | 0x80));
      left >>>= 7;
    }
    packed.put((byte) left);
  }

  /** The texts, in the same order. */
  List<String> texts() {
    List<String> texts = new ArrayList<>();
    ByteBuffer packed = ByteBuffer.wrap(bytes);
    while (packed.hasRemaining()) {
      byte[] text = new byte[length(packed)];
      packed.get(text);
      texts.add(new String(text, UTF_8));
    }
    return texts;
  }

  private static int length(ByteBuffer packed) {
    int length = 0;
    int shift = 0;
    byte next;
    do {
      next = packed.get();
      length |= (next & 0x7f) << shift;
      shift += 7;
    } while (next < 0);
    return length;
  }

  /** How many bytes they take. */
  int length() {
    return bytes.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PackedTexts texts && Arrays.equals(bytes, texts.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }
}
