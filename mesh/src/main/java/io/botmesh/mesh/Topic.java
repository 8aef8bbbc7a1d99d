package io.botmesh.mesh;

import io.botmesh.seal.AdmissionSecret;
import io.botmesh.seal.ReaderKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a node knows of a channel with many readers: a section of a peer file.
 *
 * @param name      unique among the topics that a node knows
 * @param subject   what is published there; messages about anything else are dropped
 * @param group     what is sealed to all members, until the owner says otherwise
 * @param admission what publishers and members share so that packets are not counted as strangers', null for nothing
 * @param writers   where our posts go; null if we do not publish
 * @param owner     who hands out the group's key and says who belongs to it; null for nobody
 * @param members   who reads, by name
 * @param from      who publishes, by name; null for every known peer. Who is in neither list is not told of new keys
 * @param queues    names of members by name of the queue group, see {@link Node#subscribe(String, String, Message.Handler)}
 */
public record Topic(
        String name,
        Subject subject,
        ReaderKey group,
        @Nullable AdmissionSecret admission,
        @Nullable Lanes writers,
        @Nullable String owner,
        Set<String> members,
        @Nullable Set<String> from,
        Map<String, Set<String>> queues) {
    /** Lanes of a topic's writers, and what they carry. */
    public record Lanes(List<LaneId> lanes, Carrier.Capabilities carrier) {
        public Lanes {
            lanes = List.copyOf(lanes);
            if (lanes.isEmpty()) throw new IllegalArgumentException("no lanes");
        }
    }

    public Topic {
        if (!PeerLines.isName(name)) throw new IllegalArgumentException("no name of a topic: " + name);
        members = Set.copyOf(members);
        from = from == null ? null : Set.copyOf(from);
        var copies = new HashMap<String, Set<String>>();
        queues.forEach((queue, names) -> {
            if (!PeerLines.isName(queue)) throw new IllegalArgumentException("no name of a queue: " + queue);
            copies.put(queue, Set.copyOf(names));
        });
        queues = Map.copyOf(copies);
    }

    /** A topic that everybody may publish on and nobody owns. */
    public static Topic of(String name, String subject, ReaderKey group) {
        return new Topic(name, new Subject(subject), group, null, null, null, Set.of(), null, Map.of());
    }

    /** A copy that this node publishes on; its ends have them too. */
    public Topic withWriters(Carrier.Writers writers) {
        return withLanes(new Lanes(writers.lanes(), writers.capabilities()));
    }

    /** A copy with other lanes; null if we do not publish. */
    public Topic withLanes(@Nullable Lanes lanes) {
        return new Topic(name, subject, group, admission, lanes, owner, members, from, queues);
    }

    /** A copy with a secret that publishers and members share. */
    public Topic withAdmission(@Nullable AdmissionSecret admission) {
        return new Topic(name, subject, group, admission, writers, owner, members, from, queues);
    }

    /** A copy with an owner, and its readers. */
    public Topic withOwner(@Nullable String owner, Set<String> members) {
        return new Topic(name, subject, group, admission, writers, owner, members, from, queues);
    }

    /** A copy on which these publish. */
    public Topic withFrom(@Nullable Set<String> from) {
        return new Topic(name, subject, group, admission, writers, owner, members, from, queues);
    }

    /** A copy with these queue groups. */
    public Topic withQueues(Map<String, Set<String>> queues) {
        return new Topic(name, subject, group, admission, writers, owner, members, from, queues);
    }

    /** The name under which a node's ends and statistics have the way to a topic. */
    public static String address(String topic) {
        return Requests.PREFIX + "topic-" + topic;
    }

    /** Whether that is the way to a topic, by its {@link #address}. */
    static boolean isAddress(String peer) {
        return peer.startsWith(address(""));
    }

    /** The way to its channel as if it were a peer that never answers. */
    Peer way(ReaderKey group) {
        Lanes out = writers;
        return new Peer(
                address(name),
                null,
                group,
                admission,
                out == null ? List.of() : out.lanes,
                out == null ? null : out.carrier,
                false);
    }

    boolean publishes(String who) {
        return from == null || from.contains(who);
    }
}
