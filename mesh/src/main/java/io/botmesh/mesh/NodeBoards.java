package io.botmesh.mesh;

import io.botmesh.botapi.ApiException;
import io.botmesh.botapi.TransportException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a {@link Node} does for the registers of its topics: makes the calls, and tells those who wait. Thread-safe. */
final class NodeBoards {
    private static final Logger log = LoggerFactory.getLogger(NodeBoards.class);

    /** Gets the values of a register one after the other, each once. */
    private static final class Listener {
        private final String topic;
        private final Consumer<RegisterValue> takes;
        private @Nullable RegisterValue last; // of the node's loop
        private CompletableFuture<Void> before = CompletableFuture.completedFuture(null); // of the node's loop

        Listener(String topic, Consumer<RegisterValue> takes) {
            this.topic = topic;
            this.takes = takes;
        }

        void onChanged(RegisterValue value) {
            if (value.equals(last)) return;
            last = value;
            before = before.thenRunAsync(
                            () -> takes.accept(value),
                            task -> Thread.ofVirtual().name("node-register").start(task))
                    .exceptionally(failed -> {
                        log.warn("a listener to the register of {} failed", topic, failed);
                        return null;
                    });
        }
    }

    private final NodeSetup setup;
    private final NodeLoop loop;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final Map<Long, CompletableFuture<Optional<RegisterValue>>> waiting = new ConcurrentHashMap<>();
    private final AtomicLong tickets = new AtomicLong();

    NodeBoards(NodeSetup setup, NodeLoop loop) {
        this.setup = setup;
        this.loop = loop;
    }

    CompletableFuture<Optional<RegisterValue>> get(String topic) {
        return ask(topic, (core, ticket, now) -> core.look(topic, ticket, now));
    }

    CompletableFuture<RegisterValue> set(String topic, byte[] value, long after) {
        return ask(topic, (core, ticket, now) -> core.set(topic, ticket, value, after, now))
                .thenApply(Optional::orElseThrow);
    }

    void onChange(String topic, Duration every, Consumer<RegisterValue> takes) {
        checkBoard(topic);
        listeners.add(new Listener(topic, takes));
        loop.post((core, now) -> core.watch(topic, every, now));
    }

    void checkStarted() {
        if (!loop.isStarted()) throw new IllegalStateException("node " + setup.name() + " is not started");
    }

    private interface Question {
        void ask(NodeCore core, long ticket, long now);
    }

    private CompletableFuture<Optional<RegisterValue>> ask(String topic, Question question) {
        checkBoard(topic);
        long ticket = tickets.incrementAndGet();
        var answer = new CompletableFuture<Optional<RegisterValue>>();
        waiting.put(ticket, answer);
        var unused = answer.whenComplete((value, failure) -> waiting.remove(ticket));
        loop.post(
                (core, now) -> {
                    try {
                        question.ask(core, ticket, now);
                    } catch (IllegalArgumentException refused) {
                        NodeLoop.fail(answer, refused);
                    }
                },
                answer);
        return answer;
    }

    /** So that the thread that owns the core never meets a topic that it cannot serve. */
    private void checkBoard(String topic) {
        boolean owned =
                setup.peers().topics().stream().anyMatch(one -> one.name().equals(topic) && one.owner() != null);
        if (!owned) throw new IllegalArgumentException("there is no topic " + topic + " with an owner");
        if (setup.board(topic).isEmpty())
            throw new IllegalArgumentException("no bot of this node sees the channel of topic " + topic);
    }

    /** On the node's own thread. */
    void carryOut(RegisterEffect effect, NodeCalls calls) {
        switch (effect) {
            case RegisterEffect.Look look -> calls.call("look", () -> look(look.topic()));
            case RegisterEffect.FetchPinned fetch -> calls.call("look", () -> fetch(fetch));
            case RegisterEffect.Pin pin -> calls.call("pin", () -> pin(pin));
            case RegisterEffect.Changed changed ->
                listeners.stream()
                        .filter(one -> one.topic.equals(changed.topic()))
                        .forEach(one -> one.onChanged(changed.value()));
            case RegisterEffect.Answered answered -> answer(answered);
        }
    }

    private Carrier.Board board(String topic) {
        return setup.board(topic).orElseThrow(() -> new IllegalStateException("no bot sees the channel of " + topic));
    }

    private void look(String topic) throws InterruptedException {
        try {
            Arrival pinned = board(topic).pinned().orElse(null);
            loop.post((core, now) -> core.onSeen(topic, pinned, now));
        } catch (ApiException | TransportException | IllegalStateException trouble) {
            notSeen(topic, trouble);
        }
    }

    private void fetch(RegisterEffect.FetchPinned fetch) throws InterruptedException {
        try {
            byte[] bytes = board(fetch.topic()).fetch(fetch.attachment(), fetch.mostBytes());
            loop.post((core, now) -> core.onSeenWhole(fetch.topic(), bytes, now));
        } catch (ApiException | TransportException | IllegalArgumentException trouble) {
            notSeen(fetch.topic(), trouble);
        }
    }

    private void notSeen(String topic, RuntimeException trouble) {
        Optional<Duration> rest =
                trouble instanceof ApiException.FloodWait wait ? Optional.of(wait.retryAfter()) : Optional.empty();
        loop.post((core, now) -> core.onNotSeen(topic, String.valueOf(trouble.getMessage()), rest, now));
    }

    private void pin(RegisterEffect.Pin pin) throws InterruptedException {
        Outcome outcome = board(pin.topic()).pin(pin.packet(), pin.document());
        loop.post((core, now) -> core.onPinned(pin.topic(), outcome, now));
    }

    private void answer(RegisterEffect.Answered answered) {
        var waits = waiting.remove(answered.ticket());
        if (waits == null) return;
        MeshException failed = answered.failed();
        if (failed == null) NodeLoop.complete(waits, Optional.ofNullable(answered.value()));
        else NodeLoop.fail(waits, failed);
    }

    void failAll(MeshException why) {
        waiting.values().forEach(one -> NodeLoop.fail(one, why));
    }
}
