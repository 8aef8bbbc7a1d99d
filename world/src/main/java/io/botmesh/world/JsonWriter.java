package io.botmesh.world;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;

/**
 * Writes JSON in the server's own bytes: pure ASCII, no blanks, everything beyond ASCII as a lower-case escape of its
 * UTF-16 units, slashes as they are.
 */
final class JsonWriter {
    private static final byte[] HEX = "0123456789abcdef".getBytes(ISO_8859_1);

    private byte[] buffer;
    private int size;
    private boolean comma;

    JsonWriter() {
        this(256);
    }

    JsonWriter(int capacity) {
        buffer = new byte[capacity];
    }

    JsonWriter object() {
        separate();
        put('{');
        comma = false;
        return this;
    }

    JsonWriter endObject() {
        put('}');
        comma = true;
        return this;
    }

    JsonWriter array() {
        separate();
        put('[');
        comma = false;
        return this;
    }

    JsonWriter endArray() {
        put(']');
        comma = true;
        return this;
    }

    /** The name of the field whose value comes next. */
    JsonWriter name(String name) {
        separate();
        quote(name);
        put(':');
        comma = false;
        return this;
    }

    JsonWriter value(String text) {
        separate();
        quote(text);
        return this;
    }

    JsonWriter value(long number) {
        separate();
        ascii(Long.toString(number));
        return this;
    }

    /** The shortest digits that mean the same number. */
    JsonWriter value(double number) {
        separate();
        ascii(
                number == Math.rint(number) && Math.abs(number) < 1e15
                        ? Long.toString((long) number)
                        : Double.toString(number));
        return this;
    }

    JsonWriter value(boolean flag) {
        separate();
        ascii(flag ? "true" : "false");
        return this;
    }

    /** Bytes that are a JSON value already. */
    JsonWriter raw(byte[] json) {
        separate();
        reserve(json.length);
        System.arraycopy(json, 0, buffer, size, json.length);
        size += json.length;
        return this;
    }

    JsonWriter field(String name, String text) {
        return name(name).value(text);
    }

    JsonWriter field(String name, long number) {
        return name(name).value(number);
    }

    JsonWriter field(String name, double number) {
        return name(name).value(number);
    }

    JsonWriter field(String name, boolean flag) {
        return name(name).value(flag);
    }

    byte[] toBytes() {
        return Arrays.copyOf(buffer, size);
    }

    @Override
    public String toString() {
        return new String(buffer, 0, size, ISO_8859_1);
    }

    private void separate() {
        if (comma) put(',');
        comma = true;
    }

    private void quote(String text) {
        reserve(text.length() + 2);
        buffer[size++] = '"';
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c < 0x80 && c != '"' && c != '\\') {
                put(c);
            } else {
                escape(c);
            }
        }
        put('"');
    }

    private void escape(char c) {
        reserve(6);
        buffer[size++] = '\\';
        switch (c) {
            case '"', '\\' -> buffer[size++] = (byte) c;
            case '\b' -> buffer[size++] = 'b';
            case '\f' -> buffer[size++] = 'f';
            case '\n' -> buffer[size++] = 'n';
            case '\r' -> buffer[size++] = 'r';
            case '\t' -> buffer[size++] = 't';
            default -> {
                buffer[size++] = 'u';
                for (int shift = 12; shift >= 0; shift -= 4) buffer[size++] = HEX[(c >> shift) & 15];
            }
        }
    }

    private void ascii(String text) {
        reserve(text.length());
        for (int i = 0; i < text.length(); i++) buffer[size++] = (byte) text.charAt(i);
    }

    private void put(char c) {
        reserve(1);
        buffer[size++] = (byte) c;
    }

    private void reserve(int more) {
        if (buffer.length - size < more) buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, size + more));
    }
}
