package io.botmesh.mesh;

import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.seal.NodeKey;
import io.botmesh.seal.ReaderKey;
import io.botmesh.seal.ReaderSecret;
import io.botmesh.wire.Confidential;
import io.botmesh.wire.Content;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The registers of topics that have an owner. Part of {@link NodeCore}. */
final class NodeRegisters {
    private static final long REGISTERS = 21; // which pattern

    private final String self;
    private final Protection protection;
    private final Peers peers;
    private final NodeTopics topics;
    private final TurnBuilder turn;
    private final RandomGenerator random;
    private final int mostBytes;
    private final Map<String, RegisterCore> registers = new TreeMap<>();

    NodeRegisters(
            String self,
            Protection protection,
            Peers peers,
            NodeTopics topics,
            TurnBuilder turn,
            RandomGenerator random,
            int mostBytes) {
        this.self = self;
        this.protection = protection;
        this.peers = peers;
        this.topics = topics;
        this.turn = turn;
        this.random = random;
        this.mostBytes = mostBytes;
    }

    /** Begins to keep what this node has put into its own registers. */
    void start(long now) {
        for (Topic topic : peers.topics())
            if (self.equals(topic.owner()) && turn.read(row(topic)).isPresent()) register(topic.name(), now);
    }

    private static NodeStore.Key row(Topic topic) {
        byte[] digest = ObjectParts.sha256().digest(topic.name().getBytes(StandardCharsets.UTF_8));
        return new NodeStore.Key(
                Kind.PATTERN, REGISTERS, ByteBuffer.wrap(digest).getLong());
    }

    private RegisterCore register(String name, long now) {
        RegisterCore there = registers.get(name);
        if (there != null) return there;
        Topic topic = topics.topic(name);
        if (topic.owner() == null)
            throw new IllegalArgumentException("topic " + name + " has no owner, so no register");
        if (!(protection instanceof Protection.Sealed sealed))
            throw new IllegalArgumentException("a register needs packets that are sealed");
        var keys = new RegisterSeal.Keys() {
            @Override
            public ReaderKey current() {
                return topics.key(topic);
            }

            @Override
            public List<ReaderSecret> held() {
                return topics.secrets(name);
            }
        };
        boolean ours = self.equals(topic.owner());
        var made = new RegisterCore(
                topic, ours, new RegisterSeal(topic, sealed, owner(topic), keys, random), turn, row(topic));
        made.load(now);
        registers.put(name, made);
        return made;
    }

    private @Nullable NodeKey owner(Topic topic) {
        String owner = topic.owner();
        if (owner == null) return null;
        return self.equals(owner)
                ? protection.key()
                : peers.byName(owner).map(Peer::node).orElse(null);
    }

    void look(String topic, long ticket, long now) {
        register(topic, now).look(ticket);
    }

    void watch(String topic, Duration every, long now) {
        register(topic, now).watch(every.toNanos(), now);
    }

    void set(String topic, long ticket, byte[] value, long after, long now) {
        if (!self.equals(topics.topic(topic).owner()))
            throw new IllegalArgumentException("the register of " + topic + " is not this node's to write");
        if (value.length > mostBytes)
            throw new IllegalArgumentException("a value of " + value.length + " bytes, where " + mostBytes + " may go");
        register(topic, now).set(ticket, value, after);
    }

    /** Takes what the owner posted, if it is a register's; true if so. */
    boolean onPublished(Topic topic, @Nullable NodeKey sender, Content content, long now) {
        boolean about = content.frames().stream().anyMatch(Confidential.Register.class::isInstance);
        if (!about) return false;
        NodeKey owner = owner(topic);
        RegisterCore there = registers.get(topic.name());
        if (there == null || owner == null || sender == null || !owner.equals(sender))
            return true; // nobody asked, or a forgery
        RegisterSeal.value(topic, content).ifPresent(value -> there.onPosted(value, now));
        return true;
    }

    void onKeys(String topic, long now) {
        RegisterCore there = registers.get(topic);
        if (there != null) there.onKeys(now);
    }

    Optional<RegisterCore> of(String topic) {
        return Optional.ofNullable(registers.get(topic));
    }

    void pump(long now) {
        for (RegisterCore one : registers.values()) one.pump(now);
    }

    long wakeAt() {
        return registers.values().stream().mapToLong(RegisterCore::wakeAt).min().orElse(Long.MAX_VALUE);
    }
}
