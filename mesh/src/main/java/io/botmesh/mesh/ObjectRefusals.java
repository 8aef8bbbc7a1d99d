package io.botmesh.mesh;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells senders what became of their objects, and this program of those that were refused: once each, as parts on
 * their way still come, and whenever somebody asks.
 */
final class ObjectRefusals {
    /** Tells a peer what became of an object; returns when that will not be lost. */
    interface Verdicts {
        /**
         * Tells one peer of one object.
         *
         * @param refusal  why it is not taken, null if it is
         * @param question which this answers, null if nobody asked
         */
        void tell(String peer, byte[] id, @Nullable String refusal, byte @Nullable [] question)
                throws InterruptedException;
    }

    private static final int MOST = 1_000;

    private final Verdicts verdicts;
    private final Consumer<NodeEvent> tell;
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    ObjectRefusals(Verdicts verdicts, Consumer<NodeEvent> tell) {
        this.verdicts = verdicts;
        this.tell = tell;
    }

    /**
     * Refuses the object that a message is of.
     *
     * @param reason for this program, a word
     * @param words  for the sender
     */
    void refuse(Delivery delivery, String reason, String words) throws InterruptedException {
        byte[] id = ObjectParts.header(delivery, ObjectParts.ID);
        if (id == null || id.length != ObjectParts.ID_BYTES) {
            tell.accept(new NodeEvent.Refused(delivery.peer(), "OBJECT_MALFORMED"));
            return;
        }
        boolean asked = delivery.subject().equals(ObjectParts.ASK);
        String stem = ObjectParts.stem(delivery, id);
        if (told.contains(stem) && !asked) return;
        verdicts.tell(delivery.peer(), id, words, asked ? ObjectParts.header(delivery, ObjectParts.NUMBER) : null);
        if (asked) return; // this program knows, or never knew
        if (told.size() >= MOST) told.clear(); // telling one again does no harm
        told.add(stem);
        tell.accept(new NodeEvent.Refused(delivery.peer(), reason));
    }

    /** It comes once more, from its beginning. */
    void forget(Delivery delivery) {
        byte[] id = ObjectParts.header(delivery, ObjectParts.ID);
        if (id != null) told.remove(ObjectParts.stem(delivery, id));
    }

    /** The object is taken. */
    void taken(String peer, byte[] id) throws InterruptedException {
        verdicts.tell(peer, id, null, null);
    }
}
