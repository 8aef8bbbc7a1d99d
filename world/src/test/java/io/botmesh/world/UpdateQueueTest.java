package io.botmesh.world;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class UpdateQueueTest {
    private static final long NOW = 1_000_000;
    private static final long LATER = NOW + 86_400;

    private final UpdateQueue queue = new UpdateQueue(new SplittableRandom(7));

    private static byte[] payload(String text) {
        return text.getBytes(ISO_8859_1);
    }

    private int fill(int count) {
        for (int i = 0; i < count; i++)
            assertThat(queue.add(payload("\"m\":" + i), 0, LATER, NOW)).isTrue();
        return first();
    }

    private int first() {
        return queue.poll(0, 1, NOW).items().getFirst().id();
    }

    @Test
    void theFirstIdIsRandomWithinItsRangeAndLaterOnesFollow() {
        for (int seed = 0; seed < 50; seed++) {
            var one = new UpdateQueue(new SplittableRandom(seed));
            one.add(payload("a"), 0, LATER, NOW);
            one.add(payload("b"), 0, LATER, NOW);
            var items = one.poll(0, 10, NOW).items();
            assertThat(items.get(0).id()).isBetween(2_000_001, 1_000_000_000);
            assertThat(items.get(1).id()).isEqualTo(items.get(0).id() + 1);
        }
    }

    @Test
    void anUpdateIsWrittenWithALineBreakAfterItsId() {
        int id = fill(2);
        assertThat(json(queue.poll(0, 10, NOW)))
                .isEqualTo("[{\"update_id\":" + id + ",\n\"m\":0},{\"update_id\":" + (id + 1) + ",\n\"m\":1}]");
    }

    @Test
    void aPositiveOffsetConfirmsWhatIsBelowIt() {
        int id = fill(5);
        assertThat(queue.poll(id + 2, 10, NOW).items()).hasSize(3);
        assertThat(first()).isEqualTo(id + 2);
        assertThat(queue.size(NOW)).isEqualTo(3);
    }

    @Test
    void offsetZeroConfirmsNothing() {
        fill(5);
        queue.poll(0, 10, NOW);
        assertThat(queue.size(NOW)).isEqualTo(5);
    }

    @Test
    void aNegativeOffsetForgetsAllButTheLastOnes() {
        int id = fill(5);
        assertThat(queue.poll(-2, 10, NOW).items().getFirst().id()).isEqualTo(id + 3);
        assertThat(queue.size(NOW)).isEqualTo(2);
    }

    @Test
    void anOffsetFarInTheFutureOrPastGivesEverythingAndConfirmsNothing() {
        int id = fill(5);
        assertThat(queue.poll(id + 5 + 11, 10, NOW).items()).hasSize(5);
        assertThat(queue.poll(Integer.MAX_VALUE, 10, NOW).items()).hasSize(5);
        assertThat(queue.poll(id - 100_001, 10, NOW).items()).hasSize(5);
        assertThat(queue.size(NOW)).isEqualTo(5);
    }

    @Test
    void anOffsetJustBehindTheTailConfirmsEverything() {
        int id = fill(5);
        assertThat(queue.poll(id + 5 + 10, 10, NOW).items()).isEmpty();
        assertThat(queue.size(NOW)).isZero();
    }

    @Test
    void idsGoOnAfterTheQueueRanEmpty() {
        int id = fill(3);
        queue.poll(id + 3, 10, NOW);
        assertThat(fill(1)).isEqualTo(id + 3);
    }

    @Test
    void whatIsOverItsTimeVanishesSilently() {
        queue.add(payload("callback"), 0, NOW + 150, NOW);
        queue.add(payload("message"), 0, LATER, NOW);
        assertThat(queue.poll(0, 10, NOW + 150).items()).hasSize(2);
        assertThat(queue.poll(0, 10, NOW + 151).items()).hasSize(1);
        assertThat(queue.size(NOW + 151)).isEqualTo(1);
        assertThat(queue.poll(0, 10, LATER + 1).items()).isEmpty();
    }

    @Test
    void aSweepEveryMinuteForgetsTheExpiredWithoutAPoll() {
        fill(3);
        assertThat(queue.size(LATER + 61)).isZero();
    }

    @Test
    void expiryInTheMiddleKeepsTheOrder() {
        queue.add(payload("a"), 0, LATER, NOW);
        queue.add(payload("b"), 0, NOW + 30, NOW);
        queue.add(payload("c"), 0, LATER, NOW);
        var items = queue.poll(0, 10, NOW + 31).items();
        assertThat(items)
                .extracting(item -> new String(item.payload(), ISO_8859_1))
                .containsExactly("a", "c");
        assertThat(items.get(1).id()).isEqualTo(items.get(0).id() + 2);
    }

    @Test
    void moreThanAHundredThousandAreDroppedSilently() {
        var shared = payload("x");
        for (int i = 0; i < 100_000; i++) queue.add(shared, 0, LATER, NOW);
        assertThat(queue.add(shared, 0, LATER, NOW)).isFalse();
        assertThat(queue.size(NOW)).isEqualTo(100_000);
    }

    @Test
    void anUpdateBeyond512KibIsDropped() {
        assertThat(queue.add(new byte[(512 << 10) + 1], 0, LATER, NOW)).isFalse();
        assertThat(queue.add(new byte[512 << 10], 0, LATER, NOW)).isTrue();
    }

    @Test
    void moreThan128MibAreDropped() {
        var shared = new byte[512 << 10];
        for (int i = 0; i < 256; i++)
            assertThat(queue.add(shared, 0, LATER, NOW)).isTrue();
        assertThat(queue.add(payload("x"), 0, LATER, NOW)).isFalse();
        int first = first();
        queue.poll(first + 1, 1, NOW);
        assertThat(queue.add(payload("x"), 0, LATER, NOW)).isTrue();
    }

    @Test
    void anAnswerIsCutBelow4Mib() {
        var shared = payload("\"m\":\"" + "x".repeat(512 << 10).substring(6) + '"');
        for (int i = 0; i < 20; i++) queue.add(shared, 0, LATER, NOW);
        // Each costs its bytes and 50, so that the eighth no longer fits.
        assertThat(json(queue.poll(0, 100, NOW)).split("update_id", -1)).hasSize(1 + 7);
    }

    /** A generator whose first ids are chosen. */
    private record Chosen(Deque<Integer> ids) implements RandomGenerator {
        @Override
        public int nextInt(int origin, int bound) {
            return ids.removeFirst();
        }

        @Override
        public long nextLong() {
            throw new AssertionError("not asked for");
        }
    }

    @Test
    void atTheEndOfTheIdsTheQueueIsClearedAndBeginsAnew() {
        var old = new UpdateQueue(new Chosen(new ArrayDeque<>(List.of(1_999_999_997, 5_000_000))));
        for (int i = 0; i < 2; i++) old.add(payload("old"), 0, LATER, NOW);
        assertThat(old.poll(0, 10, NOW).items())
                .extracting(UpdateQueue.Item::id)
                .containsExactly(1_999_999_997, 1_999_999_998);
        old.add(payload("new"), 0, LATER, NOW);
        old.add(payload("new"), 0, LATER, NOW);
        // Who goes on from the old end gets them all the same.
        assertThat(old.poll(1_999_999_999, 10, NOW).items())
                .extracting(UpdateQueue.Item::id)
                .containsExactly(5_000_000, 5_000_001);
        assertThat(old.size(NOW)).isEqualTo(2);
    }

    @Test
    void everyKindHasItsLife() {
        for (var kind : UpdateKind.values()) {
            int life = Map.of(
                            "callback_query",
                            150,
                            "shipping_query",
                            150,
                            "pre_checkout_query",
                            150,
                            "inline_query",
                            30,
                            "chosen_inline_result",
                            600)
                    .getOrDefault(kind.wireName(), 86_400);
            var one = new UpdateQueue(new SplittableRandom(3));
            one.add(payload("x"), 0, NOW + kind.lifeSeconds(), NOW);
            assertThat(one.poll(0, 10, NOW + life).items()).as(kind.wireName()).hasSize(1);
            assertThat(one.poll(0, 10, NOW + life + 1).items())
                    .as(kind.wireName())
                    .isEmpty();
        }
    }

    @Test
    void theIdsJumpToARandomOneOnceNothingWaits() {
        int id = fill(2);
        assertThatThrownBy(queue::jump).isInstanceOf(IllegalStateException.class);
        assertThat(queue.poll(id + 2, 10, NOW).items()).isEmpty();
        boolean lower = false;
        for (int jumps = 0; jumps < 64; jumps++) {
            int next = queue.jump();
            assertThat(next).isBetween(2_000_001, 1_000_000_000);
            lower |= next < id;
            fill(1);
            // A poller that goes on from where it was gets it all the same.
            assertThat(queue.poll(id + 2, 10, NOW).items())
                    .singleElement()
                    .extracting(UpdateQueue.Item::id)
                    .isEqualTo(next);
            queue.poll(next + 1, 10, NOW);
        }
        assertThat(lower).isTrue();
    }

    private static String json(UpdateQueue.Batch batch) {
        return new Reply.Ok(batch.result()).resultJson();
    }
}
