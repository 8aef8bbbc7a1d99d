package io.botmesh.emulator;

import java.io.ByteArrayOutputStream;
import java.util.function.BiConsumer;

/**
 * Reads the JSON object of a request body as arguments. A string becomes its value, everything else its text as it was
 * written. What is wrong with the body ends the reading and nothing more: the arguments before it count.
 *
 * <p>A scanner of its own, because the reference server accepts more than JSON ({@code \q} is {@code q}, a comma may end an
 * object, any run of digits and signs is a number) and keeps names in order, repeated ones too.
 */
final class JsonArguments {
    private static final int MAX_DEPTH = 100;

    private final byte[] bytes;
    private final BiConsumer<String, String> arguments;
    private int at;

    private JsonArguments(byte[] bytes, BiConsumer<String, String> arguments) {
        this.bytes = bytes;
        this.arguments = arguments;
    }

    static void read(byte[] body, BiConsumer<String, String> arguments) {
        try {
            new JsonArguments(body, arguments).read();
        } catch (Malformed kept) {
            // what came before it has been handed over
        }
    }

    private void read() throws Malformed {
        skipSpace();
        if (peek() == '"') {
            var content = string();
            if (at == bytes.length) arguments.accept("content", content);
            return;
        }
        expect('{');
        while (true) {
            skipSpace();
            if (peek() == '}') return;
            var name = string();
            skipSpace();
            expect(':');
            skipSpace();
            arguments.accept(name, peek() == '"' ? string() : raw());
            skipSpace();
            if (peek() != '}') expect(',');
        }
    }

    private String raw() throws Malformed {
        int from = at;
        skipValue(MAX_DEPTH);
        return WireText.decode(bytes, from, at);
    }

    private void skipValue(int depth) throws Malformed {
        if (depth < 0) throw new Malformed();
        skipSpace();
        switch (peek()) {
            case 'f' -> expectAll("false");
            case 't' -> expectAll("true");
            case 'n' -> expectAll("null");
            case '"' -> string();
            case '[' -> {
                at++;
                skipSpace();
                if (took(']')) return;
                do {
                    skipValue(depth - 1);
                    skipSpace();
                } while (took(','));
                expect(']');
            }
            case '{' -> {
                at++;
                skipSpace();
                if (took('}')) return;
                do {
                    skipSpace();
                    string();
                    skipSpace();
                    expect(':');
                    skipValue(depth - 1);
                    skipSpace();
                } while (took(','));
                expect('}');
            }
            case '-', '+', '.', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> {
                while (isNumeric(peek())) at++;
            }
            default -> throw new Malformed();
        }
    }

    private String string() throws Malformed {
        expect('"');
        int from = at;
        boolean escaped = false;
        while (at < bytes.length && bytes[at] != '"') {
            boolean escape = bytes[at] == '\\';
            escaped |= escape;
            at += escape ? 2 : 1;
        }
        if (at >= bytes.length) {
            at = bytes.length;
            throw new Malformed();
        }
        int to = at++;
        return escaped ? unescape(from, to) : WireText.decode(bytes, from, to);
    }

    private String unescape(int from, int to) throws Malformed {
        var out = new ByteArrayOutputStream(to - from);
        int i = from;
        while (i < to) {
            if (bytes[i] != '\\') {
                out.write(bytes[i++]);
                continue;
            }
            byte escaped = bytes[i + 1];
            i += 2;
            switch (escaped) {
                case 'b' -> out.write('\b');
                case 'f' -> out.write('\f');
                case 'n' -> out.write('\n');
                case 'r' -> out.write('\r');
                case 't' -> out.write('\t');
                case 'u' -> {
                    int point = unit(i, to);
                    i += 4;
                    if (isSurrogate(point) && i + 6 <= to && bytes[i] == '\\' && bytes[i + 1] == 'u') {
                        int second = unit(i + 2, to);
                        if (isSurrogate(second)) {
                            point = (((point & 0x3FF) << 10) | (second & 0x3FF)) + 0x10000;
                            i += 6;
                        }
                    }
                    writeUtf8(out, point);
                }
                default -> out.write(escaped);
            }
        }
        return WireText.decode(out.toByteArray());
    }

    private int unit(int from, int to) throws Malformed {
        if (from + 4 > to) throw new Malformed();
        int unit = 0;
        for (int i = from; i < from + 4; i++) {
            int digit = WireText.hex(bytes[i]);
            if (digit < 0) throw new Malformed();
            unit = (unit << 4) | digit;
        }
        return unit;
    }

    /** Writes a lone surrogate as the three bytes that it would have, which are not valid UTF-8. */
    private static void writeUtf8(ByteArrayOutputStream out, int point) {
        if (point < 0x80) {
            out.write(point);
        } else if (point < 0x800) {
            out.write(0xC0 | (point >> 6));
            out.write(0x80 | (point & 0x3F));
        } else if (point < 0x10000) {
            out.write(0xE0 | (point >> 12));
            out.write(0x80 | ((point >> 6) & 0x3F));
            out.write(0x80 | (point & 0x3F));
        } else {
            out.write(0xF0 | (point >> 18));
            out.write(0x80 | ((point >> 12) & 0x3F));
            out.write(0x80 | ((point >> 6) & 0x3F));
            out.write(0x80 | (point & 0x3F));
        }
    }

    private static boolean isSurrogate(int unit) {
        return unit >= 0xD800 && unit < 0xE000;
    }

    private static boolean isNumeric(int c) {
        return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
    }

    /** 0 at the end, as for a zero byte: neither starts anything. */
    private int peek() {
        return at < bytes.length ? bytes[at] : 0;
    }

    private boolean took(char c) {
        if (peek() != c) return false;
        at++;
        return true;
    }

    private void expect(char c) throws Malformed {
        if (!took(c)) throw new Malformed();
    }

    private void expectAll(String word) throws Malformed {
        for (int i = 0; i < word.length(); i++) expect(word.charAt(i));
    }

    private void skipSpace() {
        while (at < bytes.length && (bytes[at] == ' ' || bytes[at] == '\t' || bytes[at] == '\r' || bytes[at] == '\n'))
            at++;
    }

    /** Ends the reading; never leaves this class. */
    private static final class Malformed extends Exception {
        Malformed() {
            super(null, null, false, false);
        }
    }
}
