package io.botmesh.wire;

import io.botmesh.wire.Control.Ack;
import io.botmesh.wire.LinkReceiver.Event;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** A reader of one outbox in memory, whose handlers end at once. */
final class PiecesReader {
    static final long CHANNEL = -1_001_234_567_890L;

    /** A message that was handed out. */
    record Got(long stream, String name, String subject, String body) {}

    /** A message that was put together from these pieces. */
    private record Whole(long first, long last, Got got) {}

    /** One stream. */
    private final class Stream {
        final Deque<Whole> waiting = new ArrayDeque<>(); // for an earlier stream of the name
        final long number;
        final Map<Long, Piece> pieces = new TreeMap<>();
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        Reassembler assembler = new Reassembler(messageBytes);
        String name = "";
        String subject = "";
        long first;

        Stream(long number) {
            this.number = number;
        }
    }

    private final long messageBytes;
    private final LinkReceiver link;
    private final TreeMap<Long, Stream> streams = new TreeMap<>();
    private long message;

    final List<Got> got = new ArrayList<>();
    int broken;

    PiecesReader(long incarnation, long session, long messageBytes) {
        this.messageBytes = messageBytes;
        link = new LinkReceiver(incarnation, LinkReceiver.State.fresh(session), LinkReceiver.Options.defaults());
    }

    /** Takes the frames of a packet, and says what it acks then; nothing if there is no news. */
    Optional<Ack> onPacket(List<Frame> frames) {
        for (Frame frame : frames) {
            if (!(frame instanceof Data data)) continue;
            Stream stream = stream(data.stream());
            for (int i = 0; i < data.pieces().size(); i++)
                stream.pieces.putIfAbsent(data.sequence() + i, data.pieces().get(i));
        }
        apply(link.onPacket(CHANNEL, ++message, 100, frames, 0));
        for (Stream one : List.copyOf(streams.values())) handOut(one);
        return link.frames(true).stream()
                .filter(Ack.class::isInstance)
                .map(Ack.class::cast)
                .findFirst();
    }

    private Stream stream(long number) {
        return streams.computeIfAbsent(number, Stream::new);
    }

    private void apply(List<Event> events) {
        for (Event event : events) {
            Stream stream = stream(event.stream());
            switch (event) {
                case Event.Opened opened -> stream.name = opened.name();
                case Event.Skipped skipped -> {
                    boolean begun = stream.assembler.state().length() > 0;
                    stream.assembler = new Reassembler(messageBytes);
                    if (begun) apply(link.onDone(stream.number, stream.first, skipped.from()));
                }
                case Event.Ended ended -> streams.remove(ended.stream());
                case Event.AboveCredit above -> {}
                case Event.TooMany more -> {}
                case Event.TooManyGaps more -> {}
                case Event.GaveWay gone -> {}
                case Event.Rested rested -> {}
                case Event.Forgotten lost -> {}
                case Event.Pieces pieces -> {
                    if (!(pieces.what() instanceof StreamReceiver.Event.Deliver deliver)) continue;
                    for (long n = deliver.from(); n < deliver.until(); n++) feed(stream, n);
                }
            }
        }
    }

    private void feed(Stream stream, long n) {
        Piece piece = Objects.requireNonNull(stream.pieces.get(n));
        boolean begun = stream.assembler.state().length() > 0;
        boolean used = false;
        for (Reassembler.Event event : stream.assembler.onPiece(piece)) {
            switch (event) {
                case Reassembler.Event.Message whole -> {
                    used = true;
                    over(stream, n, n, whole.piece().subject(), whole.piece().body());
                }
                case Reassembler.Event.Begin begin -> {
                    used = true;
                    stream.first = n;
                    stream.subject = begin.first().subject();
                    stream.body.reset();
                    stream.body.writeBytes(piece.body());
                }
                case Reassembler.Event.More more -> {
                    used = true;
                    stream.body.writeBytes(piece.body());
                }
                case Reassembler.Event.End end -> {
                    used = true;
                    stream.body.writeBytes(piece.body());
                    over(stream, stream.first, n, stream.subject, stream.body.toByteArray());
                }
                case Reassembler.Event.Broken fault -> {
                    broken++;
                    if (begun) apply(link.onDone(stream.number, stream.first, n));
                }
            }
        }
        if (!used) apply(link.onDone(stream.number, n, n + 1));
    }

    private void over(Stream stream, long first, long last, String subject, byte[] body) {
        var message = new Got(stream.number, stream.name, subject, Vectors.HEX.formatHex(body));
        stream.waiting.add(new Whole(first, last, message));
        handOut(stream);
    }

    private void handOut(Stream stream) {
        boolean waits = !stream.name.isEmpty()
                && streams.headMap(stream.number).values().stream()
                        .anyMatch(one -> one.name.equals(stream.name) && isUnfinished(one));
        if (waits) return;
        for (Whole one = stream.waiting.poll(); one != null; one = stream.waiting.poll()) {
            got.add(one.got);
            apply(link.onDone(stream.number, one.first, one.last + 1));
        }
    }

    private boolean isUnfinished(Stream stream) {
        return !stream.waiting.isEmpty() || stream.assembler.state().length() > 0 || link.isGapped(stream.number);
    }
}
