package io.botmesh.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.mesh.Arrival;
import io.botmesh.mesh.NodeEffect;
import io.botmesh.mesh.PostId;
import io.botmesh.wire.Armour;
import io.botmesh.wire.Content;
import io.botmesh.wire.Control;
import io.botmesh.wire.Data;
import io.botmesh.wire.Frame;
import io.botmesh.wire.Packet;
import io.botmesh.wire.PacketHeader;
import io.botmesh.wire.Piece;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The inspector finds what no reader would: packets that should not be there. */
class InspectorTest {

    private final Violations violations = new Violations(() -> 0);
    private final Inspector inspector = new Inspector(violations, null, Map.of(), new Packing(new Bodies(1, false)));

    private static byte[] packet(long incarnation, long number, Frame... frames) {
        return new Packet(PacketHeader.plain(0, incarnation, number), new Content("a", List.of(frames)).toBytes())
                .toBytes();
    }

    private static Data data(long sequence, int bytes) {
        return new Data(1, sequence, List.of(Piece.whole("", List.of(), new byte[bytes])));
    }

    private void post(byte[] packet) {
        inspector.onPost("a", new NodeEffect.Post(1, "b", 0, packet, false), false, true);
    }

    private void assertFound(String invariant) {
        assertThat(violations.texts())
                .hasSize(1)
                .allSatisfy(text -> assertThat(text).startsWith(invariant));
    }

    @Test
    void theSamePacketMayGoAgain() {
        post(packet(1, 0, data(0, 10)));
        post(packet(1, 0, data(0, 10)));
        post(packet(2, 0, data(0, 11)));
        assertThat(violations.count()).isZero();
        assertThat(inspector.packets()).isEqualTo(2);
    }

    @Test
    void aNumberOfTwoPacketsIsFound() {
        post(packet(1, 0, data(0, 10)));
        post(packet(1, 0, data(0, 11)));
        assertFound("I7");
    }

    @Test
    void aStreamBeyondItsFirstCreditIsFound() {
        for (int i = 0; i < 26; i++) post(packet(1, i, data(i, 10_000)));
        assertThat(violations.count()).isZero();
        post(packet(1, 26, data(26, 10_000)));
        assertFound("I4");
    }

    @Test
    void grantedCreditMayBeUsedAndNoMore() {
        post(packet(9, 0, new Control.Credit(1, 5_000_000, List.of(new Control.StreamCredit(1, 300_000)), List.of())));
        for (int i = 0; i < 29; i++) post(packet(1, i, data(i, 10_000)));
        assertThat(violations.count()).isZero();
        post(packet(1, 29, data(29, 10_000)));
        assertFound("I4");
    }

    private static Control.Ack ack(long session) {
        return new Control.Ack(1, session, List.of(), List.of());
    }

    @Test
    void aStreamThatEndsOnceMoreChangesNothing() {
        post(packet(9, 0, ack(5)));
        post(packet(1, 50, new Control.Reset(3, 7, 700_000), new Control.Close(3, 7)));
        for (int i = 0; i < 26; i++) post(packet(1, i, data(i, 10_000)));
        assertThat(violations.count()).isZero();
        post(packet(1, 26, data(26, 10_000)));
        assertFound("I4");
    }

    private static Data data(long stream, long sequence, int bytes) {
        return new Data(stream, sequence, List.of(Piece.whole("", List.of(), new byte[bytes])));
    }

    private void lostItsMemory() {
        post(packet(9, 0, ack(5)));
        post(packet(9, 1, ack(6)));
    }

    @Test
    void noResetBringsCreditWhileItsReaderHasOneMemory() {
        post(packet(9, 0, ack(5)));
        post(packet(1, 50, new Control.Reset(1, 99, 700_000)));
        for (int i = 0; i < 27; i++) post(packet(1, i, data(i, 10_000)));
        assertFound("I4");
    }

    @Test
    void whatIsInAnotherPacketOnceMoreCountsOnce() {
        for (int i = 0; i < 26; i++) post(packet(1, i, data(i, 10_000)));
        post(packet(1, 26, data(25, 10_000)));
        assertThat(violations.count()).isZero();
    }

    /** Whoever has not heard of a lost memory goes on by what the old one may have granted, and ends streams once more. */
    @Test
    void untilItsSenderKnowsOfANewMemoryNothingIsSaid() {
        lostItsMemory();
        post(packet(1, 100, new Control.Reset(3, 7, 0), new Control.Close(3, 7)));
        for (int i = 0; i < 60; i++) post(packet(1, i, data(i, 10_000)));
        assertThat(violations.count()).isZero();
    }

    @Test
    void whatWasSentWhenItsSenderKnewIsTakenForGranted() {
        for (int i = 0; i < 20; i++) post(packet(1, i, data(i, 10_000)));
        lostItsMemory();
        post(packet(1, 100, new Control.Reset(3, 7, 0)));
        for (int i = 20; i < 46; i++) post(packet(1, i, data(i, 10_000)));
        assertThat(violations.count()).isZero();
        post(packet(1, 46, data(46, 10_000)));
        assertFound("I4");
    }

    @Test
    void streamsThatHaveEndedCountNoMoreForANewMemory() {
        lostItsMemory();
        post(packet(1, 5_000, new Control.Reset(500, 3, 0)));
        int number = 0;
        for (int stream = 0; stream < 40; stream++) {
            for (int i = 0; i < 26; i++) post(packet(1, number++, data(stream, i, 10_000)));
            post(packet(1, number++, new Control.Close(stream, 26)));
        }
        assertThat(violations.count()).isZero();
    }

    /** What was sent before may go again, and from the reset on as much as to a reader that was never heard. */
    @Test
    void whatIsBeyondTheFirstCreditOfANewMemoryIsFound() {
        post(packet(
                9,
                0,
                ack(5),
                new Control.Credit(1, 5_000_000, List.of(new Control.StreamCredit(1, 1_000_000)), List.of())));
        for (int i = 0; i < 99; i++) post(packet(1, i, data(i, 10_000)));
        post(packet(9, 1, ack(6)));
        post(packet(1, 99, new Control.Reset(1, 99, 99 * 10_016), data(99, 10_000)));
        for (int i = 100; i < 125; i++) post(packet(1, i, data(i, 10_000)));
        assertThat(violations.count()).isZero();
        post(packet(1, 125, data(125, 10_000)));
        assertFound("I4");
    }

    @Test
    void allStreamsTogetherBeyondTheFirstCreditOfANewMemoryAreFound() {
        lostItsMemory();
        post(packet(1, 1_000, new Control.Reset(500, 3, 100)));
        int number = 0;
        for (int stream = 0; stream < 16; stream++)
            for (int i = 0; i < 26; i++) post(packet(1, number++, data(stream, i, 10_000)));
        assertThat(violations.count()).isZero();
        for (int i = 0; i < 3; i++) post(packet(1, number++, data(99, i, 10_000)));
        assertFound("I4");
    }

    @Test
    void aGrantOfTheNewMemoryMayBeUsed() {
        whatIsSentAfterAResetWith(
                new Control.Credit(1, 5_000_000, List.of(new Control.StreamCredit(1, 700_000)), List.of()));
        assertThat(violations.count()).isZero();
    }

    @Test
    void withoutItThatIsFound() {
        whatIsSentAfterAResetWith(new Control.Credit(1, 5_000_000, List.of(), List.of()));
        assertThat(violations.count()).isPositive();
    }

    private void whatIsSentAfterAResetWith(Control.Credit credit) {
        for (int i = 0; i < 20; i++) post(packet(1, i, data(i, 10_000)));
        post(packet(9, 0, ack(5)));
        post(packet(9, 1, ack(6)));
        post(packet(1, 20, new Control.Reset(1, 20, 20 * 10_016)));
        post(packet(9, 2, credit));
        for (int i = 21; i < 60; i++) post(packet(1, i, data(i, 10_000)));
    }

    @Test
    void aDocumentForAReaderOfTextIsFound() {
        inspector.onPost("a", new NodeEffect.Post(1, "b", 0, packet(1, 0, data(0, 1)), true), true, true);
        assertFound("I11");
    }

    @Test
    void aTextThatComesOutChangedIsFound() {
        byte[] sent = packet(1, 0, data(0, 10));
        for (int i = 0; i < 8; i++) {
            inspector.onPosted(new PostId(-1, i), new NodeEffect.Post(1, "b", 0, sent, false));
            inspector.onUpdate(reader(new PostId(-1, i), packet(1, 0, data(0, 11))), update());
        }
        assertFound("I8");
        assertThat(inspector.compared()).isEqualTo(1);
    }

    private static RawUpdate update() {
        return RawUpdate.parse("{\"update_id\":1}".getBytes(StandardCharsets.US_ASCII));
    }

    /** A reader for whom every update is that post. */
    private static Function<RawUpdate, Optional<Arrival>> reader(PostId post, byte[] packet) {
        var arrival = new Arrival(post, null, Instant.EPOCH, Armour.BASE32768.encode(packet), null);
        return any -> Optional.of(arrival);
    }
}
