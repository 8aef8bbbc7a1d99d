package io.botmesh.wire;

import static io.botmesh.wire.WriteVectors.field;
import static io.botmesh.wire.WriteVectors.join;

import io.botmesh.wire.Control.Ack;
import io.botmesh.wire.Control.Close;
import io.botmesh.wire.Control.Credit;
import io.botmesh.wire.Control.LaneGrant;
import io.botmesh.wire.Control.Nack;
import io.botmesh.wire.Control.Open;
import io.botmesh.wire.Control.PieceRange;
import io.botmesh.wire.Control.Ping;
import io.botmesh.wire.Control.Pong;
import io.botmesh.wire.Control.PostRange;
import io.botmesh.wire.Control.Reset;
import io.botmesh.wire.Control.Seen;
import io.botmesh.wire.Control.StreamAck;
import io.botmesh.wire.Control.StreamCredit;
import io.botmesh.wire.WireException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** The vectors of control frames. */
final class WriteControlVectors {
    static final long INCARNATION = 0x0123456789abcdefL;
    static final long SESSION_ID = 0xfedcba9876543210L;
    static final byte[] SESSION = field(0x12, Vectors.HEX.parseHex("fedcba9876543210"));

    private static final byte[] NAMED = field(0x0a, Vectors.HEX.parseHex("0123456789abcdef"));
    private static final long MAX = Limits.MAX_NUMBER;

    private WriteControlVectors() {}

    static void write() throws IOException {
        good();
        bad();
    }

    private static void good() throws IOException {
        var file = WriteVectors.file("Contents with control frames and their protobuf bytes. A writer produces exactly"
                + " the bytes of those marked canonical; a reader reads all.");
        canonical(file, "an ack of nothing", new Ack(INCARNATION, SESSION_ID, List.of(), List.of()));
        canonical(
                file,
                "an ack",
                new Ack(
                        INCARNATION,
                        SESSION_ID,
                        List.of(
                                new StreamAck(0, 300, List.of(), 290, false),
                                new StreamAck(3, 10, List.of(new Span(11, 12), new Span(20, 400)), 0, false),
                                new StreamAck(4, 0, List.of(new Span(1, 2)), 0, false),
                                StreamAck.closed(2)),
                        List.of(new Seen(-1_001_234_567_890L, 77), new Seen(5, 0))));
        canonical(
                file,
                "the largest numbers of an ack",
                new Ack(
                        INCARNATION,
                        SESSION_ID,
                        List.of(new StreamAck(MAX, MAX - 2, List.of(new Span(MAX - 1, MAX)), MAX - 2, false)),
                        List.of(new Seen(-MAX, MAX), new Seen(MAX, 1))));
        canonical(
                file,
                "credit",
                new Credit(
                        INCARNATION,
                        5_000_000,
                        List.of(new StreamCredit(0, 262_144), new StreamCredit(MAX, MAX)),
                        List.of(new LaneGrant(0, 20_000), new LaneGrant(47, 0))));
        canonical(file, "credit of one stream", new Credit(-1, 0, List.of(new StreamCredit(7, 1)), List.of()));
        canonical(
                file,
                "missing posts and pieces",
                new Nack(
                        INCARNATION,
                        List.of(new PostRange(-1_001_234_567_890L, new Span(78, 80))),
                        List.of(new PieceRange(3, new Span(0, 1)), new PieceRange(MAX, new Span(MAX - 1, MAX)))));
        canonical(file, "a name", new Open(5, "jobs.results"));
        canonical(
                file, "a name that another stream had", new Open(5, "jobs.results", 3, 128), new Open(6, "jobs", 0, 1));
        canonical(file, "an end", new Close(5, 128));
        canonical(file, "an end before the beginning", new Close(0, 0));
        canonical(file, "going on elsewhere", new Reset(5, 1_000, 70_000));
        canonical(file, "a question and an answer", new Ping(9), new Pong(INCARNATION, 9), new Ping(0));
        canonical(
                file,
                "control before data",
                new Ping(1),
                new Data(0, 0, List.of(Piece.whole("", List.of(), new byte[] {1}))),
                new Close(0, 1));

        tolerated(file, "spans one by one", ack(SESSION, field(0x1a, new byte[] {0x18, 2, 0x18, 3, 0x10, 1})));
        tolerated(file, "spans in two lots", ack(SESSION, field(0x1a, new byte[] {0x1a, 1, 2, 0x1a, 3, 3, 1, 1, 0x10, 1
        })));
        tolerated(file, "the session first", frame(0x12, SESSION, NAMED));
        tolerated(file, "the last of two incarnations counts", frame(0x12, field(0x0a), NAMED, SESSION));
        tolerated(
                file,
                "unknown fields in control frames",
                join(
                        ack(SESSION, new byte[] {0x78, 1}, field(0x1a, new byte[] {0x30, 1}), field(0x22, field(0x7a))),
                        frame(0x42, new byte[] {0x08, 3, 0x10, 1}),
                        field(0x12, field(0x42), new byte[] {0x78, 1})));
        tolerated(file, "a token with another wire type is unknown", frame(0x42, field(0x0a)));
        tolerated(file, "any number but 0 means closed", ack(SESSION, field(0x1a, new byte[] {0x08, 1, 0x28, 2})));
        tolerated(file, "a nack of nothing", frame(0x22, NAMED));
        WriteVectors.write("good/control.json", file);
    }

    private static void bad() throws IOException {
        var file = WriteVectors.file("Uncompressed contents with control frames that are refused, and why.");
        Reason malformed = Reason.CONTENT_MALFORMED;
        Reason invalid = Reason.CONTENT_INVALID;
        Reason number = Reason.LIMIT_NUMBER;
        byte[] above = {(byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 0x10
        };
        bad(file, "a span list that ends inside a number", streamAck(field(0x1a, new byte[] {1, -1})), malformed);
        bad(file, "an ack longer than its frame", field(0x12, new byte[] {0x12, 9, 0x0a, 0}), malformed);
        bad(file, "a name that is no UTF-8", frame(0x2a, field(0x12, new byte[] {-1})), malformed);
        bad(file, "two kinds in a frame", field(0x12, field(0x42), field(0x42)), invalid);
        bad(file, "data and control in a frame", field(0x12, field(0x42), field(0x0a, field(0x22))), invalid);
        bad(file, "an ack without incarnation", frame(0x12, SESSION), invalid);
        bad(file, "an ack without session", frame(0x12, NAMED), invalid);
        bad(file, "an incarnation of seven bytes", frame(0x12, field(0x0a, new byte[7]), SESSION), invalid);
        bad(file, "an incarnation of nine bytes", frame(0x1a, field(0x0a, new byte[9])), invalid);
        bad(file, "a nack without incarnation", frame(0x22), invalid);
        bad(file, "a pong without incarnation", frame(0x4a, new byte[] {0x10, 1}), invalid);
        bad(file, "more done than stored", streamAck(new byte[] {0x10, 4, 0x20, 5}), invalid);
        bad(file, "a closed stream with pieces", streamAck(new byte[] {0x10, 4, 0x28, 1}), invalid);
        bad(
                file,
                "a closed stream with spans",
                streamAck(new byte[] {0x28, 1}, field(0x1a, new byte[] {1, 1})),
                invalid);
        bad(file, "a gap with nothing behind it", streamAck(field(0x1a, new byte[] {1, 1, 1})), invalid);
        bad(file, "an empty gap", streamAck(field(0x1a, new byte[] {0, 1})), invalid);
        bad(file, "an empty span", streamAck(field(0x1a, new byte[] {1, 0})), invalid);
        bad(file, "no missing post", frame(0x22, NAMED, field(0x12, new byte[] {0x10, 3})), invalid);
        bad(file, "no missing piece", frame(0x22, NAMED, field(0x1a, new byte[] {0x10, 3})), invalid);
        bad(file, "a stream opened without name", frame(0x2a, new byte[] {0x08, 3}), invalid);
        bad(file, "an earlier stream that is no earlier one", open(5, 5, 1), invalid);
        bad(file, "an earlier stream without an end", open(5, 3, 0), invalid);

        bad(file, "a name of 257 bytes", frame(0x2a, field(0x12, text("x".repeat(257)))), Reason.LIMIT_NAME);
        bad(file, "stream 2^53", streamAck(join(new byte[] {0x08}, above)), number);
        bad(
                file,
                "a span beyond 2^53",
                streamAck(join(new byte[] {0x10}, max()), field(0x1a, new byte[] {1, 1})),
                number);
        bad(file, "a negative token", frame(0x42, new byte[] {0x08, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1}), number);
        bad(file, "a writer of 2^31", credit(field(0x22, new byte[] {0x08, -128, -128, -128, -128, 8})), number);
        bad(
                file,
                "a channel below -2^53",
                frame(0x22, NAMED, field(0x12, join(new byte[] {
                    0x08, -127, -128, -128, -128, -128, -128, -128, 0x20, 0x18, 1
                }))),
                number);
        bad(
                file,
                "a range beyond 2^53",
                frame(0x22, NAMED, field(0x1a, join(new byte[] {0x10}, max(), new byte[] {0x18, 1}))),
                number);
        byte[] many = new byte[Limits.MAX_CONTROL_ITEMS];
        Arrays.fill(many, (byte) 1);
        bad(file, "4097 items, one of them the stream", streamAck(field(0x1a, many)), Reason.LIMIT_COUNT);
        byte[] streams = join(java.util.Collections.nCopies(Limits.MAX_CONTROL_ITEMS / 2 + 1, field(0x1a))
                .toArray(byte[][]::new));
        bad(file, "4098 items in two frames", join(credit(streams), credit(streams)), Reason.LIMIT_COUNT);
        WriteVectors.write("bad/control.json", file);
    }

    /** 2^53 - 1. */
    private static byte[] max() {
        return new byte[] {-1, -1, -1, -1, -1, -1, -1, 0x0f};
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] frame(int kind, byte[]... fields) {
        return field(0x12, field(kind, fields));
    }

    static byte[] ack(byte[]... fields) {
        return frame(0x12, NAMED, join(fields));
    }

    private static byte[] streamAck(byte[]... fields) {
        return ack(SESSION, field(0x1a, fields));
    }

    private static byte[] open(int stream, int earlier, int earlierEnd) {
        var numbers = new byte[] {0x18, (byte) earlier, 0x20, (byte) earlierEnd};
        return frame(0x2a, new byte[] {0x08, (byte) stream}, field(0x12, text("a")), numbers);
    }

    private static byte[] credit(byte[]... fields) {
        return frame(0x1a, NAMED, join(fields));
    }

    private static void bad(ObjectNode file, String name, byte[] bytes, Reason reason) {
        WriteVectors.bad(file, name, bytes, reason);
    }

    private static void canonical(ObjectNode file, String name, Frame... frames) {
        var content = new Content("", List.of(frames));
        var one = WriteVectors.add(file, name, content.toBytes());
        one.put("canonical", true).set("content", Vectors.json(content));
    }

    private static void tolerated(ObjectNode file, String name, byte[] bytes) {
        var one = WriteVectors.add(file, name, bytes);
        one.put("canonical", false).set("content", Vectors.json(Content.parse(bytes, false)));
    }
}
