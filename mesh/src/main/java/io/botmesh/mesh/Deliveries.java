package io.botmesh.mesh;

import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.mesh.PeerInbox.Ready;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Hands whole messages to handlers: those of a stream one after the other, of all streams so many at once. A message that
 * its handler does not manage holds up its stream until it is put aside. Part of {@link NodeCore}.
 */
final class Deliveries {
    /** Bodies beyond this are read back when their turn comes. */
    private static final long IN_MEMORY = 32 << 20;

    private final NodeOptions.Handling options;
    private final TurnBuilder turn;
    private final NodeCore core;
    private final Deque<Ready> runnable = new ArrayDeque<>();
    private final Map<Long, Ready> running = new HashMap<>();
    private final TreeMap<Long, Deque<Ready>> later = new TreeMap<>(); // by time, in nanoseconds
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
        while (running.size() < options.atOnce() && !runnable.isEmpty()) {
            Ready ready = runnable.removeFirst();
            PeerInbox inbox = ready.inbox;
            if (core.takes(ready, now)) {
                core.counter().handled++;
                end(ready);
                continue;
            }
            long id = next++;
            running.put(id, ready);
            ready.attempts++;
            turn.add(new NodeEffect.Deliver(new Delivery(
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
                    core.origin(ready))));
        }
    }

    void onHandled(long id, @Nullable String failure, long now) {
        Ready ready = running.remove(id);
        if (ready == null) return;
        if (failure == null) {
            core.counter().handled++;
            end(ready);
            return;
        }
        core.counter().failed++;
        if (ready.attempts < options.attempts()) {
            later.computeIfAbsent(now + pause(ready.attempts).toNanos(), at -> new ArrayDeque<>())
                    .add(ready);
            return;
        }
        PeerInbox inbox = ready.inbox;
        inbox.row(ready)
                .ifPresent(row -> turn.put(
                        new NodeStore.Key(Kind.ASIDE, inbox.id, ready.stream.number, ready.last), Rows.write(1, out -> {
                            out.writeUTF(inbox.name);
                            out.writeUTF(failure.length() > 1_000 ? failure.substring(0, 1_000) : failure);
                            Rows.writeBytes(out, row);
                        })));
        core.counter().setAside++;
        turn.add(new NodeEffect.Tell(new NodeEvent.SetAside(inbox.name, ready.subject, failure)));
        end(ready);
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
        PeerInbox.In stream = ready.stream;
        ready.inbox.onDone(ready);
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

    int running() {
        return running.size();
    }
}
