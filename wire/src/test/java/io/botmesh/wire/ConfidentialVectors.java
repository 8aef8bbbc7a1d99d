package io.botmesh.wire;

import static io.botmesh.wire.WriteVectors.field;
import static io.botmesh.wire.WriteVectors.text;

import io.botmesh.wire.Confidential.KeyNotice;
import io.botmesh.wire.Confidential.Onion;
import io.botmesh.wire.Confidential.Register;
import io.botmesh.wire.WireException.Reason;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** The vectors of confidential frames; below a seal they stand as in any content. */
final class ConfidentialVectors {
    private static final byte[] KEY = filled(0x11);
    private static final byte[] SECRET = filled(0x22);

    private ConfidentialVectors() {}

    static ObjectNode json(Confidential frame) {
        var json = Vectors.JSON.createObjectNode();
        switch (frame) {
            case Onion onion ->
                json.putObject("onion").put("next", onion.next()).put("packet", Vectors.HEX.formatHex(onion.packet()));
            case KeyNotice key ->
                json.putObject("key")
                        .put("group", key.group())
                        .put("epoch", key.epoch())
                        .put("key", Vectors.HEX.formatHex(key.key()))
                        .put("secret", Vectors.HEX.formatHex(key.secret()));
            case Register register ->
                json.putObject("register")
                        .put("topic", register.topic())
                        .put("version", register.version())
                        .put("value", Vectors.HEX.formatHex(register.value()));
        }
        return json;
    }

    static void write() throws IOException {
        var good = WriteVectors.file("Contents with confidential frames and their protobuf bytes. A writer produces"
                + " exactly the bytes of those marked canonical; a reader reads all.");
        canonical(good, "an onion", new Onion("archive", new byte[] {1, 2, 3}));
        canonical(good, "an onion whose packet says where it goes", new Onion("", new byte[] {0}));
        canonical(good, "a new key of the sender", new KeyNotice("", 1, KEY, new byte[0]));
        canonical(good, "a group's key for its writers", new KeyNotice("readers", 0, KEY, new byte[0]));
        canonical(good, "a group's key for its readers", new KeyNotice("r", Limits.MAX_NUMBER, KEY, SECRET));
        canonical(good, "the first value of a register", new Register("weather", 1, new byte[] {1, 2, 3}));
        canonical(good, "a register without a value", new Register("w", Limits.MAX_NUMBER, new byte[0]));
        canonical(
                good,
                "two frames",
                new KeyNotice("readers", 7, KEY, SECRET),
                new Data(0, 0, List.of(Piece.whole("", List.of(), new byte[] {1}))));
        byte[] unknown = field(0x12, field(0x6a, field(0x7a), field(0x12, text("x")), field(0x0a, text("n"))));
        var one = WriteVectors.add(good, "unknown fields, and fields in another order", unknown);
        one.put("canonical", false).set("content", Vectors.json(Content.parse(unknown, false)));
        WriteVectors.write("good/confidential.json", good);

        var bad = WriteVectors.file("Uncompressed contents with confidential frames that are refused, and why.");
        Reason invalid = Reason.CONTENT_INVALID;
        WriteVectors.bad(bad, "an onion around nothing", frame(0x6a, field(0x0a, text("n"))), invalid);
        byte[] longName = field(0x0a, text("x".repeat(129)));
        WriteVectors.bad(bad, "a next node of 129 bytes", frame(0x6a, longName), Reason.LIMIT_NAME);
        WriteVectors.bad(bad, "a group of 129 bytes", frame(0x72, longName), Reason.LIMIT_NAME);
        WriteVectors.bad(bad, "no key", frame(0x72, field(0x0a, text("g"))), invalid);
        WriteVectors.bad(bad, "a key of 31 bytes", frame(0x72, field(0x1a, new byte[31])), invalid);
        byte[] key = field(0x1a, KEY);
        WriteVectors.bad(
                bad,
                "a private key of 33 bytes",
                frame(0x72, field(0x0a, text("g")), key, field(0x22, new byte[33])),
                invalid);
        WriteVectors.bad(bad, "the private half of an own key", frame(0x72, key, field(0x22, SECRET)), invalid);
        byte[] epoch = {0x10, -128, -128, -128, -128, -128, -128, -128, 0x10};
        WriteVectors.bad(bad, "epoch 2^53", frame(0x72, epoch, key), Reason.LIMIT_NUMBER);
        byte[] topic = field(0x0a, text("w"));
        WriteVectors.bad(bad, "a register without a version", register(topic), invalid);
        WriteVectors.bad(bad, "a register of no topic", register(new byte[] {0x10, 1}), invalid);
        WriteVectors.bad(bad, "a register of a topic of 129 bytes", register(longName), Reason.LIMIT_NAME);
        WriteVectors.bad(bad, "version 2^53", register(topic, epoch), Reason.LIMIT_NUMBER);
        WriteVectors.bad(bad, "two kinds", field(0x12, field(0x6a, field(0x12, text("x"))), field(0x72, key)), invalid);
        WriteVectors.write("bad/confidential.json", bad);
    }

    private static void canonical(ObjectNode file, String name, Frame... frames) {
        var content = new Content("", List.of(frames));
        var one = WriteVectors.add(file, name, content.toBytes());
        one.put("canonical", true).set("content", Vectors.json(content));
    }

    private static byte[] frame(int tag, byte[]... fields) {
        return field(0x12, field(tag, fields));
    }

    /** Number 16 has a tag of two bytes. */
    private static byte[] register(byte[]... fields) {
        byte[] inner = field(0, fields);
        var frame = new byte[inner.length + 1];
        frame[0] = (byte) 0x82;
        System.arraycopy(inner, 0, frame, 1, inner.length);
        frame[1] = 1;
        return field(0x12, frame);
    }

    private static byte[] filled(int with) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) with);
        return bytes;
    }
}
