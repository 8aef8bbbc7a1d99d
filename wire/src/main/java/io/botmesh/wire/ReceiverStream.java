package io.botmesh.wire;

import io.botmesh.wire.OpenStreams.Place;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One stream of a {@link LinkReceiver}: what has come of it, what of that is done, and what its sender was told. */
final class ReceiverStream {
    final long stream;
    final StreamReceiver order;
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
    // What follows is for OpenStreams to write.
    long used; // turn in which something came of it last
    long packet = -1; // of this process that spoke of it last

    @Nullable
    Place place; // where it stands in the order in which streams give way

    int runs; // of early pieces, as counted there
    long held; // weight of those

    ReceiverStream(long stream, StreamReceiver order, List<Span> beyond) {
        this.stream = stream;
        this.order = order;
        this.beyond = new SpanSet(beyond);
    }

    boolean isGapped() {
        return hasEarly() || end > order.next();
    }

    /** Whether pieces of it wait for others. */
    boolean hasEarly() {
        return order.runs() > 0;
    }

    /** The number after the last piece that has come, or will not come. */
    long reach() {
        return hasEarly() ? order.earlyUntil() : order.next();
    }

    /** Up to where the first gap goes; there must be one. */
    long gapUntil() {
        return hasEarly() ? order.firstEarly() : end;
    }

    /** Whether all that came of it is done. */
    boolean isIdle() {
        return !isGapped() && done == order.next();
    }

    /** Whether nothing but its end is known of what is missing. */
    boolean isEnding() {
        return end >= 0 && !hasEarly() && done == order.next();
    }
}
