package io.botmesh.mesh;

import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.mesh.TopicState.Known;
import io.botmesh.seal.Group;
import io.botmesh.seal.Keyring;
import io.botmesh.seal.NodeKey;
import io.botmesh.seal.ReaderKey;
import io.botmesh.seal.ReaderSecret;
import io.botmesh.seal.SealedOpener;
import io.botmesh.wire.Confidential.KeyNotice;
import io.botmesh.wire.Content;
import io.botmesh.wire.Frame;
import io.botmesh.wire.Limits;
import io.botmesh.wire.PacketHeader;
import io.botmesh.wire.WireException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The keys of topics: which one is in use, whose packets it opens, and, for the owner, who gets the next one. Keys travel as messages of
 * a stream of their own on the owner's links, so that none is lost; only what the owner's key signed counts. Part of {@link NodeCore}.
 */
final class NodeTopics {
    /** The stream on which an owner tells of keys, and the subjects of its messages. */
    static final String STREAM = "bm-topics";

    static final String KEY = "bm-key";
    static final String QUEUES = "bm-queues";
    private static final NodeStore.Key ROW = new NodeStore.Key(Kind.PATTERN, 20);

    /** The owner's messages to somebody are small: so much room they may want. */
    private static final int NOTICE_BYTES = 16 << 10;

    /** More keys of a topic than that are not kept, whatever its owner hands out. */
    private static final int MOST_KEYS = 1_024;

    /** A packet's topic, and the number of the key that it is sealed to. */
    record Epoch(Topic topic, long number) {}

    private final NodeCore core;
    private final String self;
    private final Peers peers;
    private final TurnBuilder turn;
    private final @Nullable SealedOpener opener;
    private final Map<String, Topic> topics = new LinkedHashMap<>();
    private final Map<String, Known> known = new TreeMap<>();
    private final Map<Integer, Epoch> byKey = new HashMap<>();
    private @Nullable Keyring keys;
    private long expiry = Long.MAX_VALUE; // of the first key

    NodeTopics(
            NodeCore core,
            String self,
            Protection protection,
            @Nullable SealedOpener opener,
            Peers peers,
            TurnBuilder turn) {
        this.core = core;
        this.self = self;
        this.peers = peers;
        this.turn = turn;
        this.opener = opener;
        for (Topic topic : peers.topics()) topics.put(topic.name(), topic);
        if (protection instanceof Protection.Sealed sealed) keys = sealed.keys();
        else if (!topics.isEmpty()) throw new IllegalArgumentException("topics need packets that are sealed");
    }

    /** Takes back what was stored; before any packet is opened. */
    void load(long now) {
        Keyring own = keys;
        if (own == null) return;
        turn.read(ROW).map(TopicState::parse).ifPresent(known::putAll);
        var held = new ArrayList<>(own.keys());
        long next = own.nextGeneration();
        for (Known one : known.values()) {
            if (!topics.containsKey(one.name())) continue;
            long newest = held.stream()
                    .filter(key -> key.group().equals(one.name()))
                    .mapToLong(Keyring.Held::epoch)
                    .max()
                    .orElse(-1);
            for (Keyring.Held key : one.held()) {
                next = Math.max(next, key.generation() + 1);
                if (newest >= one.epoch()) continue; // the file of secrets knows better
                held.removeIf(old -> old.group().equals(one.name()) && old.epoch() == key.epoch());
                held.add(key);
            }
        }
        use(new Keyring(held, next), now);
    }

    /** As its owner: tells of what the peer file says anew. */
    void start(long now) {
        for (Topic topic : topics.values()) {
            if (!self.equals(topic.owner())) continue;
            Known before = known.get(topic.name());
            if (before != null && before.isConfiguredAs(topic)) continue;
            Group group = before == null || before.group() == null
                    ? first(topic)
                    : before.group().rotated();
            var members = new LinkedHashMap<NodeKey, ReaderKey>();
            for (String name : topic.members()) member(name).ifPresent(one -> members.put(one.key, one.reader));
            var next = new Group(group.name(), group.epoch(), group.secret(), members);
            if (hasRoom(topic, next, now)) hand(topic, next, topic.queues(), now); // else at the next start
        }
    }

    private Group first(Topic topic) {
        Keyring.Held held = keyring().keys().stream()
                .filter(key -> key.group().equals(topic.name()) && key.until() == null)
                .findFirst()
                .orElse(null);
        return held == null
                ? Group.create(topic.name())
                : new Group(topic.name(), Math.max(1, held.epoch()), held.secret(), Map.of());
    }

    private record Member(String name, NodeKey key, ReaderKey reader) {}

    private Optional<Member> member(String name) {
        return peers.byName(name).filter(Peer::reachable).flatMap(peer -> {
            NodeKey key = peer.node();
            ReaderKey reader = peer.reader();
            return key == null || reader == null ? Optional.empty() : Optional.of(new Member(name, key, reader));
        });
    }

    // --- for the core

    /** Throws away keys whose time is over, our own ones too: from then on nothing that was sealed to them counts. */
    void onTime(long now) {
        if (now >= expiry) use(keyring(), now);
    }

    long wakeAt() {
        return expiry;
    }

    /** When the first key's time is over; {@link Long#MAX_VALUE} for never. */
    private static long expiry(Keyring keys) {
        return keys.keys().stream()
                .map(Keyring.Held::until)
                .filter(Objects::nonNull)
                .mapToLong(until -> TimeUnit.MILLISECONDS.toNanos(until.toEpochMilli() + 1))
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /** The way to a topic by its {@link Topic#address}. */
    Optional<Peer> way(String address) {
        return topics.values().stream()
                .filter(topic -> Topic.address(topic.name()).equals(address))
                .findFirst()
                .map(topic -> topic.way(key(topic)));
    }

    Topic topic(String name) {
        Topic topic = topics.get(name);
        if (topic == null) throw new IllegalArgumentException("there is no topic " + name);
        return topic;
    }

    /** What a topic's packets are sealed to. */
    ReaderKey key(Topic topic) {
        Known there = known.get(topic.name());
        return there == null ? topic.group() : ReaderKey.of(there.key());
    }

    /** What opens a topic's packets. */
    List<ReaderSecret> secrets(String topic) {
        Keyring own = keys;
        if (own == null) return List.of();
        return own.keys().stream()
                .filter(key -> key.group().equals(topic))
                .map(Keyring.Held::secret)
                .toList();
    }

    /** Whether a topic's first key was ever here: who had none but later ones came later. */
    boolean hadFirstKey(String topic) {
        Known there = known.get(topic);
        if (there != null && there.ever()) return true;
        Keyring own = keys;
        return own != null
                && own.keys().stream()
                        .anyMatch(key -> key.group().equals(topic) && key.epoch() == TopicState.FIRST_EPOCH);
    }

    /** The topic to whose key a packet is sealed; null for a key of our own. */
    @Nullable
    Epoch of(PacketHeader header) {
        return byKey.get(header.recipient());
    }

    /** Who shares the work, as it was at that epoch. */
    Map<String, Set<String>> queues(String topic, long epoch) {
        Known there = known.get(topic);
        Map<String, Set<String>> said = there == null ? null : there.queues().get(epoch);
        if (said != null) return said;
        Topic one = topics.get(topic);
        return one == null ? Map.of() : one.queues();
    }

    /** Whether a key may be on its way to us that opens what we cannot open yet. */
    boolean awaitsKeys() {
        return topics.values().stream().anyMatch(topic -> topic.owner() != null && !self.equals(topic.owner()));
    }

    // --- from the owner

    /** A message that an owner may have sent; true if it was one for us, whatever it says. */
    boolean onMessage(String peer, String stream, String subject, byte[] body, long now) {
        if (!stream.equals(STREAM)) return false;
        try {
            switch (subject) {
                case KEY -> {
                    for (Frame frame : Content.parse(body, false).frames())
                        if (frame instanceof KeyNotice notice) onNotice(peer, notice, now);
                }
                case QUEUES -> onQueues(peer, TopicQueues.parse(body));
                default -> {}
            }
        } catch (WireException | IllegalArgumentException wrong) {
            core.tell(new NodeEvent.Refused(peer, "NOTICE"));
        }
        return true;
    }

    /** A key as a frame of its own brings it. */
    void onFrame(String peer, KeyNotice notice, long now) {
        try {
            onNotice(peer, notice, now);
        } catch (IllegalArgumentException wrong) {
            core.tell(new NodeEvent.Refused(peer, "NOTICE"));
        }
    }

    private void onNotice(String peer, KeyNotice notice, long now) {
        Topic topic = topics.get(notice.group());
        if (topic == null || !peer.equals(topic.owner())) {
            core.tell(new NodeEvent.Refused(peer, "NOT_THE_OWNER"));
            return;
        }
        Known there = known.getOrDefault(topic.name(), Known.none(topic));
        if (notice.epoch() <= there.epoch()) return;
        if (notice.epoch() == Limits.MAX_NUMBER) throw new IllegalArgumentException("no key can come after it");
        var key = ReaderKey.of(notice.key()); // it may be none, and nothing has changed yet
        Keyring next = keyring();
        if (notice.secret().length > 0) next = next.joined(notice, Instant.ofEpochSecond(0, now), Keyring.LIFE);
        put(there.withKey(notice.epoch(), notice.key()));
        use(next, now);
        core.onKeys(topic.name(), topic.way(key), now);
    }

    private void onQueues(String peer, TopicQueues said) {
        Topic topic = topics.get(said.topic());
        if (topic == null || !peer.equals(topic.owner())) throw new IllegalArgumentException("not the owner");
        put(known.getOrDefault(topic.name(), Known.none(topic)).withQueues(said.epoch(), said.queues()));
    }

    // --- as the owner

    /** Changes a topic that is ours. */
    void change(String name, TopicChange change, long now) {
        Topic topic = topic(name);
        if (!self.equals(topic.owner()))
            throw new IllegalArgumentException("topic " + name + " is not this node's to change");
        Known there = known.getOrDefault(name, Known.none(topic));
        Group group = there.group() == null ? first(topic) : there.group();
        Map<String, Set<String>> queues = new HashMap<>(queues(name, there.epoch()));
        Group next = switch (change) {
            case TopicChange.Add add -> {
                Member one = member(add.member())
                        .orElseThrow(() ->
                                new IllegalArgumentException("nothing can be sealed and sent to " + add.member()));
                yield group.with(one.key, one.reader);
            }
            case TopicChange.Remove remove -> {
                NodeKey key = peers.byName(remove.member())
                        .map(Peer::node)
                        .orElseThrow(() -> new IllegalArgumentException("there is no peer " + remove.member()));
                queues.replaceAll((queue, members) -> without(members, remove.member()));
                yield group.members().containsKey(key) ? group.without(key) : group.rotated();
            }
            case TopicChange.Rotate rotate -> group.rotated();
            case TopicChange.Queue queue -> {
                for (String member : queue.members()) {
                    if (!reads(member, group))
                        throw new IllegalArgumentException("a queue shares among members of " + name + " alone, and "
                                + member + " is none: add it first, or leave it out");
                }
                if (queue.members().isEmpty()) queues.remove(queue.name());
                else queues.put(queue.name(), queue.members());
                yield group.rotated();
            }
        };
        if (!hasRoom(topic, next, now)) throw new MeshException.Full("no room to tell the members of " + name);
        hand(topic, next, queues, now);
    }

    private boolean reads(String member, Group group) {
        if (member.equals(self)) return true; // it makes the keys
        return peers.byName(member)
                .map(Peer::node)
                .filter(group.members()::containsKey)
                .isPresent();
    }

    private boolean hasRoom(Topic topic, Group group, long now) {
        return told(topic, group).stream().allMatch(told -> core.hasRoomForOwn(told, NOTICE_BYTES, now));
    }

    private static Set<String> without(Set<String> members, String one) {
        var rest = new HashSet<>(members);
        rest.remove(one);
        return rest;
    }

    /** Members and publishers that can be told, by name. */
    private Set<String> told(Topic topic, Group group) {
        var told = new TreeSet<String>(); // in one order, whatever that of a set is
        for (NodeKey key : group.members().keySet())
            peers.byKey(key).filter(Peer::reachable).ifPresent(peer -> told.add(peer.name()));
        Set<String> from = topic.from();
        if (from != null) {
            for (String name : from) peers.byName(name).filter(Peer::reachable).ifPresent(peer -> told.add(name));
        }
        return told;
    }

    /** Writes a group down and tells everybody of its key, in one turn. */
    private void hand(Topic topic, Group group, Map<String, Set<String>> queues, long now) {
        byte[] roster = new TopicQueues(topic.name(), group.epoch(), queues).toBytes();
        Known there = known.getOrDefault(topic.name(), Known.none(topic));
        put(there.withGroup(group)
                .withKey(group.epoch(), group.key().toBytes())
                .withQueues(group.epoch(), queues)
                .withConfigured(topic));
        use(
                keyring()
                        .joined(
                                topic.name(),
                                group.epoch(),
                                group.secret(),
                                Instant.ofEpochSecond(0, now),
                                Keyring.LIFE),
                now);
        core.onKeys(topic.name(), topic.way(group.key()), now);
        Set<String> told = told(topic, group);
        var granted = new TreeMap<String, KeyNotice>();
        for (Group.Grant grant : group.grants()) {
            peers.byKey(grant.member())
                    .filter(peer -> told.remove(peer.name()))
                    .ifPresent(peer -> granted.put(peer.name(), grant.notice()));
        }
        granted.forEach((member, notice) -> {
            core.send(member, STREAM, QUEUES, List.of(), roster, now);
            notice(member, notice, now);
        });
        for (String publisher : told) notice(publisher, group.announcement(), now);
    }

    private void notice(String peer, KeyNotice notice, long now) {
        core.send(peer, STREAM, KEY, List.of(), new Content("", List.of(notice)).toBytes(), now);
    }

    // --- keys

    private Keyring keyring() {
        Keyring there = keys;
        if (there == null) throw new IllegalStateException("no keys");
        return there;
    }

    private void put(Known one) {
        known.put(one.name(), one);
        save();
    }

    private void save() {
        turn.put(ROW, TopicState.toBytes(known.values()));
    }

    /** The oldest give way. */
    private Keyring bounded(Keyring all) {
        var rest = new ArrayList<>(all.keys());
        for (String topic : topics.keySet()) {
            List<Keyring.Held> held = rest.stream()
                    .filter(key -> key.group().equals(topic))
                    .sorted(Comparator.comparingLong(Keyring.Held::generation))
                    .toList();
            if (held.size() > MOST_KEYS) rest.removeAll(held.subList(0, held.size() - MOST_KEYS));
        }
        return rest.size() == all.keys().size() ? all : new Keyring(rest, all.nextGeneration());
    }

    /** Opens with these keys, and keeps those of topics. */
    private void use(Keyring next, long now) {
        Keyring live = bounded(next.expired(Instant.ofEpochSecond(0, now)));
        keys = live;
        expiry = expiry(live);
        byKey.clear();
        boolean changed = false;
        for (Topic topic : topics.values()) {
            List<Keyring.Held> held = live.keys().stream()
                    .filter(key -> key.group().equals(topic.name()))
                    .toList();
            for (Keyring.Held key : held) byKey.put(key.secret().key().id(), new Epoch(topic, key.epoch()));
            Known there = known.get(topic.name());
            if (there == null || there.held().equals(held)) continue;
            known.put(topic.name(), there.withHeld(held));
            changed = true;
        }
        live.keys().stream()
                .filter(key -> key.group().isEmpty())
                .map(Keyring.Held::secret)
                .map(ReaderSecret::key)
                .forEach(key -> byKey.remove(key.id())); // four bytes may coincide: our own key is nobody's topic
        if (changed) save();
        if (opener != null) opener.useKeys(live);
    }
}
