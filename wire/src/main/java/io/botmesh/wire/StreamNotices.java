package io.botmesh.wire;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;

/**
 * What a {@link LinkSender}'s packets say of its streams before their data: names, new starts and ends. All that is not confirmed is said again,
 * in turn where not all has room.
 */
final class StreamNotices {
    /** A peer that never answers is told of an end with so many packets: some may not arrive. */
    private static final int FAREWELLS = 8;

    /** With more streams than that, as after a burst of names, ends are said in fewer packets, and without names: or they would be said ever later. */
    private static final int MANY = 2 * Limits.STREAMS;

    private static final int FEW_FAREWELLS = 2;

    private final NavigableMap<Long, SenderStream> streams;
    private final boolean answered;
    private long told = Long.MIN_VALUE; // the last stream that was spoken of

    StreamNotices(NavigableMap<Long, SenderStream> streams, boolean answered) {
        this.streams = streams;
        this.answered = answered;
    }

    /**
     * Adds what the next packet says.
     *
     * @param named streams of which data is to follow, those first that are to be there first
     * @return streams whose end was said for the last time, to a peer that never answers
     */
    List<SenderStream> tell(List<Long> named, List<Frame> frames) {
        var over = new ArrayList<SenderStream>();
        int bytes = 0;
        var said = new HashSet<Long>();
        boolean many = !answered && streams.size() > MANY;
        for (SenderStream stream : inTurn()) {
            boolean endAlone = many && stream.isClosing();
            boolean data = named.contains(stream.number);
            int more = endAlone ? stream.bytesToClose() : stream.bytesToTell(data);
            if (bytes + more > LinkSender.MAX_BYTES / 2) break; // the rest comes with the next packet
            bytes += more;
            told = stream.number;
            if (endAlone) {
                stream.tellEnd(frames);
            } else {
                said.add(stream.number);
                stream.tell(data, frames);
            }
            if (!isFarewell(stream, endAlone ? FEW_FAREWELLS : FAREWELLS)) continue;
            over.add(stream);
            said.add(stream.number);
        }
        tellNames(named, said, bytes, frames);
        return over;
    }

    private List<SenderStream> inTurn() {
        var all = new ArrayList<>(streams.tailMap(told, false).values());
        all.addAll(streams.headMap(told, true).values());
        all.removeIf(stream -> !stream.isControlled());
        return all;
    }

    private boolean isFarewell(SenderStream stream, int enough) {
        return !answered && stream.isClosing() && ++stream.farewells >= enough;
    }

    private void tellNames(List<Long> named, Set<Long> said, int before, List<Frame> frames) {
        int bytes = before;
        for (long number : named) {
            SenderStream stream = streams.get(number);
            if (stream == null || !stream.opens() || said.contains(number)) continue;
            if (bytes + stream.bytesToTell(true) > LinkSender.MAX_BYTES) continue;
            bytes += stream.bytesToTell(true);
            stream.tell(true, frames);
        }
    }
}
