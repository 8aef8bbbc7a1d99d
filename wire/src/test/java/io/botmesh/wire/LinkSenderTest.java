package io.botmesh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.wire.Control.Ack;
import io.botmesh.wire.Control.Close;
import io.botmesh.wire.Control.Credit;
import io.botmesh.wire.Control.Nack;
import io.botmesh.wire.Control.Open;
import io.botmesh.wire.Control.PieceRange;
import io.botmesh.wire.Control.Ping;
import io.botmesh.wire.Control.Pong;
import io.botmesh.wire.Control.PostRange;
import io.botmesh.wire.Control.Reset;
import io.botmesh.wire.Control.Seen;
import io.botmesh.wire.Control.StreamAck;
import io.botmesh.wire.Control.StreamCredit;
import io.botmesh.wire.LinkSender.Effect;
import io.botmesh.wire.LinkSender.Effect.Delete;
import io.botmesh.wire.LinkSender.Effect.Forget;
import io.botmesh.wire.LinkSender.Effect.Forward;
import io.botmesh.wire.LinkSender.Effect.Lost;
import io.botmesh.wire.LinkSender.Effect.Reached;
import io.botmesh.wire.LinkSender.Effect.Repost;
import io.botmesh.wire.LinkSender.Ending;
import io.botmesh.wire.LinkSender.Level;
import io.botmesh.wire.LinkSender.Options;
import io.botmesh.wire.LinkSender.Part;
import io.botmesh.wire.LinkSender.Past;
import io.botmesh.wire.LinkSender.PostId;
import io.botmesh.wire.LinkSender.State;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinkSenderTest {
    private static final long ME = 77;
    private static final long PEER = 88;
    private static final long SESSION = 1234;
    private static final long CHANNEL = -100;
    private static final long SECOND = 1_000;

    private LinkSender sender = new LinkSender(ME, State.fresh(), Options.defaults());
    private long peerPacket;

    // --- the four causes

    /** Forty names a packet, each for one message: their ends are said as fast as they come. */
    @Test
    void endsOfABurstOfNamesAreSaidSoonThoughNobodyAnswers() {
        sender = new LinkSender(ME, State.fresh(), Options.defaults().withoutAnswers());
        var closed = new HashSet<Long>();
        int names = 10_000;
        for (int packet = 0; packet < names / 40; packet++) {
            var parts = new ArrayList<Part>();
            var numbers = new ArrayList<Long>();
            for (long stream = packet * 40L; stream < packet * 40L + 40; stream++) {
                sender.open(stream, "order-" + stream);
                parts.add(new Part(stream, 0, 1, 100, List.of(new Ending(stream, 0))));
                numbers.add(stream);
            }
            List<Frame> frames = sender.frames(0, numbers);
            assertThat(new Content("", frames).toBytes().length).isLessThanOrEqualTo(LinkSender.MAX_BYTES);
            for (Frame frame : frames) if (frame instanceof Close close) closed.add(close.stream());
            sender.onPacked(packet, parts);
            sender.onPosted(packet, new PostId(0, CHANNEL, packet, 0));
            for (long stream : numbers) sender.close(stream, 0);
            assertThat(sender.state().streams()).hasSizeLessThan(1_000);
        }
        assertThat(closed).hasSizeGreaterThan(names - 1_000);
    }

    @Test
    void timeAloneRepeatsNothing() {
        post(0, 0);
        for (long now = 0; now < 100_000 * SECOND; now += 1000 * SECOND) {
            assertThat(sender.onTime(now)).isEmpty();
            sender.frames(now);
        }
        assertThat(heard(100_000 * SECOND, new Credit(ME, 0, List.of(), List.of())))
                .isEmpty();
    }

    @Test
    void anUnknownOutcomeIsPostedAgainAtOnceAndElsewhere() {
        pack(0);
        assertThat(sender.onUnknown(0, 3)).containsExactly(new Repost(0, 3));
        assertThat(posted(0, 1, 5, 0)).containsExactly(reached(0, Level.POSTED));
    }

    @Test
    void anUnknownOutcomeOfWhatIsAckedMeansNothing() {
        pack(0);
        ack(1, stream(1));
        assertThat(sender.onUnknown(0, 3)).isEmpty();
    }

    @Test
    void whatAnEarlierProcessLeftUndoneIsPostedAgain() {
        post(0, 0);
        pack(1);
        pack(2);
        sender = new LinkSender(ME, sender.state(), Options.defaults());
        assertThat(sender.resume()).containsExactly(new Repost(1, -1), new Repost(2, -1));
    }

    @Test
    void threeLaterPacketsOfTheSameLaneMakeAHole() {
        lanes(10);
        for (int n = 0; n < 4; n++) post(n, 0);
        assertThat(ack(1, stream(0, new Span(1, 3)))).noneMatch(Forward.class::isInstance);
        assertThat(ack(1, stream(0, new Span(1, 4)))).contains(forward(0));
    }

    @Test
    void aRepairWaitsForThreeMoreBeforeItCountsAsLostToo() {
        hole();
        posted(0, 0, 50, SECOND);
        assertThat(ack(2 * SECOND, stream(0, new Span(1, 6)))).isEmpty();
        for (int n = 6; n < 9; n++) post(n, 0);
        assertThat(ack(2 * SECOND, stream(0, new Span(1, 8)))).noneMatch(Repost.class::isInstance);
        assertThat(ack(2 * SECOND, stream(0, new Span(1, 9)))).contains(new Repost(0, -1));
    }

    @Test
    void packetsOfOtherLanesMakeAHoleOnlyBeyondWhatLanesReorder() {
        lanes(2);
        post(0, 0);
        for (int n = 1; n <= 5; n++) post(n, 1);
        assertThat(ack(1, stream(0, new Span(1, 5)))).noneMatch(Forward.class::isInstance);
        assertThat(ack(1, stream(0, new Span(1, 6)))).contains(forward(0));
    }

    @Test
    void earlierPacketsAreNoReasonToMissALaterOne() {
        for (int n = 0; n < 6; n++) post(n, 0);
        assertThat(ack(1, stream(5))).noneMatch(Forward.class::isInstance);
    }

    @Test
    void theSameNewsTwiceCountOnce() {
        lanes(10);
        for (int n = 0; n < 3; n++) post(n, 0);
        for (int i = 0; i < 10; i++) {
            assertThat(ack(1, stream(0, new Span(1, 3)))).noneMatch(Forward.class::isInstance);
        }
    }

    @Test
    void aRepairIsAForwardAndThenTheBytes() {
        hole();
        assertThat(sender.onNotForwarded(0)).containsExactly(new Repost(0, -1));
        posted(0, 0, 50, SECOND);
        for (int n = 6; n < 9; n++) post(n, 0);
        assertThat(ack(2 * SECOND, stream(0, new Span(1, 9))))
                .contains(new Forward(0, new PostId(0, CHANNEL, 50, SECOND)));
    }

    @Test
    void whatWasForwardedInVainGoesAgainAsBytes() {
        hole();
        posted(0, 0, 50, SECOND);
        for (int n = 6; n < 9; n++) post(n, 0);
        assertThat(ack(2 * SECOND, stream(0, new Span(1, 9)))).contains(new Repost(0, -1));
    }

    @Test
    void aMissedPostIsRepairedIfItIsOursAndTheLastOfItsPacket() {
        post(0, 0);
        post(1, 0);
        assertThat(heard(1, posts(CHANNEL, 200, 300), posts(-5, 0, 10))).isEmpty();
        assertThat(heard(1, posts(CHANNEL, 0, 1))).containsExactly(forward(0));
        assertThat(heard(2, posts(CHANNEL, 0, 1))).isEmpty();
        posted(0, 0, 40, 3);
        assertThat(heard(4, posts(CHANNEL, 0, 1))).isEmpty();
        assertThat(heard(5, posts(CHANNEL, 40, 41))).containsExactly(new Repost(0, -1));
    }

    @Test
    void missedPiecesAreRepairedUnlessTheyAreJustOnTheirWay() {
        post(0, 0);
        var nack = new Nack(ME, List.of(), List.of(new PieceRange(0, new Span(0, 1))));
        assertThat(heard(SECOND, nack)).isEmpty();
        assertThat(heard(6 * SECOND, new Nack(ME, List.of(), List.of(new PieceRange(0, new Span(1, 9))))))
                .isEmpty();
        assertThat(heard(6 * SECOND, nack)).containsExactly(forward(0));
    }

    @Test
    void aPeerThatSpeaksOfALaterTimeWithoutAckMissesThePacket() {
        pack(0);
        posted(0, 0, 5, 0);
        assertThat(heard(1 * SECOND, ack(List.of(), new Seen(CHANNEL, 4)))).isEmpty();
        assertThat(heard(31 * SECOND, ack(List.of(), new Seen(-5, 100)))).isEmpty();
        assertThat(heard(32 * SECOND, ack(List.of(), new Seen(CHANNEL, 5))))
                .containsExactly(new Forward(0, new PostId(0, CHANNEL, 5, 0)));
    }

    @Test
    void aPeerThatJustSawThePostMayNotHaveAckedItYet() {
        post(0, 0);
        assertThat(heard(29 * SECOND, ack(List.of(), new Seen(CHANNEL, 0)))).isEmpty();
        assertThat(heard(30 * SECOND, ack(List.of()))).containsExactly(forward(0));
    }

    @Test
    void anAckOlderThanThePostSaysNothingAboutIt() {
        post(0, 0);
        posted(0, 0, 20, 0);
        assertThat(heard(3600 * SECOND, ack(List.of(), new Seen(CHANNEL, 19)))).isEmpty();
    }

    @Test
    void patienceGrowsWithTheRoundTripAndWithEachRepair() {
        post(0, 0);
        heard(20 * SECOND, ack(List.of(stream(1)), new Seen(CHANNEL, 0)));
        pack(1);
        posted(1, 0, 1, 20 * SECOND);
        assertThat(heard(99 * SECOND, ack(List.of(), new Seen(CHANNEL, 1)))).isEmpty();
        assertThat(heard(101 * SECOND, ack(List.of(), new Seen(CHANNEL, 1)))).hasSize(1);
        posted(1, 0, 2, 101 * SECOND);
        assertThat(heard(200 * SECOND, ack(List.of(), new Seen(CHANNEL, 2)))).isEmpty();
        assertThat(heard(262 * SECOND, ack(List.of(), new Seen(CHANNEL, 2)))).containsExactly(new Repost(1, -1));
    }

    @Test
    void aPeerThatWasAwayForADayIsNoReasonToBePatientForDays() {
        post(0, 0);
        long back = 86_400 * SECOND;
        heard(back, ack(List.of(stream(1)), new Seen(CHANNEL, 0)));
        pack(1);
        posted(1, 0, 1, back);
        assertThat(heard(back + 200 * SECOND, ack(List.of(), new Seen(CHANNEL, 1))))
                .isEmpty();
        assertThat(heard(back + 241 * SECOND, ack(List.of(), new Seen(CHANNEL, 1))))
                .hasSize(1);
    }

    @Test
    void aSilentPeerIsAskedAndItsAnswerTellsWhatItMisses() {
        post(0, 0);
        assertThat(sender.dueAt()).isEqualTo(30 * SECOND);
        assertThat(sender.frames(29 * SECOND)).isEmpty();
        assertThat(sender.frames(30 * SECOND)).containsExactly(new Ping(1));
        posted2(40 * SECOND);
        assertThat(heard(41 * SECOND, ack(List.of()), new Pong(ME, 99))).isEmpty();
        assertThat(heard(42 * SECOND, ack(List.of()), new Pong(ME, 1))).containsExactly(forward(0));
    }

    @Test
    void anAnswerSaysNothingOfWhatWasPostedAfterItsQuestion() {
        post(0, 0);
        assertThat(sender.frames(30 * SECOND)).containsExactly(new Ping(1));
        posted2(31 * SECOND);
        assertThat(heard(70 * SECOND, ack(List.of()), new Pong(ME, 1))).containsExactly(forward(0));
    }

    /** Packet 1, after the ping. */
    private void posted2(long at) {
        pack(1);
        posted(1, 0, 1, at);
    }

    @Test
    void aPeerThatIsAwayIsAskedEverMoreSeldom() {
        post(0, 0);
        var asked = new ArrayList<Long>();
        while (asked.size() < 12) {
            long due = sender.dueAt();
            assertThat(sender.frames(due)).hasSize(1);
            asked.add(due / SECOND);
        }
        assertThat(asked.subList(0, 5)).containsExactly(30L, 90L, 210L, 450L, 930L);
        assertThat(asked.get(11) - asked.get(10)).isEqualTo(1920L);
    }

    @Test
    void aPeerThatLostItsMemoryIsToldWhereToGoOnBeforeItGetsWhatItMisses() {
        for (int n = 0; n < 4; n++) post(n, 0);
        ack(SECOND, stream(2));
        assertThat(sender.frames(SECOND)).isEmpty();
        assertThat(heard(2 * SECOND, new Ack(ME, 999, List.of(stream(0)), List.of())))
                .containsExactly(new Lost(0, 0), new Lost(0, 1));
        assertThat(sender.dueAt()).isZero();
        assertThat(sender.frames(2 * SECOND)).containsExactly(new Reset(0, 2, 2 * 116));
        assertThat(sender.frames(2 * SECOND)).containsExactly(new Reset(0, 2, 2 * 116));
        assertThat(heard(3 * SECOND, new Ack(ME, 999, List.of(stream(2)), List.of())))
                .containsExactly(forward(2), forward(3));
        assertThat(sender.frames(3 * SECOND)).isEmpty();
    }

    /** What was packed while it knew the name does not say it. */
    @Test
    void aPeerThatLostItsMemoryIsToldTheNameOfAStreamThoughItHasPiecesOfIt() {
        sender.open(0, "jobs");
        post(0, 0);
        ack(1, stream(1));
        post(1, 0);
        heard(2 * SECOND, new Ack(ME, 999, List.of(stream(0, new Span(1, 2))), List.of()));
        assertThat(sender.frames(2 * SECOND)).containsExactly(new Open(0, "jobs"), new Reset(0, 1, 116));
        heard(3 * SECOND, new Ack(ME, 999, List.of(stream(2)), List.of()));
        assertThat(sender.frames(3 * SECOND)).isEmpty();
    }

    @Test
    void anAckOfAMemoryThatIsGoneMeansNothing() {
        post(0, 0);
        ack(SECOND, stream(0));
        heard(2 * SECOND, new Ack(ME, 999, List.of(stream(0)), List.of()));
        assertThat(ack(3 * SECOND, stream(1))).isEmpty();
        assertThat(sender.onFrames(PEER, 0, List.of(new Ack(ME, 555, List.of(stream(1)), List.of())), 4 * SECOND))
                .as("made before the ack of 999")
                .isEmpty();
        assertThat(sender.inFlight()).isEqualTo(1);
    }

    @Test
    void whatIsStoredBehindAGapIsKeptForAPeerThatForgets() {
        for (int n = 0; n < 3; n++) post(n, 0);
        assertThat(ack(1, stream(0, new Span(1, 3)))).noneMatch(Forget.class::isInstance);
        heard(2, new Ack(ME, 999, List.of(stream(0)), List.of()));
        assertThat(sender.state().flights()).allMatch(flight -> flight.onWay());
        posted(0, 0, 10, 2);
        posted(1, 0, 11, 2);
        posted(2, 0, 12, 2);
        assertThat(heard(3, new Ack(ME, 999, List.of(stream(3)), List.of())))
                .contains(new Forget(0), new Forget(1), new Forget(2));
    }

    // --- levels, credit, ends

    @Test
    void eachLevelIsToldOnceAndInOrder() {
        pack(0);
        pack(1);
        assertThat(posted(1, 0, 9, 0)).containsExactly(reached(1, Level.POSTED));
        assertThat(heard(1, ack(List.of(stream(0, new Span(1, 2)))))).containsExactly(reached(1, Level.STORED));
        assertThat(heard(2, ack(List.of(new StreamAck(0, 2, List.of(), 1, false)))))
                .containsExactly(
                        reached(0, Level.POSTED),
                        reached(0, Level.STORED),
                        reached(0, Level.DONE),
                        new Forget(0),
                        new Forget(1));
        assertThat(heard(3, ack(List.of(new StreamAck(0, 2, List.of(), 2, false)))))
                .containsExactly(reached(1, Level.DONE));
        assertThat(heard(4, ack(List.of(new StreamAck(0, 2, List.of(), 2, false)))))
                .isEmpty();
    }

    @Test
    void aMessageOfSeveralPacketsIsPostedAndStoredWithItsLastOne() {
        sender.onPacked(0, List.of(new Part(0, 0, 1, 100, List.of())));
        sender.onPacked(1, List.of(new Part(0, 1, 2, 100, List.of(new Ending(5, 1)))));
        assertThat(posted(1, 0, 1, 0)).isEmpty();
        assertThat(posted(0, 0, 2, 0)).containsExactly(reached(5, Level.POSTED));
        assertThat(ack(1, stream(1))).containsExactly(new Forget(0));
        assertThat(ack(1, stream(2))).containsExactly(reached(5, Level.STORED), new Forget(1));
    }

    @Test
    void nothingIsPackedAboveTheCredit() {
        assertThat(sender.room(0)).isEqualTo(Limits.FIRST_STREAM_CREDIT);
        sender.onPacked(0, List.of(new Part(0, 0, 1, Limits.FIRST_STREAM_CREDIT - 20, List.of())));
        assertThat(sender.room(0)).isEqualTo(20);
        assertThatThrownBy(() -> sender.onPacked(1, List.of(new Part(0, 1, 2, 21, List.of()))))
                .isInstanceOf(IllegalArgumentException.class);
        long more = Limits.FIRST_STREAM_CREDIT + 1000;
        heard(1, new Credit(ME, 0, List.of(new StreamCredit(0, more)), List.of()));
        heard(1, new Credit(ME, 0, List.of(new StreamCredit(0, more - 500)), List.of()));
        assertThat(sender.room(0)).isEqualTo(1020);
    }

    @Test
    void streamsShareTheCreditOfThePeer() {
        for (int stream = 0; stream < 16; stream++) {
            sender.onPacked(stream, List.of(new Part(stream, 0, 1, Limits.FIRST_STREAM_CREDIT, List.of())));
        }
        assertThat(sender.room(16)).isZero();
        heard(1, new Credit(ME, Limits.FIRST_PEER_CREDIT + 7, List.of(), List.of()));
        assertThat(sender.room(16)).isEqualTo(7);
    }

    @Test
    void whoWaitsForCreditAsksForItInTheEnd() {
        sender.onBlocked(true, 5 * SECOND);
        sender.onBlocked(true, 20 * SECOND);
        assertThat(sender.dueAt()).isEqualTo(35 * SECOND);
        assertThat(sender.frames(35 * SECOND)).containsExactly(new Ping(1));
        sender.onBlocked(false, 36 * SECOND);
        assertThat(sender.dueAt()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void whoWaitsForHandlersAsksToo() {
        sender = new LinkSender(ME, State.fresh(), Options.defaults().withWanted(Level.DONE));
        post(0, 0);
        ack(SECOND, stream(1));
        assertThat(sender.dueAt()).isEqualTo(31 * SECOND);
        sender = new LinkSender(ME, sender.state(), Options.defaults());
        assertThat(sender.dueAt()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void whoFallsQuietIsAskedSoonAndThenMoreSeldomUntilThatIsSpent() {
        sender = new LinkSender(
                ME, State.fresh(), Options.defaults().withWanted(Level.DONE).withSoon(500));
        pack(0);
        assertThat(sender.dueAt()).isEqualTo(Long.MAX_VALUE); // it is still to be posted
        posted(0, 0, 1, 0);
        long asked = 0;
        for (long pause : new long[] {500, 1_000, 2_000, 4_000}) {
            assertThat(sender.dueAt()).isEqualTo(asked + pause);
            asked += pause;
            assertThat(sender.frames(asked - 1)).isEmpty();
            assertThat(sender.frames(asked)).singleElement().isInstanceOf(Ping.class);
        }
        assertThat(sender.dueAt()).isEqualTo(asked + 30 * SECOND); // now as patience has it, from its beginning
        sender.frames(asked + 30 * SECOND);
        assertThat(sender.dueAt()).isEqualTo(asked + 90 * SECOND);
    }

    @Test
    void questionsThatDoNotWaitAreAPostForSixteenAtMost() {
        sender = new LinkSender(
                ME, State.fresh(), Options.defaults().withWanted(Level.DONE).withSoon(500));
        int soon = 0;
        long now = 0;
        for (int n = 0; n < 160; n++) {
            now += 100 * SECOND;
            pack(n);
            posted(n, 0, n, now);
            boolean early = sender.dueAt() <= now + 500;
            if (early) sender.frames(now + 500);
            soon += early ? 1 : 0;
            ack(now + SECOND, new StreamAck(0, n + 1, List.of(), n + 1, false));
        }
        assertThat(soon).isEqualTo(4 + (160 - 1) / 16);
        assertThat(sender.dueAt()).isEqualTo(Long.MAX_VALUE); // all is done
    }

    @Test
    void aNameIsSaidUntilThePeerKnowsTheStreamAndAnEndUntilItIsConfirmed() {
        sender.open(0, "jobs");
        assertThat(sender.frames(0)).containsExactly(new Open(0, "jobs"));
        post(0, 0);
        assertThat(sender.frames(0)).containsExactly(new Open(0, "jobs"));
        ack(1, stream(1));
        assertThat(sender.frames(1)).isEmpty();
        sender.close(0, 2);
        assertThat(sender.dueAt()).isZero();
        assertThat(sender.frames(2)).containsExactly(new Close(0, 1));
        assertThat(sender.frames(2)).containsExactly(new Close(0, 1));
        assertThat(sender.dueAt()).isEqualTo(2 + 30 * SECOND);
        assertThat(ack(3, StreamAck.closed(0))).containsExactly(reached(0, Level.DONE));
        assertThat(sender.frames(3)).isEmpty();
        assertThat(sender.dueAt()).isEqualTo(Long.MAX_VALUE);
        assertThatThrownBy(() -> sender.open(0, "again")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anEarlierStreamOfANameIsSaidWithTheNameAlsoByTheNextProcess() {
        sender.open(7, "jobs", List.of(new Past(3, 20)));
        assertThat(sender.frames(0)).containsExactly(new Open(7, "jobs", 3, 20));
        sender = new LinkSender(ME, State.parse(sender.state().toBytes()), Options.defaults());
        assertThat(sender.frames(0)).containsExactly(new Open(7, "jobs", 3, 20));
    }

    @Test
    void streamsOfANameAreSaidInTheirOrderSoThatOneThatIsLostHidesNone() {
        sender.open(7, "jobs", List.of(new Past(5, 2), new Past(3, 20), new Past(1, 4)));
        assertThat(sender.frames(0))
                .containsExactly(new Open(3, "jobs", 1, 4), new Open(5, "jobs", 3, 20), new Open(7, "jobs", 5, 2));
        sender = new LinkSender(ME, State.parse(sender.state().toBytes()), Options.defaults());
        assertThat(sender.frames(0, List.of())).isEmpty();
        sender.close(7, 0);
        assertThat(sender.frames(0, List.of())).containsExactly(new Open(7, "jobs", 5, 2), new Close(7, 0));
    }

    @Test
    void longNamesLeaveRoomForOthers() {
        String name = "n".repeat(Limits.MAX_SUBJECT_BYTES);
        sender.open(7, name, List.of(new Past(5, 2), new Past(3, 20), new Past(1, 4)));
        assertThat(sender.frames(0)).containsExactly(new Open(5, name, 3, 20), new Open(7, name, 5, 2));
    }

    @Test
    void anAckOfWhatWasNeverSentIsNoAck() {
        post(0, 0);
        assertThat(ack(1, stream(2))).isEmpty();
        assertThat(ack(1, stream(0, new Span(1, 2)))).isEmpty();
        assertThat(heard(1, new Ack(5, SESSION, List.of(stream(1)), List.of()))).isEmpty();
        assertThat(sender.inFlight()).isEqualTo(1);
    }

    @Test
    void latePostsWithOldAcksOfAStreamThatHasEndedDoNotMakeTheStoreOld() {
        for (int n = 0; n < 3; n++) post(n, 0);
        sender.close(0, 1);
        ack(2, StreamAck.closed(0));
        restart();
        for (int n = 0; n < 2; n++) assertThat(ack(3, stream(1))).isEmpty(); // posted again, as nobody knew the outcome
        assertThat(sender.frames(3)).contains(new Close(0, 1));
        restart();
        assertThat(ack(4, stream(2))).isEmpty();
        assertThat(ack(4, stream(0, new Span(1, 3)))).isEmpty();
        assertThat(sender.isOutdated()).isFalse();
        assertThat(sender.frames(4)).contains(new Close(0, 3));
        ack(5, StreamAck.closed(0));
        assertThat(sender.frames(5)).isEmpty();
    }

    @Test
    void whatAMemoryOfThePeerHasEndedItNeedsNotBeToldAgain() {
        post(0, 0);
        sender.close(0, 1);
        ack(2, StreamAck.closed(0));
        assertThat(ack(3, stream(1))).isEmpty();
        assertThat(sender.frames(3)).isEmpty();
        heard(
                4,
                new Ack(
                        ME,
                        SESSION + 1,
                        List.of(stream(1)),
                        List.of())); // of a memory that met a late copy of the packet
        assertThat(sender.frames(4)).contains(new Close(0, 1));
    }

    @Test
    void anAckAboveWhatWasSentOfAnOpenStreamTellsThatTheStoreIsOld() {
        post(0, 0);
        ack(1, stream(2));
        assertThat(sender.isOutdated()).isTrue();
    }

    // --- tidying up

    @Test
    void postsAreDeletedWhenTheyAreStoredAndOldEnough() {
        tidy(Level.STORED);
        for (int n = 0; n < 3; n++) post(n, n == 2 ? 1 : 0);
        assertThat(sender.onTime(7200 * SECOND)).isEmpty();
        ack(1, stream(3));
        assertThat(sender.onTime(4000 * SECOND)).isEmpty();
        assertThat(sender.onTime(4200 * SECOND))
                .containsExactlyInAnyOrder(
                        new Delete(0, CHANNEL, List.of(0L, 1L)), new Delete(1, CHANNEL, List.of(2L)));
        assertThat(sender.onTime(5000 * SECOND)).isEmpty();
    }

    @Test
    void aHundredPostsAreDeletedAtOnce() {
        tidy(Level.STORED);
        for (int n = 0; n < 130; n++) post(n, 0);
        ack(1, stream(130));
        var deleted = sender.onTime(3600 * SECOND);
        assertThat(deleted).hasSize(1);
        assertThat(((Delete) deleted.getFirst()).messages()).hasSize(100);
    }

    @Test
    void whatTelegramKeepsForEverIsNotTried() {
        tidy(Level.STORED);
        post(0, 0);
        ack(1, stream(1));
        assertThat(sender.onTime(48 * 3600 * SECOND)).isEmpty();
        assertThat(sender.state().posted()).isEmpty();
    }

    @Test
    void postsMayHaveToWaitForTheirHandlers() {
        tidy(Level.DONE);
        post(0, 0);
        ack(1, stream(1));
        assertThat(sender.onTime(5000 * SECOND)).isEmpty();
        heard(1, ack(List.of(new StreamAck(0, 1, List.of(), 1, false))));
        assertThat(sender.onTime(5000 * SECOND)).hasSize(1);
    }

    @Test
    void everyCopyOfAPacketIsDeleted() {
        tidy(Level.STORED);
        post(0, 0);
        posted(0, 0, 60, SECOND);
        ack(2 * SECOND, stream(1));
        posted(0, 0, 61, 3 * SECOND);
        assertThat(sender.onTime(5000 * SECOND)).containsExactly(new Delete(0, CHANNEL, List.of(0L, 60L, 61L)));
    }

    // --- small words

    /** The process ends, and the next one begins where its state was stored. */
    private void restart() {
        sender = new LinkSender(ME, State.parse(sender.state().toBytes()), Options.defaults());
    }

    private void lanes(int lanes) {
        sender = new LinkSender(ME, State.fresh(), Options.defaults().withLanes(lanes));
    }

    private void tidy(Level level) {
        sender = new LinkSender(ME, State.fresh(), Options.defaults().withTidy(level, 3600 * SECOND));
    }

    /** Packet 0 is missing, and is being forwarded. */
    private void hole() {
        for (int n = 0; n < 6; n++) post(n, 0);
        assertThat(ack(1, stream(0, new Span(1, 6)))).contains(forward(0));
    }

    /** Packet n holds piece n of stream 0, which is message n. */
    private void pack(int n) {
        assertThat(sender.onPacked(n, List.of(new Part(0, n, n + 1, 116, List.of(new Ending(n, n))))))
                .isEmpty();
    }

    /** Packs packet n; its post gets the same number. */
    private void post(int n, int lane) {
        pack(n);
        posted(n, lane, n, 0);
    }

    private List<Effect> posted(int packet, int lane, long message, long at) {
        return sender.onPosted(packet, new PostId(lane, CHANNEL, message, at));
    }

    private static Forward forward(int n) {
        return new Forward(n, new PostId(0, CHANNEL, n, 0));
    }

    private static Reached reached(long message, Level level) {
        return new Reached(0, message, level);
    }

    private static StreamAck stream(long stored, Span... beyond) {
        return new StreamAck(0, stored, List.of(beyond), 0, false);
    }

    private static Ack ack(List<StreamAck> streams, Seen... seen) {
        return new Ack(ME, SESSION, streams, List.of(seen));
    }

    private static Nack posts(long channel, long from, long until) {
        return new Nack(ME, List.of(new PostRange(channel, new Span(from, until))), List.of());
    }

    private List<Effect> ack(long now, StreamAck... streams) {
        return heard(now, ack(List.of(streams)));
    }

    private List<Effect> heard(long now, Frame... frames) {
        return sender.onFrames(PEER, ++peerPacket, List.of(frames), now);
    }
}
