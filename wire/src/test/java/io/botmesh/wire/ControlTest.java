package io.botmesh.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
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
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Control frames against the classes that protoc generates from the same file. */
class ControlTest {
    @Test
    void everyKindSurvivesTheWay() {
        var random = Seed.random("everyKindSurvivesTheWay");
        for (int i = 0; i < 1000; i++) {
            var content = new Content("", List.of(control(random), control(random)));
            assertThat(Content.parse(content.toBytes(), false)).isEqualTo(content);
            assertThat(Content.parse(ContentTest.generated(content).toByteArray(), false))
                    .isEqualTo(content);
            assertThat(ContentTest.generated(content).toByteArray()).isEqualTo(content.toBytes());
        }
    }

    @Test
    void aFrameCutAnywhereIsNeverTakenForAnother() {
        var random = Seed.random("aFrameCutAnywhereIsNeverTakenForAnother");
        for (int i = 0; i < 100; i++) {
            byte[] bytes = new Content("", List.of(control(random))).toBytes();
            for (int length = 1; length < bytes.length; length++) {
                ContentTest.assertRefused(Arrays.copyOf(bytes, length), false, Reason.CONTENT_MALFORMED);
            }
        }
    }

    @Test
    void garbageInsideAControlFrameIsRefusedOrReadButNeverCrashes() {
        var random = Seed.random("garbageInsideAControlFrameIsRefusedOrReadButNeverCrashes");
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new Content("", List.of(control(random))).toBytes();
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                Content.parse(bytes, false).toBytes();
            } catch (WireException named) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }

    @Test
    void theLimitOfItemsHoldsOverAllFramesOfAPacket() {
        int pairs = Limits.MAX_CONTROL_ITEMS / 2 - 1;
        assertThat(Content.parse(join(spans(100), spans(pairs - 100)), false).frames())
                .hasSize(2);
        ContentTest.assertRefused(join(spans(100), spans(pairs - 99)), false, Reason.LIMIT_COUNT);
    }

    @Test
    void packedAndSingleNumbersReadTheSame() {
        byte[] single = WriteControlVectors.ack(
                WriteControlVectors.SESSION, WriteVectors.field(0x1a, new byte[] {0x18, 2, 0x18, 3, 0x10, 1}));
        assertThat(Content.parse(single, false).frames())
                .containsExactly(new Ack(
                        WriteControlVectors.INCARNATION,
                        WriteControlVectors.SESSION_ID,
                        List.of(new StreamAck(0, 1, List.of(new Span(3, 6)), 0, false)),
                        List.of()));
    }

    /** An ack with one stream of this many spans. */
    private static byte[] spans(int pairs) {
        byte[] numbers = new byte[2 * pairs];
        Arrays.fill(numbers, (byte) 1);
        return WriteControlVectors.ack(
                WriteControlVectors.SESSION, WriteVectors.field(0x1a, WriteVectors.field(0x1a, numbers)));
    }

    private static byte[] join(byte[]... parts) {
        return WriteVectors.join(parts);
    }

    // --- random frames, and the same as generated classes

    static Control control(SplittableRandom random) {
        return switch (random.nextInt(8)) {
            case 0 -> {
                var streams = new ArrayList<StreamAck>();
                for (int i = random.nextInt(4); i > 0; i--) streams.add(streamAck(random));
                var seen = new ArrayList<Seen>();
                for (int i = random.nextInt(3); i > 0; i--) {
                    seen.add(new Seen(channel(random), ContentTest.number(random)));
                }
                yield new Ack(random.nextLong(), random.nextLong(), streams, seen);
            }
            case 1 -> {
                var streams = new ArrayList<StreamCredit>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    streams.add(new StreamCredit(ContentTest.number(random), ContentTest.number(random)));
                }
                var lanes = new ArrayList<LaneGrant>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    lanes.add(new LaneGrant(random.nextInt(500), random.nextInt(60_000)));
                }
                yield new Credit(
                        random.nextLong(), random.nextBoolean() ? 0 : ContentTest.number(random), streams, lanes);
            }
            case 2 -> {
                var posts = new ArrayList<PostRange>();
                for (int i = random.nextInt(3); i > 0; i--) posts.add(new PostRange(channel(random), span(random)));
                var pieces = new ArrayList<PieceRange>();
                for (int i = random.nextInt(3); i > 0; i--) {
                    pieces.add(new PieceRange(ContentTest.number(random), span(random)));
                }
                yield new Nack(random.nextLong(), posts, pieces);
            }
            case 3 -> {
                long stream = ContentTest.number(random);
                String name = "stream-" + random.nextInt(100) + "-\u00e9";
                boolean first = stream == 0 || random.nextBoolean();
                yield first
                        ? new Open(stream, name)
                        : new Open(stream, name, random.nextLong(stream), 1 + random.nextLong(1_000));
            }
            case 4 -> new Close(ContentTest.number(random), ContentTest.number(random));
            case 5 -> new Reset(ContentTest.number(random), ContentTest.number(random), ContentTest.number(random));
            case 6 -> new Ping(ContentTest.number(random));
            default -> new Pong(random.nextLong(), ContentTest.number(random));
        };
    }

    private static StreamAck streamAck(SplittableRandom random) {
        long stream = ContentTest.number(random);
        if (random.nextInt(5) == 0) return StreamAck.closed(stream);
        long stored = ContentTest.number(random) / 2;
        var beyond = new ArrayList<Span>();
        long at = stored;
        for (int i = random.nextInt(5); i > 0; i--) {
            long from = at + 1 + random.nextInt(1000);
            at = from + 1 + random.nextInt(1000);
            beyond.add(new Span(from, at));
        }
        return new StreamAck(stream, stored, beyond, stored == 0 ? 0 : random.nextLong(stored), false);
    }

    private static Span span(SplittableRandom random) {
        long from = ContentTest.number(random) / 2;
        return new Span(from, from + 1 + ContentTest.number(random) / 4);
    }

    private static long channel(SplittableRandom random) {
        return random.nextBoolean() ? ContentTest.number(random) : -ContentTest.number(random);
    }

    static io.botmesh.wire.proto.Frame generated(Control control) {
        var frame = io.botmesh.wire.proto.Frame.newBuilder();
        switch (control) {
            case Ack ack -> {
                var to = io.botmesh.wire.proto.Ack.newBuilder()
                        .setIncarnation(id(ack.incarnation()))
                        .setSession(id(ack.session()));
                for (StreamAck stream : ack.streams()) {
                    var one = io.botmesh.wire.proto.StreamAck.newBuilder()
                            .setStream(stream.stream())
                            .setStored(stream.stored())
                            .setDone(stream.done())
                            .setClosed(stream.closed());
                    long at = stream.stored();
                    for (Span span : stream.beyond()) {
                        one.addBeyond(span.from() - at).addBeyond(span.count());
                        at = span.until();
                    }
                    to.addStreams(one);
                }
                for (Seen seen : ack.seen()) {
                    to.addSeen(io.botmesh.wire.proto.Seen.newBuilder()
                            .setChannel(seen.channel())
                            .setMessage(seen.message()));
                }
                frame.setAck(to);
            }
            case Credit credit -> {
                var to = io.botmesh.wire.proto.Credit.newBuilder()
                        .setIncarnation(id(credit.incarnation()))
                        .setWeight(credit.weight());
                for (StreamCredit one : credit.streams()) {
                    to.addStreams(io.botmesh.wire.proto.StreamCredit.newBuilder()
                            .setStream(one.stream())
                            .setWeight(one.weight()));
                }
                for (LaneGrant one : credit.lanes()) {
                    to.addLanes(io.botmesh.wire.proto.LaneGrant.newBuilder()
                            .setWriter(one.writer())
                            .setMillipostPerMinute(one.millipostsPerMinute()));
                }
                frame.setCredit(to);
            }
            case Nack nack -> {
                var to = io.botmesh.wire.proto.Nack.newBuilder().setIncarnation(id(nack.incarnation()));
                for (PostRange one : nack.posts()) {
                    to.addPosts(io.botmesh.wire.proto.PostRange.newBuilder()
                            .setChannel(one.channel())
                            .setFirst(one.messages().from())
                            .setCount(one.messages().count()));
                }
                for (PieceRange one : nack.pieces()) {
                    to.addPieces(io.botmesh.wire.proto.PieceRange.newBuilder()
                            .setStream(one.stream())
                            .setFirst(one.pieces().from())
                            .setCount(one.pieces().count()));
                }
                frame.setNack(to);
            }
            case Open open ->
                frame.setOpen(io.botmesh.wire.proto.Open.newBuilder()
                        .setStream(open.stream())
                        .setName(open.name())
                        .setEarlier(open.earlier())
                        .setEarlierEnd(open.earlierEnd()));
            case Close close ->
                frame.setClose(io.botmesh.wire.proto.Close.newBuilder()
                        .setStream(close.stream())
                        .setSequence(close.sequence()));
            case Reset reset ->
                frame.setReset(io.botmesh.wire.proto.Reset.newBuilder()
                        .setStream(reset.stream())
                        .setSequence(reset.sequence())
                        .setWeight(reset.weight()));
            case Ping ping ->
                frame.setPing(io.botmesh.wire.proto.Ping.newBuilder().setToken(ping.token()));
            case Pong pong ->
                frame.setPong(io.botmesh.wire.proto.Pong.newBuilder()
                        .setIncarnation(id(pong.incarnation()))
                        .setToken(pong.token()));
        }
        return frame.build();
    }

    private static ByteString id(long id) {
        return ByteString.copyFrom(ByteBuffer.allocate(8).putLong(id).array());
    }
}
