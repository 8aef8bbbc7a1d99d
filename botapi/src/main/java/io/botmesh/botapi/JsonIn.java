package io.botmesh.botapi;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads generated types from JSON bytes and survives what it does not expect: a value of another shape is left out, and
 * an object that lacks what it must have is left out by whoever holds it. So one odd field costs that field, and only
 * what is broken at the root throws {@link Mismatch}. Every reading method stands on the first token of a value when it
 * is called and on the last when it returns.
 */
final class JsonIn implements AutoCloseable {
    /** The server's own limits are tighter; ours only keep a hostile server from exhausting stack and memory. */
    static final TokenStreamFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(500)
                    .maxNumberLength(1000)
                    .build())
            .build();

    /** Reads one value. Null if it is JSON's null or not of the expected shape. */
    @FunctionalInterface
    interface Reader<T> {
        @Nullable
        T read(JsonIn in);
    }

    /** An object that cannot be what it should be. Caught where the object may be left out. */
    static final class Mismatch extends RuntimeException {
        final String what;

        Mismatch(String what) {
            super(what, null, false, false);
            this.what = what;
        }
    }

    /** What an object must have to be a member of a union: names, or {@code name=text}. */
    static final class Outline {
        final String member;
        private final String[] names;
        private final String[] values;

        Outline(String member, String... required) {
            this.member = member;
            names = new String[required.length];
            values = new String[required.length];
            for (int i = 0; i < required.length; i++) {
                int equals = required[i].indexOf('=');
                names[i] = equals < 0 ? required[i] : required[i].substring(0, equals);
                values[i] = equals < 0 ? "" : required[i].substring(equals + 1);
            }
        }

        int size() {
            return names.length;
        }

        boolean fits(byte[] bytes, int at, int end) {
            for (int i = 0; i < names.length; i++) {
                var members = new JsonBytes.Members(bytes, at, end);
                boolean found = false;
                while (!found && members.advance())
                    found = members.named(names[i])
                            && (values[i].isEmpty() || members.text().equals(values[i]));
                if (!found) return false;
            }
            return true;
        }
    }

    private final byte[] bytes;
    private final int from;
    private final int end;
    private final JsonParser parser;

    JsonIn(byte[] bytes, int from, int length) {
        this.bytes = bytes;
        this.from = from;
        this.end = from + length;
        parser = FACTORY.createParser(ObjectReadContext.empty(), bytes, from, length);
        parser.nextToken();
    }

    JsonIn(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    /** What is wrong with the bytes and where, without repeating any of them. */
    static String complaint(JacksonException damaged) {
        var place = damaged.getLocation();
        return place == null || place.getByteOffset() < 0
                ? "no valid JSON"
                : "no valid JSON at byte " + place.getByteOffset();
    }

    /** Reads on to the end, so that what follows a value is checked too. */
    void requireEnd() {
        if (parser.nextToken() != null) throw new Mismatch("more than one value");
    }

    @Override
    public void close() {
        parser.close();
    }

    // ---- objects and lists

    void beginObject(String type) {
        if (parser.currentToken() != JsonToken.START_OBJECT) throw new Mismatch(type + " is no object");
    }

    /** The next field's name, standing on its value; null at the end of the object. */
    @Nullable
    String nextField() {
        String name = parser.nextName();
        if (name != null) parser.nextToken();
        return name;
    }

    void skip() {
        parser.skipChildren();
    }

    <T> @Nullable T object(Reader<T> reader) {
        if (parser.currentToken() == JsonToken.VALUE_NULL) return null;
        try {
            return reader.read(this);
        } catch (Mismatch leftOut) {
            // Thrown before the value is entered or after its end, never inside.
            parser.skipChildren();
            return null;
        }
    }

    <T> @Nullable List<T> list(Reader<T> element) {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return null;
        }
        List<T> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            T value = element.read(this);
            if (value != null) list.add(value);
        }
        return list;
    }

    /** Answers of calls that show an object for some messages and true for the others. */
    <T> Optional<T> orTrue(Reader<T> reader) {
        if (parser.currentToken() == JsonToken.VALUE_TRUE) return Optional.empty();
        return Optional.of(required(reader.read(this), "the answer"));
    }

    static <T> T required(@Nullable T value, String field) {
        if (value == null) throw new Mismatch(field + " is missing or of another type");
        return value;
    }

    // ---- scalars

    @Nullable
    Long whole() {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) return parser.getLongValue();
        parser.skipChildren();
        return null;
    }

    @Nullable
    Double decimal() {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_NUMBER_FLOAT || token == JsonToken.VALUE_NUMBER_INT) {
            double value = parser.getDoubleValue();
            return Double.isFinite(value) ? value : null;
        }
        parser.skipChildren();
        return null;
    }

    @Nullable
    Boolean flag() {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_TRUE) return Boolean.TRUE;
        if (token == JsonToken.VALUE_FALSE) return Boolean.FALSE;
        parser.skipChildren();
        return null;
    }

    boolean mark() {
        return Boolean.TRUE.equals(flag());
    }

    @Nullable
    String text() {
        if (parser.currentToken() == JsonToken.VALUE_STRING) return parser.getString();
        parser.skipChildren();
        return null;
    }

    <T> @Nullable T open(Function<String, T> constant) {
        String value = text();
        return value == null ? null : constant.apply(value);
    }

    @Nullable
    ChatId chatId() {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            Long id = whole();
            return id == null ? null : ChatId.of(id);
        }
        try {
            return ChatId.of(parser.getString());
        } catch (IllegalArgumentException neither) {
            return null;
        }
    }

    @Nullable
    InputFile inputFile() {
        String value = text();
        return value == null ? null : InputFile.reference(value);
    }

    // ---- unions

    @Nullable
    String textOrNull() {
        return parser.currentToken() == JsonToken.VALUE_STRING ? parser.getString() : null;
    }

    boolean atArray() {
        return parser.currentToken() == JsonToken.START_ARRAY;
    }

    /** The string under this name in the object ahead, wherever it stands; empty if there is none. */
    String peekText(String name) {
        return JsonBytes.textAt(bytes, tokenStart(), end, name);
    }

    /** The number under this name in the object ahead; -1 if there is none. */
    long peekNumber(String name) {
        var members = new JsonBytes.Members(bytes, tokenStart(), end);
        while (members.advance()) if (members.named(name)) return members.number(-1);
        return -1;
    }

    /** The member whose outline the object ahead fits best; empty if it fits none. */
    String peekShape(Outline... outlines) {
        int at = tokenStart();
        String best = "";
        int most = -1;
        for (Outline outline : outlines) {
            if (outline.size() > most && outline.fits(bytes, at, end)) {
                best = outline.member;
                most = outline.size();
            }
        }
        return best;
    }

    /** Reads the value as a member that its discriminator names; if it is not one after all, keeps it as it came. */
    <T> T known(Reader<? extends T> reader, Function<RawJson, ? extends T> unknown) {
        int start = tokenStart();
        try {
            T value = reader.read(this);
            if (value != null) return value;
        } catch (Mismatch other) {
            parser.skipChildren();
        }
        return unknown.apply(slice(start));
    }

    RawJson raw() {
        int start = tokenStart();
        parser.skipChildren();
        return slice(start);
    }

    private RawJson slice(int start) {
        return new RawJson(new String(bytes, start, JsonBytes.skipValue(bytes, start, end) - start, UTF_8));
    }

    private int tokenStart() {
        return from + Math.toIntExact(parser.currentTokenLocation().getByteOffset());
    }
}
