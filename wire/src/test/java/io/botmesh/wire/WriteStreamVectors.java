package io.botmesh.wire;

import io.botmesh.wire.Control.Close;
import io.botmesh.wire.Control.Open;
import io.botmesh.wire.Control.Ping;
import io.botmesh.wire.Control.Reset;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The vectors of what a reader makes of the pieces of streams, and what it acks. */
final class WriteStreamVectors {
    static final long MESSAGE_BYTES = 1_000;

    private final ObjectNode file =
            WriteVectors.file("What a reader of one outbox makes of packets, each the only news since the"
                    + " last: the messages that it hands out, how many it gives up, and the ack that is due then. Its handlers end at"
                    + " once. Packets come from one channel, and have the message ids 1, 2, 3...");

    private PiecesReader reader = reader();
    private ArrayNode packets = Vectors.JSON.createArrayNode();

    private WriteStreamVectors() {}

    static PiecesReader reader() {
        return new PiecesReader(WriteControlVectors.INCARNATION, WriteControlVectors.SESSION_ID, MESSAGE_BYTES);
    }

    static void write() throws IOException {
        var writer = new WriteStreamVectors();
        writer.all();
        WriteVectors.write("good/stream.json", writer.file);
    }

    private void all() {
        begin("messages in order");
        packet(data(0, whole("a"), whole("b")));
        packet(data(2, whole("")), data(3, whole("c")));
        begin("a gap that closes");
        packet(data(2, whole("c"), whole("d")));
        packet(data(7, whole("h")));
        packet(data(0, whole("a"), whole("b")));
        packet(data(4, whole("e"), whole("f"), whole("g")));
        begin("what came before");
        packet(data(0, whole("a"), whole("b")));
        packet(data(0, whole("a"), whole("b")));
        packet(data(1, whole("b"), whole("c")));
        packet(data(4, whole("e")));
        packet(data(3, whole("d"), whole("e")));
        begin("a message in pieces, of several packets");
        packet(data(0, first("ab", 6), middle("cd")));
        packet(data(3, whole("next")));
        packet(data(2, last("ef")));
        begin("an end without a beginning");
        packet(data(0, last("x"), whole("y"), middle("x"), middle("x"), last("x"), whole("z")));
        begin("a message that begins inside another one");
        packet(data(0, first("ab", 6), whole("whole"), first("cd", 4), last("ef")));
        packet(data(4, first("ab", 6), middle("cd"), first("gh", 4), last("ij")));
        begin("more bytes than were announced");
        packet(data(0, first("ab", 3), middle("cd"), middle("ef"), last("gh"), whole("z")));
        packet(data(5, first("ab", 3), last("cd"), whole("y")));
        begin("as many bytes as were announced, and more to come");
        packet(data(0, first("ab", 4), middle("cd"), last("ef"), whole("z")));
        begin("less bytes than were announced");
        packet(data(0, first("ab", 5), last("cd"), whole("z")));
        begin("a message that is longer than the reader takes");
        packet(data(0, first("ab", MESSAGE_BYTES + 1), middle("cd"), last("ef"), whole("z")));
        begin("streams do not wait for each other");
        packet(new Data(5, 1, List.of(whole("later"))), data(0, whole("now")));
        packet(new Open(5, "orders"), new Data(5, 0, List.of(whole("first"))));
        begin("names: the first one counts");
        packet(new Open(1, "a"), new Open(1, "b"), new Data(1, 0, List.of(whole("x"))));
        packet(new Open(1, "c"), new Data(1, 1, List.of(whole("y"))));
        begin("a name that comes back waits for the earlier stream, of which nothing came yet");
        packet(new Open(8, "a", 3, 2), new Data(8, 0, List.of(whole("third"), whole("fourth"))));
        packet(new Open(3, "a"), new Data(3, 1, List.of(whole("second"))));
        packet(new Open(3, "a"), new Data(3, 0, List.of(whole("first"))));
        packet(new Open(8, "a", 3, 2), new Data(8, 2, List.of(whole("fifth"))));
        begin("a name that comes back, of whose earlier stream all is done");
        packet(new Open(3, "a"), new Data(3, 0, List.of(whole("first"))));
        packet(new Open(8, "a", 3, 1), new Data(8, 0, List.of(whole("second"))));
        packet(new Open(9, "b", 3, 1), new Data(9, 0, List.of(whole("other"))));
        begin("names that came back twice");
        packet(new Open(8, "a", 3, 1), new Data(8, 0, List.of(whole("third"))));
        packet(new Open(3, "a", 1, 1), new Data(3, 0, List.of(whole("second"))));
        packet(new Open(1, "a"), new Data(1, 0, List.of(whole("first"))));
        begin("control counts before data");
        packet(new Data(1, 0, List.of(whole("x"))), new Open(1, "a"));
        begin("an end, and what speaks of it later");
        packet(data(0, whole("a")), new Close(0, 2));
        packet(data(2, whole("c")));
        packet(data(1, whole("b")));
        packet(data(0, whole("a")));
        packet(new Open(0, "again"));
        packet(new Close(0, 2));
        begin("an end before everything");
        packet(new Close(3, 0));
        begin("a reset over a gap");
        packet(data(0, first("ab", 6)), data(3, whole("d")), data(6, whole("g")));
        packet(new Reset(0, 5, 300));
        packet(data(5, whole("f")));
        packet(new Reset(0, 4, 200));
        begin("a reset to what came early");
        packet(data(2, whole("c"), whole("d")));
        packet(new Reset(0, 2, 100));
        begin("a reset far ahead");
        packet(new Reset(0, Limits.MAX_NUMBER - 1, Limits.MAX_NUMBER));
        begin("a question is answered with all streams");
        packet(data(0, whole("a")), new Data(4, 1, List.of(whole("b"))));
        packet(new Ping(7));
    }

    private static Piece whole(String text) {
        return Piece.whole("s" + text.length(), List.of(), WriteVectors.text(text));
    }

    private static Piece first(String text, long length) {
        return Piece.first("long", List.of(), WriteVectors.text(text), length);
    }

    private static Piece middle(String text) {
        return Piece.middle(WriteVectors.text(text));
    }

    private static Piece last(String text) {
        return Piece.last(WriteVectors.text(text));
    }

    private static Data data(long sequence, Piece... pieces) {
        return new Data(0, sequence, List.of(pieces));
    }

    private void begin(String name) {
        reader = reader();
        packets = ((ArrayNode) file.get("cases"))
                .addObject()
                .put("name", name)
                .put("incarnation", Vectors.HEX.toHexDigits(WriteControlVectors.INCARNATION))
                .put("session", Vectors.HEX.toHexDigits(WriteControlVectors.SESSION_ID))
                .put("channel", PiecesReader.CHANNEL)
                .put("messageBytes", MESSAGE_BYTES)
                .putArray("packets");
    }

    private void packet(Frame... frames) {
        packets.add(packet(reader, new Content("", List.of(frames))));
    }

    static ObjectNode packet(PiecesReader reader, Content content) {
        int before = reader.got.size();
        int broken = reader.broken;
        var ack = reader.onPacket(content.frames());
        var one = Vectors.JSON.createObjectNode().put("content", Vectors.HEX.formatHex(content.toBytes()));
        var messages = one.putArray("messages");
        IntStream.range(before, reader.got.size())
                .mapToObj(reader.got::get)
                .forEach(got -> messages.addObject()
                        .put("stream", got.stream())
                        .put("name", got.name())
                        .put("subject", got.subject())
                        .put("body", got.body()));
        one.put("givenUp", reader.broken - broken);
        one.put(
                "ack",
                ack.map(said -> Vectors.HEX.formatHex(new Content("", List.of(said)).toBytes()))
                        .orElse(null));
        return one;
    }
}
