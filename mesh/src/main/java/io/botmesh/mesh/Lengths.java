package io.botmesh.mesh;

import io.botmesh.wire.LinkSender.Level;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Messages that are longer than this node takes: it tells its program and the sender, whose receipt would else say that they are done. Their
 * first pieces are not done before the sender has heard that. Part of {@link NodeCore}.
 */
final class Lengths {
    /** Of a message on the stream {@link NodeTopics#STREAM}: which of the receiver's messages is not taken. */
    static final String SUBJECT = "bm-refused";

    /** A peer that sends more of them before it has heard of these hears nothing of those. */
    private static final int MOST = 1_000;

    private record Said(String peer, long token) {}

    private final NodeCore core;
    private final Map<Said, Runnable> unheard = new HashMap<>();

    Lengths(NodeCore core) {
        this.core = core;
    }

    /**
     * A message of a peer is too long.
     *
     * @param outbox its incarnation
     * @param first  its first piece
     * @param heard  runs when the peer knows, or cannot be told
     */
    void refuse(String peer, long outbox, long stream, long first, long now, Runnable heard) {
        byte[] body = ByteBuffer.allocate(3 * Long.BYTES)
                .putLong(outbox)
                .putLong(stream)
                .putLong(first)
                .array();
        try {
            if (unheard.size() >= MOST) throw new MeshException.Full("too many are not heard of");
            long token = core.send(peer, NodeTopics.STREAM, SUBJECT, List.of(), body, now);
            unheard.put(new Said(peer, token), heard);
        } catch (IllegalArgumentException | MeshException noWay) {
            heard.run();
        }
    }

    /** A message of ours has come so far, or is lost. */
    void onReached(String peer, long token, Level level) {
        if (unheard.isEmpty() || level != Level.DONE) return;
        Runnable heard = unheard.remove(new Said(peer, token));
        if (heard != null) heard.run();
    }
}
