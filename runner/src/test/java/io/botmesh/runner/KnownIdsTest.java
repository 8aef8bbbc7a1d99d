package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.runner.KnownIds.Range;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Line 17: what is known of ids stays small, whatever order they come in. */
class KnownIdsTest {
    private static final int SEGMENT_BYTES = 16 << 20;

    private final long seed = Long.getLong("seed", 1);
    private final Random random = new Random(seed);
    private final KnownIds known = new KnownIds(SEGMENT_BYTES);

    KnownIdsTest() {
        System.out.println("KnownIdsTest seed " + seed);
    }

    private static void admit(KnownIds known, long hour, long... ids) {
        known.moveTo(hour, 0);
        known.admit(KnownIds.ascending(ids, known.fresh(ids)), hour);
    }

    private static boolean knows(KnownIds known, long id) {
        return known.fresh(new long[] {id}).isEmpty();
    }

    /** Ids as so many connections bring them. */
    private List<Long> outOfOrder(int count, int connections) {
        var window = new ArrayList<Long>();
        var ids = new ArrayList<Long>();
        for (long next = 1; ids.size() < count; ) {
            while (window.size() < connections && next <= count) window.add(next++);
            ids.add(window.remove(random.nextInt(window.size())));
        }
        return ids;
    }

    @Test
    void line17IdsThatFortyConnectionsBringAreFewRanges() {
        int most = 0;
        for (long id : outOfOrder(200_000, 40)) {
            admit(known, 0, id);
            most = Math.max(most, known.ranges().size());
        }
        assertThat(known.ranges()).containsExactly(new Range(1, 200_000, 0));
        // One that is unlucky stays away for long, but there are no more gaps than connections.
        assertThat(most).isLessThanOrEqualTo(41);
    }

    @Test
    void line17AnHourOfSuchIdsIsFewRangesToo() {
        long place = 0;
        for (long id : outOfOrder(100_000, 40)) admit(known, place++ / 1_000, id);
        assertThat(known.ranges().size()).isLessThan(100 * 41);
        for (long id : List.of(1L, 50_000L, 100_000L))
            assertThat(knows(known, id)).isTrue();
        known.moveTo(1_000, 0);
        assertThat(known.ranges()).isEmpty();
    }

    @Test
    void theIdsOfABatchInAnyOrderAreOneRange() {
        var ids = new ArrayList<>(LongStream.rangeClosed(1, 100).boxed().toList());
        Collections.shuffle(ids, random);
        admit(known, 0, ids.stream().mapToLong(Long::longValue).toArray());
        assertThat(known.ranges()).containsExactly(new Range(1, 100, 0));
    }

    /** As journals of before have them, which joined no range with the one above. */
    @Test
    void rangesThatWereNotJoinedAreWhenTheyAreRead() {
        known.replace(List.of(
                new Range(1, 3, 7),
                new Range(4, 4, 7),
                new Range(5, 9, 7),
                new Range(10, 11, 8),
                new Range(13, 14, 8),
                new Range(15, 15, 8)));
        assertThat(known.ranges()).containsExactly(new Range(1, 9, 7), new Range(10, 11, 8), new Range(13, 15, 8));
    }

    @Test
    void whatIsReadLaterCountsMoreThanWhatWasForgottenSince() {
        known.replace(List.of(new Range(1, 100, 0), new Range(200, 300, 0)));
        known.remember(new Range(50, 60, 200));
        known.remember(new Range(90, 210, 200));
        assertThat(known.ranges())
                .containsExactly(
                        new Range(1, 49, 0),
                        new Range(50, 60, 200),
                        new Range(61, 89, 0),
                        new Range(90, 210, 200),
                        new Range(211, 300, 0));
    }

    @Test
    void line17WhereIdsLeaveGapsWithoutEndTheOldestAreForgotten() {
        for (long id = 0; id < 400_000; id += 2) {
            admit(known, id / 10_000, id);
            assertThat(known.ranges().size()).isLessThanOrEqualTo(1 << 16);
        }
        assertThat(known.ranges().size()).isGreaterThan(1 << 15);
        assertThat(knows(known, 0)).isFalse();
        for (long id = 300_000; id < 400_000; id += 2)
            assertThat(knows(known, id)).isTrue();
        // Nothing between is taken for known: an update would be lost.
        for (long id = 1; id < 400_000; id += 2) assertThat(knows(known, id)).isFalse();
    }

    @Test
    void whatHasJustComeIsKnownWhereverItLies() {
        for (int i = 0; i < 70_000; i++) {
            long id = random.nextLong() / 2;
            admit(known, 0, id);
            assertThat(knows(known, id)).as("seed %d", seed).isTrue();
        }
        admit(known, 0, LongStream.range(0, 65_536).map(n -> n * 2).toArray());
        assertThat(known.ranges()).hasSize(1 << 16);
        assertThat(knows(known, 0) && knows(known, 131_070)).isTrue();
    }

    /** Against a map of all ids; hours pass, the clock is set, and what failed is taken back. */
    @Test
    void line17KnowsExactlyWhatHasComeInTheLastDays() {
        Map<Long, Long> hours = new HashMap<>();
        long hour = 1_000;
        for (int step = 0; step < 20_000; step++) {
            if (random.nextInt(20) == 0) {
                long jump = random.nextInt(4) == 0 ? random.nextInt(-40, 40) : 0;
                hour += jump + random.nextInt(20);
                long now = hour;
                known.moveTo(now, jump);
                hours.replaceAll((id, at) -> Math.min(at + jump, now));
                hours.values().removeIf(at -> at < now - 144);
            }
            var ids = random.longs(1 + random.nextInt(6), 0, 300).toArray();
            known.moveTo(hour, 0);
            var fresh = known.fresh(ids);
            var expected = LongStream.of(ids).distinct().filter(id -> !hours.containsKey(id));
            assertThat(fresh.stream().mapToLong(place -> ids[place]).toArray()).isEqualTo(expected.toArray());
            var ascending = KnownIds.ascending(ids, fresh);
            known.admit(ascending, hour);
            if (random.nextInt(3) == 0) known.forget(ascending);
            else for (long id : ascending) hours.put(id, hour);
        }
        Map<Long, Long> all = new HashMap<>();
        for (var range : known.ranges())
            for (long id = range.first(); id <= range.last(); id++) all.put(id, range.hour());
        assertThat(all).as("seed %d", seed).isEqualTo(hours).isNotEmpty();
    }
}
