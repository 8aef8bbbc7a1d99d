package io.botmesh.botapi;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * A JSON value as text.
 *
 * @param text the value; whoever makes one answers for its being JSON
 */
public record RawJson(String text) {
    public RawJson {
        Objects.requireNonNull(text, "text");
    }

    /** The string under this name if the value is an object and has one, else empty. */
    String textAt(String name) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return JsonBytes.textAt(bytes, JsonBytes.skipSpace(bytes, 0, bytes.length), bytes.length, name);
    }

    @Override
    public String toString() {
        return text;
    }
}
