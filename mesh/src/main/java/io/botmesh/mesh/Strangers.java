package io.botmesh.mesh;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whom we hear without knowing them. Few of their inboxes are in memory; one of which nothing waits may rest in the store
 * alone, and comes back when its outbox is heard again. Part of {@link NodeCore}.
 */
final class Strangers {
    /** What the row of one that rests may take, as a mean of all that may be remembered. */
    static final int ROW_BYTES = 1_024;

    /** This part of what all may hold is for the streams of one: at the defaults 1 MiB, some four times as many as a sender has open. */
    private static final int SHARE = 16;

    private record Resting(long id, int bytes) {}

    private final NodeOptions.Strangers options;
    private final Map<Inboxes.Heard, PeerInbox> awake =
            new LinkedHashMap<>(16, 0.75f, true); // least lately heard first
    private final Map<Inboxes.Heard, Resting> resting = new LinkedHashMap<>(); // who rests for longest first
    private final Set<Inboxes.Heard> large = new LinkedHashSet<>(); // whose rows take more than the mean
    private long restingBytes;

    Strangers(NodeOptions.Strangers options) {
        this.options = options;
    }

    /** Bytes for the streams of one outbox. */
    static long room(NodeOptions.Strangers options) {
        return options.bytes() / SHARE;
    }

    /** An inbox that is in memory from now on. */
    void add(Inboxes.Heard heard, PeerInbox inbox) {
        wake(heard);
        awake.put(heard, inbox);
    }

    /** One that was heard again. */
    void touch(Inboxes.Heard heard) {
        var unused = awake.get(heard);
    }

    /** Number of the inbox that rests, null if there is none. */
    @Nullable
    Long resting(Inboxes.Heard heard) {
        Resting row = resting.get(heard);
        return row == null ? null : row.id;
    }

    private void wake(Inboxes.Heard heard) {
        Resting row = resting.remove(heard);
        if (row != null) restingBytes -= row.bytes;
        large.remove(heard);
    }

    /** An inbox that is no more than its row. */
    void rest(Inboxes.Heard heard, PeerInbox inbox) {
        awake.remove(heard);
        rest(heard, inbox.id, inbox.rowBytes());
    }

    /** One whose row is in the store, of so many bytes. */
    void rest(Inboxes.Heard heard, long id, int bytes) {
        resting.put(heard, new Resting(id, bytes));
        restingBytes += bytes;
        if (bytes > ROW_BYTES) large.add(heard);
    }

    /** The one whose streams are to go from its row, as all rows together take too much; null if they do not. */
    Inboxes.@Nullable Heard tooLarge() {
        if (restingBytes <= (long) options.outboxes() * ROW_BYTES || large.isEmpty()) return null;
        return large.iterator().next();
    }

    /** The row of one that rests has become shorter; its streams are not to go again. */
    void shortened(Inboxes.Heard heard, int bytes) {
        large.remove(heard);
        Resting row = resting.get(heard);
        if (row == null) return;
        restingBytes += bytes - row.bytes;
        resting.replace(heard, new Resting(row.id, bytes));
    }

    /** An outbox that is heard no more. */
    void forget(Inboxes.Heard heard) {
        awake.remove(heard);
        wake(heard);
    }

    /** Whether one more outbox may be remembered. */
    boolean hasRoom() {
        return awake.size() + resting.size() < options.outboxes();
    }

    /** Those that rest, first who does for longest. */
    Set<Inboxes.Heard> resting() {
        return Collections.unmodifiableSet(resting.keySet());
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

    /** Whether so many bytes more may be held. */
    boolean mayHold(long bytes) {
        return held() + bytes <= options.bytes();
    }

    /** What all that are in memory take of it. */
    long held() {
        return awake.values().stream().mapToLong(PeerInbox::heldBytes).sum();
    }

    /**
     * Who is in the way of a packet of this size, and can let go of what others need: of which nothing waits, or else what is not whole; first who
     * was silent for longest. Nobody if that is not enough.
     */
    List<PeerInbox> inTheWay(long bytes, Inboxes.Heard whose) {
        long over = held() + bytes - options.bytes();
        List<PeerInbox> others = awake.entrySet().stream()
                .filter(one -> !one.getKey().equals(whose))
                .map(Map.Entry::getValue)
                .toList();
        var give = new ArrayList<PeerInbox>();
        for (PeerInbox inbox : others) {
            if (over <= 0) return give;
            if (!inbox.isComplete()) continue;
            over -= inbox.heldBytes();
            give.add(inbox);
        }
        for (PeerInbox inbox : others) {
            if (over <= 0) return give;
            if (inbox.isComplete()) continue;
            over -= inbox.hasReady() ? inbox.unfinishedBytes() : inbox.heldBytes();
            give.add(inbox);
        }
        return over <= 0 ? give : List.of();
    }

    int awake() {
        return awake.size();
    }
}
