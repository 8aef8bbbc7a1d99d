package io.botmesh.cli;

import io.botmesh.mesh.PeerSecrets;
import io.botmesh.mesh.PeerSecrets.Given;
import io.botmesh.mesh.PeerSecrets.Granted;
import io.botmesh.seal.AdmissionSecret;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whether what one node stamps its packets with is what the other one takes. Each file alone is whole though two lines were exchanged, and then
 * all that is sent is refused by its reader, who cannot say so.
 */
final class SecretsCheck {
    /**
     * A mistake.
     *
     * @param node whose file is to be changed
     * @param what the way that does not work
     * @param says what is wrong and what to do
     */
    record Mistake(String node, String what, String says) {}

    private SecretsCheck() {}

    /** What does not go together, of nodes whose secrets are all here. */
    static List<Mistake> mistakes(List<PeerSecrets> nodes) {
        var mistakes = new ArrayList<Mistake>();
        for (PeerSecrets from : nodes)
            for (PeerSecrets to : nodes) if (!from.node().equals(to.node())) way(from, to, mistakes);
        topics(nodes, mistakes);
        return mistakes;
    }

    private static void way(PeerSecrets from, PeerSecrets to, List<Mistake> mistakes) {
        Given given = from.to().get(to.node());
        AdmissionSecret stamped = given == null ? null : given.admission();
        Granted granted = to.from().get(from.node());
        AdmissionSecret taken = granted == null ? null : granted.admission();
        if (given == null || Objects.equals(stamped, taken)) return;
        mistakes.add(new Mistake(from.node(), "to " + to.node(), says(from.node(), to.node(), stamped, taken)));
    }

    private static String says(
            String from, String to, @Nullable AdmissionSecret stamped, @Nullable AdmissionSecret taken) {
        if (taken == null)
            return to + " has no [from " + from
                    + "] with an admission, and refuses what is sent with one: put that of [to " + to + "] there";
        return (stamped == null
                        ? "it has no admission there, and " + to + " gave it one"
                        : "its admission is not the one that " + to + " gave it")
                + ": put that of [from " + from + "] of " + to + " into [to " + to + "]";
    }

    private static void topics(List<PeerSecrets> nodes, List<Mistake> mistakes) {
        var first = new LinkedHashMap<String, PeerSecrets>();
        for (PeerSecrets node : nodes) {
            for (Map.Entry<String, Given> topic : node.topics().entrySet()) {
                AdmissionSecret shared = topic.getValue().admission();
                if (shared == null) continue;
                PeerSecrets other = first.putIfAbsent(topic.getKey(), node);
                if (other == null) continue;
                Given theirs = other.topics().get(topic.getKey());
                if (theirs != null && !Objects.equals(shared, theirs.admission()))
                    mistakes.add(new Mistake(
                            node.node(),
                            "topic " + topic.getKey(),
                            "its admission is not that of " + other.node()
                                    + ": all who publish or read there share one"));
            }
        }
    }
}
