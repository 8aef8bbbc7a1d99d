package io.botmesh.mesh;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whom we hear without knowing them. Few of their inboxes are in memory; one of which nothing waits may rest in the store
 * alone, and comes back when its outbox is heard again. Part of {@link NodeCore}.
 */
final class Strangers {
    private final NodeOptions.Strangers options;
    private final Map<Inboxes.Heard, PeerInbox> awake =
            new LinkedHashMap<>(16, 0.75f, true); // least lately heard first
    private final Map<Inboxes.Heard, Long> resting = new HashMap<>();

    Strangers(NodeOptions.Strangers options) {
        this.options = options;
    }

    /** An inbox that is in memory from now on. */
    void add(Inboxes.Heard heard, PeerInbox inbox) {
        resting.remove(heard);
        awake.put(heard, inbox);
    }

    /** One that was heard again. */
    void touch(Inboxes.Heard heard) {
        var unused = awake.get(heard);
    }

    /** Number of the inbox that rests, null if there is none. */
    @Nullable
    Long resting(Inboxes.Heard heard) {
        return resting.get(heard);
    }

    /** An inbox that is no more than its row. */
    void rest(Inboxes.Heard heard, PeerInbox inbox) {
        awake.remove(heard);
        resting.put(heard, inbox.id);
    }

    /** An outbox that is heard no more. */
    void forget(Inboxes.Heard heard) {
        awake.remove(heard);
        resting.remove(heard);
    }

    /** Whether one more outbox may be remembered. */
    boolean hasRoom() {
        return awake.size() + resting.size() < options.outboxes();
    }

    /** Whether one more inbox may be in memory. */
    boolean mayWake() {
        return awake.size() < options.awake();
    }

    /** The one that was not heard for longest of those of which nothing waits, null if there is none. */
    Inboxes.@Nullable Heard idle() {
        for (var one : awake.entrySet()) if (one.getValue().isComplete()) return one.getKey();
        return null;
    }

    /** Whether a packet of this size may wait, too. */
    boolean mayHold(long bytes) {
        long waiting = bytes;
        for (PeerInbox inbox : awake.values()) waiting += inbox.waitingBytes();
        return waiting <= options.bytes();
    }

    int awake() {
        return awake.size();
    }
}
