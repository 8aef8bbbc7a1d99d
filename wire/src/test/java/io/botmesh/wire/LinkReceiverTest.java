package io.botmesh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.wire.Control.Ack;
import io.botmesh.wire.Control.Close;
import io.botmesh.wire.Control.Credit;
import io.botmesh.wire.Control.Nack;
import io.botmesh.wire.Control.Open;
import io.botmesh.wire.Control.Ping;
import io.botmesh.wire.Control.Pong;
import io.botmesh.wire.Control.PostRange;
import io.botmesh.wire.Control.Reset;
import io.botmesh.wire.Control.Seen;
import io.botmesh.wire.Control.StreamAck;
import io.botmesh.wire.Control.StreamCredit;
import io.botmesh.wire.LinkReceiver.Event;
import io.botmesh.wire.LinkReceiver.Options;
import io.botmesh.wire.LinkReceiver.State;
import io.botmesh.wire.StreamReceiver.Event.Deliver;
import io.botmesh.wire.StreamReceiver.Event.Duplicate;
import io.botmesh.wire.StreamReceiver.Event.Outside;
import io.botmesh.wire.StreamReceiver.Event.Store;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinkReceiverTest {
    private static final long PEER = 88;
    private static final long SESSION = 1234;
    private static final long CHANNEL = -100;
    private static final int BODY = 1000;
    private static final int WEIGHT = BODY + Limits.PIECE_WEIGHT;

    private LinkReceiver receiver = new LinkReceiver(PEER, State.fresh(SESSION), Options.defaults());
    private long message;

    @Test
    void piecesInOrderAreHandedOnAndAckedWithTheNextPacket() {
        assertThat(take(data(0, 0, 2))).containsExactly(pieces(new Store(0, 2)), pieces(new Deliver(0, 2)));
        assertThat(receiver.dueAt()).isEqualTo(Long.MAX_VALUE);
        assertThat(receiver.frames(false))
                .containsExactly(new Ack(
                        PEER,
                        SESSION,
                        List.of(new StreamAck(0, 2, List.of(), 0, false)),
                        List.of(new Seen(CHANNEL, 1))));
        assertThat(receiver.frames(false)).isEmpty();
    }

    @Test
    void whatIsEarlyIsAckedAsSuch() {
        take(data(0, 0, 1));
        take(data(0, 3, 2));
        take(data(0, 7, 1));
        assertThat(ack().streams())
                .containsExactly(new StreamAck(0, 1, List.of(new Span(3, 5), new Span(7, 8)), 0, false));
    }

    @Test
    void aRepeatedPacketIsADuplicateAndItsAckIsRepeated() {
        take(data(0, 0, 2));
        ack();
        assertThat(take(data(0, 0, 2))).containsExactly(pieces(new Duplicate(0, 2)));
        assertThat(ack().streams()).hasSize(1);
    }

    @Test
    void anAckGoesAloneAfterSixteenPackets() {
        for (int n = 0; n < 15; n++) take(data(0, n, 1));
        assertThat(receiver.dueAt()).isEqualTo(Long.MAX_VALUE);
        take(data(0, 15, 1));
        assertThat(receiver.dueAt()).isZero();
        receiver.frames(true);
        assertThat(receiver.dueAt()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void anAckGoesAloneAfter64KibibytesIfItWentSeldomBefore() {
        for (int n = 0; n < 8; n++) {
            assertThat(receiver.dueAt()).isEqualTo(Long.MAX_VALUE);
            receiver.onPacket(CHANNEL, ++message, 8 << 10, List.of(data(0, n, 1)), 0);
        }
        assertThat(receiver.dueAt()).isZero();
        receiver.frames(true);
        for (int n = 8; n < 16; n++) receiver.onPacket(CHANNEL, ++message, 8 << 10, List.of(data(0, n, 1)), 0);
        assertThat(receiver.dueAt()).as("saved up again").isZero();
        receiver.frames(true);
        for (int n = 16; n < 24; n++) receiver.onPacket(CHANNEL, ++message, 8 << 10, List.of(data(0, n, 1)), 0);
        assertThat(receiver.dueAt()).as("two acks for 24 packets are enough").isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void atMostOneAckInSixteenPacketsGoesAlone() {
        int alone = 0;
        int packets = 10_000;
        for (int n = 0; n < packets; n++) {
            receiver.onPacket(CHANNEL, ++message, 100_000 % (n + 1), List.of(data(n % 3, n / 3, 1)), n);
            if (receiver.dueAt() <= n) {
                receiver.frames(true);
                alone++;
            }
        }
        assertThat(alone).isBetween(packets / 20, 2 + packets / 16);
    }

    /** Though none of them is short of its own. */
    @Test
    void creditThatAllStreamsTogetherMayBeShortOfGoesAloneToo() {
        int streams = (int) (Limits.FIRST_PEER_CREDIT / Limits.FIRST_STREAM_CREDIT) + 2;
        int piece = (int) Limits.FIRST_STREAM_CREDIT / 2 - 2 * Limits.PIECE_WEIGHT;
        List<Frame> frames = new ArrayList<>();
        for (int stream = 0; stream < streams; stream++) frames.add(data(stream, 0, 1, piece));
        receiver.onPacket(CHANNEL, ++message, 1000, frames.subList(0, streams / 2), 0);
        assertThat(receiver.dueAt()).isEqualTo(Long.MAX_VALUE);
        receiver.onPacket(CHANNEL, ++message, 1000, frames.subList(streams / 2, streams), 500);
        assertThat(receiver.dueAt()).isEqualTo(2_500);
    }

    @Test
    void creditThatThePeerMayBeShortOfGoesAloneWhenNothingElseDoes() {
        int piece = 100_000;
        receiver.onPacket(CHANNEL, ++message, 1000, List.of(data(0, 0, 1, piece)), 0);
        assertThat(receiver.dueAt()).isEqualTo(Long.MAX_VALUE);
        receiver.onPacket(CHANNEL, ++message, 1000, List.of(data(0, 1, 1, piece)), 500);
        assertThat(receiver.dueAt()).isEqualTo(2_500);
        long taken = 2L * (piece + Limits.PIECE_WEIGHT);
        assertThat(receiver.frames(true))
                .contains(new Credit(
                        PEER,
                        Limits.FIRST_PEER_CREDIT + taken,
                        List.of(new StreamCredit(0, Limits.FIRST_STREAM_CREDIT + taken)),
                        List.of()));
        assertThat(receiver.dueAt()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void whatWaitsForHandlersIsNotGrantedAgain() {
        receiver.onPacket(CHANNEL, ++message, 1000, List.of(data(0, 0, 2, 100_000)), 0);
        receiver.onBacklog(0, 200_000);
        assertThat(receiver.frames(true))
                .noneMatch(frame -> frame instanceof Credit credit
                        && credit.streams().stream().anyMatch(one -> one.weight() > Limits.FIRST_STREAM_CREDIT + 32));
        receiver.onBacklog(0, 0);
        receiver.onDone(0, 0, 2);
        assertThat(receiver.frames(false))
                .contains(new Credit(
                        PEER,
                        Limits.FIRST_PEER_CREDIT + 200_032,
                        List.of(new StreamCredit(0, Limits.FIRST_STREAM_CREDIT + 200_032)),
                        List.of()));
    }

    @Test
    void aFrameIsTakenAsAWholeOrNotAtAll() {
        int piece = 50_000;
        take(data(0, 1, 3, piece));
        assertThat(take(data(0, 10, 3, piece))).containsExactly(pieces(new Outside(10, 13)));
        assertThat(take(data(0, 10, 2, piece))).containsExactly(pieces(new Store(10, 12)));
        assertThat(take(data(0, 0, 1, 1_000_000)))
                .as("what closes the gap is always taken")
                .containsExactly(pieces(new Store(0, 1)), pieces(new Deliver(0, 4)));
        assertThat(take(data(0, 1 << 20, 1))).containsExactly(pieces(new Outside(1 << 20, (1 << 20) + 1)));
    }

    @Test
    void allStreamsTogetherHoldNoMoreThanThePeerMay() {
        int piece = 200_000;
        int streams = (int) (Limits.FIRST_PEER_CREDIT / (piece + Limits.PIECE_WEIGHT));
        for (int stream = 0; stream < streams; stream++) take(data(stream, 1, 1, piece));
        assertThat(take(data(streams, 1, 1, piece))).containsExactly(new Event.Pieces(streams, new Outside(1, 2)));
        assertThat(receiver.heldWeight()).isLessThanOrEqualTo(Limits.FIRST_PEER_CREDIT);
        take(data(0, 0, 1));
        assertThat(take(data(streams, 1, 1, piece))).containsExactly(new Event.Pieces(streams, new Store(1, 2)));
    }

    @Test
    void moreStreamsThanAgreedAreNotTaken() {
        receiver =
                new LinkReceiver(PEER, State.fresh(SESSION), Options.defaults().withStreams(2));
        take(data(5, 0, 1));
        take(data(6, 0, 1));
        assertThat(take(new Open(7, "x"), data(7, 0, 1))).containsExactly(new Event.TooMany(7, 0, 1));
    }

    private void one(Options options, int streams) {
        receiver = new LinkReceiver(
                PEER, State.fresh(SESSION), options.withStreams(streams).withoutCredit());
    }

    @Test
    void whoIsToldNothingMayHaveSixteenTimesAsManyStreams() {
        one(Options.defaults(), 1);
        for (int stream = 0; stream < 16; stream++) take(data(stream, 0, 1));
        receiver.onDone(3, 0, 1);
        receiver.onDone(5, 0, 1);
        assertThat(take(data(16, 0, 1))).contains(new Event.Rested(3, 1));
        assertThat(take(data(17, 0, 1))).contains(new Event.Rested(5, 1));
        // All others have begun a message: none of them is lost without a word.
        assertThat(take(data(18, 0, 1))).contains(new Event.Rested(0, 1), new Event.Pieces(18, new Deliver(0, 1)));
    }

    /** It was silent for long, and so were thousands of others whose ends were lost. */
    @Test
    void aStreamThatGaveWayGoesOnWhereItWas() {
        one(Options.defaults(), 1);
        take(new Open(0, "seldom"), data(0, 0, 2));
        receiver.onDone(0, 0, 2);
        for (int stream = 1; stream <= 16; stream++) {
            take(new Open(stream, "n" + stream), data(stream, 0, 1));
            receiver.onDone(stream, 0, 1);
        }
        assertThat(receiver.isOpen(0)).isFalse();
        assertThat(receiver.next(0)).isEqualTo(2);
        assertThat(receiver.knows(0, 1)).isTrue();
        assertThat(receiver.knows(0, 2)).isFalse();
        receiver = new LinkReceiver(
                PEER,
                State.parse(receiver.state().toBytes()),
                Options.defaults().withStreams(1).withoutCredit());
        assertThat(take(new Open(0, "seldom"), data(0, 1, 2)))
                .containsExactly(
                        new Event.Rested(1, 1),
                        new Event.Opened(0, "seldom"),
                        pieces(new Duplicate(1, 2)),
                        pieces(new Store(2, 3)),
                        pieces(new Deliver(2, 3)));
        assertThat(receiver.state().streams().getLast().done())
                .as("handed on before")
                .isEqualTo(2);
        // What is missing of it is waited for as ever, and so is its end.
        take(new Close(0, 5));
        assertThat(receiver.behindGaps(0)).containsExactly(5L);
        assertThat(take(data(0, 3, 2))).contains(new Event.Ended(0, 5));
    }

    @Test
    void theEndOfAStreamThatGaveWayIsTheLastThatIsKnownOfIt() {
        one(Options.defaults(), 1);
        for (int stream = 0; stream < 18; stream++) {
            take(data(stream, 0, 1));
            receiver.onDone(stream, 0, 1);
        }
        assertThat(receiver.state().resting())
                .extracting(LinkReceiver.Rest::stream)
                .containsExactly(0L, 1L);
        assertThat(take(new Close(0, 1))).contains(new Event.Ended(0, 1));
        assertThat(take(new Open(40, "n", 1, 3))).doesNotContain(new Event.Ended(1, 3));
        assertThat(receiver.gapped()).containsExactly(1L);
        assertThat(take(data(0, 0, 1))).containsExactly(pieces(new Duplicate(0, 1)));
    }

    @Test
    void whatComesOnAStreamThatIsForgottenIsToldAndCopiesOfOthersAreNot() {
        one(Options.defaults(), 1);
        for (int stream = 0; stream < 40; stream++) {
            take(data(stream, 0, 1));
            receiver.onDone(stream, 0, 1);
        }
        assertThat(receiver.state().resting()).hasSize(16);
        assertThat(take(data(7, 1, 2))).containsExactly(new Event.Forgotten(7, 1, 3));
        take(new Close(8, 1));
        assertThat(take(data(8, 0, 1))).containsExactly(new Event.Pieces(8, new Duplicate(0, 1)));
        receiver = new LinkReceiver(
                PEER,
                State.parse(receiver.state().toBytes()),
                Options.defaults().withStreams(1).withoutCredit());
        assertThat(take(data(7, 3, 1))).containsExactly(new Event.Forgotten(7, 3, 4));
    }

    /** Such a sender repeats what it has no ack of, and what one-way streams forgot is nothing to it. */
    @Test
    void whereSendersAreAnsweredACopyOnAStreamThatHasEndedIsACopyWhateverIsForgotten() {
        take(data(0, 0, 1), new Close(0, 1));
        receiver.onDone(0, 0, 1);
        State known = receiver.state();
        assertThat(known.ended()).containsExactly(new Span(0, 1));
        receiver = new LinkReceiver(
                PEER,
                new State(SESSION, known.weight(), List.of(), List.of(), known.ended(), 1, known.seen()),
                Options.defaults());
        assertThat(take(data(0, 0, 1))).containsExactly(pieces(new Duplicate(0, 1)));
        assertThat(ack().streams()).hasSize(1);
    }

    /** A packet names its streams first, and their data follow. Beyond twice the room it is told that they are missed. */
    @ParameterizedTest
    @CsvSource({"0, 2, 2", "0, 5, 2", "65536, 100, 100", "65536, 200, 126"})
    void whatAPacketNamesIsHandedOnUnderItsNameHoweverFewStreamsHaveRoom(long room, int streams, int least) {
        receiver = new LinkReceiver(
                PEER, State.fresh(SESSION), Options.defaults().withoutCredit().withRoom(room));
        var frames = new ArrayList<Frame>();
        for (int stream = 0; stream < streams; stream++) frames.add(new Open(stream, "name-" + stream));
        for (int stream = 0; stream < streams; stream++) frames.add(data(stream, 0, 1));
        var names = new HashMap<Long, String>();
        int delivered = 0;
        int told = 0;
        for (Event event : take(frames.toArray(Frame[]::new))) {
            if (event instanceof Event.Opened opened) names.put(opened.stream(), opened.name());
            if (event instanceof Event.Rested rested) names.remove(rested.stream());
            if (event instanceof Event.Pieces(long stream, Deliver unused)) {
                assertThat(names).containsEntry(stream, "name-" + stream);
                delivered++;
            }
            if (event instanceof Event.Forgotten) told++;
        }
        assertThat(delivered + told).isEqualTo(streams);
        assertThat(delivered).isGreaterThanOrEqualTo(least);
    }

    @Test
    void aSenderThatIsAnsweredOnceItWasNotHasRoomForNewStreamsHoweverManyHolesItLeft() {
        one(Options.defaults(), 32);
        for (int stream = 0; receiver.state().ended().size() < 1_000; stream += 2)
            take(data(stream, 0, 1), new Close(stream, 1));
        receiver = new LinkReceiver(PEER, receiver.state(), Options.defaults());
        assertThat(take(data(10_000, 0, 1))).contains(new Event.Pieces(10_000, new Deliver(0, 1)));
    }

    @Test
    void aStreamThatGaveWayGoesOnAmongThousandsThatHaveEnded() {
        one(Options.defaults(), 1);
        for (int stream : new int[] {2, 100_000}) take(data(stream, 0, 1));
        for (int stream = 100_001; stream < 100_016; stream++) take(data(stream, 0, 1));
        receiver.onDone(2, 0, 1);
        for (int stream = 1; stream < 8_000; stream += 2) take(new Close(stream, 1), data(stream, 0, 1));
        assertThat(receiver.isOpen(2)).isFalse();
        assertThat(take(data(2, 1, 1))).contains(new Event.Pieces(2, new Deliver(1, 2)));
    }

    @Test
    void soManyOfThoseThatGaveWayAreKeptAsTheBoundsOfTodayAllow() {
        State state = State.fresh(SESSION);
        var resting = List.of(new LinkReceiver.Rest(3, 1, 9), new LinkReceiver.Rest(1, 2, 9));
        state = new State(SESSION, 0, List.of(), resting, state.ended(), 0, state.seen());
        receiver =
                new LinkReceiver(PEER, state, Options.defaults().withoutCredit().withRoom(0));
        assertThat(receiver.fit()).isEmpty();
        assertThat(receiver.state().resting()).containsExactly(new LinkReceiver.Rest(1, 2, 9));
        assertThat(take(data(3, 1, 1))).containsExactly(new Event.Forgotten(3, 1, 2));
    }

    /** A gap that was told of, and then comes what was missing in it. */
    @Test
    void whatIsMissingIsToldOnce() {
        one(Options.defaults(), 1);
        for (int stream = 0; stream < 16; stream++) take(data(stream, 1, 1));
        assertThat(take(data(16, 1, 1))).contains(new Event.GaveWay(0, 1), new Event.Rested(0, 2));
        assertThat(take(data(0, 0, 1)))
                .contains(pieces(new Duplicate(0, 1)))
                .doesNotHaveAnyElementsOfTypes(Event.Forgotten.class);
        take(new Close(0, 3));
        receiver.skipGap(0);
        assertThat(take(data(0, 2, 1))).containsExactly(pieces(new Duplicate(2, 3)));
    }

    @Test
    void aStreamThatIsNamedKeepsItsPlaceUntilItsPacketIsRead() {
        one(Options.defaults(), 1);
        for (int stream = 0; stream < 16; stream++) take(data(stream, 1, 1)); // all miss something
        var events = take(new Open(20, "a"), new Open(21, "b"), data(20, 0, 1), data(21, 0, 1));
        assertThat(events)
                .containsSubsequence(new Event.Opened(20, "a"), new Event.Pieces(20, new Deliver(0, 1)))
                .containsSubsequence(new Event.Opened(21, "b"), new Event.Pieces(21, new Deliver(0, 1)))
                .doesNotContain(new Event.Rested(20, 0));
    }

    @Test
    void ofTooManyTheOneThatWasIdleForLongestGivesWay() {
        one(Options.defaults(), 2);
        for (int stream = 0; stream < 32; stream++) take(data(stream, 0, 1));
        for (int stream : List.of(3, 1, 2)) receiver.onDone(stream, 0, 1);
        take(data(1, 0, 1)); // the others were silent for longer; the first one's handler is busy
        assertThat(take(data(32, 0, 1))).contains(new Event.Rested(2, 1));
        assertThat(take(data(2, 1, 1))).contains(new Event.Rested(3, 1), new Event.Pieces(2, new Deliver(1, 2)));
    }

    /** Every second stream misses something for days: its neighbours have ended, and so there are many runs of those. */
    @Test
    void streamsThatEndAmongManyThatMissSomethingKeepNoneOut() {
        one(Options.defaults(), Limits.STREAMS);
        for (int stream = 0; stream < 8_000; stream++) {
            List<Event> events = stream % 2 == 0
                    ? take(new Close(stream, 1), data(stream, 0, 1))
                    : take(new Close(stream, 2), data(stream, 0, 1));
            assertThat(events).as("stream " + stream).contains(new Event.Pieces(stream, new Deliver(0, 1)));
            receiver.onDone(stream, 0, 1);
        }
        for (int stream = 1; stream < 8_000; stream += 2)
            assertThat(take(data(stream, 1, 1))).contains(new Event.Pieces(stream, new Deliver(1, 2)));
    }

    @Test
    void holesBetweenStreamsThatHaveEndedAreForgottenButThoseInUse() {
        one(Options.defaults(), Limits.STREAMS);
        for (int stream = 1; stream < 2_000; stream += 2) take(new Close(stream, 1), data(stream, 0, 1));
        assertThat(take(data(2, 0, 1))).contains(new Event.Pieces(2, new Deliver(0, 1)));
        assertThat(receiver.isOpen(2)).isTrue();
        for (int stream = 2_001; stream < 20_000; stream += 2) take(new Close(stream, 1), data(stream, 0, 1));
        assertThat(receiver.isOpen(2)).isTrue();
        assertThat(receiver.state().ended()).hasSizeLessThan(1_010);
        assertThat(take(data(6, 0, 1))).containsExactly(new Event.Forgotten(6, 0, 1));
        int told = 0;
        for (int lot = 0; lot < 100; lot++)
            for (Frame frame : receiver.frames(false))
                if (frame instanceof Ack ack) told += ack.streams().size();
        assertThat(told).as("kept for an ack").isLessThan(1_010);
    }

    @Test
    void whichStreamIsInUseIsKnownToTheNextProcess() {
        one(Options.defaults(), 2);
        for (int stream = 0; stream < 32; stream++) take(data(stream, 0, 1));
        for (int stream = 0; stream < 3; stream++) receiver.onDone(stream, 0, 1);
        take(data(1, 1, 1)); // the others were silent for longer
        take(data(0, 1, 1));
        receiver.onDone(0, 1, 2);
        receiver.onDone(1, 1, 2);
        receiver = new LinkReceiver(
                PEER,
                State.parse(receiver.state().toBytes()),
                Options.defaults().withStreams(2).withoutCredit());
        assertThat(take(data(32, 0, 1))).contains(new Event.Rested(2, 1));
        receiver.onDone(3, 0, 1);
        take(data(0, 2, 1));
        receiver.onDone(0, 2, 3);
        assertThat(take(data(33, 0, 1))).contains(new Event.Rested(3, 1));
        receiver.onDone(4, 0, 1);
        assertThat(take(data(34, 0, 1))).contains(new Event.Rested(4, 1));
    }

    @Test
    void whereRoomIsBoundedStreamsAndTheirNamesCount() {
        long room = 3 * (LinkReceiver.STREAM_COST + 100);
        receiver = new LinkReceiver(
                PEER, State.fresh(SESSION), Options.defaults().withoutCredit().withRoom(room));
        for (int stream = 0; stream < 3; stream++) {
            take(new Open(stream, "n".repeat(100)), data(stream, 0, 1));
            receiver.onDone(stream, 0, 1);
        }
        take(data(0, 1, 1));
        receiver.onDone(0, 1, 2);
        assertThat(receiver.streamCost()).isEqualTo(room);
        assertThat(take(data(3, 0, 1))).contains(new Event.Rested(1, 1));
        receiver.onDone(3, 0, 1);
        assertThat(take(new Open(3, "n".repeat(101)))).contains(new Event.Rested(2, 1));
        long cost = receiver.streamCost();
        State stored = State.parse(receiver.state().toBytes());
        receiver = new LinkReceiver(
                PEER, stored, Options.defaults().withoutCredit().withRoom(room));
        assertThat(receiver.streamCost()).isEqualTo(cost);
        assertThat(receiver.fit()).isEmpty();
        receiver = new LinkReceiver(
                PEER, stored, Options.defaults().withoutCredit().withRoom(0));
        assertThat(receiver.fit()).containsExactly(new Event.Rested(0, 2));
        assertThat(receiver.state().resting())
                .extracting(LinkReceiver.Rest::stream)
                .containsExactly(0L);
        assertThat(receiver.name(3)).hasSize(101);
        assertThat(receiver.fit()).isEmpty();
    }

    @Test
    void whereRoomIsBoundedGapsGiveWayToPiecesBehindOthers() {
        receiver = new LinkReceiver(
                PEER, State.fresh(SESSION), Options.defaults().withoutCredit().withRoom(8 * LinkReceiver.RUN_COST));
        take(data(0, 1, 1));
        take(data(0, 3, 1));
        assertThat(take(data(0, 5, 1)))
                .contains(new Event.GaveWay(0, 1), new Event.Pieces(0, new StreamReceiver.Event.Deliver(1, 2)));
        assertThat(receiver.next(0)).isEqualTo(2);
        assertThat(take(data(0, 2, 1)).getLast())
                .isEqualTo(new Event.Pieces(0, new StreamReceiver.Event.Deliver(2, 4)));
    }

    /** Sixty-four runs for each stream that may be open. */
    @Test
    void piecesBehindTooManyGapsAreNotTakenAndComeWhenSomeHaveClosed() {
        receiver =
                new LinkReceiver(PEER, State.fresh(SESSION), Options.defaults().withStreams(1));
        for (int n = 1; n < 128; n += 2)
            assertThat(take(data(0, n, 1, 0))).hasSize(1).contains(pieces(new Store(n, n + 1)));
        for (int restart = 0; restart < 2; restart++) {
            assertThat(take(data(0, 600, 1, 0))).containsExactly(new Event.TooManyGaps(0, 600, 601));
            assertThat(receiver.runCost()).isEqualTo(64L * LinkReceiver.RUN_COST);
            assertThat(ack().streams().getFirst().stored())
                    .as("told how things stand")
                    .isZero();
            receiver = new LinkReceiver(
                    PEER,
                    State.parse(receiver.state().toBytes()),
                    Options.defaults().withStreams(1));
            assertThat(receiver.fit()).isEmpty();
        }
        assertThat(take(data(0, 128, 3, 0))).as("beside others").containsExactly(pieces(new Store(128, 131)));
        assertThat(take(data(0, 0, 1, 0))).contains(pieces(new Deliver(0, 2)));
        assertThat(take(data(0, 600, 1, 0))).containsExactly(pieces(new Store(600, 601)));
    }

    @Test
    void whoHearsNothingFromUsHasSoManyGapsToo() {
        one(Options.defaults(), 1);
        for (int stream = 0; stream < 2; stream++) for (int n = 1; n < 64; n += 2) take(data(stream, n, 1, 0));
        assertThat(take(data(1, 300, 1, 0)))
                .containsSubsequence(
                        new Event.GaveWay(0, 1),
                        new Event.Pieces(0, new Deliver(1, 2)),
                        new Event.Pieces(1, new Store(300, 301)));
        State full = receiver.state();
        receiver =
                new LinkReceiver(PEER, full, Options.defaults().withStreams(1).withoutCredit());
        assertThat(receiver.fit()).as("as many as may be").isEmpty();
        assertThat(receiver.runCost()).isEqualTo(64L * LinkReceiver.RUN_COST);
    }

    /** As an earlier version stored them, without a bound and in as many parts as there were frames. */
    @Test
    void gapsThatWereStoredWithoutABoundGiveWayButNothingThatWasAcked() {
        var parts = new ArrayList<StreamReceiver.Held>();
        for (int n = 1; n < 1_000; n += 3) {
            parts.add(new StreamReceiver.Held(n, n + 1, 16));
            parts.add(new StreamReceiver.Held(n + 1, n + 2, 16));
        }
        var stream = new LinkReceiver.StreamState(0, "", 0, 0, parts, 0, List.of(), -1);
        var before = State.parse(State.of(SESSION, List.of(stream)).toBytes());
        receiver =
                new LinkReceiver(PEER, before, Options.defaults().withStreams(1).withoutCredit());
        assertThat(receiver.fit()).contains(new Event.GaveWay(0, 1));
        assertThat(receiver.state().streams().getFirst().early())
                .hasSize(64)
                .startsWith(new StreamReceiver.Held(808, 810, 32));
        receiver = new LinkReceiver(PEER, before, Options.defaults().withStreams(1));
        assertThat(receiver.fit()).isEmpty();
        assertThat(receiver.runCost()).isEqualTo(333L * LinkReceiver.RUN_COST);
        assertThat(take(data(0, 2_000, 1, 0))).containsExactly(new Event.TooManyGaps(0, 2_000, 2_001));
    }

    /** Every second of so many packets is late, and each has data of all streams that a sender has open. */
    @Test
    void morePacketsThanAChannelHasWritersMayBeLateAndAllIsTaken() {
        for (boolean answered : new boolean[] {true, false}) {
            var options = answered ? Options.defaults() : Options.defaults().withoutCredit();
            receiver = new LinkReceiver(PEER, State.fresh(SESSION), options);
            var late = new ArrayList<Frame[]>();
            for (int n = 0; n < 128; n++) {
                var frames = new Frame[Limits.STREAMS];
                for (int stream = 0; stream < frames.length; stream++) frames[stream] = data(stream, n, 1, 1);
                if (n % 2 == 0) late.add(frames);
                else assertThat(take(frames)).hasSize(frames.length).allMatch(LinkReceiverTest::isStored);
            }
            assertThat(receiver.state().toBytes()).hasSizeLessThan(420_000);
            int delivered = 0;
            Collections.shuffle(late, new Random(1));
            for (Frame[] frames : late)
                for (Event event : take(frames))
                    if (event instanceof Event.Pieces(long unused, Deliver in))
                        delivered += (int) (in.until() - in.from());
            assertThat(delivered).isEqualTo(128 * Limits.STREAMS);
        }
    }

    private static boolean isStored(Event event) {
        return event instanceof Event.Pieces(long unused, Store unusedToo);
    }

    /** All that waits behind one gap is one run, however many frames brought it. */
    @Test
    void framesBehindOneGapMakeNoLongState() {
        int before = receiver.state().toBytes().length;
        for (int n = 1; n < 1_000; n++) take(data(0, n, 1, 0));
        assertThat(receiver.state().toBytes()).hasSizeLessThan(before + 100);
        assertThat(take(data(0, 0, 1, 0))).contains(pieces(new Deliver(0, 1_000)));
        assertThat(receiver.state().weight()).isEqualTo(1_000L * Limits.PIECE_WEIGHT);
    }

    @Test
    void aMemoryWithoutItsStreamsTakesNoneOfThemAgain() {
        one(Options.defaults(), 2);
        take(data(7, 0, 1));
        take(data(3, 0, 1));
        State without = receiver.state().withoutStreams();
        receiver = new LinkReceiver(
                PEER, without, Options.defaults().withStreams(2).withoutCredit());
        assertThat(take(data(3, 1, 1))).containsExactly(new Event.Forgotten(3, 1, 2));
        assertThat(take(data(0, 0, 1))).containsExactly(new Event.Forgotten(0, 0, 1));
        assertThat(take(data(8, 0, 1))).hasSize(2);
        assertThat(State.fresh(SESSION).withoutStreams()).isEqualTo(State.fresh(SESSION));
    }

    @Test
    void whatIsBroughtBackSaysNothingOfWhatIsInUse() {
        one(Options.defaults(), 2);
        for (int stream = 0; stream < 32; stream++)
            receiver.onPacket(7, 100 + stream, 9, List.of(data(stream, 0, 1)), 0);
        for (int stream = 0; stream < 3; stream++) receiver.onDone(stream, 0, 1);
        receiver.onPacket(7, 50, 9, List.of(data(0, 0, 1)), 0);
        assertThat(receiver.onPacket(7, 200, 9, List.of(data(32, 0, 1)), 0)).contains(new Event.Rested(0, 1));
    }

    @Test
    void whoMissesSomethingGivesWayAfterThoseThatLoseNothingByIt() {
        one(Options.defaults(), 1);
        take(data(0, 0, 1));
        receiver.onDone(0, 0, 1);
        take(new Close(1, 3));
        for (int stream = 2; stream < 16; stream++) take(data(stream, 1, 1));
        assertThat(take(data(16, 1, 1))).contains(new Event.Rested(0, 1)).doesNotContain(new Event.GaveWay(1, 3));
        assertThat(take(data(17, 1, 1))).contains(new Event.GaveWay(1, 3), new Event.Ended(1, 3));
        // Nothing but streams with gaps is left: what follows on the gap is handed on.
        assertThat(take(data(18, 1, 1)))
                .containsSubsequence(
                        new Event.Pieces(2, new Deliver(1, 2)), new Event.GaveWay(2, 1), new Event.Rested(2, 2));
        assertThat(take(data(0, 1, 1))).contains(new Event.Pieces(0, new Deliver(1, 2)));
    }

    @Test
    void whoIsToldNothingHasAStreamEndedWhenItIsInOrder() {
        one(Options.defaults(), 1);
        assertThat(take(new Close(0, 2), data(0, 0, 2)))
                .containsExactly(
                        new Event.Pieces(0, new Store(0, 2)),
                        new Event.Pieces(0, new Deliver(0, 2)),
                        new Event.Ended(0, 2));
        assertThat(receiver.onDone(0, 0, 2)).isEmpty();
        assertThat(receiver.state().streams()).isEmpty();
    }

    @Test
    void anEndTellsOfAGapBeforeIt() {
        take(new Close(0, 3), data(0, 0, 1));
        receiver.onDone(0, 0, 1);
        assertThat(receiver.gapped()).containsExactly(0L);
        assertThat(receiver.behindGaps(0)).containsExactly(3L);
        assertThat(receiver.skipGap(0)).containsExactly(new Event.Skipped(0, 1, 3, List.of()), new Event.Ended(0, 3));
        assertThat(receiver.gapped()).isEmpty();
    }

    /** A stream that ended below them would leave them in the store for good. */
    @Test
    void anEndBelowPiecesThatHaveComeIsNone() {
        for (boolean answered : new boolean[] {true, false}) {
            var options = answered ? Options.defaults() : Options.defaults().withoutCredit();
            receiver = new LinkReceiver(PEER, State.fresh(SESSION), options);
            take(data(0, 5, 2));
            assertThat(take(new Close(0, 6), data(0, 0, 1))).doesNotContain(new Event.Ended(0, 6));
            take(data(0, 1, 4));
            receiver.onDone(0, 0, 7);
            assertThat(receiver.heldWeight()).isZero();
            assertThat(receiver.next(0)).isEqualTo(7);
            assertThat(take(new Close(0, 7))).containsExactly(new Event.Ended(0, 7));
        }
    }

    @Test
    void endedStreamsAreFewSpansHoweverManyThereWere() {
        for (int stream = 0; stream < 5_000; stream++) {
            take(new Close(stream, 1), data(stream, 0, 1));
            receiver.onDone(stream, 0, 1);
        }
        assertThat(receiver.state().streams()).isEmpty();
        assertThat(receiver.state().ended()).containsExactly(new Span(0, 5_000));
        assertThat(take(data(7, 0, 1))).containsExactly(new Event.Pieces(7, new Duplicate(0, 1)));
        assertThat(ack().streams()).contains(StreamAck.closed(7));
    }

    @Test
    void doneIsAckedUpToTheFirstHandlerThatHasNotEnded() {
        take(data(0, 0, 5));
        receiver.onDone(0, 3, 5);
        receiver.onDone(0, 0, 2);
        assertThat(ack().streams()).containsExactly(new StreamAck(0, 5, List.of(), 2, false));
        receiver.onDone(0, 2, 3);
        assertThat(ack().streams()).containsExactly(new StreamAck(0, 5, List.of(), 5, false));
        assertThatThrownBy(() -> receiver.onDone(0, 5, 6)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aPingIsAnsweredWithAllThereIs() {
        take(data(0, 0, 1));
        take(data(1, 0, 1));
        ack();
        take(new Ping(9));
        assertThat(receiver.dueAt()).isZero();
        var frames = receiver.frames(true);
        assertThat(frames).contains(new Pong(PEER, 9));
        assertThat(((Ack) frames.getFirst()).streams()).hasSize(2);
        assertThat(receiver.dueAt()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aPingOfAPeerThatWasNeverHeardIsAnsweredToo() {
        take(new Ping(9));
        assertThat(receiver.frames(true))
                .containsExactly(new Ack(PEER, SESSION, List.of(), List.of(new Seen(CHANNEL, 1))), new Pong(PEER, 9));
    }

    @Test
    void aStreamThatBeginsInItsMiddleIsAckedAtOnceForThePeerMustLearnThatThisMemoryIsNew() {
        take(data(0, 7, 1));
        assertThat(receiver.dueAt()).isZero();
        assertThat(ack().session()).isEqualTo(SESSION);
        take(data(0, 8, 1));
        assertThat(receiver.dueAt()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aResetGoesOnBehindWhatWillNotCome() {
        take(data(0, 0, 1));
        take(data(0, 3, 1));
        take(data(0, 5, 2));
        take(data(0, 9, 1));
        assertThat(take(new Reset(0, 5, 5 * WEIGHT)))
                .containsExactly(new Event.Skipped(0, 1, 5, List.of(new Span(3, 4))), pieces(new Deliver(5, 7)));
        assertThat(receiver.heldWeight()).isEqualTo(WEIGHT);
        assertThat(receiver.state().streams().getFirst().weight()).isEqualTo(7L * WEIGHT);
        assertThat(receiver.state().weight()).isEqualTo(7L * WEIGHT);
        assertThat(take(new Reset(0, 3, 3 * WEIGHT))).isEmpty();
        receiver.onDone(0, 0, 1);
        receiver.onDone(0, 5, 7);
        assertThat(ack().streams()).containsExactly(new StreamAck(0, 7, List.of(new Span(9, 10)), 7, false));
    }

    @Test
    void aResetAmidAnEarlyFrameDropsWhatLiesBeforeAndHandsOnTheRest() {
        take(data(0, 3, 4));
        assertThat(take(new Reset(0, 5, 5 * WEIGHT)))
                .containsExactly(new Event.Skipped(0, 0, 5, List.of(new Span(3, 5))), pieces(new Deliver(5, 7)));
    }

    @Test
    void aStreamEndsWhenAllOfItIsDoneAndStaysEnded() {
        take(data(4, 0, 2));
        assertThat(take(new Close(4, 3))).isEmpty();
        take(data(4, 2, 1));
        assertThat(take(data(4, 3, 1))).containsExactly(new Event.Pieces(4, new Outside(3, 4)));
        assertThat(receiver.onDone(4, 0, 3)).containsExactly(new Event.Ended(4, 3));
        assertThat(ack().streams()).containsExactly(StreamAck.closed(4));
        assertThat(receiver.state().streams()).isEmpty();
        assertThat(take(data(4, 2, 1))).containsExactly(new Event.Pieces(4, new Duplicate(2, 3)));
        assertThat(take(new Close(4, 3))).isEmpty();
        assertThat(ack().streams()).containsExactly(StreamAck.closed(4));
    }

    @Test
    void aNameIsToldOnce() {
        assertThat(take(new Open(4, "jobs"), data(4, 0, 1)).getFirst()).isEqualTo(new Event.Opened(4, "jobs"));
        assertThat(take(new Open(4, "other"))).isEmpty();
    }

    @Test
    void whatWentBeforeUnderANameIsMissedThoughNothingOfItCameYet() {
        take(new Open(8, "jobs", 3, 2), data(8, 0, 1));
        assertThat(receiver.gapped()).containsExactly(3L);
        assertThat(receiver.behindGaps(3)).containsExactly(2L);
        take(data(3, 0, 2));
        assertThat(receiver.gapped()).isEmpty();
        assertThat(receiver.onDone(3, 0, 2)).containsExactly(new Event.Ended(3, 2));
        take(new Open(9, "jobs", 3, 2));
        assertThat(receiver.gapped()).isEmpty();
    }

    @Test
    void ofSeveralStreamsOfANameEachMissesWhatItsSuccessorKnows() {
        take(new Open(3, "jobs"), data(3, 0, 1));
        take(new Open(5, "jobs", 3, 2), new Open(8, "jobs", 5, 1), data(8, 0, 1));
        assertThat(receiver.gapped()).containsExactly(3L, 5L);
        assertThat(receiver.behindGaps(3)).containsExactly(2L);
        assertThat(receiver.behindGaps(5)).containsExactly(1L);
    }

    @Test
    void aGapOfPostsIsAskedAboutOnceAndNeverAlone() {
        receiver.onGap(CHANNEL, new Span(5, 8));
        assertThat(receiver.dueAt()).isEqualTo(Long.MAX_VALUE);
        assertThat(receiver.frames(false))
                .containsExactly(new Nack(PEER, List.of(new PostRange(CHANNEL, new Span(5, 8))), List.of()));
        assertThat(receiver.frames(false)).isEmpty();
    }

    @Test
    void aWatchSeesEachGapOnce() {
        var watch = new PostWatch(0);
        assertThat(watch.onPost(10)).isEmpty();
        assertThat(watch.onPost(11)).isEmpty();
        assertThat(watch.onPost(14)).contains(new Span(12, 14));
        assertThat(watch.onPost(13)).isEmpty();
        assertThat(watch.onPost(15)).isEmpty();
        assertThat(watch.onPost(1_000_000)).contains(new Span(999_000, 1_000_000));
        assertThat(new PostWatch(watch.last()).onPost(1_000_002)).contains(new Span(1_000_001, 1_000_002));
    }

    @Test
    void manySpansAndStreamsAreAckedInLots() {
        for (int stream = 0; stream < 40; stream++) {
            for (int n = 1; n < 20; n += 2) take(data(stream, n, 1, 1));
        }
        int acked = 0;
        for (int lot = 0; lot < 20; lot++) {
            var frames = receiver.frames(false);
            if (frames.isEmpty()) break;
            assertThat(new Content("", frames).toBytes().length).isLessThan(Limits.MIN_CAPACITY);
            for (Frame frame : frames)
                if (frame instanceof Ack ack) acked += ack.streams().size();
        }
        assertThat(acked).isEqualTo(40);
    }

    /** A peer that takes the largest numbers everywhere, so that what we say to it is long. */
    @Test
    void whatIsSaidFitsBesideDataWhateverNumbersThePeerTook() {
        long far = Limits.MAX_NUMBER - 1_000_000;
        int largest = 0;
        for (int round = 0; round < 20; round++) {
            for (int stream = 0; stream < 100; stream++) {
                take(new Reset(far + stream, far, stream == 0 ? far : 0));
                for (int n = 1; n < 20; n += 2) take(data(far + stream, far + 20L * round + n, 1, 1));
                take(
                        data(far + 1_000 + round * 100L + stream, 0, 1, 1),
                        new Close(far + 1_000 + round * 100L + stream, 1));
                receiver.onDone(far + 1_000 + round * 100L + stream, 0, 1);
                receiver.onPacket(-(far + stream), far + stream, 1000, List.of(), 0);
                receiver.onGap(-(far + stream), new Span(far + 7, far + 900_000));
                take(new Ping(far + stream));
            }
            var frames = receiver.frames(true);
            largest = Math.max(largest, new Content("", frames).toBytes().length);
        }
        assertThat(largest).isBetween(2_000, LinkReceiver.MAX_BYTES);
    }

    @Test
    void theStateSurvivesAsBytesAndDamageIsNoticed() {
        take(new Open(4, "jobs"), data(4, 0, 1), data(4, 2, 2), data(0, 0, 3), new Close(0, 9));
        take(data(1, 0, 1), new Close(1, 1));
        receiver.onDone(1, 0, 1);
        receiver.onDone(0, 1, 2);
        byte[] bytes = receiver.state().toBytes();
        assertThat(State.parse(bytes)).isEqualTo(receiver.state());
        assertThat(new LinkReceiver(PEER, State.parse(bytes), Options.defaults()).state())
                .isEqualTo(receiver.state());
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> State.parse(cut))
                    .isInstanceOfSatisfying(
                            WireException.class,
                            damaged -> assertThat(damaged.reason()).isEqualTo(WireException.Reason.STATE_MALFORMED));
        }
        assertThatThrownBy(() -> State.parse(Arrays.copyOf(bytes, bytes.length + 1)))
                .isInstanceOf(WireException.class);
    }

    /** Nobody had written down which of the streams that had ended had given way. */
    @Test
    void aStateOfBeforeIsReadAndWhatComesOnItsEndedStreamsIsTold() {
        one(Options.defaults(), 1);
        take(data(1, 0, 1), new Close(1, 1), new Open(4, "jobs"), data(4, 0, 1));
        byte[] now = receiver.state().toBytes();
        byte[] before = Arrays.copyOf(now, now.length - Integer.BYTES - Long.BYTES);
        before[0] = 1;
        receiver = new LinkReceiver(
                PEER, State.parse(before), Options.defaults().withStreams(1).withoutCredit());
        assertThat(receiver.name(4)).isEqualTo("jobs");
        assertThat(take(data(1, 1, 1))).containsExactly(new Event.Forgotten(1, 1, 2));
        assertThat(take(data(2, 0, 1))).contains(new Event.Pieces(2, new Deliver(0, 1)));
    }

    @Test
    void aRestartedReceiverAcksWhatItKnows() {
        take(data(0, 0, 3));
        receiver.frames(false);
        receiver = new LinkReceiver(PEER, receiver.state(), Options.defaults());
        assertThat(ack().streams()).containsExactly(new StreamAck(0, 3, List.of(), 0, false));
    }

    @Test
    void whatIsAboveTheCreditIsDroppedAndComesWhenThereIsRoom() {
        int piece = 8 << 10;
        int n = 0;
        // Nobody handles anything: a window is taken, and an eighth of one for good measure.
        while (!(take(data(0, n, 1, piece)).getFirst() instanceof Event.AboveCredit)) {
            n++;
            receiver.onBacklog(0, (long) n * (piece + Limits.PIECE_WEIGHT));
        }
        assertThat(n).isEqualTo(35);
        ack();
        assertThat(take(data(0, n, 1, piece))).containsExactly(new Event.AboveCredit(0, n, n + 1));
        assertThat(ack().streams())
                .as("told again how things stand")
                .containsExactly(new StreamAck(0, n, List.of(), 0, false));
        receiver.onBacklog(0, 0);
        assertThat(take(data(0, n, 1, piece))).contains(pieces(new Store(n, n + 1)));
    }

    @Test
    void theCreditOfAllStreamsTogetherIsKeptToo() {
        long taken = 0;
        for (int stream = 0; stream < 200; stream++) {
            if (take(data(stream, 0, 1, 60_000)).getFirst() instanceof Event.AboveCredit) continue;
            taken += 60_000;
            receiver.onBacklog(stream, 60_000);
        }
        assertThat(taken).isBetween(Limits.FIRST_PEER_CREDIT - 60_000, Limits.FIRST_PEER_CREDIT * 9 / 8);
    }

    @Test
    void whatWasGrantedIsTakenByALaterProcessThoughMuchWaitsThere() {
        var wide = Options.defaults().withWeights(1 << 20, 8 << 20);
        receiver = new LinkReceiver(PEER, State.fresh(SESSION), wide);
        take(data(0, 0, 1, 1000));
        receiver.frames(true); // a mebibyte from here on is granted
        receiver = new LinkReceiver(PEER, receiver.state(), wide);
        receiver.onBacklog(0, 1 << 20); // handlers stand still
        assertThat(receiver.frames(true)).isNotEmpty();
        assertThat(take(data(0, 1, 1, 1 << 20)).getFirst()).isEqualTo(pieces(new Store(1, 2)));
        assertThat(take(data(0, 2, 1, 1 << 18)).getFirst()).isInstanceOf(Event.AboveCredit.class);
    }

    @Test
    void aFrameThatIsLargerThanTheWindowIsTakenWhenNothingWaits() {
        receiver.onBacklog(0, 0);
        assertThat(take(data(0, 0, 1, 8 << 20))).contains(pieces(new Store(0, 1)));
    }

    @Test
    void aNewMemoryTakesWhatWasPackedForTheOldOneAndResetsBringNoCredit() {
        long before = 50L << 20;
        take(new Reset(0, 700, before));
        assertThat(take(data(0, 700, 1, 200_000))).contains(pieces(new Store(700, 701)));
        receiver.onBacklog(0, Limits.FIRST_STREAM_CREDIT);
        int taken = 0;
        for (int n = 701; n < 801; n++) {
            take(new Reset(0, n, before += 200_016));
            if (take(data(0, n, 1, 200_000)).getFirst() instanceof Event.Pieces) taken++;
        }
        assertThat(taken).isLessThan(2);
    }

    @Test
    void aResetToTheEndOfAllWeightsBringsNoCreditEither() {
        take(data(0, 0, 1));
        take(new Reset(0, 2, Limits.MAX_NUMBER));
        assertThat(take(data(0, 2, 1))).containsExactly(new Event.AboveCredit(0, 2, 3));
        assertThat(take(data(1, 0, 1))).containsExactly(new Event.AboveCredit(1, 0, 1));
    }

    @Test
    void whoHearsNothingFromUsIsHeldToNoCredit() {
        receiver =
                new LinkReceiver(PEER, State.fresh(SESSION), Options.defaults().withoutCredit());
        for (int n = 0; n < 20; n++) {
            assertThat(take(data(0, n, 1, 64 << 10))).contains(pieces(new Store(n, n + 1)));
            receiver.onBacklog(0, (n + 1L) * (64 << 10));
        }
    }

    // --- small words

    private Ack ack() {
        return (Ack) receiver.frames(false).stream()
                .filter(Ack.class::isInstance)
                .findFirst()
                .orElseThrow();
    }

    private List<Event> take(Frame... frames) {
        return receiver.onPacket(CHANNEL, ++message, 1000, List.of(frames), 0);
    }

    private static Event pieces(StreamReceiver.Event what) {
        return new Event.Pieces(0, what);
    }

    private static Data data(long stream, long sequence, int pieces) {
        return data(stream, sequence, pieces, BODY);
    }

    private static Data data(long stream, long sequence, int pieces, int bytes) {
        return new Data(stream, sequence, Collections.nCopies(pieces, Piece.whole("", List.of(), new byte[bytes])));
    }
}
