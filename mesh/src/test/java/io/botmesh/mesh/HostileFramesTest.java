package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.wire.Control.Reset;
import io.botmesh.wire.Data;
import io.botmesh.wire.Limits;
import io.botmesh.wire.Piece;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Packets that are well formed and well signed, and whose numbers mean ill. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class HostileFramesTest {
    private final StrangerScene scene =
            new StrangerScene(new MemoryNodeStore(), new NodeOptions.Strangers(10, 5, 1 << 20));

    @Test
    void aResetToTheEndOfAllNumbersCostsNothing() throws InterruptedException {
        var hostile = scene.new Stranger();
        var honest = scene.new Stranger();
        scene.post(hostile.packet(0, "one"), hostile.packet(1, new Reset(0, Limits.MAX_NUMBER, Limits.MAX_NUMBER)));
        scene.post(honest.packet(0, "still read"));
        assertThat(scene.got).containsExactly("one", "still read");
    }

    @Test
    void strangersTakeNoPartOfTheLanesThatAreGranted() throws InterruptedException {
        scene.post(scene.new Stranger().packet(0, "one"), scene.new Stranger().packet(0, "two"));
        assertThat(scene.got).hasSize(2);
        assertThat(scene.wakeAt()).isEqualTo(Long.MAX_VALUE); // there is nobody to divide them among
    }

    /** As many as may be in memory begin messages, and more bytes than may wait, and none is ever ended. */
    @Test
    void whoBeginsMessagesAndEndsNoneKeepsNobodyOut() throws InterruptedException {
        var scene = new StrangerScene(new MemoryNodeStore(), new NodeOptions.Strangers(100, 5, 1 << 20));
        byte[] begun = new byte[200];
        Piece first = Piece.first("s", List.of(), begun, 1 << 20);
        for (int n = 0; n < 8; n++) scene.post(scene.new Stranger().packet(0, first));
        byte[] more = new byte[6_000];
        var hostile = scene.new Stranger();
        scene.post(hostile.packet(0, first));
        for (int n = 1; n < 170; n++) scene.post(hostile.packet(n, Piece.middle(more)));
        var honest = scene.new Stranger();
        byte[] half = "x".repeat(6_000).getBytes(StandardCharsets.US_ASCII);
        for (int n = 0; n < 10; n++) {
            scene.post(honest.packet(2L * n, Piece.first("s", List.of(), half, 2L * half.length)));
            scene.post(honest.packet(2L * n + 1, Piece.last(half)));
            scene.post(scene.new Stranger().packet(0, first));
        }
        assertThat(scene.got).hasSize(10);
        assertThat(scene.refused("LIMIT_STRANGERS")).isZero();
        assertThat(scene.missed).isPositive();
    }

    /** A stranger is granted no credit, and a post holds thousands of messages that are nothing. */
    @Test
    void messagesWithoutABodyFillTheRoomOfStrangersToo() throws InterruptedException {
        scene.handles = false;
        var hostile = scene.new Stranger();
        List<Piece> nothings = Collections.nCopies(200, Piece.whole("", List.of(), new byte[0]));
        for (int n = 0; n < 100; n++) scene.post(hostile.packet(n, new Data(0, 200L * n, nothings)));
        assertThat(scene.refused("LIMIT_STRANGER_BYTES")).isPositive();
        assertThat(scene.waiting() * 144L).isBetween(1L, 1L << 20);
        List<Piece> more = Collections.nCopies(3_000, Piece.whole("", List.of(), new byte[0]));
        var fresh = new StrangerScene(new MemoryNodeStore(), new NodeOptions.Strangers(10, 5, 100_000));
        var another = fresh.new Stranger();
        fresh.post(another.packet(0, new Data(0, 0, more)));
        assertThat(fresh.refused("LIMIT_STRANGER_BYTES")).isEqualTo(1);
        assertThat(fresh.waiting()).isZero();
    }
}
