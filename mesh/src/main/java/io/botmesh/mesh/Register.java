package io.botmesh.mesh;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A value that a topic's owner keeps in the pinned post of its channel, sealed to the topic's key and signed. Any number of nodes read it, those
 * too that share one bot's token and get no updates: to look takes nothing from anybody. A node keeps the highest version that it ever saw, also
 * over a restart; when an older one is pinned, or something else or nothing, that is told of as {@link NodeEvent.RegisterTrouble} and the value
 * stays. What nobody can tell: whether the first value that a node without memory sees is the newest. Thread-safe; cheap to make.
 */
public final class Register {
    private final NodeBoards boards;
    private final String topic;

    Register(NodeBoards boards, String topic) {
        this.boards = boards;
        this.topic = topic;
    }

    /** Name of the topic. */
    public String topic() {
        return topic;
    }

    /**
     * Looks, and gives the highest version that this node knows then; empty if it never saw one.
     *
     * @throws MeshException.Unreachable if nobody can look now
     */
    public Optional<RegisterValue> get() throws InterruptedException {
        boards.checkStarted();
        return Node.await(getAsync());
    }

    /** As {@link #get}, without waiting. */
    public CompletableFuture<Optional<RegisterValue>> getAsync() {
        return boards.get(topic);
    }

    /** Puts text there; see {@link #set(byte[])}. */
    public RegisterValue set(String text) throws InterruptedException {
        return set(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Puts a value there, for the topic's owner: this returns when it stands in the channel. It is on the disk before it is pinned, and a process
     * that dies in between pins it when it starts again. About twenty a minute are what Telegram lets through.
     *
     * @param value up to {@link NodeOptions.Waiting#messageBytes()}; what is larger than a post goes as a document
     * @throws IllegalArgumentException  when this node is not the owner, or the value is too long
     * @throws MeshException.Overtaken   when another process with this node's key wrote at the same time; its value stands there
     * @throws MeshException.Refused     when the bot may not pin; the value is kept, and pinned when it may
     * @throws MeshException.Unreachable when the server does not answer; the same
     */
    public RegisterValue set(byte[] value) throws InterruptedException {
        boards.checkStarted();
        return Node.await(setAsync(value));
    }

    /** As {@link #set(byte[])}, without waiting. */
    public CompletableFuture<RegisterValue> setAsync(byte[] value) {
        return boards.set(topic, requireNonNull(value, "value"), -1);
    }

    /**
     * Puts a value there in the place of one that the caller knows, as {@link #set(byte[])}.
     *
     * @param version what is there, 0 for nothing yet
     * @throws MeshException.Overtaken also when another one is there; then nothing was written
     */
    public RegisterValue replace(long version, byte[] value) throws InterruptedException {
        if (version < 0) throw new IllegalArgumentException("version: " + version);
        requireNonNull(value, "value");
        boards.checkStarted();
        return Node.await(boards.set(topic, value, version));
    }

    /**
     * Tells of each value, first of the one that is known, one after the other on a thread of its own. Values that were replaced between two looks are
     * passed over. Those that the owner posts anew come at once to who reads the channel, edits at the next look.
     *
     * @param every how often to look, at least a second
     */
    public Register onChange(Duration every, Consumer<RegisterValue> listener) {
        if (every.toSeconds() < 1) throw new IllegalArgumentException("every: " + every);
        boards.onChange(topic, every, requireNonNull(listener, "listener"));
        return this;
    }
}
