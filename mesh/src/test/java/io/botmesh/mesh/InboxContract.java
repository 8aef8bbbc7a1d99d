package io.botmesh.mesh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.mesh.Inbox.Assembly;
import io.botmesh.mesh.Inbox.Change;
import io.botmesh.mesh.Inbox.Kept;
import io.botmesh.mesh.Inbox.Known;
import io.botmesh.mesh.Inbox.Range;
import io.botmesh.mesh.Inbox.StreamId;
import io.botmesh.mesh.Inbox.Waiting;
import io.botmesh.mesh.Inbox.Whole;
import io.botmesh.wire.Piece;
import io.botmesh.wire.Reassembler;
import io.botmesh.wire.StreamReceiver.Held;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every inbox does. {@link #reopen} is a new process over the same state, as far as the inbox outlives one. */
public abstract class InboxContract {
    private static final StreamId STREAM = new StreamId(-5, 3);

    protected abstract Inbox open();

    protected abstract Inbox reopen(Inbox inbox);

    @Test
    void aStreamThatWasNeverHeardStartsAtZero() {
        assertThat(open().known(STREAM)).isEqualTo(new Known(0, List.of(), Assembly.NONE, List.of(), 0));
    }

    @Test
    void wholeMessagesWaitInOrderUntilTheyAreDone() {
        Inbox inbox = open();
        inbox.store(new Change(
                STREAM,
                -100L,
                "node",
                List.of(
                        kept(0, Piece.whole("s", List.of(), bytes("a"))),
                        kept(1, Piece.whole("", List.of(), bytes("")))),
                2,
                Assembly.NONE,
                List.of(new Whole(0, 0, "s", 1), new Whole(1, 1, "", 0)),
                List.of(),
                0));
        Inbox next = reopen(inbox);
        assertThat(next.waiting()).containsExactly(new Waiting(STREAM, -100));
        Known known = next.known(STREAM);
        assertThat(known.nextSequence()).isEqualTo(2);
        assertThat(known.early()).isEmpty();
        assertThat(known.ready()).extracting(Incoming::firstSequence).containsExactly(0L, 1L);
        Incoming first = known.ready().getFirst();
        assertThat(first.sender()).isEqualTo("node");
        assertThat(first.subject()).isEqualTo("s");
        assertThat(new String(first.body(), UTF_8)).isEqualTo("a");
        next.done(first);
        next.done(first);
        next.flush();
        Inbox third = reopen(next);
        assertThat(third.known(STREAM).ready())
                .extracting(Incoming::firstSequence)
                .containsExactly(1L);
        third.done(third.known(STREAM).ready().getLast());
        third.flush();
        Inbox last = reopen(third);
        assertThat(last.waiting()).isEmpty();
        assertThat(last.known(STREAM).nextSequence()).isEqualTo(2);
    }

    @Test
    void earlyPiecesAndAnOpenMessageAreKept() {
        Inbox inbox = open();
        Assembly assembly = new Assembly(0, "long", new Reassembler.State(9, 4, false));
        inbox.store(new Change(
                STREAM,
                -100L,
                "node",
                List.of(
                        kept(0, Piece.first("long", List.of(), bytes("abcd"), 9)),
                        kept(2, Piece.last(bytes("hi"))),
                        kept(5, Piece.whole("x", List.of(), bytes("early")))),
                1,
                assembly,
                List.of(),
                List.of(),
                77));
        Inbox next = reopen(inbox);
        Known known = next.known(STREAM);
        assertThat(known.nextSequence()).isEqualTo(1);
        assertThat(known.assembly()).isEqualTo(assembly);
        assertThat(known.gapSince()).isEqualTo(77);
        assertThat(known.early()).containsExactly(new Held(2, 3, 2), new Held(5, 6, 5));
        assertThat(known.ready()).isEmpty();
        assertThat(next.waiting()).isEmpty();
        assertThat(next.piece(STREAM, 2)).isEqualTo(Piece.last(bytes("hi")));
        assertThat(next.piece(STREAM, 5)).isEqualTo(Piece.whole("x", List.of(), bytes("early")));
        next.store(new Change(
                STREAM,
                -100L,
                "node",
                List.of(kept(1, Piece.middle(bytes("efg")))),
                3,
                Assembly.NONE,
                List.of(new Whole(0, 2, "long", 9)),
                List.of(),
                0));
        Incoming message = reopen(next).known(STREAM).ready().getFirst();
        assertThat(new String(message.body(), UTF_8)).isEqualTo("abcdefghi");
        assertThat(message.length()).isEqualTo(9);
    }

    @Test
    void droppedPiecesAreGone() {
        Inbox inbox = open();
        inbox.store(new Change(
                STREAM,
                -100L,
                "node",
                List.of(kept(0, Piece.middle(bytes("x"))), kept(4, Piece.last(bytes("y")))),
                1,
                Assembly.NONE,
                List.of(),
                List.of(new Range(0, 1)),
                0));
        assertThat(reopen(inbox).known(STREAM).early()).containsExactly(new Held(4, 5, 1));
    }

    @Test
    void aPacketsEffectOnAllItsStreamsAndTheirLinkIsTakenAsAWhole() {
        Inbox inbox = open();
        StreamId other = new StreamId(STREAM.incarnation(), 4);
        assertThat(inbox.link(STREAM.incarnation())).isEmpty();
        inbox.store(STREAM.incarnation(), List.of(early(STREAM, 5), early(other, 6)), bytes("first"));
        assertThatThrownBy(() ->
                        inbox.store(STREAM.incarnation(), List.of(early(STREAM, 9), early(other, 6)), bytes("second")))
                .isInstanceOf(RuntimeException.class);
        Inbox next = reopen(inbox);
        assertThat(next.link(STREAM.incarnation())).contains(bytes("first"));
        assertThat(next.link(77)).isEmpty();
        assertThat(next.known(STREAM).early()).containsExactly(new Held(5, 6, 1));
        assertThat(next.known(other).early()).containsExactly(new Held(6, 7, 1));
        next.store(STREAM.incarnation(), List.of(), bytes("third"));
        assertThat(reopen(next).link(STREAM.incarnation())).contains(bytes("third"));
    }

    private static Change early(StreamId stream, long sequence) {
        return new Change(
                stream,
                -100L,
                "node",
                List.of(kept(sequence, Piece.whole("", List.of(), bytes("x")))),
                0,
                Assembly.NONE,
                List.of(),
                List.of(),
                1);
    }

    @Test
    void streamsDoNotMix() {
        Inbox inbox = open();
        StreamId other = new StreamId(STREAM.incarnation(), 4);
        for (StreamId stream : List.of(STREAM, other)) {
            inbox.store(new Change(
                    stream,
                    -100L,
                    "node" + stream.stream(),
                    List.of(kept(0, Piece.whole("", List.of(), bytes("of " + stream.stream())))),
                    1,
                    Assembly.NONE,
                    List.of(new Whole(0, 0, "", 4)),
                    List.of(),
                    0));
        }
        Inbox next = reopen(inbox);
        assertThat(next.waiting()).containsExactlyInAnyOrder(new Waiting(STREAM, -100), new Waiting(other, -100));
        next.done(next.known(STREAM).ready().getFirst());
        next.flush();
        assertThat(next.waiting()).containsExactly(new Waiting(other, -100));
        assertThat(new String(next.known(other).ready().getFirst().body(), UTF_8))
                .isEqualTo("of 4");
    }

    @Test
    void aMessageSetAsideIsNotHandedOutAgain() {
        Inbox inbox = open();
        inbox.store(new Change(
                STREAM,
                -100L,
                "node",
                List.of(kept(0, Piece.whole("", List.of(), bytes("bad")))),
                1,
                Assembly.NONE,
                List.of(new Whole(0, 0, "", 3)),
                List.of(),
                0));
        inbox.setAside(inbox.known(STREAM).ready().getFirst(), "the handler did not like it");
        Inbox next = reopen(inbox);
        assertThat(next.waiting()).isEmpty();
        assertThat(next.known(STREAM).ready()).isEmpty();
    }

    @Test
    void anEffectIsTakenAsAWholeOrNotAtAll() {
        Inbox inbox = open();
        inbox.store(new Change(
                STREAM,
                -100L,
                "node",
                List.of(kept(0, Piece.whole("", List.of(), bytes("a")))),
                1,
                Assembly.NONE,
                List.of(new Whole(0, 0, "", 1)),
                List.of(),
                0));
        Change twice = new Change(
                STREAM,
                -100L,
                "node",
                List.of(
                        kept(1, Piece.whole("", List.of(), bytes("b"))),
                        kept(0, Piece.whole("", List.of(), bytes("a")))),
                2,
                Assembly.NONE,
                List.of(new Whole(1, 1, "", 1)),
                List.of(),
                0);
        assertThatThrownBy(() -> inbox.store(twice)).isInstanceOf(RuntimeException.class);
        Known known = reopen(inbox).known(STREAM);
        assertThat(known.nextSequence()).isEqualTo(1);
        assertThat(known.ready()).hasSize(1);
        assertThat(known.early()).isEmpty();
    }

    private static Kept kept(long sequence, Piece piece) {
        return new Kept(sequence, piece);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
