package io.botmesh.mesh;

import java.util.Comparator;
import java.util.Map;
import java.util.Set;

/**
 * Where a message comes from that was published.
 *
 * @param topic  name of the topic
 * @param queues its queue groups when the message was sealed: the same for all who can open it
 * @param epoch  of the topic's key that the message was sealed to
 * @param lot    tells messages apart, the same way for all readers
 */
public record Origin(String topic, Map<String, Set<String>> queues, long epoch, long lot) {
    /** A number for a message, which all its readers find alike. */
    static long lot(long incarnation, long stream, long sequence) {
        return Rendezvous.weight(stream + "/" + sequence, incarnation);
    }

    /** Whether a member of a queue group is the one that handles the message; nobody does if the group has no members. */
    public boolean isFor(String queue, String member) {
        return queues.getOrDefault(queue, Set.of()).stream()
                .max(Comparator.<String>comparingLong(name -> Rendezvous.weight(queue + "/" + name, lot))
                        .thenComparing(Comparator.naturalOrder()))
                .filter(member::equals)
                .isPresent();
    }
}
