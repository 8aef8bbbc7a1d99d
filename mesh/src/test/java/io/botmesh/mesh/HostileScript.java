package io.botmesh.mesh;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.botmesh.wire.Confidential.KeyNotice;
import io.botmesh.wire.Confidential.Onion;
import io.botmesh.wire.Confidential.Register;
import io.botmesh.wire.Content;
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
import io.botmesh.wire.Data;
import io.botmesh.wire.Frame;
import io.botmesh.wire.Limits;
import io.botmesh.wire.MessageHeader;
import io.botmesh.wire.Piece;
import io.botmesh.wire.Span;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Bytes as a list of what a hostile peer does, and what goes on meanwhile; any bytes are one. */
final class HostileScript {
    private static final List<String> NAMES = List.of(
            "", "a", "s", "bm-replies", "bm-objects", "bm-topics", "bm-key", "bm-queues", "bm-ask", "news.x", "anna");
    private static final List<String> HEADERS =
            List.of("bm-request", "bm-by", "bm-reply", "bm-failed", "bm-id", "bm-n", "bm-verdict", "x");
    private static final long[] PAUSES = {
        1,
        Duration.ofMillis(20).toNanos(),
        Duration.ofSeconds(1).toNanos(),
        Duration.ofSeconds(40).toNanos(),
        Duration.ofHours(1).toNanos(),
        Duration.ofDays(4).toNanos()
    };
    /** A script's pauses in all: else it takes long for nothing. */
    private static final long MOST_TIME = Duration.ofDays(9).toNanos();

    private final byte[] script;
    private final HostileScene scene = new HostileScene();
    private int at;
    private long incarnation = 1;
    private final long[] numbers = new long[256];
    private final Map<Long, Long> sequences = new HashMap<>();
    private long time;

    HostileScript(byte[] script) {
        this.script = script;
    }

    void run() throws InterruptedException {
        scene.pass(0);
        while (at < script.length) {
            step();
            scene.pass(0);
        }
        scene.everythingHonestArrives();
    }

    private void step() throws InterruptedException {
        switch (next() % 16) {
            case 0, 1 -> scene.post(false, incarnation, number(), bytes(), false);
            case 2, 3, 4, 5 -> scene.post(false, incarnation, number(), content(), false);
            case 6 -> scene.post(true, incarnation + 1_000, number(), content(), false);
            case 7 -> scene.repeat(next() % 2 == 0);
            case 8 -> {
                long pause = PAUSES[next() % PAUSES.length];
                if (time + pause <= MOST_TIME) scene.pass(pause);
                time += pause;
            }
            case 9 -> scene.annaSendsToMallory(NAMES.get(next() % 3), 50 * next());
            case 10 -> scene.benSends();
            case 11 -> scene.annaSends();
            case 12 -> {
                scene.anna.kill();
                scene.anna.handles = next() % 4 != 0;
            }
            case 13 -> incarnation = 1L + next() % 4;
            case 14 -> {
                if (next() % 2 == 0) numbers[(int) incarnation] = value();
                else scene.annaPublishes(10 * next());
            }
            default -> scene.pin(1L + next(), next() % 4 == 0 ? bytes() : content());
        }
    }

    private long number() {
        long number = numbers[(int) incarnation];
        numbers[(int) incarnation] = Math.min(Limits.MAX_NUMBER, number + 1);
        return number;
    }

    private int next() {
        return at < script.length ? script[at++] & 0xff : 0;
    }

    private byte[] bytes() {
        int length = Math.min(next(), script.length - at);
        at += length;
        return Arrays.copyOfRange(script, at - length, at);
    }

    private byte[] content() {
        var frames = new ArrayList<Frame>();
        for (int left = 1 + next() % 4; left > 0; left--) {
            try {
                frames.add(frame());
            } catch (IllegalArgumentException cannotBeSaid) {
                // it is left out
            }
        }
        return new Content("", frames).toBytes();
    }

    /** Numbers that mean something to anna, and such that may break something. */
    private long value() {
        int kind = next();
        return switch (kind) {
            case 255 -> Limits.MAX_NUMBER;
            case 254 -> Limits.MAX_NUMBER - next();
            case 253 -> 1L << next() % 53;
            case 252 -> (next() << 8 | next()) * 200L;
            case 251 -> scene.heard.header().packetNumber();
            case 250 -> Limits.FIRST_STREAM_CREDIT + next();
            default -> kind;
        };
    }

    /** An outbox or a memory: the ones that anna told of, or others. */
    private long id() {
        int kind = next() % 8;
        if (kind == 0) return next();
        Content said = scene.said;
        if (kind == 1 && said != null) {
            for (Frame frame : said.frames()) if (frame instanceof Ack ack) return ack.session();
        }
        return scene.heard.header().incarnation();
    }

    private String name() {
        return NAMES.get(next() % NAMES.size());
    }

    private Span span() {
        long from = value();
        return new Span(from, from + 1 + value());
    }

    private long channel() {
        return next() % 3 == 0 ? value() : -1L - next() % 4;
    }

    private Frame frame() {
        return switch (next() % 14) {
            case 0, 1, 2 -> data();
            case 3 -> new Ack(id(), next() % 4, list(this::streamAck), list(() -> new Seen(channel(), value())));
            case 4 ->
                new Credit(
                        id(),
                        value(),
                        list(() -> new StreamCredit(value(), value())),
                        list(() -> new LaneGrant(next() % 5, value())));
            case 5 ->
                new Nack(
                        id(),
                        list(() -> new PostRange(channel(), span())),
                        list(() -> new PieceRange(value(), span())));
            case 6 -> new Open(next() % 4 == 0 ? value() : next() % 3, name());
            case 7 -> new Close(value(), value());
            case 8 -> new Reset(value(), value(), value());
            case 9 -> new Ping(value());
            case 10 -> new Pong(id(), value());
            case 11 -> new Onion(next() % 3 == 0 ? "mallory" : "ben", scene.inner(bytes()));
            case 12 -> key();
            default -> new Register(next() % 4 == 0 ? "olds" : "news", value(), bytes());
        };
    }

    private interface Making<T> {
        T make();
    }

    private <T> List<T> list(Making<T> making) {
        var all = new ArrayList<T>();
        for (int left = next() % 4; left > 0; left--) all.add(making.make());
        return all;
    }

    private StreamAck streamAck() {
        long stream = value();
        long stored = value();
        boolean closed = next() % 4 == 0;
        if (closed) return StreamAck.closed(stream);
        var beyond = new ArrayList<Span>();
        long end = stored;
        for (int left = next() % 3; left > 0; left--) {
            long from = end + 1 + value();
            end = from + 1 + value();
            beyond.add(new Span(from, end));
        }
        return new StreamAck(stream, stored, beyond, Math.min(stored, value()), false);
    }

    private KeyNotice key() {
        boolean whole = next() % 2 == 0;
        byte[] secret = HostileScene.GROUP.toBytes();
        byte[] key = next() % 4 == 0
                ? HostileScene.filled(next())
                : HostileScene.GROUP.key().toBytes();
        return new KeyNotice(next() % 4 == 0 ? "olds" : "news", value(), key, whole ? secret : new byte[0]);
    }

    /** Mostly what is next on one of a few streams: else little of it is ever in order. */
    private Data data() {
        int kind = next();
        long stream = kind % 8 == 0 ? value() : kind % 3;
        long place = incarnation * 1_000 + stream;
        long due = sequences.getOrDefault(place, 0L);
        long sequence = kind / 8 % 8 == 0 ? value() : due;
        var pieces = new ArrayList<Piece>();
        for (int left = 1 + next() % 5; left > 0; left--) pieces.add(piece());
        if (sequence == due) sequences.put(place, due + pieces.size());
        return new Data(stream, sequence, pieces);
    }

    private Piece piece() {
        int kind = next();
        byte[] body = body(kind / 8);
        return switch (kind % 8) {
            case 0 -> Piece.first(name(), headers(), body, value());
            case 1 -> Piece.first(name(), headers(), body, body.length + 3L);
            case 2 -> Piece.middle(body);
            case 3 -> Piece.last(new byte[3]);
            default -> Piece.whole(name(), headers(), body);
        };
    }

    private byte[] body(int kind) {
        return switch (kind % 6) {
            case 0 -> ("news " + value() + "\nq anna " + name()).getBytes(UTF_8);
            case 1 -> new Content("", List.of(key())).toBytes();
            case 2 -> new byte[next() % 4];
            default -> bytes();
        };
    }

    private List<MessageHeader> headers() {
        return next() % 4 != 0
                ? List.of()
                : list(() -> new MessageHeader(HEADERS.get(next() % HEADERS.size()), bytes()));
    }
}
