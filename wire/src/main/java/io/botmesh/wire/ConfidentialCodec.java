package io.botmesh.wire;

import io.botmesh.wire.Confidential.KeyNotice;
import io.botmesh.wire.Confidential.Onion;
import io.botmesh.wire.Confidential.Register;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Confidential frames to and from protobuf bytes. */
final class ConfidentialCodec {
    static final int ONION = 13 << 3 | 2;
    static final int KEY = 14 << 3 | 2;
    static final int REGISTER = 16 << 3 | 2;

    private ConfidentialCodec() {}

    /** The frame's kind that a tag stands for, or null if it is none of these; then nothing is read. */
    static @Nullable Confidential read(int tag, FieldReader in) {
        return switch (tag) {
            case ONION -> onion(in);
            case KEY -> key(in);
            case REGISTER -> register(in);
            default -> null;
        };
    }

    private static Onion onion(FieldReader in) {
        String next = "";
        byte[] packet = {};
        int outer = in.begin();
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case 1 << 3 | 2 -> next = in.text("next", Limits.MAX_SENDER_BYTES);
                case 2 << 3 | 2 -> packet = in.bytes();
                default -> in.skip(tag);
            }
        }
        in.end(outer);
        if (packet.length == 0) throw FieldReader.invalid("an onion around nothing");
        return new Onion(next, packet);
    }

    private static KeyNotice key(FieldReader in) {
        String group = "";
        long epoch = 0;
        byte[] key = {};
        byte[] secret = {};
        int outer = in.begin();
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case 1 << 3 | 2 -> group = in.text("group", Limits.MAX_SENDER_BYTES);
                case 2 << 3 -> epoch = in.number("epoch");
                case 3 << 3 | 2 -> key = in.bytes();
                case 4 << 3 | 2 -> secret = in.bytes();
                default -> in.skip(tag);
            }
        }
        in.end(outer);
        String flaw = KeyNotice.flaw(group, key.length, secret.length);
        if (!flaw.isEmpty()) throw FieldReader.invalid(flaw);
        return new KeyNotice(group, epoch, key, secret);
    }

    private static Register register(FieldReader in) {
        String topic = "";
        long version = 0;
        byte[] value = {};
        int outer = in.begin();
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case 1 << 3 | 2 -> topic = in.text("topic", Limits.MAX_SENDER_BYTES);
                case 2 << 3 -> version = in.number("version");
                case 3 << 3 | 2 -> value = in.bytes();
                default -> in.skip(tag);
            }
        }
        in.end(outer);
        String flaw = Register.flaw(topic, version);
        if (!flaw.isEmpty()) throw FieldReader.invalid(flaw);
        return new Register(topic, version, value);
    }

    /** The whole frame as a field of the content. */
    static byte[] frame(Confidential frame) {
        byte[] kind = switch (frame) {
            case Onion onion -> field(ONION, join(text(1, onion.next()), field(2 << 3 | 2, onion.packet())));
            case KeyNotice key ->
                field(
                        KEY,
                        join(
                                text(1, key.group()),
                                number(2, key.epoch()),
                                field(3 << 3 | 2, key.key()),
                                key.secret().length == 0 ? new byte[0] : field(4 << 3 | 2, key.secret())));
            case Register register ->
                field(
                        REGISTER,
                        join(
                                text(1, register.topic()),
                                number(2, register.version()),
                                register.value().length == 0 ? new byte[0] : field(3 << 3 | 2, register.value())));
        };
        return field(ContentLayout.FRAME, kind);
    }

    private static byte[] text(int number, String text) {
        if (text.isEmpty()) return new byte[0];
        return field(number << 3 | 2, text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] number(int field, long number) {
        if (number == 0) return new byte[0];
        var out = ByteBuffer.allocate(1 + Varint.size(number));
        Varint.write(out.put((byte) (field << 3)), number);
        return out.array();
    }

    private static byte[] field(int tag, byte[] inner) {
        var bytes = new byte[Varint.size(tag) + Varint.size(inner.length) + inner.length];
        var out = ByteBuffer.wrap(bytes);
        Varint.write(out, tag);
        Varint.write(out, inner.length);
        out.put(inner);
        return bytes;
    }

    private static byte[] join(byte[]... parts) {
        int size = 0;
        for (byte[] part : parts) size += part.length;
        var out = ByteBuffer.allocate(size);
        for (byte[] part : parts) out.put(part);
        return out.array();
    }
}
