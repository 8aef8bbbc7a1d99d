package io.botmesh.wire;

import io.botmesh.wire.WireException.Malformed;
import io.botmesh.wire.WireException.OverLimit;
import io.botmesh.wire.WireException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Fields of protobuf messages as they come, held to the limits of the protocol. Counts what nobody knows. Not the library's stream: that one
 * cuts tags and lengths off at 32 bits and takes some numbers that do not end, which no other implementation would guess.
 */
final class FieldReader {
    static final byte[] NO_BYTES = new byte[0];

    private final byte[] bytes;
    private int at;
    private int limit;
    private int unknown;

    FieldReader(byte[] bytes) {
        this.bytes = bytes;
        limit = bytes.length;
    }

    int unknown() {
        return unknown;
    }

    void countUnknown() {
        unknown++;
    }

    /** The next field, 0 at the end of the message. */
    int tag() {
        if (at == limit) return 0;
        long tag = varint();
        if (tag >>> 32 != 0 || tag >>> 3 == 0) throw malformed("tag " + Long.toUnsignedString(tag));
        return (int) tag;
    }

    /** How long the next part is; not more than is left of the message. */
    private int length() {
        long length = varint();
        if (length < 0 || length > limit - at) throw malformed("a length of " + Long.toUnsignedString(length));
        return (int) length;
    }

    /** As protobuf has them: at most ten bytes, and of the last one a single bit. */
    long varint() {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            if (at == limit) throw malformed("it ends in a number");
            byte next = bytes[at++];
            value |= (next & 0x7fL) << shift;
            if (next >= 0) return value;
        }
        throw malformed("a number of more than ten bytes");
    }

    /** Enters an embedded message; what comes back goes to {@link #end}. */
    int begin() {
        int outer = limit;
        limit = length() + at;
        return outer;
    }

    void end(int outer) {
        limit = outer;
    }

    boolean atLimit() {
        return at == limit;
    }

    boolean flag() {
        return varint() != 0;
    }

    /** The id of a chat, which may be negative. */
    long channel() {
        long zigzag = varint();
        long channel = zigzag >>> 1 ^ -(zigzag & 1);
        if (channel < -Limits.MAX_NUMBER || channel > Limits.MAX_NUMBER) throw tooLarge("channel", channel);
        return channel;
    }

    /** Passes over a field that nobody knows. */
    void skip(int tag) {
        countUnknown();
        skip(tag, 0);
    }

    private void skip(int tag, int depth) {
        switch (tag & 7) {
            case 0 -> varint();
            case 1 -> pass(Long.BYTES);
            case 2 -> pass(length());
            case 3 -> {
                if (depth == Limits.MAX_GROUPS) throw malformed("groups deeper than " + Limits.MAX_GROUPS);
                int inner = tag();
                for (; (inner & 7) != 4; inner = tag()) {
                    if (inner == 0) throw malformed("a group does not end");
                    skip(inner, depth + 1);
                }
                if (inner >>> 3 != tag >>> 3) throw malformed("a group is ended by another one");
            }
            case 5 -> pass(Integer.BYTES);
            default -> throw malformed("wire type " + (tag & 7));
        }
    }

    private void pass(int length) {
        if (length > limit - at) throw malformed("it ends in a field");
        at += length;
    }

    byte[] bytes() {
        int length = length();
        at += length;
        return length == 0 ? NO_BYTES : Arrays.copyOfRange(bytes, at - length, at);
    }

    String text(String what, int most) {
        int length = length();
        if (length > most) throw tooLong(what, length);
        at += length;
        var text = new String(bytes, at - length, length, StandardCharsets.UTF_8);
        // What cannot be read becomes this sign, which may have stood there itself.
        if (text.indexOf('\uFFFD') >= 0) {
            byte[] again = text.getBytes(StandardCharsets.UTF_8);
            if (!Arrays.equals(again, 0, again.length, bytes, at - length, at)) throw malformed(what + " is no UTF-8");
        }
        return text;
    }

    long number(String what) {
        long number = varint();
        if (number < 0 || number > Limits.MAX_NUMBER) throw tooLarge(what, number);
        return number;
    }

    static Malformed invalid(String what) {
        return new Malformed(Reason.CONTENT_INVALID, what);
    }

    private static Malformed malformed(String what) {
        return new Malformed(Reason.CONTENT_MALFORMED, what);
    }

    static OverLimit tooMany(String what, int most) {
        return new OverLimit(Reason.LIMIT_COUNT, "more than " + most + " " + what);
    }

    static OverLimit tooLong(String what, int size) {
        return new OverLimit(Reason.LIMIT_NAME, what + " of " + size + " bytes");
    }

    static OverLimit tooLarge(String what, long number) {
        return new OverLimit(Reason.LIMIT_NUMBER, what + " " + Long.toUnsignedString(number));
    }
}
