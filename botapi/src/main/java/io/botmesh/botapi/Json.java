package io.botmesh.botapi;

import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;

/** Bot API types as JSON, the way they look on the wire. */
public final class Json {
    private Json() {}

    /**
     * Any type of the Bot API as an object.
     *
     * @throws IllegalArgumentException if it holds a file to upload, which no JSON can, or is no Bot API type
     */
    public static String text(Record value) {
        var out = new JsonOut();
        Types.write(value, out);
        byte[] bytes = out.bytes();
        if (!out.parts().isEmpty()) throw new IllegalArgumentException("a file to upload cannot be written as JSON");
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /**
     * Reads a type or union of the Bot API. What is unknown is passed over; an optional field of another shape than the
     * documentation gives is null.
     *
     * @throws DecodeException if this is no JSON or lacks what the type must have
     */
    public static <T> T parse(Class<T> type, String json) {
        return parse(type, json.getBytes(StandardCharsets.UTF_8));
    }

    /** As {@link #parse(Class, String)}, from UTF-8. */
    public static <T> T parse(Class<T> type, byte[] json) {
        try (var in = new JsonIn(json)) {
            T value = type.cast(Types.read(type, in));
            in.requireEnd();
            return value;
        } catch (JsonIn.Mismatch mismatch) {
            throw new DecodeException(mismatch.what);
        } catch (JacksonException damaged) {
            throw new DecodeException(JsonIn.complaint(damaged));
        }
    }
}
