package io.botmesh.mesh;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.wire.Armour;
import io.botmesh.wire.PacketHeader;
import io.botmesh.wire.WireException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Posts of channels that this process does not take. Telegram forgets them when the node reads on, so they stay in the store, as the updates
 * that they came in, for a process that takes them. Part of {@link NodeCore}.
 */
final class OtherChannels {
    /** Whoever makes a bot an administrator of his channel could fill the disk. */
    static final long MOST_BYTES = 256 << 20;

    private final @Nullable Long ours;
    private final long most;
    private final TurnBuilder turn;
    private final Set<Long> told = new HashSet<>();
    private long bytes;

    /**
     * Nothing kept yet.
     *
     * @param ours the channel that is taken, null for all
     * @param most bytes that are kept
     */
    OtherChannels(@Nullable Long ours, long most, TurnBuilder turn) {
        this.ours = ours;
        this.most = most;
        this.turn = turn;
    }

    /**
     * Whether a post is none for this process; if it holds a packet it is kept then.
     *
     * @param stored whether it is already
     * @throws MeshException.Full if it would have to be kept and there is no room: the node is to end, for an update that is passed over is
     *                            lost, and one that is not confirmed waits at Telegram, with all that follow it, for a day
     */
    boolean keeps(RawUpdate update, Arrival arrival, boolean stored) {
        if (ours == null || ours == arrival.post().channel()) return false;
        if (!isPacket(arrival)) return true;
        bytes += update.size();
        if (stored) return true;
        if (bytes > most)
            throw new MeshException.Full(
                    "posts of other channels than " + ours + " fill " + (most >> 20)
                            + " MiB of the store: take them by a run for all channels, and take the bot out of channels that are not yours");
        turn.put(new NodeStore.Key(Kind.UPDATE, update.updateId()), update.bytes());
        if (told.add(arrival.post().channel()))
            turn.add(new NodeEffect.Tell(
                    new NodeEvent.OfAnotherChannel(arrival.post().channel())));
        return true;
    }

    private static boolean isPacket(Arrival arrival) {
        String text = arrival.text();
        if (text == null) return false;
        try {
            PacketHeader.parse(Armour.decode(text));
            return true;
        } catch (WireException somebodysWords) {
            return false;
        }
    }
}
