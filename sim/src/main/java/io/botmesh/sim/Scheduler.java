package io.botmesh.sim;

import java.util.PriorityQueue;

/** Virtual time: what is to happen, in order. Happenings of one instant come in the order in which they were planned. */
final class Scheduler {
    static final long MILLI = 1_000_000L;
    static final long SECOND = 1_000_000_000L;

    private record Event(long at, long order, Runnable happening) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long now;
    private long order;

    /** Nanoseconds since the run began. */
    long now() {
        return now;
    }

    void after(long nanos, Runnable happening) {
        if (nanos < 0) throw new IllegalArgumentException("nanos: " + nanos);
        at(now + nanos, happening);
    }

    /** What should have happened already happens next. */
    void at(long nanos, Runnable happening) {
        events.add(new Event(Math.max(nanos, now), order++, happening));
    }

    /** When the next thing happens; {@link Long#MAX_VALUE} if nothing does. */
    long next() {
        Event first = events.peek();
        return first == null ? Long.MAX_VALUE : first.at;
    }

    /** Time goes on to this moment, which is not later than {@link #next()}. */
    void moveTo(long nanos) {
        if (nanos < now) throw new IllegalArgumentException("back from " + now + " to " + nanos);
        now = nanos;
    }

    /** Lets the next thing happen. */
    void step() {
        Event event = events.remove();
        now = event.at;
        event.happening.run();
    }
}
