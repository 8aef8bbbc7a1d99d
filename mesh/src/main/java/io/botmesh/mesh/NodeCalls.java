package io.botmesh.mesh;

import io.botmesh.botapi.ApiException;
import io.botmesh.botapi.TransportException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out what follows from a node's turn: calls to Telegram and handlers, each on a virtual thread of its own. */
final class NodeCalls {
    private static final Logger log = LoggerFactory.getLogger(NodeCalls.class);

    private final NodeSetup setup;
    private final NodeLoop loop;
    private final NodePoll poll;
    private final NodeHandlers handlers;
    private final NodeBoards boards;
    private final List<Thread> threads = new CopyOnWriteArrayList<>();

    NodeCalls(NodeSetup setup, NodeLoop loop, NodePoll poll, NodeHandlers handlers, NodeBoards boards) {
        this.setup = setup;
        this.loop = loop;
        this.poll = poll;
        this.handlers = handlers;
        this.boards = boards;
    }

    void carryOut(NodeEffect effect) {
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
            case NodeEffect.Delete delete -> call("tidy", () -> delete(delete));
            case NodeEffect.Confirm confirm -> poll.onSafe(confirm.updateOffset());
            case NodeEffect.Fetch fetch -> call("fetch", () -> fetch(fetch));
            case NodeEffect.Recall recall -> call("recall", () -> recall(recall.post()));
            case NodeEffect.Deliver deliver -> call("handler", () -> handle(deliver.run()));
            case NodeEffect.OfRegister of -> boards.carryOut(of.effect(), this);
            case NodeEffect.Tell tell -> handlers.tell(tell.event());
            case NodeEffect.Reached reached -> throw new IllegalArgumentException("of the loop: " + reached);
            case NodeEffect.Lost lost -> handlers.tell(new NodeEvent.Lost(lost.peer(), lost.token(), lost.why()));
        }
    }

    boolean isEmpty() {
        return threads.isEmpty();
    }

    /** Whether a thread is one of these. */
    boolean isOne(Thread thread) {
        return threads.contains(thread);
    }

    void interrupt() {
        threads.forEach(Thread::interrupt);
    }

    /** Interrupts what still runs, and gives it a moment to say what became of it. */
    void end() throws InterruptedException {
        interrupt();
        long end = System.nanoTime() + Duration.ofSeconds(3).toNanos(); // for all, however many hang
        for (Thread thread : threads) thread.join(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
    }

    interface Call {
        void run() throws InterruptedException;
    }

    void call(String what, Call call) {
        if (loop.isStopping()) return; // the next process does it
        Thread thread = Thread.ofVirtual()
                .name("node-" + setup.name() + "-" + what)
                .unstarted(() -> {
                    try {
                        call.run();
                    } catch (InterruptedException closing) {
                        Thread.currentThread().interrupt();
                    } catch (RuntimeException | Error broken) {
                        log.error("node {}: a {} broke", setup.name(), what, broken);
                        loop.post((core, now) -> {
                            throw broken;
                        });
                    } finally {
                        threads.remove(Thread.currentThread());
                    }
                });
        threads.add(thread);
        thread.start();
    }

    private interface Posting {
        Outcome by(Carrier.Writers writers) throws InterruptedException;
    }

    private void outcome(long ticket, String peer, Posting posting) throws InterruptedException {
        Outcome outcome = posting.by(setup.writers(peer));
        loop.post((core, now) -> core.onOutcome(ticket, outcome, now));
    }

    private void delete(NodeEffect.Delete delete) throws InterruptedException {
        try {
            setup.writers(delete.peer()).delete(delete.lane(), delete.messages());
        } catch (ApiException | TransportException kept) {
            log.debug("posts to {} are not deleted: {}", delete.peer(), kept.getMessage());
        }
    }

    private void fetch(NodeEffect.Fetch fetch) throws InterruptedException {
        Carrier.Reader reader = setup.reader().orElseThrow();
        try {
            byte[] bytes = reader.fetch(fetch.attachment(), fetch.mostBytes());
            loop.post((core, now) -> core.onFetched(fetch.update(), bytes, now));
        } catch (IllegalArgumentException unusable) {
            loop.post((core, now) -> core.onNotFetched(fetch.update(), false, now));
        } catch (ApiException | TransportException trouble) {
            log.debug("a document cannot be fetched: {}", trouble.getMessage());
            loop.post((core, now) -> core.onNotFetched(fetch.update(), true, now));
        }
    }

    private void recall(PostId post) throws InterruptedException {
        try {
            Arrival arrival = setup.reader().orElseThrow().recall(post).orElse(null);
            loop.post((core, now) -> core.onRecalled(post, arrival, now));
        } catch (ApiException.FloodWait wait) {
            loop.post((core, now) -> core.onNotRecalled(post, true, wait.retryAfter(), now));
        } catch (ApiException.Rejected refused) {
            log.warn("posts cannot be brought back: {}", refused.getMessage());
            loop.post((core, now) -> core.onNotRecalled(post, false, Duration.ZERO, now));
        } catch (TransportException trouble) {
            loop.post((core, now) -> core.onNotRecalled(post, true, Duration.ZERO, now));
        }
    }

    private void handle(List<Delivery> run) throws InterruptedException {
        for (Delivery delivery : run) {
            if (loop.isStopping() || !handle(delivery)) return;
            boolean unused = Thread.interrupted(); // what one handler left behind is not the next one's
        }
    }

    /** Returns whether the next one of its stream may follow. */
    private boolean handle(Delivery delivery) throws InterruptedException {
        String failure = null;
        try {
            if (handlers.handle(delivery)) return true;
        } catch (MeshException.Left later) {
            loop.post((core, now) -> core.onLeft(delivery.id()));
            return false;
        } catch (Exception | Error failed) {
            if (failed instanceof InterruptedException closing && loop.isStopping())
                throw closing; // not handled: it comes again with the next process
            log.warn("{} failed: {}", new Message(delivery, null), failed.toString());
            failure = failed.toString();
            if (delivery.attempt() >= setup.options().handlers().attempts()) {
                handlers.refuse(delivery, "the handler failed");
            }
        }
        String why = failure;
        loop.post((core, now) -> core.onHandled(delivery.id(), why, now));
        return why == null;
    }
}
