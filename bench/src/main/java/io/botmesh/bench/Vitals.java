package io.botmesh.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;

/** What this JVM uses. */
final class Vitals {
    private Vitals() {}

    /** Time on the processor since the JVM began, all threads, compiler and collector included, in nanoseconds. */
    static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    /** Heap in use once nothing more can be collected, in bytes. */
    static long heapBytes() {
        var memory = ManagementFactory.getMemoryMXBean();
        long least = Long.MAX_VALUE;
        // What the first collection finalises or clears, the next one takes.
        for (int i = 0; i < 3; i++) {
            memory.gc();
            least = Math.min(least, memory.getHeapMemoryUsage().getUsed());
        }
        return least;
    }

    /** Objects of a class that something still refers to. */
    static long instances(Class<?> type) throws JMException {
        var histogram = (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        return histogram
                .lines()
                .map(line -> line.strip().split("\\s+", -1)) // number, instances, bytes, class
                .filter(words -> words.length > 3 && words[3].equals(type.getName()))
                .mapToLong(words -> Long.parseLong(words[1]))
                .sum();
    }
}
