package io.botmesh.wire;

import io.botmesh.wire.StreamReceiver.Held;
import java.util.List;
import java.util.TreeMap;

/** One stream of a {@link LinkReceiver}: what has come of it, what of that is done, and what its sender was told. */
final class ReceiverStream {
    final long stream;
    final StreamReceiver order;
    final TreeMap<Long, Held> early = new TreeMap<>();
    final SpanSet beyond; // done above `done`
    String name = "";
    int nameBytes;
    long weight;
    long done;
    long end = -1;
    long granted = Limits.FIRST_STREAM_CREDIT;
    long promised = Limits.FIRST_STREAM_CREDIT; // the same, or more if an earlier process may have granted more
    long backlog;
    boolean touched = true; // there is news of it
    boolean asked; // the peer may have missed how it stands
    long used; // turn in which something came of it last
    long packet = -1; // of this process that spoke of it last

    ReceiverStream(long stream, StreamReceiver order, List<Span> beyond) {
        this.stream = stream;
        this.order = order;
        this.beyond = new SpanSet(beyond);
    }

    boolean isGapped() {
        return !early.isEmpty() || end > order.next();
    }

    /** Whether all that came of it is done. */
    boolean isIdle() {
        return !isGapped() && done == order.next();
    }

    /** Whether nothing but its end is known of what is missing. */
    boolean isEnding() {
        return end >= 0 && early.isEmpty() && done == order.next();
    }
}
