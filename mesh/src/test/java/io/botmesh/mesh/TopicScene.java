package io.botmesh.mesh;

import static io.botmesh.mesh.MeshVectors.HEX;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.botmesh.seal.AdmissionSecret;
import io.botmesh.seal.Identity;
import io.botmesh.seal.ReaderKey;
import io.botmesh.seal.ReaderSecret;
import io.botmesh.seal.Recipient;
import io.botmesh.seal.SealedEnvelope;
import io.botmesh.wire.Armour;
import io.botmesh.wire.Confidential.KeyNotice;
import io.botmesh.wire.Content;
import io.botmesh.wire.Control.Open;
import io.botmesh.wire.Control.Reset;
import io.botmesh.wire.Data;
import io.botmesh.wire.Frame;
import io.botmesh.wire.Piece;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Who is who in the vectors of topics, and the packets that they post: anna owns the topic, ben reads it. */
final class TopicScene {
    static final Identity ANNA = Identity.of(filled(1));
    static final Identity CARL = Identity.of(filled(2));
    static final Identity DORA = Identity.of(filled(3));
    static final Identity NOBODY = Identity.of(filled(4));
    static final ReaderSecret BEN = ReaderSecret.of(filled(5));
    static final AdmissionSecret SHARED = AdmissionSecret.of(filled(6));
    static final Map<String, List<String>> DESK = Map.of("desk", List.of("ben", "erik"));

    private static final Map<Identity, Integer> SEEDS = Map.of(ANNA, 1, CARL, 2, DORA, 3, NOBODY, 4);
    private int ephemeral;

    /** @param ephemeral the first key for a packet; no two scenes of the vectors may make the same */
    TopicScene(int ephemeral) {
        this.ephemeral = ephemeral;
    }

    static byte[] filled(int with) {
        var bytes = new byte[32];
        Arrays.fill(bytes, (byte) with);
        return bytes;
    }

    /** The topic's key of an epoch. */
    static ReaderSecret key(int epoch) {
        return ReaderSecret.of(filled(0x20 + epoch));
    }

    /** The fields of a case that say who reads what; the member holds the keys of these epochs. */
    static ObjectNode describe(ObjectNode one, boolean tagged, Map<String, List<String>> queues, int... epochs) {
        one.put("topic", "news").put("subject", "news.>").put("owner", "anna").put("member", "ben");
        one.put("readerSecret", HEX.formatHex(BEN.toBytes()));
        one.put("admissionSecret", tagged ? HEX.formatHex(filled(6)) : null);
        var peers = one.putObject("peers");
        new TreeMap<>(Map.of("anna", ANNA, "carl", CARL, "dora", DORA))
                .forEach((name, who) -> peers.put(name, HEX.formatHex(who.key().toBytes())));
        one.putArray("publishers").add("anna").add("carl");
        ArrayNode keys = one.putArray("keys");
        for (int epoch : epochs) {
            keys.addObject()
                    .put("epoch", epoch)
                    .put("secret", HEX.formatHex(key(epoch).toBytes()));
        }
        var said = one.putObject("queues");
        new TreeMap<>(queues).forEach((queue, names) -> {
            ArrayNode members = said.putArray(queue);
            names.forEach(members::add);
        });
        return one;
    }

    /** A packet, and all that makes it. */
    ObjectNode post(
            Identity sender,
            ReaderKey to,
            @Nullable AdmissionSecret admission,
            long incarnation,
            long number,
            Frame... frames) {
        return packet(sender, to, admission, incarnation, number, new Content("", List.of(frames)).toBytes());
    }

    /** A packet with any bytes as its content. */
    ObjectNode packet(
            Identity sender,
            ReaderKey to,
            @Nullable AdmissionSecret admission,
            long incarnation,
            long number,
            byte[] content) {
        byte[] key = filled(0);
        key[0] = (byte) (ephemeral >> 8);
        key[1] = (byte) ephemeral++;
        var envelope = new SealedEnvelope(new FixedSeal(key), sender, new Recipient(to, admission));
        byte[] packet = envelope.wrap(envelope.header(incarnation, number), content);
        ObjectNode one = MeshVectors.JSON.createObjectNode().put("text", Armour.BASE32768.encode(packet));
        one.putObject("sealed")
                .put("senderSecret", HEX.formatHex(filled(requireNonNull(SEEDS.get(sender)))))
                .put("to", HEX.formatHex(to.toBytes()))
                .put("admissionSecret", admission == null ? null : HEX.formatHex(filled(6)))
                .put("ephemeralSecret", HEX.formatHex(key))
                .put("incarnation", HEX.toHexDigits(incarnation))
                .put("packetNumber", number)
                .put("content", HEX.formatHex(content));
        return one;
    }

    /** What anna says to ben on the stream of her own that is for that, from a message of it on. */
    static Frame[] said(long sequence, Piece... pieces) {
        return new Frame[] {new Open(1, NodeTopics.STREAM), new Data(1, sequence, List.of(pieces))};
    }

    static Piece keyNotice(String topic, long epoch, byte[] key, byte[] secret) {
        var notice = new Content("", List.of(new KeyNotice(topic, epoch, key, secret)));
        return Piece.whole(NodeTopics.KEY, List.of(), notice.toBytes());
    }

    static Piece keyOf(int epoch) {
        ReaderSecret secret = key(epoch);
        return keyNotice("news", epoch, secret.key().toBytes(), secret.toBytes());
    }

    static Piece roster(String body) {
        return Piece.whole(NodeTopics.QUEUES, List.of(), body.getBytes(UTF_8));
    }

    /** As a publisher says it of which the first piece under the packet's key is known. */
    static Reset posted(long below, long keyed) {
        return new Reset(0, below, keyed + 1);
    }

    static Reset posted(long below) {
        return new Reset(0, below, 0);
    }

    static Data data(long sequence, String... bodies) {
        return new Data(
                0, sequence, Arrays.stream(bodies).map(TopicScene::whole).toList());
    }

    static Piece whole(String body) {
        return Piece.whole("news.x", List.of(), body.getBytes(UTF_8));
    }
}
