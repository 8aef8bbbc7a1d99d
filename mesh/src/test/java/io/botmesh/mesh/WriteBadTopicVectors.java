package io.botmesh.mesh;

import static io.botmesh.mesh.TopicScene.ANNA;
import static io.botmesh.mesh.TopicScene.BEN;
import static io.botmesh.mesh.TopicScene.CARL;
import static io.botmesh.mesh.TopicScene.DESK;
import static io.botmesh.mesh.TopicScene.DORA;
import static io.botmesh.mesh.TopicScene.NOBODY;
import static io.botmesh.mesh.TopicScene.SHARED;
import static io.botmesh.mesh.TopicScene.data;
import static io.botmesh.mesh.TopicScene.filled;
import static io.botmesh.mesh.TopicScene.key;
import static io.botmesh.mesh.TopicScene.keyNotice;
import static io.botmesh.mesh.TopicScene.keyOf;
import static io.botmesh.mesh.TopicScene.posted;
import static io.botmesh.mesh.TopicScene.roster;
import static io.botmesh.mesh.TopicScene.said;

import io.botmesh.seal.AdmissionSecret;
import io.botmesh.seal.Identity;
import io.botmesh.seal.ReaderKey;
import io.botmesh.wire.Armour;
import io.botmesh.wire.Content;
import io.botmesh.wire.Frame;
import io.botmesh.wire.Limits;
import io.botmesh.wire.Packet;
import io.botmesh.wire.PacketHeader;
import io.botmesh.wire.Piece;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Writes the vectors of what a member of a topic does not take. */
final class WriteBadTopicVectors {
    private static final long OUTBOX = 0x0123456789abcdefL;

    private final TopicScene scene;
    private final ObjectNode file;

    private WriteBadTopicVectors(TopicScene scene) {
        this.scene = scene;
        file = MeshVectors.file(
                "Posts that the member of a topic below refuses, after it took those in 'accepted': nothing of them counts.");
        TopicScene.describe(file, true, DESK, 1, 2);
    }

    static void write(TopicScene scene) throws IOException {
        var writer = new WriteBadTopicVectors(scene);
        writer.packets();
        writer.notices();
        MeshVectors.write("bad/topic.json", writer.file);
    }

    private void packets() {
        bad("of somebody who may not publish", "NO_PUBLISHER", publish(DORA, 0));
        bad("of somebody whom nobody knows", "NO_PUBLISHER", publish(NOBODY, 0));
        bad("only a word, of somebody whom nobody knows", "NO_PUBLISHER", publish(NOBODY, 0, posted(0)));
        bad("a copy", "REPLAYED", publish(CARL, 4), publish(CARL, 3), publish(CARL, 4));
        bad("a number that was used", "REPLAYED", publish(CARL, 4, posted(1)), publish(CARL, 4));
        bad("altered", "SEAL_BROKEN", altered(publish(CARL, null, 0)));
        bad("with the tag of another secret", "ADMISSION_TAG", publish(CARL, AdmissionSecret.of(filled(7)), 0));
        bad(
                "with such a tag, and to a key that may be on its way",
                "ADMISSION_TAG",
                scene.post(CARL, key(3).key(), AdmissionSecret.of(filled(7)), OUTBOX, 0, posted(0), data(0, "a")));
        bad("plain", "NOT_SEALED", plain());
        bad("cut short", "SEAL_BROKEN", cut(publish(CARL, null, 0)));
        bad(
                "of an outbox that has written to the member alone",
                "OF_A_TOPIC",
                publish(CARL, 1),
                scene.post(CARL, BEN.key(), null, OUTBOX, 0, data(0, "a")));
        bad(
                "to the member alone, of an outbox that has published",
                "OF_A_TOPIC",
                scene.post(CARL, BEN.key(), null, OUTBOX, 1, data(0, "a")),
                publish(CARL, 0));
        bad("no content", "CONTENT_INVALID", broken());
    }

    private void notices() {
        bad("a key of somebody else's", "NOT_THE_OWNER", notice(CARL, keyOf(3)));
        bad(
                "a key of a topic that is not the owner's",
                "NOT_THE_OWNER",
                notice(ANNA, keyNotice("sports", 3, key(3).key().toBytes(), key(3).toBytes())));
        bad(
                "a key whose halves do not fit",
                "NOTICE",
                notice(ANNA, keyNotice("news", 3, key(4).key().toBytes(), key(3).toBytes())));
        bad(
                "a key after which none can come",
                "NOTICE",
                notice(ANNA, keyNotice("news", Limits.MAX_NUMBER, key(3).key().toBytes(), key(3).toBytes())));
        bad("a key that is none", "NOTICE", notice(ANNA, keyNotice("news", 3, new byte[ReaderKey.BYTES], new byte[0])));
        bad("a content that is none", "NOTICE", notice(ANNA, Piece.whole(NodeTopics.KEY, List.of(), new byte[] {0x12
        })));
        bad("a roster of somebody else's", "NOTICE", notice(CARL, roster("news 3\ndesk ben")));
        bad("a roster of another topic", "NOTICE", notice(ANNA, roster("sports 3\ndesk ben")));
        bad("a roster that is none", "NOTICE", notice(ANNA, roster("news three")));
    }

    private ObjectNode publish(Identity who, int number, Frame... frames) {
        return scene.post(who, key(1).key(), SHARED, OUTBOX, number, frames.length == 0 ? all(number) : frames);
    }

    private ObjectNode publish(Identity who, @Nullable AdmissionSecret secret, int number) {
        return scene.post(who, key(1).key(), secret, OUTBOX, number, all(number));
    }

    private static Frame[] all(int number) {
        return new Frame[] {posted(number), data(number, "a")};
    }

    private ObjectNode notice(Identity who, Piece piece) {
        return scene.post(who, BEN.key(), null, OUTBOX, 0, said(0, piece));
    }

    private static ObjectNode text(byte[] packet) {
        return MeshVectors.JSON.createObjectNode().put("text", Armour.BASE32768.encode(packet));
    }

    private static ObjectNode altered(ObjectNode post) {
        byte[] packet = Armour.decode(post.get("text").asString());
        packet[packet.length - 20] ^= 4;
        return text(packet);
    }

    private static ObjectNode cut(ObjectNode post) {
        byte[] packet = Armour.decode(post.get("text").asString());
        return text(Arrays.copyOf(packet, packet.length - 1));
    }

    private static ObjectNode plain() {
        byte[] content = new Content("carl", List.of(all(0))).toBytes();
        return text(new Packet(PacketHeader.plain(key(1).key().id(), OUTBOX, 0), content).toBytes());
    }

    private ObjectNode broken() {
        return scene.packet(CARL, key(1).key(), null, OUTBOX, 0, new byte[] {0x12, 0x02, 0x0a, 0x00});
    }

    private void bad(String name, String reason, ObjectNode post, ObjectNode... accepted) {
        ObjectNode one = MeshVectors.add(file, name);
        if (accepted.length > 0) {
            var before = one.putArray("accepted");
            for (ObjectNode each : accepted) before.add(each.get("text"));
        }
        one.set("text", post.get("text"));
        one.put("reason", reason);
    }
}
