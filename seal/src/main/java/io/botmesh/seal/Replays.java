package io.botmesh.seal;

import io.botmesh.seal.SealException.Reason;
import io.botmesh.seal.SealException.Repeated;
import io.botmesh.seal.SealException.Throttled;
import io.botmesh.wire.PacketWindow;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which packets of which outboxes have come: a window for each sender's key and incarnation. A window is kept for as
 * long as the reader holds a key that the packets in it may be sealed to; after that no copy of them opens. Not for
 * several threads at once.
 */
final class Replays {
    private record Outbox(NodeKey sender, long incarnation) {}

    private static final class Entry {
        private PacketWindow window;
        private long generation;

        private Entry(PacketWindow window, long generation) {
            this.window = window;
            this.generation = generation;
        }
    }

    private record Numbered(Outbox outbox, long packetNumber) {}

    private static final int GENERATION_BYTES = 8;

    /** Packets whose bytes are remembered, of all senders together; in memory alone. */
    private static final int MOST_REMEMBERED = 32_768;

    private final ReplayLimits limits;
    private final Map<Outbox, Entry> windows = new HashMap<>();
    private final Map<NodeKey, Integer> perSender = new HashMap<>();
    private final LinkedHashMap<Numbered, Long> bytes = new LinkedHashMap<>(); // the beginning of their digest

    Replays(ReplayLimits limits) {
        this.limits = limits;
    }

    /**
     * Whether the packet is below the window.
     *
     * @throws Repeated  when it has come before, or may have and late ones are not passed on
     * @throws Throttled when there is no room for another outbox
     */
    boolean check(NodeKey sender, Announcement packet) {
        long packetNumber = packet.header().packetNumber();
        var outbox = new Outbox(sender, packet.header().incarnation());
        Entry entry = windows.get(outbox);
        if (entry == null) {
            if (windows.size() >= limits.outboxes()
                    || perSender.getOrDefault(sender, 0) >= limits.outboxesPerSender()) {
                throw new Throttled(Reason.LIMIT_INCARNATIONS, "no room for another outbox of " + sender.shortName());
            }
            return false;
        }
        return switch (entry.window.verdict(packetNumber)) {
            case NEW -> false;
            case DUPLICATE -> {
                Long known = bytes.get(new Numbered(outbox, packetNumber));
                boolean reused = known != null && known != beginning(packet);
                throw new Repeated(
                        Reason.REPLAYED,
                        "packet " + packetNumber + " has come before" + (reused ? " with other bytes" : ""),
                        reused ? sender : null);
            }
            case TOO_OLD -> {
                if (limits.passLate()) yield true;
                throw new Repeated(Reason.TOO_OLD, "packet " + packetNumber + " is below the window");
            }
        };
    }

    /** Remembers an authentic packet's bytes: an admission tag may change on the way, its body not. */
    void remember(NodeKey sender, Announcement packet) {
        var outbox = new Outbox(sender, packet.header().incarnation());
        bytes.put(new Numbered(outbox, packet.header().packetNumber()), beginning(packet));
        if (bytes.size() > MOST_REMEMBERED) bytes.pollFirstEntry();
    }

    private static long beginning(Announcement packet) {
        return ByteBuffer.wrap(packet.digest()).getLong();
    }

    /** The state of the packet's window once it is accepted. */
    byte[] stateAfter(NodeKey sender, long incarnation, long packetNumber, long generation) {
        Entry entry = windows.get(new Outbox(sender, incarnation));
        var window = entry == null ? new PacketWindow(limits.width()) : PacketWindow.parse(entry.window.toBytes());
        window.accept(packetNumber);
        byte[] state = window.toBytes();
        return ByteBuffer.allocate(GENERATION_BYTES + state.length)
                .putLong(generation)
                .put(state)
                .array();
    }

    void accept(NodeKey sender, long incarnation, long packetNumber, long generation) {
        Entry entry = entry(sender, incarnation, new PacketWindow(limits.width()), generation);
        entry.window.accept(packetNumber);
        entry.generation = Math.max(entry.generation, generation);
    }

    /** Takes back what {@link #stateAfter} gave out, before any packet of that outbox is looked at. */
    void restore(NodeKey sender, long incarnation, byte[] state) {
        var window =
                PacketWindow.parse(Arrays.copyOfRange(state, Math.min(GENERATION_BYTES, state.length), state.length));
        entry(sender, incarnation, window, generation(state)).window = window;
    }

    /** Newest of the keys that the packets in a window may be sealed to. */
    static long generation(byte[] state) {
        return ByteBuffer.wrap(state).getLong();
    }

    /** One above the highest packet number that has come. */
    static long next(byte[] state) {
        return PacketWindow.parse(Arrays.copyOfRange(state, GENERATION_BYTES, state.length))
                .next();
    }

    /** A state in which all packets below have come. */
    byte[] below(long next, long generation) {
        byte[] window = PacketWindow.below(next, limits.width()).toBytes();
        return ByteBuffer.allocate(GENERATION_BYTES + window.length)
                .putLong(generation)
                .put(window)
                .array();
    }

    /** Forgets an outbox; its packets count as new ones from now on. */
    void forget(NodeKey sender, long incarnation) {
        if (windows.remove(new Outbox(sender, incarnation)) != null)
            perSender.computeIfPresent(sender, (any, count) -> count == 1 ? null : count - 1);
    }

    /** Drops the windows that saw no packet since this generation of keys began. */
    void forgetBefore(long generation) {
        windows.entrySet().removeIf(one -> {
            if (one.getValue().generation >= generation) return false;
            perSender.computeIfPresent(one.getKey().sender, (sender, count) -> count == 1 ? null : count - 1);
            return true;
        });
    }

    private Entry entry(NodeKey sender, long incarnation, PacketWindow window, long generation) {
        return windows.computeIfAbsent(new Outbox(sender, incarnation), outbox -> {
            perSender.merge(sender, 1, Integer::sum);
            return new Entry(window, generation);
        });
    }
}
