package io.botmesh.mesh;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Inboxes of those who are known. A peer writes from one outbox at a time to us and from one to each topic, and from another one when it has lost
 * its store; but nothing holds it to that. So few of one peer's are in memory, and the others rest in the store as those of {@link Strangers} do.
 * Part of {@link NodeCore}.
 */
final class KnownInboxes {
    /** Most inboxes of one peer in memory, and as many for each topic. */
    static final int AWAKE = 16;

    /** Most outboxes of one peer that are remembered; sealed ones have a bound of their own, which is not larger. */
    private static final int REMEMBERED = 10_000;

    private record Whose(String name, @Nullable String topic) {
        static Whose of(PeerInbox inbox) {
            return new Whose(inbox.name, inbox.topic);
        }
    }

    private static final class Group {
        final Map<Inboxes.Heard, PeerInbox> awake = new LinkedHashMap<>(16, 0.75f, true); // least lately heard first
        int resting;
    }

    private final Map<Whose, Group> groups = new HashMap<>();
    private final Map<Inboxes.Heard, Long> resting = new HashMap<>();

    private Group of(Whose whose) {
        return groups.computeIfAbsent(whose, any -> new Group());
    }

    /** An inbox that is in memory from now on. */
    void add(Inboxes.Heard heard, PeerInbox inbox) {
        Group group = of(Whose.of(inbox));
        if (resting.remove(heard) != null) group.resting--;
        group.awake.put(heard, inbox);
    }

    /** One that was heard again. */
    void touch(Inboxes.Heard heard, PeerInbox inbox) {
        var unused = of(Whose.of(inbox)).awake.get(heard);
    }

    /** Number of the inbox that rests, null if there is none. */
    @Nullable
    Long resting(Inboxes.Heard heard) {
        return resting.get(heard);
    }

    /** An inbox that is no more than its row. */
    void rest(Inboxes.Heard heard, PeerInbox inbox) {
        Group group = of(Whose.of(inbox));
        group.awake.remove(heard);
        group.resting++;
        resting.put(heard, inbox.id);
    }

    /** Whether a peer has as many in memory as it may. */
    boolean isFull(String name, @Nullable String topic) {
        return of(new Whose(name, topic)).awake.size() >= AWAKE;
    }

    /** Whether more of a peer are in memory than may be, as after a restart, for rows do not say which were there. */
    boolean isOverfull(PeerInbox inbox) {
        return of(Whose.of(inbox)).awake.size() > AWAKE;
    }

    /** Whether one more outbox of a peer may be remembered. */
    boolean mayRemember(String name, @Nullable String topic) {
        Group group = of(new Whose(name, topic));
        return group.awake.size() + group.resting < REMEMBERED;
    }

    /**
     * The inbox of a peer that gives its place up: not heard for longest of those of which nothing waits, or else of those of which nothing is
     * whole; null if all wait for handlers.
     */
    @Nullable
    PeerInbox gives(String name, @Nullable String topic) {
        PeerInbox unfinished = null;
        for (PeerInbox inbox : of(new Whose(name, topic)).awake.values()) {
            if (inbox.isComplete()) return inbox;
            if (unfinished == null && !inbox.hasReady()) unfinished = inbox;
        }
        return unfinished;
    }

    /**
     * Keeps what all outboxes of a peer have begun within a bound: those that were silent for longest give it up for one that goes on.
     *
     * @param begins what it is about to add
     */
    void makeRoom(PeerInbox goesOn, long begins, long most) {
        var all = of(Whose.of(goesOn)).awake.values();
        long over = begins - most;
        for (PeerInbox inbox : all) over += inbox.begunWeight();
        for (PeerInbox inbox : all) {
            if (over <= 0) return;
            if (inbox == goesOn || inbox.begunWeight() == 0) continue;
            over -= inbox.begunWeight();
            inbox.giveUpUnfinished();
        }
    }
}
