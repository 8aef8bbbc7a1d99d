package io.botmesh.sim;

import java.util.HashMap;
import java.util.Map;

/**
 * A process whose store another one has opened since has no say any more: nothing that it writes is taken, and so nothing that it
 * is given is promised, and nothing that comes to it is handed on.
 */
final class Holders {
    private final Violations violations;
    private final Map<String, Long> latest = new HashMap<>();
    private long takenOver;

    Holders(Violations violations) {
        this.violations = violations;
    }

    void onOpened(String node, long fence) {
        Long before = latest.put(node, fence);
        if (before != null && before >= fence)
            violations.add("I5", node + " was opened with fence " + fence + " after " + before);
    }

    void onCommitted(String node, long fence) {
        long now = latest.getOrDefault(node, fence);
        if (fence < now)
            violations.add(
                    "I5", node + " takes what a process with fence " + fence + " writes, though " + now + " has it");
    }

    /** Somebody hands a message on. */
    void onDelivered(String node, boolean its) {
        if (!its) violations.add("I5", node + " hands on a message though another process has its store");
    }

    void onTakenOver() {
        takenOver++;
    }

    /** Times that a process lost its store to another one. */
    long takenOver() {
        return takenOver;
    }
}
