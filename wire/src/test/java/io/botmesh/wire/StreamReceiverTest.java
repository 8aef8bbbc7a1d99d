package io.botmesh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.wire.StreamReceiver.Event;
import io.botmesh.wire.StreamReceiver.Event.Deliver;
import io.botmesh.wire.StreamReceiver.Event.Duplicate;
import io.botmesh.wire.StreamReceiver.Event.Outside;
import io.botmesh.wire.StreamReceiver.Event.Store;
import io.botmesh.wire.StreamReceiver.Held;
import io.botmesh.wire.StreamReceiver.Window;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StreamReceiverTest {
    @Test
    void piecesInOrderAreStoredAndDeliveredAtOnce() {
        var stream = new StreamReceiver(Window.defaults());
        assertThat(stream.onData(data(0, 3))).containsExactly(new Store(0, 3), new Deliver(0, 3));
        assertThat(stream.onData(data(3, 1))).containsExactly(new Store(3, 4), new Deliver(3, 4));
        assertThat(stream.held()).isEmpty();
    }

    @Test
    void earlyPiecesWaitForTheGapToClose() {
        var stream = new StreamReceiver(Window.defaults());
        assertThat(stream.onData(data(2, 2))).containsExactly(new Store(2, 4));
        assertThat(stream.onData(data(5, 1))).containsExactly(new Store(5, 6));
        assertThat(stream.held()).containsExactly(new Held(2, 4, 20), new Held(5, 6, 10));
        assertThat(stream.onData(data(0, 2))).containsExactly(new Store(0, 2), new Deliver(0, 4));
        assertThat(stream.onPiece(4, 10)).containsExactly(new Store(4, 5), new Deliver(4, 6));
        assertThat(stream.heldBytes()).isZero();
        assertThat(stream.next()).isEqualTo(6);
    }

    @Test
    void aRepeatedPieceIsADuplicateWhetherDeliveredOrHeld() {
        var stream = new StreamReceiver(Window.defaults());
        stream.onData(data(0, 2));
        stream.onData(data(4, 2));
        assertThat(stream.onData(data(1, 4)))
                .containsExactly(new Duplicate(1, 2), new Store(2, 4), new Duplicate(4, 5), new Deliver(2, 6));
    }

    @Test
    void whatIsTooFarAheadIsLeftToTheSender() {
        var stream = new StreamReceiver(new Window(4, 1000));
        assertThat(stream.onData(data(2, 5))).containsExactly(new Store(2, 4), new Outside(4, 7));
        assertThat(stream.onPiece(Limits.MAX_NUMBER, 1))
                .containsExactly(new Outside(Limits.MAX_NUMBER, Limits.MAX_NUMBER + 1));
    }

    @Test
    void theByteLimitHoldsForEarlyPiecesOnly() {
        var stream = new StreamReceiver(new Window(100, 25));
        assertThat(stream.onData(data(1, 3))).containsExactly(new Store(1, 3), new Outside(3, 4));
        assertThat(stream.onPiece(0, 1_000_000)).containsExactly(new Store(0, 1), new Deliver(0, 3));
        assertThat(stream.onPiece(3, 10)).containsExactly(new Store(3, 4), new Deliver(3, 4));
    }

    @Test
    void goesOnFromWhatWasStored() {
        var stream = new StreamReceiver(
                new Window(100, 100), 10, List.of(new Held(14, 15, 5), new Held(12, 13, 5), new Held(13, 14, 5)));
        assertThat(stream.resume()).isEmpty();
        assertThat(stream.held()).containsExactly(new Held(12, 15, 15));
        assertThat(stream.onData(data(9, 3)))
                .containsExactly(new Duplicate(9, 10), new Store(10, 12), new Deliver(10, 15));
    }

    @Test
    void whatWasStoredInOrderButNotDeliveredIsDeliveredOnResume() {
        var stream = new StreamReceiver(new Window(100, 100), 10, List.of(new Held(10, 12, 5), new Held(13, 14, 5)));
        assertThat(stream.resume()).containsExactly(new Deliver(10, 12));
        assertThat(stream.next()).isEqualTo(12);
        assertThat(stream.resume()).isEmpty();
    }

    @Test
    void storedPiecesThatContradictEachOtherAreAMistake() {
        var window = new Window(100, 100);
        assertThatThrownBy(() -> new StreamReceiver(window, 5, List.of(new Held(4, 6, 1))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new StreamReceiver(window, 0, List.of(new Held(4, 6, 1), new Held(5, 7, 1))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void behavesLikeASetOfNumbersAndSurvivesARestartAnywhere() {
        var random = Seed.random("behavesLikeASetOfNumbersAndSurvivesARestartAnywhere");
        for (int round = 0; round < 100; round++) {
            var window = new Window(1 + random.nextInt(40), random.nextInt(300));
            var stream = new StreamReceiver(window);
            var stored = new TreeMap<Long, Integer>();
            var delivered = new ArrayList<Long>();
            for (int step = 0; step < 200; step++) {
                long from = Math.max(0, stream.next() - 5 + random.nextInt(60));
                var data = data(from, 1 + random.nextInt(8));
                long covered = from;
                for (Event event : stream.onData(data)) {
                    for (long n = event.from(); n < event.until(); n++) {
                        boolean known = n < delivered.size() || stored.containsKey(n);
                        switch (event) {
                            case Store ignored -> {
                                assertThat(known).isFalse();
                                stored.put(n, 10);
                            }
                            case Duplicate ignored -> assertThat(known).isTrue();
                            case Outside ignored -> assertThat(known).isFalse();
                            case Deliver ignored -> {
                                assertThat(n).isEqualTo(delivered.size());
                                assertThat(stored.remove(n)).isNotNull();
                                delivered.add(n);
                            }
                        }
                    }
                    if (!(event instanceof Deliver)) {
                        assertThat(event.from()).isEqualTo(covered);
                        covered = event.until();
                    }
                }
                assertThat(covered).isEqualTo(data.nextSequence());
                assertThat(stream.next()).isEqualTo(delivered.size());
                assertThat(stored).doesNotContainKey(stream.next());
                assertThat(stream.heldBytes()).isEqualTo(stored.size() * 10L).isLessThanOrEqualTo(window.bytes());
                if (random.nextInt(20) == 0) {
                    var held = new ArrayList<Held>();
                    stored.forEach((n, bytes) -> held.add(new Held(n, n + 1, bytes)));
                    Collections.reverse(held);
                    List<Held> before = stream.held();
                    stream = new StreamReceiver(window, stream.next(), held);
                    assertThat(stream.resume()).isEmpty();
                    assertThat(stream.held()).isEqualTo(before);
                }
            }
        }
    }

    private static Data data(long sequence, int pieces) {
        return new Data(0, sequence, Collections.nCopies(pieces, Piece.whole("", List.of(), new byte[10])));
    }
}
