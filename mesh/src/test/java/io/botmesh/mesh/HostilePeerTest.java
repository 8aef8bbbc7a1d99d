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

    private static Piece piece() {
        return Piece.whole("s", List.of(), new byte[BODY]);
    }
}
