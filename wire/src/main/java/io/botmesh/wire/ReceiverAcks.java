package io.botmesh.wire;

import io.botmesh.wire.Control.Ack;
import io.botmesh.wire.Control.Nack;
import io.botmesh.wire.Control.Pong;
import io.botmesh.wire.Control.PostRange;
import io.botmesh.wire.Control.Seen;
import io.botmesh.wire.Control.StreamAck;
import io.botmesh.wire.StreamReceiver.Held;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.function.BooleanSupplier;

/** What a {@link LinkReceiver} is to tell its peer of what has come, and when that is worth a post of its own. */
final class ReceiverAcks {
    /** Bytes of an ack's streams, so that it fits into any packet; a part of them is for those that go on. */
    private static final int ACK_BYTES = 2_300;

    private static final int ACK_GOING_ON = 1_900;

    private static final int ACK_SPANS = 64;
    private static final int QUESTIONS = 4;
    private static final int GAPS = 32;

    /** Streams that have ended of which the peer is told again; it asks once more for others. */
    private static final int MOST_ENDED = 1_000;

    /** A document counts as the posts that it saved. */
    private static final int POST_BYTES = 8 << 10;

    /** Control posts that were not needed when they might have been sent, and may be sent later. */
    private static final double MOST_SAVED = 4;

    private final long incarnation;
    private final long session;
    private final LinkReceiver.Options options;
    private final SpanSet endedAgain = new SpanSet(); // ended, and the peer still asks
    private final Deque<Long> questions = new ArrayDeque<>();
    private final Deque<PostRange> gaps = new ArrayDeque<>();
    private boolean news; // something to ack
    private boolean puzzled; // a stream begins in its middle: the peer may not know that this memory is new
    private int packets; // since the last ack
    private long bytes;
    private double saved = 1;
    private long acked = Long.MIN_VALUE; // the last stream that was spoken of
    private long lastHeard;

    ReceiverAcks(long incarnation, long session, LinkReceiver.Options options, boolean news) {
        this.incarnation = incarnation;
        this.session = session;
        this.options = options;
        this.news = news;
    }

    void onHeard(long now) {
        lastHeard = Math.max(lastHeard, now);
    }

    /** A packet with data, of so many bytes. */
    void onData(int size) {
        packets++;
        bytes += size;
        saved = Math.min(MOST_SAVED, saved + Math.max(1, (double) size / POST_BYTES) / options.packets());
    }

    void onNews() {
        news = true;
    }

    /** The peer may not know that this memory is new. */
    void onPuzzle() {
        puzzled = true;
    }

    void onQuestion(long token) {
        questions.remove(token);
        questions.add(token);
        if (questions.size() > QUESTIONS) questions.removeFirst();
    }

    void onGap(PostRange posts) {
        gaps.add(posts);
        if (gaps.size() > GAPS) gaps.removeFirst();
    }

    /** A peer that does not hear it says so again, and one that is told nothing never asks. */
    void onEnded(long stream) {
        if (endedAgain.size() < MOST_ENDED) endedAgain.add(stream, stream + 1);
        news = true;
    }

    /** Whether the peer has asked how things stand. */
    boolean isAsked() {
        return !questions.isEmpty();
    }

    /** Whether there is anything to ack. */
    boolean isWanted() {
        return news || puzzled || isAsked();
    }

    /**
     * When frames should go alone; {@link Long#MAX_VALUE} if they need not.
     *
     * @param isShort whether the peer is short of credit that it could have
     */
    long dueAt(BooleanSupplier isShort) {
        if (isAsked()) return lastHeard;
        if (puzzled && saved >= 1) return lastHeard;
        if ((packets >= options.packets() || bytes >= options.bytes()) && saved >= 1) return lastHeard;
        return saved >= 0 && isShort.getAsBoolean() ? lastHeard + options.idleMillis() : Long.MAX_VALUE;
    }

    Ack ack(NavigableMap<Long, ReceiverStream> streams, List<Seen> channels) {
        var acks = new ArrayList<StreamAck>();
        int bytes = 0;
        int spans = 0;
        news = false;
        for (boolean asked : new boolean[] {false, true}) {
            for (ReceiverStream in : inTurn(streams, acked)) {
                if (asked ? !in.asked : !in.touched) continue;
                if (bytes >= ACK_GOING_ON || spans >= ACK_SPANS) {
                    news = true;
                    break;
                }
                in.touched = false;
                in.asked = false;
                acked = in.stream;
                var beyond = new ArrayList<Span>();
                for (Held run : in.order.held()) {
                    if (spans++ >= ACK_SPANS) break;
                    beyond.add(new Span(run.from(), run.until()));
                    bytes += 2 * Varint.size(run.until());
                }
                acks.add(new StreamAck(in.stream, in.order.next(), beyond, in.done, false));
                bytes += 6 + Varint.size(in.stream) + 2 * Varint.size(in.order.next());
            }
        }
        ended(acks, bytes);
        return new Ack(incarnation, session, acks, channels);
    }

    private void ended(List<StreamAck> acks, int before) {
        int bytes = before;
        var untold = new SpanSet();
        for (Span span : endedAgain.spans()) {
            for (long stream = span.from(); stream < span.until(); stream++) {
                if (bytes >= ACK_BYTES) {
                    untold.add(stream, span.until());
                    break;
                }
                acks.add(StreamAck.closed(stream));
                bytes += 6 + Varint.size(stream);
            }
        }
        endedAgain.clear();
        for (Span span : untold.spans()) endedAgain.add(span.from(), span.until());
        news |= !endedAgain.isEmpty();
    }

    /** Answers, and what is missed; all of it is said then. */
    void rest(List<Frame> frames, boolean alone) {
        for (long token : questions) frames.add(new Pong(incarnation, token));
        if (!gaps.isEmpty()) frames.add(new Nack(incarnation, List.copyOf(gaps), List.of()));
        if (alone && questions.isEmpty()) saved--;
        questions.clear();
        gaps.clear();
        puzzled = false;
        packets = 0;
        bytes = 0;
    }

    /** All streams, first those behind the one that was last spoken of: a question touches all, and they may be more than fit. */
    static List<ReceiverStream> inTurn(NavigableMap<Long, ReceiverStream> streams, long last) {
        var all = new ArrayList<>(streams.tailMap(last, false).values());
        all.addAll(streams.headMap(last, true).values());
        return all;
    }
}
