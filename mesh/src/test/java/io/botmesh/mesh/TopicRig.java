package io.botmesh.mesh;

import io.botmesh.mesh.NodeRig.Member;
import io.botmesh.seal.AdmissionSecret;
import io.botmesh.seal.Enrolment;
import io.botmesh.seal.Identity;
import io.botmesh.seal.Keyring;
import io.botmesh.seal.ReaderSecret;
import io.botmesh.seal.Recipient;
import io.botmesh.seal.Seal;
import io.botmesh.seal.SealedEnvelope;
import io.botmesh.wire.Content;
import io.botmesh.wire.Frame;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Nodes that all know each other, and one topic that each may publish on; anna owns it. */
final class TopicRig {
    final NodeRig rig = new NodeRig(11);
    final Map<String, Member> members = new LinkedHashMap<>();
    final Map<String, MemoryCarrier> carriers = new HashMap<>();
    final MemoryCarrier pinned = new MemoryCarrier(-100, () -> Instant.ofEpochSecond(0, rig.now));
    private final Map<String, Identity> identities = new HashMap<>();
    private final Map<String, ReaderSecret> keys = new HashMap<>();
    private final AdmissionSecret shared = AdmissionSecret.generate();
    final ReaderSecret group = ReaderSecret.generate();
    private final Seal seal;

    TopicRig(Seal seal, Set<String> readers, Map<String, Set<String>> queues, String... names) {
        this.seal = seal;
        for (String name : names) {
            identities.put(name, Identity.generate());
            keys.put(name, ReaderSecret.generate());
            carriers.put(name, new MemoryCarrier(-1 - carriers.size(), () -> Instant.ofEpochSecond(0, rig.now)));
        }
        for (String name : names) {
            var enrolments = new ArrayList<Enrolment>();
            for (String other : names)
                enrolments.add(Enrolment.of(
                        other, admission(other, name), identity(other).key()));
            enrolments.add(Enrolment.shared("topic", shared));
            var keyring = Keyring.of(key(name));
            if (name.equals("anna")) keyring = keyring.joined("news", 1, group, Instant.EPOCH, Keyring.LIFE);
            var protection = Protection.Sealed.of(identity(name), keyring)
                    .withEnrolments(enrolments)
                    .withSeal(seal);
            members.put(name, rig.add(name, protection, carrier(name).reader()));
        }
        Topic topic = Topic.of("news", "news.>", group.key())
                .withOwner("anna", readers)
                .withFrom(Set.of(names))
                .withAdmission(shared)
                .withQueues(queues);
        for (String name : names) {
            Member one = member(name);
            for (String other : names) {
                if (other.equals(name)) continue;
                Carrier.Writers writers = carrier(other).writers(2);
                one.writers.put(other, writers);
                one.peers.add(new Peer(
                        other,
                        identity(other).key(),
                        key(other).key(),
                        admission(name, other),
                        writers.lanes(),
                        writers.capabilities(),
                        true));
            }
            var all =
                    new Fan(carriers.values().stream().map(to -> to.writers(3)).toList());
            one.writers.put(Topic.address("news"), all);
            one.pinning = new NodeRig.Pinning(pinned.board());
            one.topics.add(topic.withWriters(all));
        }
    }

    private final Map<String, AdmissionSecret> admissions = new HashMap<>();

    private AdmissionSecret admission(String from, String to) {
        return admissions.computeIfAbsent(from + " " + to, any -> AdmissionSecret.generate());
    }

    Member member(String name) {
        return Objects.requireNonNull(members.get(name));
    }

    Identity identity(String name) {
        return Objects.requireNonNull(identities.get(name));
    }

    private ReaderSecret key(String name) {
        return Objects.requireNonNull(keys.get(name));
    }

    private MemoryCarrier carrier(String name) {
        return Objects.requireNonNull(carriers.get(name));
    }

    long channel(String name) {
        return -1L - List.copyOf(members.keySet()).indexOf(name);
    }

    void publish(String from, String subject, String body) {
        member(from).core().publish("news", subject, List.of(), body.getBytes(StandardCharsets.UTF_8), rig.now);
    }

    /** A packet of a member to another one, of an outbox of its own, with a frame that no program of ours would send. */
    void post(String from, String to, Frame frame) throws InterruptedException {
        var envelope = new SealedEnvelope(seal, identity(from), new Recipient(key(to).key(), admission(from, to)));
        byte[] packet =
                envelope.wrap(envelope.header(rig.random.nextLong(), 0), new Content("", List.of(frame)).toBytes());
        Objects.requireNonNull(member(from).writers.get(to)).post(0, packet, false);
    }

    /** What a member got that was published. */
    List<String> published(String name) {
        return member(name).got.stream()
                .filter(one -> one.origin() != null)
                .map(one -> new String(one.body(), StandardCharsets.UTF_8))
                .toList();
    }

    /** A channel that each of several bots reads for itself. */
    private record Fan(List<Carrier.Writers> all) implements Carrier.Writers {
        @Override
        public Carrier.Capabilities capabilities() {
            return all.getFirst().capabilities();
        }

        @Override
        public List<LaneId> lanes() {
            return all.getFirst().lanes();
        }

        @Override
        public Carrier.Rights rights(int lane) {
            return Carrier.Rights.ENOUGH;
        }

        @Override
        public Outcome post(int lane, byte[] packet, boolean document) throws InterruptedException {
            Outcome outcome = all.getFirst().post(lane, packet, document);
            for (Carrier.Writers one : all.subList(1, all.size())) one.post(lane, packet, document);
            return outcome;
        }

        @Override
        public Outcome forward(int lane, PostId post) {
            throw new UnsupportedOperationException("a topic is one-way: nobody asks for a repair");
        }

        @Override
        public void delete(int lane, List<Long> messages) {}
    }
}
