package io.botmesh.sim;

import io.botmesh.wire.Control;
import io.botmesh.wire.Data;
import io.botmesh.wire.Frame;
import io.botmesh.wire.Limits;
import io.botmesh.wire.Piece;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What an outbox has sent, and may. While its reader has one memory all is counted to the byte. When it has lost that, its sender counts anew from the
 * resets that it sends; nobody sees when it learns of the loss, so what it has sent until its first reset is taken for granted.
 */
final class CreditAccount {
    private static final class Stream {
        private final Set<Long> frames =
                new HashSet<>(); // by first piece: a packet may be made anew with the same ones
        private long sent;
        private long granted = Limits.FIRST_STREAM_CREDIT;
        private long base; // weight from which its reader counts
        private boolean based = true; // that is known
        private boolean closed;

        long base() {
            return based ? base : sent;
        }
    }

    private final Map<Long, Stream> streams = new TreeMap<>();
    private final Set<Long> memories = new HashSet<>();
    private long granted = Limits.FIRST_PEER_CREDIT;
    private boolean learning; // there is a memory of which the sender may not know

    /** A packet of the outbox is posted for the first time. */
    void onPacket(List<Frame> frames) {
        var closed = new HashSet<Long>();
        for (Frame frame : frames) if (frame instanceof Control.Close close) closed.add(close.stream());
        for (Frame frame : frames) {
            // With its end a reset may only tell a memory what was before it.
            if (frame instanceof Control.Reset reset && !closed.contains(reset.stream())) onReset(reset);
        }
        for (Frame frame : frames) if (frame instanceof Data data) onData(data);
        for (long stream : closed) stream(stream).closed = true;
    }

    private void onReset(Control.Reset reset) {
        if (memories.size() < 2) return;
        if (learning) {
            learning = false;
            for (Stream stream : streams.values()) {
                stream.base = stream.base();
                stream.based = true;
            }
        }
        stream(reset.stream()).base = reset.weight();
    }

    private void onData(Data data) {
        Stream stream = stream(data.stream());
        if (!stream.frames.add(data.sequence())) return;
        for (Piece piece : data.pieces()) stream.sent += piece.body().length + Limits.PIECE_WEIGHT;
    }

    private Stream stream(long number) {
        return streams.computeIfAbsent(number, any -> {
            var stream = new Stream();
            stream.based = !learning;
            return stream;
        });
    }

    /** The reader posts what it grants. */
    void onCredit(Control.Credit credit) {
        granted = Math.max(granted, credit.weight());
        for (Control.StreamCredit one : credit.streams()) {
            Stream stream = stream(one.stream());
            stream.granted = Math.max(stream.granted, one.weight());
        }
    }

    /** The reader posts an ack, and of which memory. */
    void onMemory(long session) {
        if (!memories.add(session) || memories.size() < 2) return;
        learning = true;
        for (Stream stream : streams.values()) stream.based = false;
    }

    /** What was sent beyond what was granted. */
    List<String> excesses() {
        var excesses = new ArrayList<String>();
        boolean anew = memories.size() > 1;
        long sent = 0;
        long may = Limits.FIRST_PEER_CREDIT;
        for (Map.Entry<Long, Stream> entry : streams.entrySet()) {
            Stream stream = entry.getValue();
            long most = Math.max(stream.granted, stream.base() + (anew ? Limits.FIRST_STREAM_CREDIT : 0));
            if (stream.sent > most)
                excesses.add(stream.sent + " on stream " + entry.getKey() + ", which was granted " + most);
            if (anew && stream.closed) continue; // it counts no more once that is confirmed, which nobody sees either
            sent += stream.sent;
            if (anew) may += stream.base();
        }
        if (sent > Math.max(granted, may)) excesses.add(sent + " in all, who granted " + Math.max(granted, may));
        return excesses;
    }
}
