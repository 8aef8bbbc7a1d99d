package io.botmesh.mesh;

import static java.util.Objects.requireNonNull;

import io.botmesh.runner.Sleeper;
import io.botmesh.wire.MessageHeader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process in the mesh: sends messages to its peers and hands theirs to handlers, sealed, in order and without loss. Give it handlers,
 * then {@link #start}. Thread-safe.
 *
 * <p>An update's way: {@link NodePoll} reads it, the thread of {@link NodeLoop} gives it to the {@link NodeCore} and commits what
 * follows, {@link NodeCalls} starts a thread for each message that is whole, {@link NodeHandlers} finds who wants it.
 */
public final class Node implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Node.class);

    private final NodeSetup setup;
    private final NodeProgram program;
    private final NodeLoop loop;
    private final NodePoll poll;
    private final NodeBoards boards;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean running; // is, or was

    /** A node that does nothing yet. The setup's store and carriers stay the caller's to close, once it has {@link #stopped}. */
    public Node(NodeSetup setup) {
        this(setup, Thread::sleep);
    }

    Node(NodeSetup setup, Sleeper sleeper) {
        this.setup = setup;
        loop = new NodeLoop(setup, sleeper, this::onEnd);
        program = new NodeProgram(setup, loop, new SecureRandom());
        poll = new NodePoll(setup, loop, sleeper);
        boards = new NodeBoards(setup, loop);
    }

    private void onEnd(MeshException why, @Nullable Throwable broken) {
        poll.stop(); // whoever has the place now is not to meet a second poller
        program.end(why, broken);
        boards.failAll(why);
    }

    // --- before it runs

    /**
     * Hands messages about a subject to a handler. Of several that want a message the first one given gets it; one that nobody wants is
     * dropped, and told of as {@link NodeEvent.Unhandled}; its sender's receipt is never done, and tells why. So give a node its handlers before
     * it starts: one that is given later gets what comes from then on.
     *
     * @param pattern see {@link Subject}
     */
    public Node handle(String pattern, Message.Handler handler) {
        program.handle(pattern, handler);
        return this;
    }

    /**
     * Hands messages that are published on any topic to a handler; each subscription that wants a message gets it, one after the
     * other. What nobody wants is dropped.
     *
     * @param pattern see {@link Subject}
     */
    public Node subscribe(String pattern, Message.Handler handler) {
        program.handlers().addPublished(pattern, null, handler);
        return this;
    }

    /**
     * As {@link #subscribe(String, Message.Handler)}, but of all members of a queue group exactly one gets each message: all find the same
     * one by the message's place, without asking each other. Who belongs to the group says the topic's owner, or the peer file.
     */
    public Node subscribe(String pattern, String queue, Message.Handler handler) {
        program.handlers().addPublished(pattern, queue, handler);
        return this;
    }

    /**
     * What is sent to this node or published about a subject, as a flow with back-pressure: a message is done when its subscriber has taken it
     * and asked for one more. Subscribe before the node starts, or what has no handler until then is dropped. Each subscriber of a publisher
     * gets what is published; what is sent to the node goes to the first. A message for which {@code onNext} throws comes again as from a failed
     * handler, without being asked for once more. {@code onComplete} tells that the node was closed, {@code onError} that it broke, and why.
     *
     * @param pattern see {@link Subject}
     */
    public Flow.Publisher<Message> messages(String pattern) {
        return program.handlers().messages(pattern);
    }

    /**
     * Takes objects of any size from peers, see {@link Link#put}. Without this they are refused, and those of strangers always; where packets
     * are plain nobody is known, and those of everybody are taken.
     *
     * @param folder    where they are put together, nobody else's; what has come stays there over a restart, and is given up when nothing
     *                  has come of it for 30 days
     * @param mostBytes of an object; a larger one is refused
     */
    public Node onObject(Path folder, long mostBytes, ReceivedObject.Handler handler) {
        program.onObject(folder, mostBytes, handler);
        return this;
    }

    /**
     * Keeps objects that are given as streams, see {@link Link#put(String, InputStream)}, until what became of them is known. What an earlier
     * process left there goes on by itself when the node starts, and {@link NodeEvent.ObjectOver} tells how it ended.
     *
     * @param folder    where they lie, nobody else's
     * @param mostBytes of all of them together; a stream that goes beyond is refused with {@link MeshException.Full}
     * @throws IOException if the folder is there and cannot be read
     */
    public Node spool(Path folder, long mostBytes) throws IOException {
        program.spool(folder, mostBytes);
        return this;
    }

    /** Tells of what happens beside messages, on the node's own thread: return soon. What a listener throws is logged, and told to no other. */
    public Node onEvent(Consumer<NodeEvent> listener) {
        program.handlers().listen(listener);
        return this;
    }

    /**
     * Begins to read and to post. What an earlier process left comes first.
     *
     * @throws MeshException if the store is another node's, or what it holds cannot be read; the node has ended then
     */
    public Node start() {
        lock.lock();
        try {
            if (running) throw new IllegalStateException("node " + setup.name() + " runs already, or has ended");
            running = true;
            setup.reader().ifPresent(poll::start); // the first poll confirms nothing, and need not wait for the store
            loop.start(load(), new NodeCalls(setup, loop, poll, program.handlers(), boards));
            for (String peer : program.peersOfLeft())
                Thread.ofVirtual().name("node-" + setup.name() + "-spool").start(() -> putLeft(peer));
        } finally {
            lock.unlock();
        }
        return this;
    }

    private NodeCore load() {
        try {
            return new NodeCore(
                    setup.name(),
                    setup.options().readingFrom(setup.reader().orElse(null)),
                    setup.protection(),
                    setup.peers(),
                    update -> setup.reader().flatMap(reader -> reader.arrival(update)),
                    setup.store(),
                    new SecureRandom(), // incarnations must not be foreseen
                    loop.now());
        } catch (RuntimeException | Error unusable) {
            loop.neverStart(unusable);
            poll.stop();
            throw unusable;
        }
    }

    private void putLeft(String peer) {
        try {
            program.putLeft(peer);
        } catch (InterruptedException | MeshException.Closed ended) {
            // The next process goes on.
        } catch (IOException | RuntimeException failed) {
            log.error("node {}: what was spooled stays so: {}", setup.name(), failed.toString());
        }
    }

    // --- what a program does with it

    /** The way to a peer. */
    public Link link(String peer) {
        return new Link(this, requireNonNull(peer, "peer"), "");
    }

    /** The way to a topic. */
    public TopicLink topic(String name) {
        return new TopicLink(this, requireNonNull(name, "name"));
    }

    /** Name of this node. */
    public String name() {
        return setup.name();
    }

    /** Completes when nothing waits to be sent, and nothing that was sent may be asked for again. */
    public CompletableFuture<Void> drain() {
        return loop.drain(null);
    }

    /**
     * Completes when no handler runs, and every peer that can be posted to has been told what of its messages has come and is handled. A peer
     * is usually told with other posts or when it asks; whoever waits for that would wait for the next process of a node that ends now.
     */
    public CompletableFuture<Void> settle() {
        return loop.settle();
    }

    /** What it has done since it was started. */
    public CompletableFuture<NodeStatistics> statistics() {
        var taken = new CompletableFuture<NodeStatistics>();
        loop.post((core, now) -> NodeLoop.complete(taken, core.statistics(now)), taken);
        return taken;
    }

    /**
     * Completes when the node has stopped; exceptionally, with one line that says why, when it had to. From then on it uses its store no more:
     * the last turn is on the disk, and with it the end of a handler that closed the node. What follows may close the store. Not to be waited for
     * in a handler or a listener, for which the node waits.
     */
    public CompletableFuture<Void> stopped() {
        return loop.stopped();
    }

    /**
     * Stops reading, begins nothing new, and lets calls and handlers end; after ten seconds they are interrupted. What is not handled or
     * not posted stays on the disk for the next process. Returns when that is over; in a handler or a listener, which would wait for itself,
     * before: then the store is to be closed by what follows {@link #stopped}, as in {@code node.stopped().whenComplete((done, why) ->
     * store.close())}.
     */
    @Override
    public void close() {
        program.handlers().stop();
        lock.lock();
        try {
            running = true; // or never to be
            loop.stop();
        } finally {
            lock.unlock();
        }
        poll.stop();
        try {
            poll.awaitEnd();
            loop.awaitEnd();
        } catch (InterruptedException hurry) {
            loop.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    // --- for Link and Message

    /** A program that waits before there is anybody to wait for would wait for ever. */
    void checkStarted() {
        if (!loop.isStarted()) throw new IllegalStateException("node " + setup.name() + " is not started");
    }

    boolean isStopping() {
        return loop.isStopping();
    }

    boolean knows(String peer) {
        return setup.peers().byName(peer).isPresent();
    }

    CompletableFuture<Long> sent(String peer) {
        var taken = new CompletableFuture<Long>();
        loop.post((core, now) -> NodeLoop.complete(taken, core.sent(peer)), taken);
        return taken;
    }

    CompletableFuture<Receipt> send(
            String peer, String stream, String subject, List<MessageHeader> headers, byte[] body) {
        return loop.send(peer, stream, subject, headers, body, null);
    }

    CompletableFuture<Receipt> offer(
            String peer, String stream, String subject, List<MessageHeader> headers, byte[] body) {
        return loop.offer(peer, stream, subject, headers, body);
    }

    Receipt put(String peer, String name, InputStream in) throws IOException, InterruptedException {
        return NodeLoop.apart(program.put(peer, name, in));
    }

    Receipt put(String peer, String name, Path file) throws IOException, InterruptedException {
        return NodeLoop.apart(program.put(peer, name, file));
    }

    /** Whether it knows a topic of that name about that subject. */
    boolean knows(String topic, String subject) {
        return setup.peers().topics().stream()
                .anyMatch(one -> one.name().equals(topic) && one.subject().matches(subject));
    }

    NodeProgram program() {
        return program;
    }

    NodeBoards boards() {
        return boards;
    }

    CompletableFuture<Void> change(String topic, TopicChange change) {
        return loop.change((core, now) -> core.change(topic, change, now));
    }

    CompletableFuture<Void> sendHidden(String gateway, String to, String subject, byte[] body) {
        return loop.change((core, now) -> core.sendHidden(gateway, to, subject, List.of(), body, now));
    }

    CompletableFuture<Message> request(
            String peer, String stream, String subject, List<MessageHeader> headers, byte[] body, Duration patience) {
        return NodeLoop.apart(program.request(peer, stream, subject, headers, body, patience));
    }

    /** As {@link #await}; who does not wait any more does not want it either. */
    static <T> T awaitOrCancel(CompletableFuture<T> future) throws InterruptedException {
        try {
            return await(future);
        } catch (InterruptedException given) {
            future.cancel(false);
            throw given;
        }
    }

    static <T> T await(CompletableFuture<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException failed) {
            switch (failed.getCause()) {
                case RuntimeException known -> throw known;
                case null, default -> throw new CompletionException(failed.getCause());
            }
        }
    }
}
