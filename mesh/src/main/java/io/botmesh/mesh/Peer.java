package io.botmesh.mesh;

import io.botmesh.mesh.Carrier.Capabilities;
import io.botmesh.seal.AdmissionSecret;
import io.botmesh.seal.NodeKey;
import io.botmesh.seal.ReaderKey;
import io.botmesh.wire.Limits;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node knows of another: a line of a peer file, or what a directory says.
 *
 * @param name      of the peer, unique among those that a node knows; not empty, at most 128 bytes of UTF-8
 * @param node      who signs its packets, null if it only reads (then all that comes from it is a stranger's)
 * @param reader    what is sealed to it, null if it only writes to us
 * @param admission what it gave us so that it counts our packets as ours, null for nothing
 * @param lanes     where our posts to it can go, in the order that it knows too; empty if we cannot post to it
 * @param carrier   what those lanes carry; null without lanes
 * @param answers   whether it can post to us, and knows who we are: without that nothing is ever acked, and a message has arrived as
 *                  far as we can know when it is posted
 */
public record Peer(
        String name,
        @Nullable NodeKey node,
        @Nullable ReaderKey reader,
        @Nullable AdmissionSecret admission,
        List<LaneId> lanes,
        @Nullable Capabilities carrier,
        boolean answers) {
    public Peer {
        if (name.isEmpty()) throw new IllegalArgumentException("a peer without a name");
        Names.checked("a name", name, Limits.MAX_SENDER_BYTES);
        lanes = List.copyOf(lanes);
        if (lanes.isEmpty() != (carrier == null))
            throw new IllegalArgumentException(name + " has lanes and no carrier, or a carrier and no lanes");
    }

    /** Whether we can post to it. */
    public boolean reachable() {
        return !lanes.isEmpty();
    }
}
