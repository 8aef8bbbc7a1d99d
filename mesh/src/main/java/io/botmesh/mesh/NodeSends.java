package io.botmesh.mesh;

import io.botmesh.wire.LinkSender.Level;
import io.botmesh.wire.MessageHeader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a program gives a node to send: messages that wait for room, and the receipts of those that were taken. Of the thread that
 * owns the core alone.
 */
final class NodeSends {
    /**
     * A message that is to be sent.
     *
     * @param along what is to be written with it, or null
     * @param taken completes when it is on the disk
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Given(
            String peer,
            String stream,
            String subject,
            List<MessageHeader> headers,
            byte[] body,
            NodeStore.@Nullable Write along,
            CompletableFuture<Receipt> taken) {}

    private final boolean waits;
    private final Peers peers;
    private final Consumer<Runnable> whenSafe;
    private final Map<String, Map<Long, Receipt>> receipts = new HashMap<>();
    private final Deque<Given> blocked = new ArrayDeque<>();

    /**
     * Nothing given yet.
     *
     * @param whenSafe runs something when the turn in hand is on the disk
     */
    NodeSends(Overflow overflow, Peers peers, Consumer<Runnable> whenSafe) {
        waits = overflow == Overflow.BLOCK;
        this.peers = peers;
        this.whenSafe = whenSafe;
    }

    void take(Given given, NodeCore core, long now) {
        if (given.taken.isDone()) return; // cancelled
        try {
            boolean queued = blocked.stream().anyMatch(one -> one.peer.equals(given.peer)); // who came first is first
            if (waits(given) && (queued || !hasRoom(given, core, now))) blocked.add(given);
            else send(given, core, now);
        } catch (IllegalArgumentException | MeshException refused) {
            NodeLoop.fail(given.taken, refused);
        }
    }

    /** An object is never cut short, whatever becomes of messages. */
    private boolean waits(Given given) {
        return waits || given.stream.equals(ObjectParts.STREAM);
    }

    private static boolean hasRoom(Given given, NodeCore core, long now) {
        return given.stream.startsWith(Requests.PREFIX)
                ? core.hasRoomForOwn(given.peer, given.body.length, now)
                : core.hasRoom(given.peer, given.body.length, now);
    }

    private void send(Given given, NodeCore core, long now) {
        try {
            long token = core.send(given.peer, given.stream, given.subject, given.headers, given.body, now);
            if (given.along != null) core.write(given.along);
            Receipt receipt = answers(given.peer) ? Receipt.acked(token) : Receipt.oneWay(token);
            receipts.computeIfAbsent(given.peer, any -> new HashMap<>()).put(token, receipt);
            whenSafe.accept(() -> NodeLoop.complete(given.taken, receipt));
        } catch (IllegalArgumentException | MeshException refused) {
            NodeLoop.fail(given.taken, refused);
        }
    }

    /** Sends what waited for room that may be there now; a peer whose outbox stays full holds up no other. */
    void onRoom(NodeCore core, long now) {
        if (blocked.isEmpty()) return;
        var full = new HashSet<String>();
        for (var each = blocked.iterator(); each.hasNext(); ) {
            Given given = each.next();
            if (given.taken.isDone()) { // cancelled
                each.remove();
                continue;
            }
            if (full.contains(given.peer)) continue;
            if (!hasRoom(given, core, now)) {
                full.add(given.peer);
                continue;
            }
            each.remove();
            send(given, core, now);
        }
    }

    /** Whether nothing waits for room. */
    boolean isEmpty() {
        return blocked.isEmpty();
    }

    /** Whether something for a peer waits for room. */
    boolean isBlocked(String peer) {
        return blocked.stream().anyMatch(one -> one.peer.equals(peer));
    }

    private boolean answers(String peer) {
        return peers.byName(peer).map(Peer::answers).orElse(false);
    }

    void reached(NodeEffect.Reached reached) {
        boolean last = reached.level() == Level.DONE || !answers(reached.peer());
        Receipt receipt = receipt(reached.peer(), reached.token(), last).orElse(null);
        if (receipt == null) return; // of an earlier process
        switch (reached.level()) {
            case POSTED -> NodeLoop.complete(receipt.posted(), null);
            case STORED -> NodeLoop.complete(receipt.stored(), null);
            case DONE -> NodeLoop.complete(receipt.done(), null);
        }
    }

    /** Fails the receipt of a message; false if this process has none. */
    boolean lost(NodeEffect.Lost lost) {
        Receipt receipt = receipt(lost.peer(), lost.token(), true).orElse(null);
        if (receipt == null) return false;
        NodeLoop.fail(receipt, new MeshException.Lost(lost.why()));
        return true;
    }

    private Optional<Receipt> receipt(String peer, long token, boolean last) {
        Map<Long, Receipt> of = receipts.getOrDefault(peer, Map.of());
        return Optional.ofNullable(last && !of.isEmpty() ? of.remove(token) : of.get(token));
    }

    /** The node has ended: what is not known yet will not be. */
    void fail(MeshException why) {
        receipts.values().forEach(of -> of.values().forEach(receipt -> NodeLoop.fail(receipt, why)));
        blocked.forEach(given -> NodeLoop.fail(given.taken, why));
    }
}
