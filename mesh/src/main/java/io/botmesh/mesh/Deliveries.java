package io.botmesh.mesh;

import io.botmesh.mesh.NodeStore.Kind;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Hands whole messages to handlers: those of a stream one after the other, of all streams so many at once. A message that
 * its handler does not manage holds up its stream until it is put aside. Part of {@link NodeCore}.
 *
 * <p>One message in a turn would bind a stream to the pace of the disk. So where that is asked for
 * ({@link NodeOptions.Handling#run}) a stream whose handlers are fast gets several together, twice as many each time; if the process dies, those come again whose end was not written yet, which is what
 * handlers have done in the last few milliseconds.
 */
final class Deliveries {
    /** Bodies beyond this are read back when their turn comes. */
    private static final long IN_MEMORY = 32 << 20;

    /** Most bytes of messages that are handed out together. */
    private static final long WIDEST_RUN = 1 << 20;

    /** Of messages that take longer all together, fewer go together. */
    private static final long SWIFT = 20_000_000L;

    private static final class Run {
        final Deque<Ready> left = new ArrayDeque<>();
        final long began;

        Run(long began) {
            this.began = began;
        }
    }

    private record Running(Ready ready, Run run) {}

    private final NodeOptions.Handling options;
    private final TurnBuilder turn;
    private final NodeCore core;
    private final Deque<Ready> runnable = new ArrayDeque<>();
    private final Map<Long, Running> running = new HashMap<>();
    private final TreeMap<Long, Deque<Ready>> later = new TreeMap<>(); // by time, in nanoseconds
    private int runs;
    private long held; // bytes of bodies in memory
    private long next;

    Deliveries(NodeCore core, NodeOptions.Handling options, TurnBuilder turn) {
        this.core = core;
        this.options = options;
        this.turn = turn;
    }

    void onReady(Ready ready) {
        if (held + ready.bytes > IN_MEMORY) ready.body = null;
        else held += ready.bytes;
        if (ready.stream.busy) return;
        ready.stream.busy = true;
        runnable.add(ready);
    }

    /** Hands on what may be handed on. */
    void pump(long now) {
        while (!later.isEmpty() && later.firstKey() <= now)
            runnable.addAll(later.pollFirstEntry().getValue());
        while (runs < options.atOnce() && !runnable.isEmpty()) {
            Ready ready = runnable.removeFirst();
            if (core.takes(ready, now)) {
                core.counter().handled++;
                end(ready);
                goOn(ready.stream);
                continue;
            }
            handOut(ready.stream, now);
        }
    }

    private void handOut(InStream stream, long now) {
        var run = new Run(now);
        List<Delivery> deliveries = new ArrayList<>();
        long bytes = 0;
        for (Ready ready : stream.ready) {
            bytes += ready.bytes;
            if (!run.left.isEmpty() && (run.left.size() >= stream.run || bytes > WIDEST_RUN)) break;
            long id = next++;
            running.put(id, new Running(ready, run));
            run.left.add(ready);
            ready.attempts++;
            deliveries.add(delivery(id, ready));
        }
        runs++;
        turn.add(new NodeEffect.Deliver(deliveries));
    }

    private Delivery delivery(long id, Ready ready) {
        PeerInbox inbox = ready.inbox;
        return new Delivery(
                id,
                inbox.name,
                inbox.key,
                inbox.known,
                ready.stream.name,
                ready.subject,
                ready.headers,
                inbox.body(ready),
                ready.postedAt,
                ready.attempts,
                ready.again || ready.attempts > 1,
                place(ready),
                core.origin(ready));
    }

    void onHandled(long id, @Nullable String failure, long now) {
        Running one = running.remove(id);
        if (one == null) return;
        Ready ready = one.ready;
        Run run = one.run;
        run.left.remove(ready);
        if (failure == null) {
            core.counter().handled++;
            end(ready);
            follow(run, ready.stream, now);
            return;
        }
        giveUp(run, ready);
        core.counter().failed++;
        if (ready.attempts < options.attempts()) {
            later.computeIfAbsent(now + pause(ready.attempts).toNanos(), at -> new ArrayDeque<>())
                    .add(ready);
            return;
        }
        PeerInbox inbox = ready.inbox;
        inbox.row(ready)
                .ifPresent(row -> core.asides()
                        .add(
                                inbox,
                                new NodeStore.Key(Kind.ASIDE, inbox.id, ready.stream.number, ready.last),
                                SetAside.row(inbox.name, ready.stream.name, failure, row)));
        core.counter().setAside++;
        core.untold().tell(new NodeEvent.SetAside(inbox.name, ready.subject, failure));
        end(ready);
        goOn(ready.stream);
    }

    /** No handler wants a message. */
    void onUnhandled(long id, long now) {
        Running one = running.remove(id);
        if (one == null) return;
        one.run.left.remove(one.ready);
        if (one.ready.body != null) held -= one.ready.bytes;
        one.ready.inbox.onUnhandled(one.ready, now);
        follow(one.run, one.ready.stream, now);
    }

    /** One of a run has ended well. */
    private void follow(Run run, InStream stream, long now) {
        if (!run.left.isEmpty()) return;
        runs--;
        pace(stream, now - run.began);
        goOn(stream);
    }

    /** A handler leaves a message to a later process: it stays in the store, and its stream waits. */
    void onLeft(long id) {
        Running one = running.remove(id);
        if (one == null) return;
        one.ready.attempts--;
        giveUp(one.run, one.ready);
    }

    /** The rest of a run is handed to nobody. */
    private void giveUp(Run run, Ready at) {
        run.left.remove(at);
        runs--;
        at.stream.run = 1;
        running.values().removeIf(other -> other.run == run);
        for (Ready other : run.left) other.attempts--; // nobody has handled them
    }

    private void pace(InStream stream, long took) {
        // The node's own messages are looked at one by one before a handler gets them.
        if (took > SWIFT) stream.run = Math.max(1, stream.run / 2);
        else if (!stream.name.equals(NodeTopics.STREAM)) stream.run = Math.min(options.run(), stream.run * 2);
    }

    /** Who signed, which of its outboxes, and where in that. */
    private static String place(Ready ready) {
        PeerInbox inbox = ready.inbox;
        return (inbox.key == null ? inbox.name : inbox.key.toString())
                + "/" + HexFormat.of().toHexDigits(inbox.incarnation)
                + "/" + ready.stream.number + "/" + ready.last;
    }

    private Duration pause(int attempts) {
        Duration pause = options.pause().multipliedBy(1L << Math.min(20, attempts - 1));
        return pause.compareTo(options.longest()) < 0 ? pause : options.longest();
    }

    private void end(Ready ready) {
        if (ready.body != null) held -= ready.bytes;
        ready.inbox.onDone(ready);
    }

    /** What comes next on a stream. */
    private void goOn(InStream stream) {
        Ready following = stream.ready.peekFirst();
        stream.busy = following != null;
        if (following != null) runnable.add(following);
    }

    long wakeAt() {
        return later.isEmpty() ? Long.MAX_VALUE : later.firstKey();
    }

    /** Messages that are whole and not done. */
    int waiting() {
        return runnable.size()
                + running.size()
                + later.values().stream().mapToInt(Deque::size).sum();
    }

    /** Handlers that are at work. */
    int running() {
        return runs;
    }
}
