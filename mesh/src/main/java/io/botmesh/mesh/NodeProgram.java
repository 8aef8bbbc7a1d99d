package io.botmesh.mesh;

import io.botmesh.wire.MessageHeader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node does with messages beside carrying them: finds their handlers, asks and answers, sends objects and puts them together. Has no
 * thread and drives no core; {@link Node} is one with both. For other drivers of a {@link NodeCore}.
 */
public final class NodeProgram {
    private static final Logger log = LoggerFactory.getLogger(NodeProgram.class);

    private final NodeSetup setup;
    private final NodeWork work;
    private final Requests requests;
    private final ObjectSender objects;
    private final NodeHandlers handlers;
    private final RandomGenerator random;
    private volatile List<ObjectSpool.Entry> left = List.of();
    private volatile @Nullable ObjectSpool spool;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    /**
     * A program without handlers yet.
     *
     * @param random whoever guesses what comes of it could answer in another's place
     */
    public NodeProgram(NodeSetup setup, NodeWork work, RandomGenerator random) {
        this.setup = setup;
        this.work = work;
        this.random = random;
        requests = new Requests(work, random);
        objects = new ObjectSender(setup, work, random);
        handlers = new NodeHandlers(this, setup, requests, objects);
    }

    /** As {@link Node#handle}. */
    public void handle(String pattern, Message.Handler handler) {
        handlers.add(pattern, handler);
    }

    /** As {@link Node#onObject}. */
    public void onObject(Path folder, long mostBytes, ReceivedObject.Handler handler) {
        handlers.takeObjects(folder, mostBytes, handler);
    }

    /**
     * Hands a message to whoever wants it; returns when that one has ended. May wait by {@link NodeWork#await}.
     *
     * @return true if it has told the core of its end itself; else that is left to the caller
     * @throws Exception what a handler did not manage
     */
    public boolean take(Delivery delivery) throws Exception {
        return handlers.handle(delivery);
    }

    /** Tells who asks that nobody will answer, and who sends an object that nobody takes it: the last attempt at a message has failed. */
    public void refuse(Delivery delivery, String why) throws InterruptedException {
        handlers.refuse(delivery, why);
    }

    /** As {@link Link#put}. */
    public Receipt put(String peer, String name, Path file) throws IOException, InterruptedException {
        return objects.put(peer, name, file);
    }

    /** As {@link Node#spool}. */
    public void spool(Path folder, long mostBytes) throws IOException {
        var there = new ObjectSpool(folder, mostBytes, random);
        left = there.left(); // before anything comes to it
        spool = there;
    }

    /** As {@link Link#put(String, InputStream)}. */
    public Receipt put(String peer, String name, InputStream in) throws IOException, InterruptedException {
        ObjectSpool there = spool;
        if (there == null) throw new IllegalStateException("an object from a stream needs Node.spool");
        if (setup.peers().byName(peer).filter(Peer::reachable).isEmpty())
            throw new IllegalArgumentException("nothing can be posted to " + peer);
        return put(there, there.keep(peer, name, in), false);
    }

    /** Peers for whom an earlier process was given objects as streams. */
    public Set<String> peersOfLeft() {
        return left.stream().map(ObjectSpool.Entry::peer).collect(Collectors.toUnmodifiableSet());
    }

    /** Goes on with what an earlier process was given for a peer as streams; waits while its outbox is full. */
    public void putLeft(String peer) throws IOException, InterruptedException {
        ObjectSpool there = spool;
        if (there == null) return;
        for (ObjectSpool.Entry entry : left) {
            if (!entry.peer().equals(peer)) continue;
            try {
                put(there, entry, true);
            } catch (IllegalArgumentException nobody) {
                log.warn("{} stays in the spool: {}", entry.file(), nobody.getMessage());
            }
        }
    }

    /** Sends what is in the spool; when it is over it goes from there, and that is told if nobody has a receipt. */
    private Receipt put(ObjectSpool from, ObjectSpool.Entry entry, boolean tells)
            throws IOException, InterruptedException {
        boolean answers = setup.peers().byName(entry.peer()).map(Peer::answers).orElse(false);
        Receipt receipt = objects.put(entry.peer(), entry.name(), entry.file());
        CompletableFuture<Void> last = answers ? receipt.done() : receipt.posted();
        CompletableFuture<Void> dropped = last.whenComplete((done, why) -> {
            if (why != null && ended.isDone()) return; // the next process goes on
            if (tells) dropAndTell(from, entry, why);
            else drop(from, entry);
        });
        return answers
                ? new Receipt(receipt.number(), receipt.posted(), receipt.stored(), dropped)
                : new Receipt(receipt.number(), dropped, receipt.stored(), receipt.done());
    }

    private void dropAndTell(ObjectSpool from, ObjectSpool.Entry entry, @Nullable Throwable why) {
        var over = new NodeEvent.ObjectOver(
                entry.peer(), entry.name(), why == null ? "" : String.valueOf(why.getMessage()));
        var kept = new AtomicLong();
        var unused = work.change((core, now) -> kept.set(core.untold().keep(over)))
                .thenCompose(safe -> {
                    drop(from, entry);
                    return work.change((core, now) -> core.untold().tell(kept.get(), over));
                });
    }

    private static void drop(ObjectSpool from, ObjectSpool.Entry entry) {
        try {
            from.drop(entry);
        } catch (IOException kept) {
            log.warn("{} stays in the spool: {}", entry.file(), kept.toString());
        }
    }

    /** As {@link Link#request(String, List, byte[], Duration)}. */
    public CompletableFuture<Message> request(
            String peer, String stream, String subject, List<MessageHeader> headers, byte[] body, Duration patience) {
        boolean mute = setup.peers().byName(peer).filter(one -> !one.answers()).isPresent();
        if (mute || setup.ends().reader() == null) {
            return CompletableFuture.failedFuture(new IllegalArgumentException(peer + " cannot answer "
                    + setup.name()
                    + (mute
                            ? ": no way back from it is known, so there is nobody to ask; send it a message, or give it a way"
                            : ", which reads nothing: give it a reader")));
        }
        Requests.Made made = requests.make(peer, headers, patience);
        var unused = work.offer(peer, stream, subject, made.headers(), body).whenComplete((receipt, failure) -> {
            if (failure != null) made.reply().completeExceptionally(failure);
        });
        return made.reply();
    }

    /**
     * The node has ended: what is not known yet will not be.
     *
     * @param why    what those are told who wait
     * @param broken what ended it, or null if it was closed
     */
    public void end(MeshException why, @Nullable Throwable broken) {
        if (broken == null) ended.complete(null);
        else ended.completeExceptionally(broken);
        requests.failAll(why);
        objects.failAll(why);
    }

    // --- for handlers and messages

    NodeHandlers handlers() {
        return handlers;
    }

    String name() {
        return setup.name();
    }

    /** Completes when the node has ended; exceptionally if it broke. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    /** Ends a message with something that is written in the same turn. */
    CompletableFuture<Void> end(long delivery, NodeStore.Write with) {
        return work.change((core, now) -> {
            core.write(with);
            core.onHandled(delivery, null, now);
        });
    }

    /** No handler wants a message. */
    void onUnhandled(long delivery) {
        var unused = work.change((core, now) -> core.onUnhandled(delivery, now));
    }

    void countLate() {
        var unused = work.change((core, now) -> core.counter().late++);
    }

    /** Whether its sender can be sent anything. */
    boolean canAnswer(Delivery delivery) {
        return delivery.known()
                && setup.peers().byName(delivery.peer()).filter(Peer::reachable).isPresent();
    }

    void reply(String peer, MessageHeader id, @Nullable String failure, byte[] body) throws InterruptedException {
        work.await(work.send(peer, Requests.STREAM, "", Requests.replyHeaders(id, failure), body, null));
    }

    void verdict(String peer, byte[] object, @Nullable String refusal, byte @Nullable [] question)
            throws InterruptedException {
        try {
            work.await(work.send(
                    peer, Requests.STREAM, "", ObjectParts.verdict(object, refusal, question), new byte[0], null));
        } catch (IllegalArgumentException noWayBack) {
            // Then it learns nothing of its other messages either.
        }
    }
}
