package io.botmesh.mesh;

import io.botmesh.wire.LinkSender.Level;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Messages that are longer than this node takes, or that no handler wants: it tells its program and the sender, whose receipt would else
 * say that they are done. Their first pieces are not done before the sender has heard that. Part of {@link NodeCore}.
 */
final class NotTaken {
    /** Why a message is not taken: the subject of a message on the stream {@link NodeTopics#STREAM} that says which. */
    enum Why {
        TOO_LONG("bm-refused", "takes no message of that length"),
        UNHANDLED("bm-unhandled", "has no handler for it");

        private final String subject;
        private final String words;

        Why(String subject, String words) {
            this.subject = subject;
            this.words = words;
        }

        /** Null for other subjects. */
        static @Nullable Why of(String subject) {
            for (Why why : values()) if (why.subject.equals(subject)) return why;
            return null;
        }

        /** For people, after the name of the peer. */
        String words() {
            return words;
        }
    }

    /** A peer that sends more of them before it has heard of these hears nothing of those. */
    private static final int MOST = 1_000;

    private record Said(String peer, long token) {}

    private final NodeCore core;
    private final Map<Said, Runnable> unheard = new HashMap<>();

    NotTaken(NodeCore core) {
        this.core = core;
    }

    /**
     * A message of a peer is not taken.
     *
     * @param outbox its incarnation
     * @param first  its first piece
     * @param heard  runs when the peer knows, or cannot be told
     */
    void refuse(Why why, String peer, long outbox, long stream, long first, long now, Runnable heard) {
        byte[] body = ByteBuffer.allocate(3 * Long.BYTES)
                .putLong(outbox)
                .putLong(stream)
                .putLong(first)
                .array();
        try {
            if (unheard.size() >= MOST) throw new MeshException.Full("too many are not heard of");
            long token = core.send(peer, NodeTopics.STREAM, why.subject, List.of(), body, now);
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
