package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.wire.Data;
import io.botmesh.wire.LinkReceiver;
import io.botmesh.wire.Piece;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A peer of the peer file whose program does not keep to the protocol, and means ill. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class HostilePeerTest {
    private static final int BODY = 5_000;

    /** Windows of 256 KiB for a stream, 4 MiB in all. */
    private static NodeOptions narrow() {
        NodeOptions usual = NodeOptions.defaults();
        NodeOptions.Links links = usual.links();
        return usual.withLinks(new NodeOptions.Links(
                LinkReceiver.Options.defaults(), links.sending(), links.patience(), links.recalls()));
    }

    @Test
    void aPeerThatIgnoresItsCreditFillsNoMoreThanThat() throws InterruptedException {
        var scene = StrangerScene.knowing(narrow(), true);
        scene.handles = false;
        var ill = scene.ill();
        for (int n = 0; n < 1_000; n++) scene.post(ill.packet(n, new Data(n % 50, n / 50, List.of(piece()))));
        long most = 4 << 20;
        assertThat(scene.waiting()).isBetween((int) (most / (BODY + 20)), (int) (most * 9 / 8 / BODY));
        assertThat(scene.refused("CREDIT")).isEqualTo(1_000 - scene.waiting());
        // What was dropped is no copy when it comes again, and comes in as soon as there is room.
        scene.handles = true;
        scene.end();
        int taken = scene.got.size();
        for (int n = 0; n < 1_000; n++) scene.post(ill.packet(n, new Data(n % 50, n / 50, List.of(piece()))));
        assertThat(scene.got).hasSize(1_000);
        assertThat(taken).isLessThan(1_000);
    }

    @Test
    void aPeerThatCannotBeAnsweredHasItsQuotaAloneForABound() throws InterruptedException {
        var scene = StrangerScene.knowing(narrow(), false);
        scene.handles = false;
        var ill = scene.ill();
        for (int n = 0; n < 100; n++) scene.post(ill.packet(n, new Data(0, n, List.of(piece()))));
        assertThat(scene.waiting()).isEqualTo(100);
        assertThat(scene.refused("CREDIT")).isZero();
    }

    @Test
    void messagesWithoutABodyCountForACredit() throws InterruptedException {
        var scene = StrangerScene.knowing(narrow(), true);
        scene.handles = false;
        var ill = scene.ill();
        List<Piece> nothings = Collections.nCopies(1_000, Piece.whole("", List.of(), new byte[0]));
        for (int n = 0; n < 40; n++) scene.post(ill.packet(n, new Data(0, 1_000L * n, nothings)));
        assertThat(scene.waiting()).isBetween(16_000, 19_000);
    }

    @Test
    void ofManyOutboxesOfAPeerFewAreInMemoryAndEachGoesOnWhereItWas() throws InterruptedException {
        for (boolean answers : new boolean[] {true, false}) {
            var scene = StrangerScene.knowing(narrow(), answers);
            var outboxes = new ArrayList<StrangerScene.Stranger>();
            var first = new ArrayList<byte[]>();
            for (int i = 0; i < 100; i++) {
                outboxes.add(scene.ill());
                first.add(outboxes.get(i).packet(0, "first of " + i));
                scene.post(first.get(i));
                assertThat(scene.inboxes()).isLessThanOrEqualTo(KnownInboxes.AWAKE);
            }
            assertThat(scene.got).hasSize(100);
            scene.restart();
            assertThat(scene.inboxes()).isEqualTo(KnownInboxes.AWAKE);
            for (byte[] copy : first) scene.post(copy);
            assertThat(scene.refused("REPLAYED")).isEqualTo(100);
            scene.post(outboxes.getFirst().packet(2, "third"));
            assertThat(scene.got).hasSize(100);
            scene.post(outboxes.getFirst().packet(1, "second"));
            assertThat(scene.got).hasSize(102).endsWith("second", "third");
        }
    }

    @Test
    void manyOutboxesWithUnfinishedMessagesKeepNoneOut() throws InterruptedException {
        var scene = StrangerScene.knowing(narrow(), true);
        Piece first = Piece.first("s", List.of(), new byte[100], 1_000);
        for (int i = 0; i < 100; i++)
            scene.post(scene.ill().packet(0, first), scene.ill().packet(1, "behind a gap"));
        scene.post(scene.ill().packet(0, "whole"));
        assertThat(scene.got).containsExactly("whole");
        assertThat(scene.inboxes()).isEqualTo(KnownInboxes.AWAKE);
        assertThat(scene.missed).isPositive();
    }

    @Test
    void outboxesWhoseMessagesWaitForHandlersKeepTheirPlace() throws InterruptedException {
        var scene = StrangerScene.knowing(narrow(), true);
        scene.handles = false;
        for (int i = 0; i < KnownInboxes.AWAKE; i++) scene.post(scene.ill().packet(0, "waits"));
        var more = scene.ill();
        scene.post(more.packet(0, "more"));
        assertThat(scene.refused("LIMIT_OUTBOXES")).isEqualTo(1);
        scene.end();
        scene.post(more.packet(0, "more"));
        assertThat(scene.got).hasSize(KnownInboxes.AWAKE + 1).endsWith("more");
    }

    /** A part of a message of so many pieces. */
    private static Piece part(int n, int of) {
        var body = new byte[BODY];
        if (n == 0) return Piece.first("s", List.of(), body, (long) of * BODY);
        return n == of - 1 ? Piece.last(body) : Piece.middle(body);
    }

    @Test
    void messagesThatAreBegunAndNotEndedFillNoMoreThanAWindow() throws InterruptedException {
        var scene = StrangerScene.knowing(narrow(), true);
        var ill = scene.ill();
        for (int n = 0; n < 2_000; n++)
            scene.post(ill.packet(n, new Data(n % 200, n / 200, List.of(part(n / 200, 11)))));
        assertThat(scene.pieces()).isBetween(700, (4 << 20) / BODY + 10);
        assertThat(scene.refused("LIMIT_BEGUN")).isPositive();
        assertThat(scene.got).isEmpty();
        scene.restart();
        for (int n = 0; n < 2_000; n++)
            scene.post(ill.packet(n, new Data(n % 200, n / 200, List.of(part(n / 200, 11)))));
        assertThat(scene.pieces()).isBetween(700, (4 << 20) / BODY + 10);
        scene.post(ill.packet(2_000, new Data(200, 0, List.of(piece()))));
        assertThat(scene.got).as("what is whole").hasSize(1);
        assertThat(scene.missed).isZero();
    }

    @Test
    void aPeerThatBeginsTooMuchAndMeansWellLosesNothing() throws InterruptedException {
        var scene = StrangerScene.knowing(narrow(), true);
        var ill = scene.ill();
        int rounds = 0;
        for (; scene.got.size() < 200 && rounds < 300; rounds++) {
            for (int n = 0; n < 200 * 6; n++)
                scene.post(ill.packet(n, new Data(n % 200, n / 200, List.of(part(n / 200, 6)))));
            if (rounds == 0) assertThat(scene.got).hasSizeLessThan(200);
            if (rounds == 1) scene.restart();
        }
        assertThat(scene.got).hasSize(200);
        assertThat(scene.missed).isZero();
        assertThat(scene.pieces()).isZero();
    }

    @Test
    void allOutboxesOfAPeerTogetherHaveNoMoreBegun() throws InterruptedException {
        var scene = StrangerScene.knowing(narrow(), true);
        for (int outbox = 0; outbox < 5; outbox++) {
            var ill = scene.ill();
            for (int n = 0; n < 500; n++)
                scene.post(ill.packet(n, new Data(n % 50, n / 50, List.of(part(n / 50, 11)))));
            assertThat(scene.pieces()).isLessThan((4 << 20) / BODY + 10);
        }
        assertThat(scene.refused("LIMIT_BEGUN")).isZero();
        assertThat(scene.missed).as("the first outboxes gave way").isEqualTo(4 * 500);
    }

    @Test
    void ofWhoCannotBeAskedTheLongestSilentMessageGivesWay() throws InterruptedException {
        var scene = StrangerScene.knowing(narrow(), false);
        var ill = scene.ill();
        int number = 0;
        for (int stream = 0; stream < 200; stream++) {
            scene.post(ill.packet(number++, new Data(0, stream, List.of(part(stream, 201)))));
            for (int n = 0; n < 10; n++)
                scene.post(ill.packet(number++, new Data(stream + 1, n, List.of(part(n, 11)))));
            assertThat(scene.pieces()).isLessThan((4 << 20) / BODY + 10);
        }
        assertThat(scene.missed).isPositive();
        scene.post(ill.packet(number++, new Data(0, 200, List.of(part(200, 201)))));
        assertThat(scene.got).as("what went on all the time").hasSize(1);
        scene.post(ill.packet(number, new Data(200, 10, List.of(part(10, 11)))));
        assertThat(scene.got).as("the last").hasSize(2);
    }

    @Test
    void aPacketThatGoesOnWithAllMessagesKeepsThemNotAll() throws InterruptedException {
        var scene = StrangerScene.knowing(narrow(), false);
        var ill = scene.ill();
        for (int n = 0; n < 40; n++) {
            var frames = new ArrayList<Data>();
            for (int stream = 0; stream < 200; stream++)
                frames.add(new Data(
                        stream,
                        n,
                        List.of(
                                n == 0
                                        ? Piece.first("s", List.of(), new byte[20], 8 << 20)
                                        : Piece.middle(new byte[1_000]))));
            scene.post(ill.packet(n, frames));
            assertThat(scene.pieces()).isLessThan((4 << 20) / 1_000 + 400);
        }
        assertThat(scene.missed).isPositive();
    }

    private static Data gapped(long stream, long sequence) {
        return new Data(stream, sequence, List.of(Piece.whole("", List.of(), new byte[0])));
    }

    /** The n-th of such packets: thousands of pieces, each behind a gap of its own. */
    private static List<Data> gaps(int n, int streams) {
        var frames = new ArrayList<Data>();
        for (int i = 0; i < 4_000; i++)
            frames.add(gapped(i % streams, 1 + 2L * (i / streams + n * (4_000L / streams))));
        return frames;
    }

    /** 16,384 runs of early pieces, of which each takes forty bytes of a row. */
    @Test
    void piecesBehindGapsMakeNoRowLongerThanTheirBound() throws InterruptedException {
        for (boolean answers : new boolean[] {true, false}) {
            var scene = StrangerScene.knowing(NodeOptions.defaults(), answers);
            var ill = scene.ill();
            int most = 0;
            long refused = 0;
            for (int n = 0; n < 8; n++) {
                scene.post(ill.packet(n, gaps(n, 200)));
                if (n == 6) {
                    refused = scene.refused("LIMIT_GAPS");
                    scene.restart();
                }
                if (n > 3) most = Math.max(most, scene.inboxBytes());
            }
            assertThat(most).isBetween(655_000, 690_000);
            if (answers) {
                assertThat(scene.missed).isZero();
                assertThat(refused + scene.refused("LIMIT_GAPS")).isEqualTo(8 * 4_000 - 16_384);
            } else {
                assertThat(scene.missed).isEqualTo(8 * 4_000 - 16_384);
                assertThat(scene.got).as("what was behind those").hasSize(8 * 4_000 - 16_384);
            }
        }
    }

    @Test
    void whatWasBehindTooManyGapsComesInWhenTheyHaveClosed() throws InterruptedException {
        var scene = StrangerScene.knowing(NodeOptions.defaults(), true);
        var ill = scene.ill();
        for (int n = 0; n < 5; n++) scene.post(ill.packet(n, gaps(n, 200)));
        assertThat(scene.refused("LIMIT_GAPS")).isEqualTo(5 * 4_000 - 16_384);
        assertThat(scene.got).isEmpty();
        for (int n = 0; n < 5; n++) {
            var missing = new ArrayList<Data>();
            for (Data one : gaps(n, 200)) missing.add(gapped(one.stream(), one.sequence() - 1));
            scene.post(ill.packet(5 + n, missing));
        }
        scene.post(ill.packet(4, gaps(4, 200)));
        assertThat(scene.got).hasSize(2 * 5 * 4_000);
        assertThat(scene.missed).isZero();
    }

    private static Piece piece() {
        return Piece.whole("s", List.of(), new byte[BODY]);
    }
}
