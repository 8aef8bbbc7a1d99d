package io.botmesh.sim;

import io.botmesh.wire.Data;
import io.botmesh.wire.Frame;
import io.botmesh.wire.Piece;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** In which packets messages went that nobody answers: who says that a packet is gone explains by it what was in it. */
final class Packing {
    private record Stream(long incarnation, long number) {}

    /** A piece, with as much of its body as may hold the message's number. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Cell(long packet, Piece.Position position, byte[] head) {}

    /** Packets of one outbox, from the first to the last that holds some of a message. */
    private record Range(long message, long incarnation, long first, long last) {}

    private final Bodies bodies;
    private final Map<Stream, TreeMap<Long, Cell>> streams = new HashMap<>();
    private @Nullable Map<Long, Range> ranges; // of all messages, until there is another packet

    Packing(Bodies bodies) {
        this.bodies = bodies;
    }

    void onPacket(long incarnation, long number, List<Frame> frames) {
        ranges = null;
        for (Frame frame : frames) {
            if (!(frame instanceof Data data)) continue;
            var cells = streams.computeIfAbsent(new Stream(incarnation, data.stream()), any -> new TreeMap<>());
            for (int i = 0; i < data.pieces().size(); i++) {
                Piece piece = data.pieces().get(i);
                byte[] head = Arrays.copyOf(piece.body(), Math.min(Long.BYTES, piece.body().length));
                cells.put(data.sequence() + i, new Cell(number, piece.position(), head));
            }
        }
    }

    /**
     * Of these messages, those that are explained if so many packets are gone: as few packets as can hold some of each of them, and of these first
     * the ones that explain most.
     */
    Set<Long> explained(Collection<Long> messages, long packets) {
        List<List<Long>> together = new ArrayList<>();
        Range open = null;
        long point = 0;
        for (Range range : sorted(messages)) {
            if (open == null || open.incarnation != range.incarnation || range.first > point) {
                together.add(new ArrayList<>());
                open = range;
                point = range.last;
            }
            together.getLast().add(range.message);
        }
        together.sort(Comparator.comparingInt((List<Long> some) -> some.size()).reversed());
        var explained = new HashSet<Long>();
        together.stream().limit(packets).forEach(explained::addAll);
        return explained;
    }

    /** By where they end: the last packet of one lies in each that begins before it. */
    private List<Range> sorted(Collection<Long> messages) {
        Map<Long, Range> known = ranges();
        var found = new ArrayList<Range>();
        for (long message : messages) {
            Range range = known.get(message);
            if (range != null) found.add(range);
        }
        found.sort(Comparator.comparingLong(Range::incarnation).thenComparingLong(Range::last));
        return found;
    }

    private Map<Long, Range> ranges() {
        Map<Long, Range> known = ranges;
        if (known == null) {
            known = new HashMap<>();
            for (var stream : streams.entrySet()) read(stream.getKey().incarnation, stream.getValue(), known);
            ranges = known;
        }
        return known;
    }

    private void read(long incarnation, SortedMap<Long, Cell> cells, Map<Long, Range> into) {
        var body = new ByteArrayOutputStream();
        long first = 0;
        for (Cell cell : cells.values()) {
            Piece.Position position = cell.position;
            if (position == Piece.Position.WHOLE || position == Piece.Position.FIRST) {
                body.reset();
                first = cell.packet;
            }
            if (body.size() < Long.BYTES) body.writeBytes(cell.head);
            if (position != Piece.Position.WHOLE && position != Piece.Position.LAST) continue;
            Long message = bodies.message(body.toByteArray());
            if (message == null) continue;
            long last = Math.max(first, cell.packet);
            into.put(message, new Range(message, incarnation, Math.min(first, cell.packet), last));
        }
    }
}
