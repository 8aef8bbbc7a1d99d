package io.botmesh.wire;

import io.botmesh.wire.Control.Ack;
import io.botmesh.wire.Control.Credit;
import io.botmesh.wire.Control.Nack;
import io.botmesh.wire.Control.PieceRange;
import io.botmesh.wire.Control.Pong;
import io.botmesh.wire.Control.PostRange;
import io.botmesh.wire.Control.Seen;
import io.botmesh.wire.Control.StreamAck;
import io.botmesh.wire.Control.StreamCredit;
import io.botmesh.wire.LinkSender.Ending;
import io.botmesh.wire.LinkSender.Part;
import java.io.IOException;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The vectors of what a sender on a link makes of what the peer says: what goes again and why, what is forgotten, what it may send. */
final class LinkVectors {
    private static final long ME = WriteControlVectors.INCARNATION;
    private static final long PEER = 0x1111111111111111L;
    private static final long SESSION = WriteControlVectors.SESSION_ID;
    private static final long NEW_SESSION = 0x0f0e0d0c0b0a0908L;
    private static final int WEIGHT = 116;
    private static final long SECOND = 1_000;

    private final ObjectNode file = WriteVectors.file(
            "What a sender makes of its steps, at times in milliseconds: packets that it made, how their calls ended (posted, unknown, notForwarded), what it asked, streams that it closed, packets"
                    + " whose pieces it put into another one, as the reader's key is another now (repacked), packets of"
                    + " its peer that it heard, and a process of it that died (restarted). After each: what goes again, as a forward or as its bytes; packets whose bytes are"
                    + " not needed any more; levels that messages have reached, or that they are lost; frames that each packet begins with until the peer has confirmed them;"
                    + " and the weight that it may still send, on each stream that there is and in all. A forward is posted when a step says so.");
    private ArrayNode steps = Vectors.JSON.createArrayNode();
    private LinkRun run = new LinkRun(ME, 1);
    private long heard;

    private LinkVectors() {}

    static void write() throws IOException {
        var vectors = new LinkVectors();
        vectors.causes();
        vectors.overtaking();
        vectors.naming();
        vectors.patience();
        vectors.sessions();
        vectors.acks();
        vectors.credit();
        vectors.ends();
        vectors.keys();
        WriteVectors.write("good/link.json", vectors.file);
    }

    private void causes() {
        begin("time alone repeats nothing", 1);
        post(0, 0);
        hear(86_400 * SECOND, new Credit(ME, 0, List.of(), List.of()));
        begin("an unknown outcome", 2);
        made(0, 0);
        unknown(0, 1, 0);
        unknown(0, 0, 1_000);
        posted(0, 1, 5, 2_000);
        begin("an unknown outcome of what is acked", 2);
        made(0, 0);
        ack(1_000, stream(1));
        unknown(0, 0, 2_000);
        begin("what a process left undone", 1);
        post(0, 0);
        made(1, 0);
        made(2, 0);
        unknown(2, 0, 0);
        step(1_000).put("restarted", true);
        done();
    }

    private void overtaking() {
        begin("three later packets of one lane", 10);
        for (int n = 0; n < 4; n++) post(n, 0);
        ack(1_000, stream(0, new Span(1, 3)));
        ack(1_001, stream(0, new Span(1, 3)));
        ack(1_002, stream(0, new Span(1, 4)));
        ack(1_003, stream(0, new Span(1, 4)));
        begin("five later packets of other lanes, for two lanes", 2);
        post(0, 0);
        for (int n = 1; n <= 5; n++) post(n, 1);
        ack(1_000, stream(0, new Span(1, 5)));
        ack(1_001, stream(0, new Span(1, 6)));
        begin("earlier packets mean nothing", 1);
        for (int n = 0; n < 6; n++) post(n, 0);
        ack(1_000, stream(5));
        begin("after a repair later ones count anew, and the bytes go", 1);
        for (int n = 0; n < 4; n++) post(n, 0);
        ack(1_000, stream(0, new Span(1, 4)));
        posted(0, 0, 50, 1_500);
        for (int n = 4; n < 7; n++) post(n, 0, 1_600);
        ack(2_000, stream(0, new Span(1, 6)));
        ack(2_001, stream(0, new Span(1, 7)));
        posted(0, 0, 60, 2_500);
        ack(3_000, stream(7));
        begin("a post that cannot be forwarded", 1);
        for (int n = 0; n < 4; n++) post(n, 0);
        ack(1_000, stream(0, new Span(1, 4)));
        step(1_001).put("notForwarded", 0);
        done();
        begin("a hole in two streams", 1);
        made(0, 0, new Part(0, 0, 1, WEIGHT, List.of(new Ending(0, 0))), part(5, 0));
        posted(0, 0, 0, 0);
        for (int n = 1; n < 4; n++) post(n, 0);
        ack(1_000, stream(4), new StreamAck(5, 0, List.of(), 0, false));
        ack(1_001, new StreamAck(5, 1, List.of(), 1, false));
    }

    private void naming() {
        begin("a nack of posts", 1);
        post(0, 0);
        post(1, 0);
        hear(1_000, new Nack(ME, List.of(new PostRange(LinkRun.CHANNEL, new Span(200, 300))), List.of()));
        hear(1_001, new Nack(ME, List.of(new PostRange(LinkRun.CHANNEL - 1, new Span(0, 9))), List.of()));
        hear(1_002, new Nack(ME, List.of(new PostRange(LinkRun.CHANNEL, new Span(0, 1))), List.of()));
        hear(1_003, new Nack(ME, List.of(new PostRange(LinkRun.CHANNEL, new Span(0, 1))), List.of()));
        posted(0, 0, 40, 1_500);
        hear(2_000, new Nack(ME, List.of(new PostRange(LinkRun.CHANNEL, new Span(0, 1))), List.of()));
        hear(2_001, new Nack(ME, List.of(new PostRange(LinkRun.CHANNEL, new Span(40, 41))), List.of()));
        begin("a nack of pieces", 1);
        post(0, 0);
        var pieces = new Nack(ME, List.of(), List.of(new PieceRange(0, new Span(0, 1))));
        hear(4_999, pieces);
        hear(6_000, new Nack(ME, List.of(), List.of(new PieceRange(0, new Span(1, 9)))));
        hear(6_001, new Nack(PEER, List.of(), List.of(new PieceRange(0, new Span(0, 1)))));
        hear(6_002, pieces);
        begin("a nack of what is stored", 1);
        for (int n = 0; n < 3; n++) post(n, 0);
        ack(1_000, stream(1, new Span(2, 3)));
        hear(
                9_000,
                new Nack(
                        ME,
                        List.of(new PostRange(LinkRun.CHANNEL, new Span(0, 1))),
                        List.of(new PieceRange(0, new Span(0, 3)))));
    }

    private void patience() {
        begin("a peer that has seen later posts", 1);
        made(0, 0);
        posted(0, 0, 5, 0);
        hear(1 * SECOND, seen(4));
        hear(31 * SECOND, seen(4));
        hear(32 * SECOND, new Ack(ME, SESSION, List.of(), List.of(new Seen(LinkRun.CHANNEL - 1, 100))));
        hear(33 * SECOND, seen(5));
        begin("not before half a minute", 1);
        post(0, 0);
        hear(29_999, seen(9));
        hear(30_000, seen(9));
        begin("twice as long after each repair", 1);
        post(0, 0);
        hear(30 * SECOND, seen(0));
        posted(0, 0, 1, 30 * SECOND);
        hear(89 * SECOND, seen(1));
        hear(90 * SECOND, seen(1));
        posted(0, 0, 2, 90 * SECOND);
        hear(209 * SECOND, seen(2));
        hear(210 * SECOND, seen(2));
        begin("four round trips", 1);
        post(0, 0);
        ack(20 * SECOND, stream(1));
        post(1, 0, 20 * SECOND);
        hear(99 * SECOND, seen(1));
        hear(100 * SECOND, seen(1));
        begin("an answer to a question after the post", 1);
        post(0, 0);
        step(30 * SECOND).put("asked", 1);
        done();
        post(1, 0, 40 * SECOND);
        hear(71 * SECOND, new Pong(ME, 99));
        hear(72 * SECOND, new Pong(ME, 1));
    }

    private void sessions() {
        begin("a peer that has lost its memory", 1);
        for (int n = 0; n < 4; n++) post(n, 0);
        ack(SECOND, stream(2));
        hear(2 * SECOND, newAck(stream(0)));
        hear(3 * SECOND, newAck(stream(2)));
        posted(2, 0, 10, 4 * SECOND);
        posted(3, 0, 11, 4 * SECOND);
        hear(5 * SECOND, newAck(stream(4)));
        begin("a peer that lost what was stored behind a gap", 1);
        for (int n = 0; n < 3; n++) post(n, 0);
        ack(SECOND, stream(0, new Span(1, 3)));
        hear(2 * SECOND, newAck(stream(0)));
        begin("a message that is lost in its middle", 1);
        made(0, 0, new Part(0, 0, 1, WEIGHT, List.of()));
        posted(0, 0, 0, 0);
        made(1, 0, new Part(0, 1, 2, WEIGHT, List.of(new Ending(7, 1))));
        posted(1, 0, 1, 0);
        ack(SECOND, stream(1));
        hear(2 * SECOND, newAck(stream(0)));
        begin("what an ended session says", 1);
        post(0, 0);
        ack(SECOND, stream(0));
        hear(2 * SECOND, newAck(stream(0)));
        ack(3 * SECOND, stream(1));
        begin("another session in an older packet", 1);
        post(0, 0);
        heard = 7;
        ack(SECOND, stream(0));
        heard = 3;
        hear(2 * SECOND, newAck(stream(1)));
    }

    private void acks() {
        begin("levels", 1);
        made(0, 0);
        made(1, 0);
        posted(1, 0, 9, 0);
        ack(1_000, stream(0, new Span(1, 2)));
        ack(2_000, new StreamAck(0, 2, List.of(), 1, false));
        ack(3_000, new StreamAck(0, 2, List.of(), 2, false));
        begin("a message of two packets", 1);
        made(0, 0, new Part(0, 0, 1, WEIGHT, List.of()));
        made(1, 0, new Part(0, 1, 2, WEIGHT, List.of(new Ending(5, 1))));
        posted(1, 0, 1, 0);
        posted(0, 0, 2, 0);
        ack(1_000, stream(0, new Span(1, 2)));
        ack(2_000, stream(1));
        begin("what is stored above a gap is kept", 1);
        for (int n = 0; n < 3; n++) post(n, 0);
        ack(1_000, stream(0, new Span(1, 3)));
        ack(1_001, stream(3));
        begin("spans that come in several acks", 1);
        for (int n = 0; n < 5; n++) post(n, 0);
        ack(1_000, stream(0, new Span(3, 4)));
        ack(1_001, stream(1));
        ack(1_002, stream(1, new Span(2, 3)));
        ack(1_003, stream(2));
        ack(1_004, stream(1));
        begin("pieces that were never sent, and other outboxes", 1);
        post(0, 0);
        ack(1_000, stream(2));
        ack(1_001, stream(0, new Span(1, 2)));
        hear(1_002, new Ack(PEER, SESSION, List.of(stream(1)), List.of()));
        ack(1_003, stream(1));
    }

    private void credit() {
        begin("credit before any is granted", 1);
        made(0, 0, new Part(0, 0, 1, Limits.FIRST_STREAM_CREDIT - 20, List.of(new Ending(0, 0))));
        made(1, 0, new Part(3, 0, 2, 1_000, List.of(new Ending(1, 0), new Ending(2, 1))));
        begin("credit grows and does not fall", 1);
        made(0, 0);
        long more = Limits.FIRST_STREAM_CREDIT + 1_000;
        hear(1_000, new Credit(ME, Limits.FIRST_PEER_CREDIT + 9_000, List.of(new StreamCredit(0, more)), List.of()));
        hear(1_001, new Credit(ME, Limits.FIRST_PEER_CREDIT, List.of(new StreamCredit(0, more - 500)), List.of()));
        hear(1_002, new Credit(PEER, 2 * Limits.FIRST_PEER_CREDIT, List.of(), List.of()));
        hear(1_003, new Credit(ME, 0, List.of(new StreamCredit(9, 2 * more)), List.of()));
        begin("credit of all streams together", 1);
        for (int n = 0; n < 17; n++) {
            long weight = n < 16 ? Limits.FIRST_STREAM_CREDIT - 100 : 1_600;
            made(n, 0, new Part(n, 0, 1, weight, List.of(new Ending(n, 0))));
        }
        hear(1_000, new Credit(ME, Limits.FIRST_PEER_CREDIT + 50, List.of(), List.of()));
        begin("credit after the peer has lost its memory", 1);
        for (int n = 0; n < 3; n++) post(n, 0);
        ack(1_000, stream(2));
        hear(1_001, new Credit(ME, 2 * Limits.FIRST_PEER_CREDIT, List.of(new StreamCredit(0, 9 * WEIGHT)), List.of()));
        hear(2_000, newAck(stream(0)));
        hear(3_000, newAck(stream(2)));
    }

    private void ends() {
        begin("a stream that is closed", 1);
        post(0, 0);
        ack(1_000, new StreamAck(0, 1, List.of(), 1, false));
        step(2_000).put("closed", 0);
        done();
        ack(3_000, new StreamAck(0, 1, List.of(), 1, false));
        ack(4_000, StreamAck.closed(0));
        ack(5_000, StreamAck.closed(0));
        begin("a closed stream in a new memory", 1);
        made(0, 0, new Part(0, 0, 1, WEIGHT, List.of(new Ending(0, 0))), part(5, 0));
        made(1, 0, part(0, 1));
        posted(0, 0, 0, 0);
        posted(1, 0, 1, 0);
        ack(1_000, new StreamAck(5, 1, List.of(), 1, false));
        step(2_000).put("closed", 5);
        done();
        ack(3_000, StreamAck.closed(5));
        hear(4_000, newAck(stream(0)));
        hear(5_000, newAck(StreamAck.closed(5)));
        posted(0, 0, 8, 6_000);
        posted(1, 0, 9, 6_000);
        hear(7_000, newAck(stream(2)));
        begin("pieces of a closed stream that come late", 1);
        post(0, 0);
        ack(1_000, new StreamAck(0, 1, List.of(), 1, false));
        step(2_000).put("closed", 0);
        done();
        ack(3_000, StreamAck.closed(0));
        hear(4_000, newAck(stream(1)));
        hear(5_000, newAck(stream(1)));
        hear(6_000, newAck(StreamAck.closed(0)));
    }

    private void keys() {
        begin("a packet whose pieces stand in another one", 1);
        post(0, 0);
        post(1, 0);
        hear(31 * SECOND, seen(1));
        step(31 * SECOND).putObject("repacked").put("packet", 0).put("in", 2);
        done();
        posted(0, 0, 7, 32 * SECOND);
        posted(2, 0, 8, 32 * SECOND);
        ack(33 * SECOND, stream(2));
    }

    // --- steps

    private void begin(String name, int lanes) {
        steps = ((ArrayNode) file.get("cases"))
                .addObject()
                .put("name", name)
                .put("incarnation", Vectors.HEX.toHexDigits(ME))
                .put("channel", LinkRun.CHANNEL)
                .put("lanes", lanes)
                .putArray("steps");
        run = new LinkRun(ME, lanes);
        heard = 0;
    }

    private ObjectNode step(long at) {
        return steps.addObject().put("at", at);
    }

    private void done() {
        run.onStep((ObjectNode) steps.get(steps.size() - 1));
    }

    /** A packet with the next piece of stream 0, a message of its own. */
    private void post(int number, int lane) {
        post(number, lane, 0);
    }

    private void post(int number, int lane, long at) {
        made(number, at);
        posted(number, lane, number, at);
    }

    private void made(int number, long at) {
        made(number, at, part(0, number));
    }

    private static Part part(long stream, int number) {
        return new Part(stream, number, number + 1, WEIGHT, List.of(new Ending(100 * stream + number, number)));
    }

    private void made(int number, long at, Part... parts) {
        var said = step(at).putObject("made").put("packet", number).putArray("parts");
        for (Part part : parts) {
            var one = said.addObject()
                    .put("stream", part.stream())
                    .put("from", part.from())
                    .put("until", part.until())
                    .put("weight", part.weight());
            var ending = one.putArray("ending");
            for (Ending message : part.ending())
                ending.addObject().put("message", message.message()).put("last", message.last());
        }
        done();
    }

    private void posted(int number, int lane, long message, long at) {
        step(at).putObject("posted").put("packet", number).put("lane", lane).put("message", message);
        done();
    }

    private void unknown(int number, int lane, long at) {
        step(at).putObject("unknown").put("packet", number).put("lane", lane);
        done();
    }

    private void ack(long at, StreamAck... streams) {
        hear(at, new Ack(ME, SESSION, List.of(streams), List.of()));
    }

    private static Ack newAck(StreamAck stream) {
        return new Ack(ME, NEW_SESSION, List.of(stream), List.of());
    }

    private static Ack seen(long message) {
        return new Ack(ME, SESSION, List.of(), List.of(new Seen(LinkRun.CHANNEL, message)));
    }

    private static StreamAck stream(long stored, Span... beyond) {
        return new StreamAck(0, stored, List.of(beyond), 0, false);
    }

    private void hear(long at, Control frame) {
        step(at).putObject("heard")
                .put("outbox", Vectors.HEX.toHexDigits(PEER))
                .put("packet", heard++)
                .put("content", Vectors.HEX.formatHex(new Content("", List.of(frame)).toBytes()));
        done();
    }

    /** What the tests hold against the file. */
    static JsonNode again(JsonNode written) {
        var run = new LinkRun(
                Long.parseUnsignedLong(written.get("incarnation").asString(), 16),
                written.get("lanes").asInt());
        var steps = Vectors.JSON.createArrayNode();
        for (JsonNode step : written.get("steps")) {
            var bare = (ObjectNode) step.deepCopy();
            bare.remove(LinkRun.RESULTS);
            run.onStep(bare);
            steps.add(bare);
        }
        return Vectors.JSON.readTree(Vectors.JSON.writeValueAsString(steps));
    }
}
