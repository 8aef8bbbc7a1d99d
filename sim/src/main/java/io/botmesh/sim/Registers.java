package io.botmesh.sim;

import io.botmesh.mesh.RegisterValue;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/** The register of a topic: nobody takes for its value what the owner did not write, or an older value for a newer one. */
final class Registers {
    private final Violations violations;
    private final Map<Long, Long> values = new HashMap<>(); // by version
    private final Map<String, Long> latest = new HashMap<>(); // version by node
    private long offered;
    private long newest;
    private long written;
    private long changes;

    Registers(Violations violations) {
        this.violations = violations;
    }

    /** The number of one more value that the owner is given to write. */
    long nextValue() {
        return ++offered;
    }

    static byte[] value(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    /** A node tells of the register's value. */
    void onChanged(String node, RegisterValue value) {
        changes++;
        byte[] bytes = value.value();
        long number = bytes.length == Long.BYTES ? ByteBuffer.wrap(bytes).getLong() : -1;
        if (number < 1 || number > offered)
            violations.add("I7", node + " takes a value for the register that its owner never wrote");
        Long before = values.putIfAbsent(value.version(), number);
        if (before != null && before != number)
            violations.add("I7", "version " + value.version() + " of the register has two values, " + node + " says");
        long known = latest.getOrDefault(node, 0L);
        if (value.version() < known)
            violations.add("I5", node + " takes version " + value.version() + " of the register after " + known);
        latest.merge(node, value.version(), Math::max);
        newest = Math.max(newest, value.version());
    }

    /** The owner was told that a value stands there. */
    void onWritten(RegisterValue value) {
        written = Math.max(written, value.version());
    }

    /** Whether these nodes know the newest value. */
    boolean complete(Iterable<String> watching) {
        for (String node : watching) if (latest.getOrDefault(node, 0L) < newest) return false;
        return true;
    }

    /** The full look at the end. */
    void close(Iterable<String> watching) {
        for (String node : watching) {
            long known = latest.getOrDefault(node, 0L);
            if (known < Math.max(newest, written))
                violations.add("I1", node + " knows version " + known + " of the register, not " + newest);
        }
    }

    /** Values that stood there, as far as anybody saw. */
    long newest() {
        return newest;
    }

    /** Times that a node was told of a value. */
    long changes() {
        return changes;
    }
}
