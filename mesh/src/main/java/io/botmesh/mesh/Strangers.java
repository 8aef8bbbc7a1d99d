package io.botmesh.mesh;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
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
    private final Map<Inboxes.Heard, Long> resting = new LinkedHashMap<>(); // who rests for longest first

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

    /** Those that rest, first who does for longest. */
    Map<Inboxes.Heard, Long> resting() {
        return Collections.unmodifiableMap(resting);
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

    /** The one that was silent for longest of those of which nothing is whole, null if all wait for handlers. */
    Inboxes.@Nullable Heard unfinished() {
        for (var one : awake.entrySet()) if (!one.getValue().hasReady()) return one.getKey();
        return null;
    }

    /** Whether a packet of this size may wait, too. */
    boolean mayHold(long bytes) {
        return waiting() + bytes <= options.bytes();
    }

    private long waiting() {
        return awake.values().stream().mapToLong(PeerInbox::waitingBytes).sum();
    }

    /**
     * Makes room for a packet of this size, if what others have begun and not ended is in its way: they give it up, first who was silent for
     * longest.
     */
    void makeRoom(long bytes, Inboxes.Heard whose) {
        long over = waiting() + bytes - options.bytes();
        List<PeerInbox> others = awake.entrySet().stream()
                .filter(one -> !one.getKey().equals(whose))
                .map(Map.Entry::getValue)
                .toList();
        if (over > others.stream().mapToLong(PeerInbox::unfinishedBytes).sum()) return; // in vain
        for (PeerInbox inbox : others) {
            if (over <= 0) return;
            over -= inbox.unfinishedBytes();
            inbox.giveUpUnfinished();
        }
    }

    int awake() {
        return awake.size();
    }
}
