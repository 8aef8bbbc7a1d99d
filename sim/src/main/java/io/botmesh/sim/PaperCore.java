package io.botmesh.sim;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.mesh.Arrival;
import io.botmesh.mesh.Delivery;
import io.botmesh.mesh.NodeEffect;
import io.botmesh.mesh.Outcome;
import io.botmesh.mesh.Turn;
import io.botmesh.wire.Armour;
import io.botmesh.wire.Content;
import io.botmesh.wire.Data;
import io.botmesh.wire.Frame;
import io.botmesh.wire.Outgoing;
import io.botmesh.wire.Packer;
import io.botmesh.wire.Packet;
import io.botmesh.wire.PacketHeader;
import io.botmesh.wire.Piece;
import io.botmesh.wire.WireException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The scheme as it was first published, to compare with: one message per post, through a writer drawn by lot, at the pace of
 * all writers together; nothing is stored, sealed, acked or put in order. What is refused goes to the head of the queue and
 * is drawn again.
 */
final class PaperCore implements Core {
    private static final int MOST_WAITING = 100;
    private static final int RECIPIENT = PacketHeader.labelId("");

    /**
     * Where it can post.
     *
     * @param lanes          how many writers there are
     * @param postsPerSecond that this node takes of all of them together
     */
    record Route(int lanes, double postsPerSecond, int textBytes) {}

    private static final class Queue {
        private final Route route;
        private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
        private long readyAt;

        Queue(Route route) {
            this.route = route;
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    private record InFlight(Queue queue, byte[] packet) {}

    private final String name;
    private final Function<RawUpdate, Optional<Arrival>> arrivals;
    private final SplittableRandom random;
    private final Map<String, Queue> queues = new LinkedHashMap<>();
    private final Map<Long, InFlight> inFlight = new HashMap<>();
    private final List<NodeEffect> effects = new ArrayList<>();
    private final Packer packer = new Packer();
    private final long incarnation;
    private long packets;
    private long tickets;
    private long deliveries;

    PaperCore(
            String name,
            Map<String, Route> routes,
            Function<RawUpdate, Optional<Arrival>> arrivals,
            SplittableRandom random) {
        this.name = name;
        this.arrivals = arrivals;
        this.random = random;
        incarnation = random.nextLong();
        routes.forEach((peer, route) -> queues.put(peer, new Queue(route)));
    }

    @Override
    public void onUpdates(List<RawUpdate> updates, long now) {
        for (RawUpdate update : updates) arrivals.apply(update).ifPresent(this::onArrival);
        if (!updates.isEmpty())
            effects.add(new NodeEffect.Confirm(updates.getLast().updateId() + 1));
    }

    private void onArrival(Arrival arrival) {
        String text = arrival.text();
        if (text == null || arrival.attachment() != null) return;
        try {
            Packet packet = Packet.parse(Armour.decode(text));
            if (packet.header().sealed() || packet.header().recipient() != RECIPIENT) return;
            Content content = packet.content();
            for (Frame frame : content.frames()) {
                if (frame instanceof Data data) for (Piece piece : data.pieces()) deliver(content, piece, arrival);
            }
        } catch (WireException foreign) {
            // somebody else's post
        }
    }

    private void deliver(Content content, Piece piece, Arrival arrival) {
        effects.add(new NodeEffect.Deliver(List.of(new Delivery(
                ++deliveries,
                content.sender(),
                null,
                false,
                "",
                piece.subject(),
                piece.headers(),
                piece.body(),
                arrival.date(),
                1,
                false,
                content.sender() + "/" + deliveries,
                null))));
    }

    @Override
    public void onOutcome(long ticket, Outcome outcome, long now) {
        InFlight was = inFlight.remove(ticket);
        if (was == null) return;
        switch (outcome) {
            case Outcome.Posted posted -> {}
            case Outcome.Refused never -> {}
            default -> was.queue.waiting.addFirst(was.packet);
        }
    }

    @Override
    public void onFetched(long update, byte[] bytes, long now) {}

    @Override
    public void onNotFetched(long update, boolean again, long now) {}

    @Override
    public long send(String peer, String stream, String subject, byte[] body, long now) {
        Queue queue = queues.get(peer);
        if (queue == null) throw new IllegalArgumentException(name + " cannot post to " + peer);
        var packed = packer.pack(
                PacketHeader.plain(RECIPIENT, incarnation, packets),
                name,
                0,
                packets,
                List.of(Outgoing.of(subject, List.of(), body)),
                queue.route.textBytes);
        if (packed.wholeMessages() != 1) throw new IllegalArgumentException("a message of " + body.length + " bytes");
        queue.waiting.addLast(packed.packet());
        return packets++;
    }

    @Override
    public boolean hasRoom(String peer, int bytes, long now) {
        Queue queue = queues.get(peer);
        return queue != null && queue.waiting.size() < MOST_WAITING;
    }

    @Override
    public long waitingBytes(long now) {
        long bytes = 0;
        for (Queue queue : queues.values()) for (byte[] packet : queue.waiting) bytes += packet.length;
        return bytes;
    }

    @Override
    public void onHandled(long delivery, @Nullable String failure, long now) {}

    @Override
    public void onTime(long now) {
        for (var entry : queues.entrySet()) {
            Queue queue = entry.getValue();
            while (!queue.waiting.isEmpty() && queue.readyAt <= now) {
                byte[] packet = queue.waiting.removeFirst();
                long interval = (long) (1e9 / queue.route.postsPerSecond);
                queue.readyAt = Math.max(queue.readyAt + interval, now - interval);
                inFlight.put(++tickets, new InFlight(queue, packet));
                int lane = random.nextInt(queue.route.lanes);
                effects.add(new NodeEffect.Post(tickets, entry.getKey(), lane, packet, false));
            }
        }
    }

    @Override
    public long wakeAt(long now) {
        long wake = Long.MAX_VALUE;
        for (Queue queue : queues.values()) if (!queue.waiting.isEmpty()) wake = Math.min(wake, queue.readyAt);
        return wake;
    }

    @Override
    public Turn take(long now) {
        var turn = new Turn(List.of(), effects);
        effects.clear();
        return turn;
    }
}
