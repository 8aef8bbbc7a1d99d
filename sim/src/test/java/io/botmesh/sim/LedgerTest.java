package io.botmesh.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.mesh.Delivery;
import io.botmesh.mesh.NodeEvent;
import io.botmesh.sim.Ledger.Way;
import io.botmesh.wire.Data;
import io.botmesh.wire.Piece;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The ledger finds what a broken node does, and nothing where none is broken. */
class LedgerTest {
    private static final Way WAY = new Way("a", "b", "s");

    private final Violations violations = new Violations(() -> 0);
    private final Bodies bodies = new Bodies(1, false);
    private final Packing packing = new Packing(bodies);
    private final Ledger ledger = new Ledger(() -> 0, violations, true, true, packing);

    private void promise(long... messages) {
        for (long message : messages) {
            ledger.onOffered(message, WAY);
            ledger.onAccepted(message);
        }
    }

    /** A message comes to its handler, and that manages. */
    private void deliver(long message, boolean again) {
        begin(message, again);
        ledger.onEnded("b", message, false);
        ledger.onDone("b", message);
    }

    private void begin(long message, boolean again) {
        deliver("b", message, "a", again, true);
    }

    private void deliver(String at, long message, String from, boolean again, boolean intact) {
        var delivery = new Delivery(
                message, from, null, true, "s", "", List.of(), new byte[0], Instant.EPOCH, 1, again, "", null);
        ledger.onDelivered(at, message, delivery, intact);
    }

    private void assertFound(String invariant, String words) {
        assertThat(violations.texts())
                .hasSize(1)
                .allSatisfy(text -> assertThat(text).startsWith(invariant).contains(words));
    }

    @Test
    void keptPromisesAreNoViolation() {
        promise(1, 2);
        deliver(1, false);
        ledger.onDone("b", 1);
        deliver(2, false);
        assertThat(ledger.complete()).isTrue();
        ledger.close();
        assertThat(violations.count()).isZero();
    }

    @Test
    void aMessageThatNeverComesIsFoundAtTheEnd() {
        promise(1, 2);
        deliver(1, false);
        assertThat(ledger.complete()).isFalse();
        ledger.close();
        assertThat(ledger.lost()).isEqualTo(1);
        assertFound("I1", "never delivered");
    }

    @Test
    void whatAReaderReportsAsGoneMayBeTheLastOfAWayButOnlyOnce() {
        promise(1, 2);
        deliver(1, false);
        var other = new Way("a", "b", "other");
        ledger.onOffered(3, other);
        ledger.onAccepted(3);
        ledger.onMissed("a", "b", 1);
        assertThat(ledger.told()).isFalse();
        ledger.onMissed("a", "b", 1);
        assertThat(ledger.told()).isTrue();
        assertThat(ledger.complete()).isFalse();
        ledger.close();
        assertThat(violations.count()).isZero();
    }

    @Test
    void aMessageThatTheSenderWasToldIsLostIsAccountedFor() {
        promise(1);
        ledger.onReported(1);
        ledger.close();
        assertThat(ledger.lost()).isZero();
        assertThat(ledger.accounted()).isEqualTo(1);
        assertThat(violations.count()).isZero();
    }

    @Test
    void aMessageThatTheReaderMissesIsAccountedFor() {
        promise(1, 2, 3);
        deliver(1, false);
        ledger.onMissed("a", "b", 1);
        deliver(3, false);
        ledger.close();
        assertThat(ledger.accounted()).isEqualTo(1);
        assertThat(ledger.lost()).isZero();
        assertThat(violations.count()).isZero();
    }

    @Test
    void whatAReaderTellsOfAgainBecauseItDiedAtOnceCountsOnce() {
        var fresh = new FreshMisses();
        promise(1, 2, 3);
        for (int process = 0; process < 2; process++) {
            fresh.onKilled("b", this::takeBack);
            fresh.onTold("b", new NodeEvent.Missed("a", 1));
            ledger.onMissed("a", "b", 1);
        }
        fresh.onCommitted("b");
        fresh.onKilled("b", this::takeBack);
        deliver(2, false);
        assertThat(ledger.accounted()).isEqualTo(1);
        ledger.close();
        assertFound("I1", "message 3");
    }

    private void takeBack(NodeEvent told) {
        if (told instanceof NodeEvent.Missed missed) ledger.onMissedUntold(missed.peer(), "b", missed.pieces());
        if (told instanceof NodeEvent.MissedPackets missed)
            ledger.onMissedPacketsUntold(missed.peer(), "b", missed.packets());
    }

    /** Packet 0 has message 1 and the beginning of 2, packet 1 the rest of 2, packet 2 messages 3 and 4 on streams of their own. */
    private void pack() {
        promise(1, 2);
        for (long message = 3; message <= 4; message++) {
            ledger.onOffered(message, new Way("a", "b", "s" + message));
            ledger.onAccepted(message);
        }
        byte[] second = bodies.of(2, 100);
        byte[] begin = Arrays.copyOf(second, 5);
        byte[] rest = Arrays.copyOfRange(second, 5, 100);
        packing.onPacket(7, 0, List.of(new Data(0, 0, List.of(whole(1), Piece.first("", List.of(), begin, 100)))));
        packing.onPacket(7, 1, List.of(new Data(0, 2, List.of(Piece.last(rest)))));
        packing.onPacket(7, 2, List.of(new Data(3, 0, List.of(whole(3))), new Data(4, 0, List.of(whole(4)))));
    }

    private Piece whole(long message) {
        return Piece.whole("", List.of(), bodies.of(message, 10));
    }

    @Test
    void aPacketThatAReaderReportsAsGoneAccountsForAllThatWasInIt() {
        pack();
        deliver(1, false);
        ledger.onMissedPackets("a", "b", 1);
        assertThat(ledger.told()).isFalse();
        ledger.onMissedPackets("a", "b", 1);
        assertThat(ledger.told()).isTrue();
        ledger.close();
        assertThat(ledger.accounted()).isEqualTo(3);
        assertThat(ledger.lost()).isZero();
        assertThat(violations.count()).isZero();
    }

    @Test
    void aPacketAccountsForNothingThatWasInAnother() {
        pack();
        deliver(1, false);
        ledger.onMissedPackets("a", "b", 1);
        ledger.close();
        assertThat(ledger.accounted())
                .as("messages 3 and 4, which are more than one")
                .isEqualTo(2);
        assertFound("I1", "message 2");
    }

    @Test
    void packetsThatAReaderTellsOfAgainCountOnce() {
        var fresh = new FreshMisses();
        pack();
        deliver(1, false);
        for (int process = 0; process < 2; process++) {
            fresh.onKilled("b", this::takeBack);
            fresh.onTold("b", new NodeEvent.MissedPackets("a", 1));
            ledger.onMissedPackets("a", "b", 1);
        }
        assertThat(ledger.told()).isFalse();
    }

    @Test
    void packetsThatAReaderGivesUpThoughNothingDestroyedThemAreFound() {
        new Ledger(() -> 0, violations, true, false, packing).onMissedPackets("a", "b", 3);
        assertFound("I1", "given up 3 packets");
    }

    @Test
    void aMessageOfACommitThatNeverWasIsFound() {
        ledger.onOffered(1, WAY);
        ledger.onForgotten(1);
        deliver(1, false);
        assertFound("I1", "never stored");
    }

    @Test
    void aSecondDeliveryIsFound() {
        promise(1);
        deliver(1, false);
        ledger.onDone("b", 1);
        deliver(1, false);
        assertFound("I2", "not flagged");
        assertThat(ledger.duplicates()).isEqualTo(1);
    }

    @Test
    void aSecondDeliveryAfterADeathInTheHandlerHasToBeFlagged() {
        promise(1, 2);
        begin(1, false);
        ledger.onEnded("b", 1, false); // and the process dies before it is written
        begin(2, false);
        ledger.onKilled("b");
        deliver(1, true);
        assertThat(violations.count()).isZero();
        assertThat(ledger.again()).isEqualTo(1);
        deliver(2, false);
        assertFound("I2", "not flagged");
    }

    @Test
    void aFlagWithoutADeathIsFound() {
        promise(1);
        deliver(1, false);
        ledger.onDone("b", 1);
        ledger.onKilled("b");
        deliver(1, true);
        assertFound("I2", "no process had died");
    }

    @Test
    void aGapIsFound() {
        promise(1, 2, 3);
        deliver(2, false);
        assertFound("I3", "before 1 earlier");
    }

    @Test
    void aMessageAfterLaterOnesIsFound() {
        promise(1, 2);
        ledger.onMissed("a", "b", 1);
        deliver(2, false);
        deliver(1, false);
        assertFound("I3", "after later ones");
    }

    @Test
    void aMessageBeforeTheOneBeforeItHasEndedIsFound() {
        promise(1, 2);
        begin(1, false);
        begin(2, false);
        assertFound("I3", "before 1 had ended");
    }

    @Test
    void aMessageThatItsHandlerFailedHasToComeAgainFlaggedAndBeforeTheNext() {
        promise(1, 2, 3);
        begin(1, false);
        ledger.onEnded("b", 1, true);
        deliver(1, true);
        begin(2, false);
        ledger.onEnded("b", 2, true);
        assertThat(violations.count()).isZero();
        begin(3, false);
        assertFound("I3", "before 2 had ended");
    }

    @Test
    void aMessageMayBePutAsideAfterAllAttemptsAndHasToComeBack() {
        promise(1);
        fail(1, Ledger.ATTEMPTS);
        ledger.onSetAside(1);
        assertThat(ledger.complete()).isFalse();
        assertThat(ledger.awaitsHandlers()).isTrue();
        deliver(1, true);
        ledger.close();
        assertThat(ledger.complete()).isTrue();
        assertThat(ledger.asides()).isEqualTo(1);
        assertThat(violations.count()).isZero();
    }

    @Test
    void aMessageThatIsPutAsideTooEarlyIsFound() {
        promise(1);
        fail(1, Ledger.ATTEMPTS - 1);
        ledger.onSetAside(1);
        assertFound("I1", "after 7 failures");
    }

    private void fail(long message, int times) {
        for (int i = 0; i < times; i++) {
            begin(message, i > 0);
            ledger.onEnded("b", message, true);
        }
    }

    @Test
    void aMessageThatComesToNoEndIsFound() {
        promise(1);
        begin(1, false);
        ledger.close();
        assertFound("I1", "no end");
    }

    @Test
    void aMessageThatIsGivenUpThoughNothingDestroyedItIsFound() {
        var safe = new Ledger(() -> 0, violations, true, false, packing);
        safe.onOffered(1, WAY);
        safe.onAccepted(1);
        safe.onReported(1);
        assertFound("I1", "nothing had destroyed it");
    }

    @Test
    void piecesThatAReaderGivesUpThoughNothingDestroyedThemAreFound() {
        new Ledger(() -> 0, violations, true, false, packing).onMissed("a", "b", 3);
        assertFound("I1", "given up 3 pieces");
    }

    @Test
    void aMessageThatNobodySentIsFound() {
        deliver(77, false);
        assertFound("I7", "nobody sent");
    }

    @Test
    void aMessageUnderAnotherNameIsFound() {
        promise(1);
        deliver("b", 1, "mallory", false, true);
        assertFound("I7", "as mallory");
    }

    @Test
    void aMessageAtAnotherNodeIsFound() {
        promise(1);
        deliver("c", 1, "a", false, true);
        assertFound("I7", "came to c");
    }

    @Test
    void aChangedMessageIsFound() {
        promise(1);
        deliver("b", 1, "a", false, false);
        assertFound("I7", "changed");
    }
}
