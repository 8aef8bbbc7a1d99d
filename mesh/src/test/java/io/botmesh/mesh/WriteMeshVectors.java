package io.botmesh.mesh;

import static io.botmesh.mesh.MeshVectors.HEX;
import static io.botmesh.mesh.MeshVectors.add;
import static io.botmesh.mesh.MeshVectors.file;
import static io.botmesh.mesh.MeshVectors.putHeaders;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.botmesh.wire.Limits;
import io.botmesh.wire.MessageHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Writes the vectors of what nodes say to each other in messages. What stood in the files must not change. */
final class WriteMeshVectors {
    private static final String SMILE = "\uD83D\uDE00";

    private WriteMeshVectors() {}

    static void write() throws IOException, InterruptedException {
        LaneVectors.write();
        shares();
        rosters();
        requests();
        objects();
        WriteTopicVectors.write();
        PublishedVectors.write();
    }

    private static void shares() throws IOException {
        var file = file(
                "Who of a queue group handles a message: the message's lot, each member's weight, and the member with the"
                        + " highest. Lots and weights are 64 bits in hex, compared as signed numbers.");
        var two = Set.of("ben", "carl");
        for (int sequence = 0; sequence < 8; sequence++)
            share(file, "message " + sequence, "desk", two, 0, sequence, 1);
        share(file, "three members", "desk", Set.of("ben", "carl", "dora"), 0, 3, 1);
        share(file, "another outbox", "desk", two, 0, 3, 0xfedcba9876543210L);
        share(file, "another queue", "archive", two, 0, 3, 1);
        share(file, "another stream", "desk", two, 7, 3, 1);
        share(file, "the largest numbers", "desk", two, Limits.MAX_NUMBER, Limits.MAX_NUMBER - 1, -1);
        share(file, "names beyond ASCII", "\u0440\u0438\u0433\u0430", Set.of("\u00e9", "\uff21", SMILE), 0, 0, 5);
        share(file, "one member", "desk", Set.of("ben"), 0, 0, 0);
        share(file, "nobody", "desk", Set.of(), 0, 0, 0);
        MeshVectors.write("good/rendezvous.json", file);
    }

    private static void share(
            ObjectNode file, String name, String queue, Set<String> members, long stream, long last, long incarnation) {
        long lot = Origin.lot(incarnation, stream, last);
        var origin = new Origin("topic", Map.of(queue, members), 1, lot);
        var one = add(file, name)
                .put("queue", queue)
                .put("stream", stream)
                .put("sequence", last)
                .put("incarnation", HEX.toHexDigits(incarnation))
                .put("lot", HEX.toHexDigits(lot));
        var weights = one.putObject("weights");
        for (String member : new TreeSet<>(members))
            weights.put(member, HEX.toHexDigits(Rendezvous.weight(queue + "/" + member, lot)));
        one.put(
                "handles",
                members.stream()
                        .filter(who -> origin.isFor(queue, who))
                        .findFirst()
                        .orElse(null));
    }

    private static void rosters() throws IOException {
        var good = file(
                "Bodies of messages with subject bm-queues on the stream bm-topics. A writer produces exactly these.");
        roster(good, "no queues", new TopicQueues("weather", 1, Map.of()));
        roster(good, "one queue", new TopicQueues("weather", 0, Map.of("desk", Set.of("ben"))));
        roster(
                good,
                "queues and members by name",
                new TopicQueues("news", 300, Map.of("b", Set.of("dora", "ben", "Carl"), "a", Set.of("ben"))));
        roster(
                good,
                "names beyond ASCII, in the order of their UTF-16 units",
                new TopicQueues("news", Limits.MAX_NUMBER, Map.of("q", Set.of("\uff21", SMILE, "z"))));
        roster(
                good,
                "words of 128 characters",
                new TopicQueues("n", 1, Map.of("q".repeat(128), Set.of("m".repeat(128)))));
        MeshVectors.write("good/queues.json", good);

        var bad = file("Bodies of messages with subject bm-queues that are refused.");
        for (String body : List.of(
                "",
                "news",
                "news ",
                "news x",
                "news -1",
                "news +1",
                "news 01",
                "news 1 2",
                "news  1",
                " news 1",
                "news \u0661",
                "news 9007199254740992",
                "news 1\n",
                "news 1\ndesk",
                "news 1\ndesk ",
                "news 1\ndesk  ben",
                "news 1\ndesk ben ",
                "news 1\ndesk ben ben",
                "news 1\ndesk ben\ndesk carl",
                "news 1\r\ndesk ben\n")) {
            roster(bad, body.getBytes(UTF_8));
        }
        roster(bad, ("news 1\n" + "q".repeat(129) + " ben").getBytes(UTF_8));
        roster(bad, ("news 1\nq " + "m".repeat(129)).getBytes(UTF_8));
        roster(bad, new byte[] {'n', ' ', '1', '\n', 'q', ' ', (byte) 0xff});
        MeshVectors.write("bad/queues.json", bad);
    }

    private static void roster(ObjectNode file, String name, TopicQueues said) {
        var one = add(file, name)
                .put("body", HEX.formatHex(said.toBytes()))
                .put("topic", said.topic())
                .put("epoch", said.epoch());
        var queues = one.putObject("queues");
        for (String queue : new TreeSet<>(said.queues().keySet())) {
            var members = queues.putArray(queue);
            new TreeSet<>(said.queues().getOrDefault(queue, Set.of())).forEach(members::add);
        }
    }

    private static void roster(ObjectNode file, byte[] body) {
        String text = new String(body, UTF_8);
        add(file, text.substring(0, Math.min(40, text.length()))).put("body", HEX.formatHex(body));
    }

    private static void requests() throws IOException {
        var file = file(
                "Headers that make a message a request or a reply. Replies go on the stream bm-replies, without subject.");
        for (long id : new long[] {0, 0x0123456789abcdefL, -1}) {
            Instant by = Instant.ofEpochMilli(1_700_000_000_000L + (id & 0xff));
            var one = add(file, "a request").put("request", HEX.toHexDigits(id)).put("by", by.toEpochMilli());
            var headers = Requests.requestHeaders(id, by);
            putHeaders(one, headers);
            reply(file, "its reply", id, headers.getFirst(), null);
        }
        var header = Requests.requestHeaders(7, Instant.EPOCH).getFirst();
        reply(file, "a request that failed", 7, header, "nobody handles caf\u00e9");
        request(file, "with the time that is left", 1, 1_800_000_000_000L, 29_999);
        request(file, "of which nothing is left", -1, 1, 0);
        MeshVectors.write("good/request.json", file);
    }

    private static void request(ObjectNode file, String name, long id, long by, long left) {
        var one = add(file, name)
                .put("request", HEX.toHexDigits(id))
                .put("by", by)
                .put("left", left);
        putHeaders(one, Requests.requestHeaders(id, Instant.ofEpochMilli(by), Duration.ofMillis(left)));
    }

    private static void reply(ObjectNode file, String name, long id, MessageHeader header, @Nullable String failed) {
        var one = add(file, name).put("reply", HEX.toHexDigits(id)).put("failed", failed);
        putHeaders(one, Requests.replyHeaders(header, failed));
    }

    private static void objects() throws IOException, InterruptedException {
        var good = file(
                "Objects, and the messages that bring them to their reader; what it says of the whole; and what is asked.");
        object(good, "in three parts", "report.txt", 250, 100);
        object(good, "in parts that are all full", "a b\nc", 200, 100);
        object(good, "in one part", "\u0440\u0438\u0433\u0430 " + SMILE, 7, 100);
        object(good, "an empty one", "", 0, 100);
        MeshVectors.write("good/object.json", good);

        var bad = file("Bodies of messages with subject bm-object that are refused, though their bm-id fits them.");
        String digest = "0".repeat(63) + "a";
        for (String body : List.of(
                "",
                "1 1 " + digest,
                "1 1\nname",
                "1  1 " + digest + "\nname",
                " 1 1 " + digest + "\nname",
                "1 1 " + digest + " \nname",
                "-1 1 " + digest + "\nname",
                "+1 1 " + digest + "\nname",
                "01 1 " + digest + "\nname",
                "\u0661 1 " + digest + "\nname",
                "1 0 " + digest + "\nname",
                "1 2147483648 " + digest + "\nname",
                "9007199254740992 1 " + digest + "\nname",
                "1 1 " + digest.substring(1) + "\nname",
                "1 1 " + digest.replace('a', 'A') + "\nname",
                "1 1 " + digest + "\r\nname")) {
            manifest(bad, body.getBytes(UTF_8));
        }
        byte[] name = ("1 1 " + digest + "\n?").getBytes(UTF_8);
        name[name.length - 1] = (byte) 0xff;
        manifest(bad, name);
        MeshVectors.write("bad/object.json", bad);
    }

    private static void manifest(ObjectNode file, byte[] body) {
        String text = new String(body, UTF_8).replaceAll("0{40}", "");
        add(file, text).put("body", HEX.formatHex(body));
    }

    private static void object(ObjectNode file, String title, String name, int size, int partBytes)
            throws IOException, InterruptedException {
        var bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        var one =
                add(file, title).put("object", name).put("partBytes", partBytes).put("bytes", HEX.formatHex(bytes));
        var said = said(name, bytes, partBytes);
        var messages = one.putArray("messages");
        for (SaidWork.Said message : said) {
            var to = messages.addObject().put("stream", message.stream()).put("subject", message.subject());
            putHeaders(to, message.headers());
            to.put("body", HEX.formatHex(message.body()));
        }
        byte[] id = said.getFirst().headers().getFirst().value();
        one.put("id", HEX.formatHex(id));
        putHeaders(one.putObject("taken"), ObjectParts.verdict(id, null, null));
        putHeaders(one.putObject("refused"), ObjectParts.verdict(id, "no room", null));
        MessageHeader question = ObjectParts.number(0x0123456789abcdefL);
        putHeaders(one.putObject("asked"), List.of(new MessageHeader(ObjectParts.ID, id), question));
        putHeaders(one.putObject("answered"), ObjectParts.verdict(id, null, question.value()));
    }

    /** What our program sends of an object. */
    static List<SaidWork.Said> said(String name, byte[] bytes, int partBytes) throws IOException, InterruptedException {
        var work = new SaidWork(Instant.EPOCH);
        Path file = Files.createTempFile("object", ".bin");
        try {
            Files.write(file, bytes);
            new ObjectSender(SaidWork.setup(partBytes), work, new Random(1)).put("bert", name, file);
        } finally {
            Files.delete(file);
        }
        return new ArrayList<>(work.said);
    }
}
