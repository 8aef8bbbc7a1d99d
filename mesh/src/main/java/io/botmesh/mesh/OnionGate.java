package io.botmesh.mesh;

import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.seal.Onions;
import io.botmesh.wire.Confidential.Onion;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * Hands packets on whose senders hide behind this node: takes them out of their onions, holds them on the disk until enough are there or
 * the first has waited long enough, and posts them in another order. Part of {@link NodeCore}.
 */
final class OnionGate {
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Held(long number, String next, long at, byte[] packet) {
        byte[] toBytes() {
            return Rows.write(1, out -> {
                out.writeUTF(next);
                out.writeLong(at);
                Rows.writeBytes(out, packet);
            });
        }
    }

    private final NodeOptions.Gateway options;
    private final NodeCore core;
    private final TurnBuilder turn;
    private final RandomGenerator random;
    private final List<Held> held = new ArrayList<>();
    private long numbers;

    OnionGate(NodeOptions.Gateway options, NodeCore core, TurnBuilder turn, RandomGenerator random) {
        this.options = options;
        this.core = core;
        this.turn = turn;
        this.random = random;
    }

    /** Takes back what was held when the process ended. */
    void restore(long number, byte[] value) {
        held.add(Rows.read(
                "an onion", 1, value, in -> new Held(number, in.readUTF(), in.readLong(), Rows.readBytes(in))));
        numbers = Math.max(numbers, number + 1);
    }

    /**
     * Takes an onion, or refuses it when too many wait for where it goes: nobody is told then, for nobody knows who sent it.
     *
     * @param next who its packet is for
     * @throws io.botmesh.seal.SealException when it cannot be handed on
     */
    void onOnion(Onion onion, Peer next, long now) {
        byte[] packet = Onions.peel(onion, next.admission());
        int others = 0;
        long bytes = packet.length;
        for (Held other : held) {
            if (!other.next.equals(next.name())) continue;
            others++;
            bytes += other.packet.length;
        }
        if (!core.hasRoomForOnions(next.name(), others + 1, bytes, now)) {
            core.refuse("LIMIT_ONIONS");
            return;
        }
        var one = new Held(numbers++, next.name(), now, packet);
        held.add(one);
        turn.put(key(one), one.toBytes());
    }

    private static NodeStore.Key key(Held one) {
        return new NodeStore.Key(Kind.ONION, NodeCore.FOREIGN_ONION, one.number);
    }

    void pump(long now) {
        if (held.isEmpty() || (held.size() < options.batch() && now < wakeAt())) return;
        List<Held> batch = new ArrayList<>(held);
        held.clear();
        Collections.shuffle(batch, new Random(random.nextLong()));
        for (Held one : batch) core.postOnce(one.next, key(one), one.packet, now);
    }

    long wakeAt() {
        long first = held.stream().mapToLong(Held::at).min().orElse(Long.MAX_VALUE);
        return first == Long.MAX_VALUE ? first : first + options.delay().toNanos();
    }
}
