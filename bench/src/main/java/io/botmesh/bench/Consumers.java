package io.botmesh.bench;

import io.botmesh.bench.Consumer.Way;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** One {@link UpdateServer} and one {@link Consumer} for each way, all measured in turn, so that rounds can be compared. */
final class Consumers implements AutoCloseable {
    /**
     * What one round of one way took.
     *
     * @param cpuNanos  processor time of the consumer's whole process
     * @param wallNanos from the first update's making to the last one's handling
     * @param lagMicros 99th percentile from an update's making to its handler, if it trickled in
     */
    record Round(long count, long cpuNanos, long wallNanos, long lagMicros) {
        double cpuMicros() {
            return cpuNanos / 1e3 / count;
        }

        double perSecond() {
            return count * 1e9 / wallNanos;
        }
    }

    /** Server on one processor, consumer on another: else the one's load would be the other's delay. */
    static final String SERVER_CPU = "0";

    static final String CONSUMER_CPU = "1";

    private final Map<Way, Child> servers = new EnumMap<>(Way.class);
    private final Map<Way, Child> consumers = new EnumMap<>(Way.class);

    Consumers(List<Way> ways) throws IOException {
        for (var way : ways) {
            var server = Child.startOn(SERVER_CPU, UpdateServer.class);
            servers.put(way, server);
            var consumer = Child.startOn(CONSUMER_CPU, Consumer.class, way.name(), server.answer());
            consumers.put(way, consumer);
            consumer.answer();
        }
    }

    /** All of a number of updates wait from the start. */
    Round drain(Way way, long count) throws IOException {
        var server = child(servers, way);
        return run(way, count, () -> server.ask("more " + count));
    }

    /** Updates come at a rate. */
    Round trickle(Way way, long count, long perSecond) throws IOException {
        var server = child(servers, way);
        var round = run(way, count, () -> server.ask("trickle " + perSecond));
        server.ask("stop");
        // What was made before the stop has to be gone before the next round.
        return round;
    }

    private interface Order {
        void give() throws IOException;
    }

    private Round run(Way way, long count, Order order) throws IOException {
        var consumer = child(consumers, way);
        consumer.ask("run " + count);
        order.give();
        var words = consumer.answer().split(" ", -1);
        return new Round(count, Long.parseLong(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2]));
    }

    private static Child child(Map<Way, Child> children, Way way) {
        var child = children.get(way);
        if (child == null) throw new IllegalArgumentException("not started: " + way);
        return child;
    }

    @Override
    public void close() throws IOException {
        var all = new ArrayList<>(consumers.values());
        all.addAll(servers.values());
        for (var child : all) child.close();
    }
}
