package io.botmesh.emulator;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes of a request as text. A byte that is not part of valid UTF-8 is kept as the unpaired surrogate {@code 0xDC00 + byte}:
 * nothing gets lost, and a text with an unpaired surrogate is exactly one that the reference server calls badly encoded.
 */
final class WireText {
    private static final int ESCAPE = 0xDC00;

    private WireText() {}

    static String decode(byte[] bytes) {
        return decode(bytes, 0, bytes.length);
    }

    static String decode(byte[] bytes, int from, int to) {
        var text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
        return text.indexOf('\uFFFD') < 0 ? text : decodeBroken(bytes, from, to);
    }

    /** The bytes again, the kept ones included. */
    static byte[] encode(String text) {
        var bytes = new byte[text.length() * 3];
        int size = 0;
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            i += Character.charCount(point);
            if (point >= ESCAPE + 0x80 && point <= ESCAPE + 0xFF) {
                bytes[size++] = (byte) (point - ESCAPE);
            } else {
                var encoded = Character.toString(point).getBytes(StandardCharsets.UTF_8);
                System.arraycopy(encoded, 0, bytes, size, encoded.length);
                size += encoded.length;
            }
        }
        return Arrays.copyOf(bytes, size);
    }

    /**
     * Undoes percent encoding; a percent sign without two hexadecimal digits stays. {@code +} is a space in queries and forms,
     * not in paths.
     */
    static String percentDecode(byte[] bytes, int from, int to, boolean plusIsSpace) {
        int i = from;
        while (i < to && bytes[i] != '%' && bytes[i] != '+') i++;
        if (i == to) return decode(bytes, from, to);
        var decoded = new byte[to - from];
        int size = 0;
        i = from;
        while (i < to) {
            if (bytes[i] == '%' && i + 2 < to && hex(bytes[i + 1]) >= 0 && hex(bytes[i + 2]) >= 0) {
                decoded[size++] = (byte) ((hex(bytes[i + 1]) << 4) | hex(bytes[i + 2]));
                i += 3;
            } else {
                decoded[size++] = plusIsSpace && bytes[i] == '+' ? (byte) ' ' : bytes[i];
                i++;
            }
        }
        return decode(decoded, 0, size);
    }

    static int hex(byte digit) {
        return Character.digit(digit, 16);
    }

    private static String decodeBroken(byte[] bytes, int from, int to) {
        var decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        var in = ByteBuffer.wrap(bytes, from, to - from);
        var out = CharBuffer.allocate(to - from);
        while (true) {
            CoderResult result = decoder.decode(in, out, true);
            if (!result.isError()) return out.flip().toString();
            for (int i = 0; i < result.length(); i++) out.put((char) (ESCAPE + (in.get() & 0xFF)));
        }
    }
}
