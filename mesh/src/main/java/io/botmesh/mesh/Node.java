package io.botmesh.mesh;

import io.botmesh.botapi.ApiException;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.TransportException;
import io.botmesh.wire.LinkSender.Level;
import io.botmesh.wire.MessageHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process in the mesh: sends messages to its peers and hands theirs to handlers, sealed, in order and without loss. Give it handlers,
 * then {@link #start}. Thread-safe.
 *
 * <p>One thread owns the {@link NodeCore}: it gathers what has come, commits the turn, and starts what follows: calls and
 * handlers run on virtual threads of their own. Another one polls, and asks for more when the last updates are safe.
 */
public final class Node implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Node.class);
    private static final int GATHERED = 1_000;
    private static final int PART_BYTES = 512 << 10;
    private static final long OBJECTS = 30; // which pattern
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long LONGEST_WAIT = TimeUnit.MINUTES.toNanos(1);

    private interface Event {
        void apply(NodeCore core, long now);
    }

    private record Subscription(
            Subject pattern, boolean topics, @Nullable String queue, Message.Handler handler) {}

    private record Posted(Event event, CompletableFuture<?> waits) {}

    private record Blocked(int bytes, String peer, Posted posted) {}

    private final NodeSetup setup;
    private static final CompletableFuture<?> NOBODY = CompletableFuture.completedFuture(null);

    private final BlockingQueue<Posted> events = new LinkedBlockingQueue<>();
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    private final List<Consumer<NodeEvent>> listeners = new CopyOnWriteArrayList<>();
    private final Requests requests = new Requests(InstantSource.system());
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private final Map<String, Map<Long, Receipt>> receipts = new HashMap<>(); // of the loop
    private final Deque<Blocked> blocked = new ArrayDeque<>(); // of the loop
    private final List<Runnable> committed = new ArrayList<>(); // of the loop: to run when the turn is safe
    private final List<CompletableFuture<Void>> draining = new ArrayList<>(); // of the loop
    private final List<Thread> calls = new CopyOnWriteArrayList<>();
    private final long epoch = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - System.nanoTime();
    private @Nullable Thread loop;
    private @Nullable Thread poller;
    private volatile boolean stopping;
    private volatile @Nullable ObjectFolder objects;
    private final List<MessageFlow> flows = new CopyOnWriteArrayList<>();

    /** A node that does nothing yet. The setup's store and carriers stay the caller's to close, after this. */
    public Node(NodeSetup setup) {
        this.setup = setup;
    }

    // --- before it runs

    /**
     * Hands messages about a subject to a handler. Of several that want a message the first one given gets it; one that nobody wants is
     * dropped, and told of as {@link NodeEvent.Unhandled}.
     *
     * @param pattern see {@link Subject}
     */
    public Node handle(String pattern, Message.Handler handler) {
        subscriptions.add(new Subscription(new Subject(pattern), false, null, handler));
        return this;
    }

    /**
     * Hands messages that are published on any topic to a handler; each subscription that wants a message gets it, one after the
     * other. What nobody wants is dropped.
     *
     * @param pattern see {@link Subject}
     */
    public Node subscribe(String pattern, Message.Handler handler) {
        subscriptions.add(new Subscription(new Subject(pattern), true, null, handler));
        return this;
    }

    /**
     * As {@link #subscribe(String, Message.Handler)}, but of all members of a queue group exactly one gets each message: all find the same
     * one by the message's place, without asking each other. Who belongs to the group says the topic's owner, or the peer file.
     */
    public Node subscribe(String pattern, String queue, Message.Handler handler) {
        subscriptions.add(new Subscription(new Subject(pattern), true, queue, handler));
        return this;
    }

    /**
     * What is sent to this node or published about a subject, as a flow with back-pressure: a message is done when its subscriber has taken it
     * and asked for one more. Subscribe before the node starts, or what has no handler until then is dropped. Each subscriber of a publisher
     * gets what is published; what is sent to the node goes to the first.
     *
     * @param pattern see {@link Subject}
     */
    public Flow.Publisher<Message> messages(String pattern) {
        var about = new Subject(pattern);
        return subscriber -> {
            var mine = new ArrayList<Subscription>();
            var flow = new MessageFlow(subscriber, () -> subscriptions.removeAll(mine));
            mine.add(new Subscription(about, false, null, flow::handle));
            mine.add(new Subscription(about, true, null, flow::handle));
            subscriber.onSubscribe(flow);
            subscriptions.addAll(mine);
            flows.add(flow);
            var unused = stopped().whenComplete((nothing, why) -> flow.end());
        };
    }

    /**
     * Takes objects of any size from peers, see {@link Link#put}.
     *
     * @param folder    where they are put together, nobody else's; what has come stays there over a restart
     * @param mostBytes of an object; a larger one is refused
     */
    public Node onObject(Path folder, long mostBytes, ReceivedObject.Handler handler) {
        objects = new ObjectFolder(
                folder, mostBytes, handler, event -> listeners.forEach(listener -> listener.accept(event)));
        return this;
    }

    /** Tells of what happens beside messages, on the node's own thread: return soon. */
    public Node onEvent(Consumer<NodeEvent> listener) {
        listeners.add(listener);
        return this;
    }

    /**
     * Begins to read and to post. What an earlier process left comes first.
     *
     * @throws MeshException if the store is another node's, or what it holds cannot be read
     */
    public synchronized Node start() {
        if (loop != null) throw new IllegalStateException("node " + setup.name() + " runs already");
        NodeCore core = new NodeCore(
                setup.name(),
                setup.options(),
                setup.protection(),
                setup.peers(),
                update -> setup.reader().flatMap(reader -> reader.arrival(update)),
                setup.store(),
                new SecureRandom(), // incarnations must not be foreseen
                now());
        loop = Thread.ofPlatform().name("node-" + setup.name()).daemon().start(() -> run(core));
        setup.reader()
                .ifPresent(reader -> poller = Thread.ofVirtual()
                        .name("node-" + setup.name() + "-poll")
                        .start(() -> poll(reader)));
        return this;
    }

    // --- what a program does with it

    /** The way to a peer. */
    public Link link(String peer) {
        return new Link(this, peer, "");
    }

    /** The way to a topic. */
    public TopicLink topic(String name) {
        return new TopicLink(this, name);
    }

    /** Name of this node. */
    public String name() {
        return setup.name();
    }

    /** Completes when nothing waits to be sent, and nothing that was sent may be asked for again. */
    public CompletableFuture<Void> drain() {
        var drained = new CompletableFuture<Void>();
        post((core, now) -> draining.add(drained), drained);
        return drained;
    }

    /** What it has done since it was started. */
    public CompletableFuture<NodeStatistics> statistics() {
        var taken = new CompletableFuture<NodeStatistics>();
        post((core, now) -> complete(taken, core.statistics(now)), taken);
        return taken;
    }

    /** Completes when the node has stopped; exceptionally, with one line that says why, when it had to. */
    public CompletableFuture<Void> stopped() {
        return stopped.copy();
    }

    /**
     * Stops reading, begins nothing new, and lets calls and handlers end; after ten seconds they are interrupted. What is not handled or
     * not posted stays on the disk for the next process.
     */
    @Override
    public void close() {
        stopping = true;
        flows.forEach(MessageFlow::stop);
        Thread owner = loop;
        if (owner == null) return;
        Thread reading = poller;
        if (reading != null) reading.interrupt();
        post((core, now) -> {}); // wakes it
        boolean interrupted = false;
        try {
            if (reading != null) reading.join();
            if (!owner.join(Duration.ofSeconds(15))) owner.interrupt(); // the disk does not answer
            owner.join();
        } catch (InterruptedException hurry) {
            owner.interrupt();
            interrupted = true;
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    // --- for Link and Message

    boolean knows(String peer) {
        return setup.peers().byName(peer).isPresent();
    }

    CompletableFuture<Receipt> send(
            String peer, String stream, String subject, List<MessageHeader> headers, byte[] body) {
        var taken = new CompletableFuture<Receipt>();
        post((core, now) -> take(core, peer, stream, subject, headers, body, null, taken, now), taken);
        return taken;
    }

    /** Sends the parts of a file that were not sent before; the receipt is the last one's. */
    Receipt put(String peer, String name, Path file) throws IOException, InterruptedException {
        int partBytes = Math.min(PART_BYTES, setup.options().outbox().messageBytes());
        var manifest = new ObjectParts.Manifest(Files.size(file), partBytes, ObjectParts.digest(file), name);
        byte[] id = manifest.id();
        var progress = new NodeStore.Key(
                NodeStore.Kind.PATTERN,
                OBJECTS,
                Long.parseUnsignedLong(ObjectParts.stem(peer, id).substring(0, 16), 16));
        long next = setup.store()
                .read(progress)
                .map(row -> Rows.read("an object", 1, row, in -> in.readLong()))
                .orElse(-1L);
        var header = new MessageHeader(ObjectParts.ID, id);
        if (next < 0) {
            part(peer, ObjectParts.MANIFEST, List.of(header), manifest.toBytes(), progress, 0L);
            next = 0;
        }
        try (FileChannel in = FileChannel.open(file)) {
            while (true) {
                var part = ByteBuffer.allocate(manifest.bytes(next));
                long at = next * partBytes;
                while (part.hasRemaining()) {
                    if (in.read(part, at + part.position()) < 0) throw new IOException(file + " has become shorter");
                }
                boolean last = next == manifest.parts() - 1;
                Receipt receipt = part(
                        peer,
                        ObjectParts.PART,
                        List.of(header, ObjectParts.number(next)),
                        part.array(),
                        progress,
                        last ? null : next + 1);
                if (last) return receipt;
                next++;
            }
        }
    }

    /** Sends a part and writes down which one is next, together. */
    private Receipt part(
            String peer,
            String subject,
            List<MessageHeader> headers,
            byte[] body,
            NodeStore.Key progress,
            @Nullable Long next)
            throws InterruptedException {
        byte[] row = next == null ? null : Rows.write(1, out -> out.writeLong(next));
        var taken = new CompletableFuture<Receipt>();
        var along = new NodeStore.Write(progress, row);
        post((core, now) -> take(core, peer, ObjectParts.STREAM, subject, headers, body, along, taken, now), taken);
        return await(taken);
    }

    CompletableFuture<Receipt> publish(String topic, String subject, List<MessageHeader> headers, byte[] body) {
        boolean about = setup.peers().topics().stream()
                .anyMatch(one -> one.name().equals(topic) && one.subject().matches(subject));
        if (!about) {
            return CompletableFuture.failedFuture(
                    new IllegalArgumentException("no topic " + topic + " is about " + subject));
        }
        return send(Topic.address(topic), "", subject, headers, body);
    }

    CompletableFuture<Void> change(String topic, TopicChange change) {
        var changed = new CompletableFuture<Void>();
        post(
                (core, now) -> {
                    try {
                        core.change(topic, change, now);
                        committed.add(() -> complete(changed, null));
                    } catch (IllegalArgumentException | MeshException refused) {
                        changed.completeExceptionally(refused);
                    }
                },
                changed);
        return changed;
    }

    private void take(
            NodeCore core,
            String peer,
            String stream,
            String subject,
            List<MessageHeader> headers,
            byte[] body,
            NodeStore.@Nullable Write along,
            CompletableFuture<Receipt> taken,
            long now) {
        try {
            boolean waits = setup.options().outbox().overflow() == Overflow.BLOCK;
            boolean queued = blocked.stream().anyMatch(one -> one.peer.equals(peer)); // who came first is first
            if (waits && (queued || !core.hasRoom(peer, body.length, now))) {
                Event again = (later, at) -> take(later, peer, stream, subject, headers, body, along, taken, at);
                blocked.add(new Blocked(body.length, peer, new Posted(again, taken)));
                return;
            }
            long token = core.send(peer, stream, subject, headers, body, now);
            if (along != null) core.write(along);
            boolean answers = setup.peers().byName(peer).map(Peer::answers).orElse(false);
            Receipt receipt = answers ? Receipt.acked(token) : Receipt.oneWay(token);
            receipts.computeIfAbsent(peer, any -> new HashMap<>()).put(token, receipt);
            committed.add(() -> complete(taken, receipt));
        } catch (IllegalArgumentException | MeshException refused) {
            taken.completeExceptionally(refused);
        }
    }

    CompletableFuture<Void> sendHidden(String gateway, String to, String subject, byte[] body) {
        var taken = new CompletableFuture<Void>();
        post(
                (core, now) -> {
                    try {
                        core.sendHidden(gateway, to, subject, List.of(), body, now);
                        committed.add(() -> complete(taken, null));
                    } catch (IllegalArgumentException | MeshException refused) {
                        taken.completeExceptionally(refused);
                    }
                },
                taken);
        return taken;
    }

    CompletableFuture<Message> request(
            String peer, String stream, String subject, List<MessageHeader> headers, byte[] body, Duration patience) {
        Requests.Made made = requests.make(peer, headers, patience);
        var unused = send(peer, stream, subject, made.headers(), body).whenComplete((receipt, failure) -> {
            if (failure != null) made.reply().completeExceptionally(failure);
        });
        return made.reply();
    }

    void reply(String peer, MessageHeader id, @Nullable String failure, byte[] body) throws InterruptedException {
        await(send(peer, "", "", Requests.replyHeaders(id, failure), body));
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

    // --- the thread that owns the core

    private long now() {
        return epoch + System.nanoTime();
    }

    private void post(Event event) {
        post(event, NOBODY);
    }

    private void post(Event event, CompletableFuture<?> waits) {
        events.add(new Posted(event, waits));
        if (stopped.isDone()) failLeft(closed());
    }

    /** Whoever comes after the loop has ended would wait for ever. */
    private void failLeft(MeshException why) {
        for (Posted left = events.poll(); left != null; left = events.poll()) left.waits.completeExceptionally(why);
    }

    /** What a program does next must not run on the thread that owns the core. */
    private static <T> void complete(CompletableFuture<T> future, @Nullable T value) {
        Thread.ofVirtual().name("node-tells").start(() -> future.complete(value));
    }

    private MeshException closed() {
        return new MeshException.Closed("node " + setup.name() + " is closed");
    }

    private void run(NodeCore core) {
        try {
            turn(core); // what the store held waits for no event
            while (!stopping) {
                gather(core, Math.clamp(core.wakeAt(now()) - now(), 0, LONGEST_WAIT));
                turn(core);
            }
            finish(core);
            stopped.complete(null);
            end(closed());
        } catch (InterruptedException closing) {
            stopped.complete(null);
            end(closed());
        } catch (RuntimeException | Error broken) {
            log.error("node {} stops: {}", setup.name(), broken.toString());
            stopped.completeExceptionally(broken);
            end(broken instanceof MeshException known ? known : new MeshException.Closed(broken.toString()));
        } finally {
            calls.forEach(Thread::interrupt);
        }
    }

    /** Lets what has begun come to its end, so that what was handled is known to be. */
    private void finish(NodeCore core) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!calls.isEmpty() && System.nanoTime() < end) {
            gather(core, TimeUnit.MILLISECONDS.toNanos(20));
            turn(core);
        }
        for (Thread call : calls) call.interrupt();
        for (Thread call : calls) call.join(Duration.ofSeconds(1));
        do { // each call has said what became of it before it ended
            gather(core, 0);
            turn(core);
        } while (!events.isEmpty());
    }

    /** Takes what has come, or waits for it. */
    private void gather(NodeCore core, long wait) throws InterruptedException {
        Posted posted = events.poll(wait, TimeUnit.NANOSECONDS);
        long now = now();
        for (int i = 0; posted != null; posted = ++i < GATHERED ? events.poll() : null) {
            posted.event.apply(core, now);
        }
        for (int i = blocked.size(); i > 0 && !blocked.isEmpty(); i--) {
            Blocked first = blocked.getFirst();
            if (!core.hasRoom(first.peer, first.bytes, now)) break;
            blocked.removeFirst().posted.event.apply(core, now);
        }
        core.onTime(now);
    }

    private void turn(NodeCore core) throws InterruptedException {
        Turn turn = core.take(now());
        if (!turn.writes().isEmpty()) commit(turn);
        committed.forEach(Runnable::run);
        committed.clear();
        for (NodeEffect effect : turn.effects()) carryOut(effect);
        if (!draining.isEmpty() && blocked.isEmpty() && core.isDrained()) {
            draining.forEach(one -> complete(one, null));
            draining.clear();
        }
    }

    /** A disk that does not take the turn stops everything until it does: nothing of it has happened yet. */
    private void commit(Turn turn) throws InterruptedException {
        for (int attempt = 0; ; attempt++) {
            try {
                setup.store().commit(turn.writes());
                if (attempt > 0) log.info("node {}: the disk works again", setup.name());
                return;
            } catch (MeshException.StoreFailed failed) {
                if (stopping) throw failed;
                if (attempt == 0) log.error("node {} waits: {}", setup.name(), failed.getMessage());
                Thread.sleep(Math.min(10_000, 100L << Math.min(attempt, 10)));
            }
        }
    }

    private void end(MeshException why) {
        receipts.values().forEach(of -> of.values().forEach(receipt -> receipt.fail(why)));
        draining.forEach(one -> one.completeExceptionally(why));
        requests.failAll(why);
        blocked.forEach(one -> one.posted.waits.completeExceptionally(why));
        failLeft(why);
    }

    private void carryOut(NodeEffect effect) {
        switch (effect) {
            case NodeEffect.Post post ->
                call(
                        "post",
                        () -> outcome(
                                post.ticket(),
                                post.peer(),
                                writers -> writers.post(post.lane(), post.packet(), post.document())));
            case NodeEffect.Forward forward ->
                call(
                        "post",
                        () -> outcome(
                                forward.ticket(),
                                forward.peer(),
                                writers -> writers.forward(forward.lane(), forward.post())));
            case NodeEffect.Delete delete ->
                call("tidy", () -> {
                    try {
                        setup.writers(delete.peer()).delete(delete.lane(), delete.messages());
                    } catch (ApiException | TransportException kept) {
                        log.debug("posts to {} are not deleted: {}", delete.peer(), kept.getMessage());
                    }
                });
            case NodeEffect.Confirm confirm -> safe.complete(confirm.updateOffset());
            case NodeEffect.Fetch fetch -> call("fetch", () -> fetch(fetch));
            case NodeEffect.Deliver deliver -> call("handler", () -> handle(deliver.delivery()));
            case NodeEffect.Reached reached -> reached(reached);
            case NodeEffect.Lost lost ->
                receipt(lost.peer(), lost.token(), true)
                        .ifPresent(receipt -> receipt.fail(new MeshException.Lost(lost.why())));
            case NodeEffect.Tell tell -> {
                log.debug("node {}: {}", setup.name(), tell.event());
                listeners.forEach(listener -> listener.accept(tell.event()));
            }
        }
    }

    private Optional<Receipt> receipt(String peer, long token, boolean last) {
        Map<Long, Receipt> of = receipts.getOrDefault(peer, Map.of());
        return Optional.ofNullable(last && !of.isEmpty() ? of.remove(token) : of.get(token));
    }

    private void reached(NodeEffect.Reached reached) {
        boolean answers =
                setup.peers().byName(reached.peer()).map(Peer::answers).orElse(false);
        boolean last = reached.level() == Level.DONE || !answers;
        Receipt receipt = receipt(reached.peer(), reached.token(), last).orElse(null);
        if (receipt == null) return; // of an earlier process
        switch (reached.level()) {
            case POSTED -> complete(receipt.posted(), null);
            case STORED -> complete(receipt.stored(), null);
            case DONE -> complete(receipt.done(), null);
        }
    }

    // --- calls, each on a thread of its own

    private interface Call {
        void run() throws InterruptedException;
    }

    private void call(String what, Call call) {
        if (stopping) return; // the next process does it
        Thread thread = Thread.ofVirtual()
                .name("node-" + setup.name() + "-" + what)
                .unstarted(() -> {
                    try {
                        call.run();
                    } catch (InterruptedException closing) {
                        Thread.currentThread().interrupt();
                    } catch (RuntimeException | Error broken) {
                        log.error("node {}: a {} broke", setup.name(), what, broken);
                        post((core, now) -> {
                            throw broken;
                        });
                    } finally {
                        calls.remove(Thread.currentThread());
                    }
                });
        calls.add(thread);
        thread.start();
    }

    private interface Posting {
        Outcome by(Carrier.Writers writers) throws InterruptedException;
    }

    private void outcome(long ticket, String peer, Posting posting) throws InterruptedException {
        Outcome outcome = posting.by(setup.writers(peer));
        post((core, now) -> core.onOutcome(ticket, outcome, now));
    }

    private void fetch(NodeEffect.Fetch fetch) throws InterruptedException {
        Carrier.Reader reader = setup.reader().orElseThrow();
        try {
            byte[] bytes = reader.fetch(fetch.attachment(), fetch.mostBytes());
            post((core, now) -> core.onFetched(fetch.update(), bytes, now));
        } catch (IllegalArgumentException unusable) {
            post((core, now) -> core.onNotFetched(fetch.update(), false, now));
        } catch (ApiException | TransportException trouble) {
            log.debug("a document cannot be fetched: {}", trouble.getMessage());
            post((core, now) -> core.onNotFetched(fetch.update(), true, now));
        }
    }

    private void handle(Delivery delivery) throws InterruptedException {
        String failure = null;
        try {
            dispatch(delivery);
        } catch (InterruptedException closing) {
            if (stopping) throw closing; // not handled: it comes again with the next process
            failure = closing.toString();
        } catch (Exception | Error failed) {
            log.warn("{} failed: {}", new Message(delivery, null), failed.toString());
            failure = failed.toString();
            if (delivery.attempt() >= setup.options().handlers().attempts()) refuse(delivery, "the handler failed");
        }
        String why = failure;
        post((core, now) -> core.onHandled(delivery.id(), why, now));
    }

    private void dispatch(Delivery delivery) throws Exception {
        if (delivery.origin() == null && Requests.isReply(delivery)) {
            if (!requests.onReply(delivery)) log.debug("a reply of {} came too late", delivery.peer());
            return;
        }
        ObjectFolder folder = objects;
        if (folder != null && delivery.known() && delivery.stream().equals(ObjectParts.STREAM)) {
            folder.onMessage(delivery);
            return;
        }
        Origin origin = delivery.origin();
        if (origin != null) {
            published(delivery, origin);
            return;
        }
        if (requests.isLate(delivery)) return;
        for (Subscription one : subscriptions) {
            if (one.topics || !one.pattern.matches(delivery.subject())) continue;
            one.handler.handle(new Message(delivery, this));
            return;
        }
        NodeEvent event = new NodeEvent.Unhandled(delivery.peer(), delivery.subject());
        listeners.forEach(listener -> listener.accept(event));
        refuse(delivery, "nobody handles " + delivery.subject());
    }

    private void published(Delivery delivery, Origin origin) throws Exception {
        boolean about = setup.peers().topics().stream()
                .anyMatch(topic ->
                        topic.name().equals(origin.topic()) && topic.subject().matches(delivery.subject()));
        if (!about) return; // whoever may publish there may not publish this
        for (Subscription one : subscriptions) {
            if (!one.topics || !one.pattern.matches(delivery.subject())) continue;
            if (one.queue != null && !origin.isFor(one.queue, setup.name())) continue;
            one.handler.handle(new Message(delivery, this));
        }
    }

    /** Tells who asks that nobody will answer. */
    private void refuse(Delivery delivery, String why) throws InterruptedException {
        MessageHeader id = Requests.idOf(delivery).orElse(null);
        if (id == null || !delivery.known()) return;
        try {
            reply(delivery.peer(), id, why, new byte[0]);
        } catch (IllegalArgumentException | MeshException noWayBack) {
            log.debug("{} cannot be told: {}", delivery.peer(), noWayBack.getMessage());
        }
    }

    // --- reading

    private volatile CompletableFuture<Long> safe = new CompletableFuture<>();

    private void poll(Carrier.Reader reader) {
        long offset = 0;
        int failures = 0;
        while (!stopping) {
            try {
                List<RawUpdate> updates = reader.poll(offset, 100, setup.pollTimeout());
                failures = 0;
                if (updates.isEmpty()) continue;
                var done = new CompletableFuture<Long>();
                safe = done;
                post((core, now) -> core.onUpdates(updates, now));
                offset = await(done);
            } catch (InterruptedException closing) {
                return;
            } catch (ApiException | TransportException trouble) {
                if (failures++ == 0)
                    log.warn("node {} cannot read, tries again: {}", setup.name(), trouble.getMessage());
                Duration pause = trouble instanceof ApiException.FloodWait wait ? wait.retryAfter() : backOff(failures);
                try {
                    Thread.sleep(pause);
                } catch (InterruptedException closing) {
                    return;
                }
            } catch (RuntimeException broken) {
                if (stopping) return;
                post((core, now) -> {
                    throw broken;
                });
                return;
            }
        }
    }

    private static Duration backOff(int failures) {
        long most = Math.min(30_000, 500L << Math.min(failures, 10));
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(most / 2, most + 1));
    }
}
