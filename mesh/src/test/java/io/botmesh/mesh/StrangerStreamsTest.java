package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.wire.Control.Close;
import io.botmesh.wire.Control.Open;
import io.botmesh.wire.Data;
import io.botmesh.wire.Frame;
import io.botmesh.wire.Limits;
import io.botmesh.wire.Piece;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Strangers who open streams without end, of whom nobody can ask that they end some. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class StrangerStreamsTest {
    private static final int MANY = 200;

    private final StrangerScene scene =
            new StrangerScene(new MemoryNodeStore(), new NodeOptions.Strangers(1_000, 256, 16 << 20));

    private static String name(long stream) {
        return stream + "n".repeat(240);
    }

    private static Data data(long stream, long sequence) {
        return new Data(stream, sequence, List.of(Piece.whole("s", List.of(), new byte[1])));
    }

    /** The n-th packet opens the n-th so many streams, each with a message. */
    private static byte[] opening(StrangerScene.Stranger who, int n) {
        var frames = new ArrayList<Frame>();
        for (long stream = (long) n * MANY; stream < (n + 1L) * MANY; stream++) {
            frames.add(new Open(stream, name(stream)));
            frames.add(data(stream, 0));
        }
        return who.packet(n, frames);
    }

    @Test
    void anyNumberOfStreamsMakesNoLongRow() throws InterruptedException {
        var hostile = scene.new Stranger();
        int most = 0;
        for (int n = 0; n < 30; n++) {
            scene.post(opening(hostile, n));
            most = Math.max(most, scene.inboxBytes());
            if (n == 20) scene.restart();
        }
        assertThat(scene.got).hasSize(30 * MANY);
        assertThat(scene.missed).isZero();
        assertThat(most).isLessThan(300 << 10);
    }

    @Test
    void whoHasAsManyStreamsOpenAsASenderMayLosesNothing() throws InterruptedException {
        var honest = scene.new Stranger();
        int streams = Limits.STREAMS;
        for (int n = 0; n < 3 * streams; n++) {
            long stream = n % streams;
            String longest = "n".repeat(Limits.MAX_SUBJECT_BYTES - 3) + (100 + stream);
            scene.post(honest.packet(n, List.of(new Open(stream, longest), data(stream, n / streams))));
            if (n == 300) scene.restart();
        }
        assertThat(scene.got).hasSize(3 * streams);
        assertThat(scene.missed).isZero();
    }

    @Test
    void aStreamThatGaveWayGoesOnAndWhatComesOnOneThatIsForgottenIsToldAsMissed() throws InterruptedException {
        var hostile = scene.new Stranger();
        for (int n = 0; n < 6; n++) scene.post(opening(hostile, n));
        scene.post(hostile.packet(100, List.of(new Open(0, name(0)), data(0, 1), data(1_199, 1))));
        assertThat(scene.got).hasSize(6 * MANY + 2);
        assertThat(scene.streams).endsWith(name(0), name(1_199));
        assertThat(scene.missed).isZero();
        for (int n = 6; n < 12; n++) scene.post(opening(hostile, n));
        scene.post(hostile.packet(101, List.of(new Open(1, name(1)), data(1, 1))));
        assertThat(scene.got).hasSize(12 * MANY + 2);
        assertThat(scene.missed).isEqualTo(1);
    }

    @Test
    void aMessageThatIsBegunOnAStreamThatGivesWayIsToldAsMissed() throws InterruptedException {
        var scene = new StrangerScene(new MemoryNodeStore(), new NodeOptions.Strangers(1_000, 256, 1 << 20));
        var hostile = scene.new Stranger();
        for (int n = 0; n < 60; n++) {
            var first = new Data(n, 0, List.of(Piece.first("s", List.of(), new byte[9], 100)));
            scene.post(hostile.packet(n, List.of(new Open(n, name(n)), first)));
        }
        assertThat(scene.pieces()).isBetween(45, 55);
        assertThat(scene.missed).isEqualTo(60 - scene.pieces());
    }

    @Test
    void whatWasMissingIsCountedOnceThoughItComesAtLast() throws InterruptedException {
        var late = scene.new Stranger();
        scene.post(late.packet(1, List.of(new Open(5, "five"), new Close(5, 2), data(5, 1))));
        scene.pass(Duration.ofDays(4));
        assertThat(scene.missed).isEqualTo(1);
        scene.post(late.packet(0, List.of(new Open(5, "five"), data(5, 0))));
        assertThat(scene.missed).isEqualTo(1);
        assertThat(scene.got).hasSize(1);
    }

    @Test
    void streamsOfAllStrangersTogetherTakeNoMoreMemoryThanTheirRoom() throws InterruptedException {
        long room = 4 << 20;
        var scene = new StrangerScene(new MemoryNodeStore(), new NodeOptions.Strangers(10_000, 256, room));
        var hostile = new ArrayList<StrangerScene.Stranger>();
        for (int i = 0; i < 40; i++) {
            hostile.add(scene.new Stranger());
            scene.post(opening(hostile.get(i), 0));
            assertThat(scene.held()).isLessThanOrEqualTo(room);
        }
        assertThat(scene.awake()).isBetween(10, 20);
        assertThat(scene.got).as("nobody was kept out").hasSize(40 * MANY);
        // Who had to rest goes on where it was.
        for (var one : hostile) scene.post(one.packet(1, data(7, 1)));
        assertThat(scene.held()).isLessThanOrEqualTo(room);
        assertThat(scene.got).hasSize(40 * MANY + 40);
        assertThat(scene.missed).isZero();
    }

    @Test
    void aStreamCountsWhileItsMessagesWaitAndTheSameAfterARestart() throws InterruptedException {
        scene.handles = false;
        var hostile = scene.new Stranger();
        for (int n = 0; n < 100; n++) {
            var frames = new ArrayList<Frame>();
            for (long stream = (long) n * MANY; stream < (n + 1L) * MANY; stream++) {
                frames.add(new Open(stream, name(stream)));
                frames.add(data(stream, 0));
                frames.add(new Close(stream, 1));
            }
            scene.post(hostile.packet(n, frames));
        }
        assertThat(scene.refused("LIMIT_STRANGER_BYTES")).isPositive();
        assertThat(scene.waiting()).isBetween(8_000, (16 << 20) / 1_280);
        long held = scene.held();
        assertThat(held).isBetween(12L << 20, 16L << 20);
        scene.restart();
        assertThat(scene.held()).isEqualTo(held);
    }

    @Test
    void manyPiecesBehindGapsMakeNoLongRowAndTheGapsGiveWay() throws InterruptedException {
        var hostile = scene.new Stranger();
        int most = 0;
        for (int n = 0; n < 10; n++) {
            var frames = new ArrayList<Frame>();
            for (int i = 0; i < 300; i++) frames.add(data(i % 3, 1 + 2L * (300L * n + i)));
            scene.post(hostile.packet(n, frames));
            most = Math.max(most, scene.inboxBytes());
            if (n == 5) scene.restart();
        }
        assertThat(most).isLessThan(64 << 10);
        assertThat(scene.missed).isPositive();
        assertThat(scene.pieces()).isLessThan(1_100);
        assertThat(scene.got.size() + scene.pieces()).isEqualTo(3_000);
    }

    @Test
    void rowsOfThoseWhoRestTakeNoMoreThanTheirRoomAndStreamsGoFirst() throws InterruptedException {
        int most = 20 * Strangers.ROW_BYTES;
        var scene = new StrangerScene(new MemoryNodeStore(), new NodeOptions.Strangers(20, 2, 16 << 20));
        var few = scene.new Stranger();
        scene.post(few.packet(0, List.of(new Open(5, "five"), data(5, 0))));
        var hostile = new ArrayList<StrangerScene.Stranger>();
        for (int i = 0; i < 10; i++) {
            hostile.add(scene.new Stranger());
            scene.post(opening(hostile.get(i), 0));
            assertThat(scene.allInboxBytes()).isLessThan(most + 2 * (80 << 10));
        }
        scene.restart();
        scene.post(scene.new Stranger().packet(0, "more"));
        assertThat(scene.allInboxBytes()).isLessThan(most + 2_000);
        assertThat(scene.missed).isZero();
        int got = scene.got.size();
        scene.post(few.packet(1, data(5, 1)));
        assertThat(scene.got).as("a small row stays as it was").hasSize(got + 1);
        scene.post(hostile.getFirst().packet(1, data(7, 1)));
        assertThat(scene.got).hasSize(got + 1);
        assertThat(scene.missed).isEqualTo(1);
        scene.post(opening(hostile.getFirst(), 2));
        assertThat(scene.got).as("on new streams it is heard").hasSize(got + 1 + MANY);
        scene.post(opening(hostile.getFirst(), 2));
        assertThat(scene.refused("REPLAYED")).isEqualTo(1);
    }
}
