package io.botmesh.botapi;

import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;

/**
 * Looks ahead in JSON bytes without a parser's state. It only follows strings and brackets: what it walks over has been,
 * or will be, checked by the real parser. On damaged input it ends early and never leaves the range.
 */
final class JsonBytes {
    private JsonBytes() {}

    static int skipSpace(byte[] bytes, int at, int end) {
        int i = at;
        while (i < end && (bytes[i] == ' ' || bytes[i] == '\n' || bytes[i] == '\r' || bytes[i] == '\t')) i++;
        return i;
    }

    /** The index after the value that begins at {@code at}; at most {@code end}. */
    static int skipValue(byte[] bytes, int at, int end) {
        int i = at;
        int depth = 0;
        while (i < end) {
            switch (bytes[i]) {
                case '"' -> {
                    i = skipString(bytes, i, end);
                    if (depth == 0) return i;
                }
                case '{', '[' -> {
                    depth++;
                    i++;
                }
                case '}', ']' -> {
                    if (depth == 0) return i;
                    i++;
                    if (--depth == 0) return i;
                }
                case ',', ' ', '\n', '\r', '\t' -> {
                    if (depth == 0) return i;
                    i++;
                }
                default -> i++;
            }
        }
        return end;
    }

    private static int skipString(byte[] bytes, int at, int end) {
        for (int i = at + 1; i < end; i++) {
            if (bytes[i] == '\\') i++;
            else if (bytes[i] == '"') return i + 1;
        }
        return end;
    }

    /** Walks the members of the object that begins at {@code at}. */
    static final class Members {
        private final byte[] bytes;
        private final int end;
        private int next;
        private int nameStart;
        private int nameEnd;

        /** Where the current member's value begins and ends. */
        int valueStart;

        int valueEnd;

        Members(byte[] bytes, int at, int end) {
            this.bytes = bytes;
            this.end = end;
            this.next = at < end && bytes[at] == '{' ? at + 1 : end;
        }

        boolean advance() {
            int i = skipSpace(bytes, next, end);
            if (i < end && bytes[i] == ',') i = skipSpace(bytes, i + 1, end);
            if (i >= end || bytes[i] != '"') return false;
            nameStart = i + 1;
            i = skipString(bytes, i, end);
            nameEnd = i - 1;
            i = skipSpace(bytes, i, end);
            if (i >= end || bytes[i] != ':') return false;
            valueStart = skipSpace(bytes, i + 1, end);
            if (valueStart >= end) return false;
            valueEnd = skipValue(bytes, valueStart, end);
            next = valueEnd;
            return valueEnd > valueStart;
        }

        /** Whether the member has this name; names with escapes match nothing, the server sends none. */
        boolean named(String name) {
            if (nameEnd - nameStart != name.length()) return false;
            for (int i = 0; i < name.length(); i++) if (bytes[nameStart + i] != name.charAt(i)) return false;
            return true;
        }

        String name() {
            return new String(bytes, nameStart, nameEnd - nameStart, StandardCharsets.UTF_8);
        }

        /** The value if it is a string, else empty. */
        String text() {
            if (bytes[valueStart] != '"' || valueEnd - valueStart < 2 || bytes[valueEnd - 1] != '"') return "";
            for (int i = valueStart + 1; i < valueEnd - 1; i++)
                if (bytes[i] == '\\') return unescaped(bytes, valueStart, valueEnd);
            return new String(bytes, valueStart + 1, valueEnd - valueStart - 2, StandardCharsets.UTF_8);
        }

        /** The value if it is a whole number of at most 18 digits, else {@code otherwise}. */
        long number(long otherwise) {
            int i = valueStart;
            boolean negative = bytes[i] == '-';
            if (negative) i++;
            if (i == valueEnd || valueEnd - i > 18) return otherwise;
            long value = 0;
            for (; i < valueEnd; i++) {
                if (bytes[i] < '0' || bytes[i] > '9') return otherwise;
                value = value * 10 + (bytes[i] - '0');
            }
            return negative ? -value : value;
        }
    }

    /** The string member of this name of the object at {@code at}, else empty. */
    static String textAt(byte[] bytes, int at, int end, String name) {
        var members = new Members(bytes, at, end);
        while (members.advance()) if (members.named(name)) return members.text();
        return "";
    }

    private static String unescaped(byte[] bytes, int start, int end) {
        try (JsonParser parser = JsonIn.FACTORY.createParser(ObjectReadContext.empty(), bytes, start, end - start)) {
            parser.nextToken();
            return parser.getString();
        } catch (JacksonException damaged) {
            return "";
        }
    }
}
