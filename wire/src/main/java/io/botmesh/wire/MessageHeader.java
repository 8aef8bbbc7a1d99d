package io.botmesh.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A named value beside a message's body. Two headers of a message may have the same name.
 *
 * @param name  not empty
 * @param value any bytes; neither copied nor to be changed by whoever holds it
 */
@SuppressWarnings("ArrayRecordComponent") // compares by content; a copy per message would be felt
public record MessageHeader(String name, byte[] value) {
    public MessageHeader {
        if (name.isEmpty()) throw new IllegalArgumentException("the header has no name");
        if (size(name, value) > Limits.MAX_HEADERS_BYTES) {
            throw new IllegalArgumentException(
                    "header above " + Limits.MAX_HEADERS_BYTES + " bytes: " + size(name, value));
        }
    }

    /** A header whose value is text in UTF-8. */
    public static MessageHeader of(String name, String value) {
        return new MessageHeader(name, value.getBytes(StandardCharsets.UTF_8));
    }

    /** The value as UTF-8; bytes that are none become U+FFFD. */
    public String text() {
        return new String(value, StandardCharsets.UTF_8);
    }

    /** Bytes counted against {@link Limits#MAX_HEADERS_BYTES}. */
    int size() {
        return size(name, value);
    }

    private static int size(String name, byte[] value) {
        return Utf8.size(name) + value.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MessageHeader that && name.equals(that.name) && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + Arrays.hashCode(value);
    }

    @Override
    public String toString() {
        return "MessageHeader[" + name + ", " + value.length + " bytes]";
    }
}
