package io.botmesh.mesh;

import static io.botmesh.mesh.MeshVectors.HEX;
import static io.botmesh.mesh.MeshVectors.JSON;

import io.botmesh.mesh.NodeRig.Member;
import io.botmesh.seal.AdmissionSecret;
import io.botmesh.seal.Enrolment;
import io.botmesh.seal.HpkeSeal;
import io.botmesh.seal.Identity;
import io.botmesh.seal.Keyring;
import io.botmesh.seal.NodeKey;
import io.botmesh.seal.Quota;
import io.botmesh.seal.ReaderSecret;
import io.botmesh.wire.Armour;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A member of a topic, as a vector describes it, that reads what the vector posts: what a node of ours makes of it. */
final class TopicVectors {
    private static final Quota MUCH = new Quota(1_000, 100_000, 1 << 30, 1L << 40);

    private final NodeRig rig = new NodeRig(5);
    private final long began = rig.now;
    private final MemoryCarrier channel = new MemoryCarrier(-7, () -> Instant.ofEpochSecond(0, rig.now));
    private final Carrier.Writers writers = channel.writers(1);
    private final Member member;
    private final Topic topic;
    private int got;
    private int told;

    /** @param scene the fields that say who reads what */
    TopicVectors(JsonNode scene) {
        String name = scene.get("member").asString();
        String owner = scene.get("owner").asString();
        List<ReaderSecret> keys = new ArrayList<>();
        Keyring keyring = Keyring.of(ReaderSecret.of(MeshVectors.bytes(scene, "readerSecret")));
        for (JsonNode key : scene.get("keys")) {
            keys.add(ReaderSecret.of(MeshVectors.bytes(key, "secret")));
            keyring = keyring.joined(
                    scene.get("topic").asString(),
                    key.get("epoch").asLong(),
                    keys.getLast(),
                    Instant.ofEpochSecond(0, rig.now),
                    Keyring.LIFE);
        }
        var enrolments = new ArrayList<Enrolment>();
        if (!scene.get("admissionSecret").isNull())
            enrolments.add(Enrolment.shared("topic", AdmissionSecret.of(MeshVectors.bytes(scene, "admissionSecret"))));
        member = rig.add(
                name,
                Protection.Sealed.of(Identity.of(new byte[32]), keyring)
                        .withSeal(new HpkeSeal())
                        .withEnrolments(enrolments)
                        .withStrangers(MUCH),
                channel.reader());
        for (String peer : scene.get("peers").propertyNames()) {
            var key = NodeKey.of(MeshVectors.bytes(scene.get("peers"), peer));
            member.peers.add(new Peer(peer, key, null, null, List.of(), null, false));
        }
        var from = new HashSet<String>();
        scene.get("publishers").forEach(one -> from.add(one.asString()));
        topic = Topic.of(
                        scene.get("topic").asString(),
                        scene.get("subject").asString(),
                        keys.getFirst().key())
                .withOwner(owner, Set.of(name))
                .withFrom(from)
                .withQueues(queues(scene.get("queues")));
        member.topics.add(topic);
    }

    static Map<String, Set<String>> queues(JsonNode node) {
        var queues = new HashMap<String, Set<String>>();
        for (String queue : node.propertyNames()) {
            var members = new HashSet<String>();
            node.get(queue).forEach(one -> members.add(one.asString()));
            queues.put(queue, members);
        }
        return queues;
    }

    /** What has come out since the last step when a step is done. */
    ObjectNode step(JsonNode step) throws InterruptedException {
        rig.pass(Duration.ofNanos(began - rig.now).plusSeconds(step.get("at").asLong()));
        JsonNode text = step.get("text");
        if (text != null) writers.post(0, Armour.decode(text.asString()), false);
        int busy = 0;
        while (member.step()) if (busy++ > 1_000) throw new IllegalStateException("it does not come to rest");
        ObjectNode said = JSON.createObjectNode();
        var messages = said.putArray("messages");
        for (; got < member.got.size(); got++) {
            Delivery one = member.got.get(got);
            Origin origin = one.origin();
            if (origin == null || !topic.subject().matches(one.subject())) continue;
            var message = messages.addObject()
                    .put("from", one.peer())
                    .put("subject", one.subject())
                    .put("body", HEX.formatHex(one.body()))
                    .put("epoch", origin.epoch());
            var handles = message.putObject("handles");
            new TreeMap<>(origin.queues())
                    .forEach((queue, members) -> members.stream()
                            .filter(who -> origin.isFor(queue, who))
                            .forEach(who -> handles.put(queue, who)));
        }
        long missed = 0;
        String refused = null;
        for (; told < member.events.size(); told++) {
            switch (member.events.get(told)) {
                case NodeEvent.Missed one -> missed += one.pieces();
                case NodeEvent.Refused one -> refused = one.reason();
                default -> {}
            }
        }
        return said.put("missed", missed).put("refused", refused);
    }
}
