package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The names p, q, r and the numbers in brackets are those of the behaviours in the runner's specification. */
class KeyedQueueTest {
    private final KeyedQueue<String> queue = new KeyedQueue<>();

    private static <U> Task<U> task(U name, Object... keys) {
        return new Task<>(name, 0, 1, List.of(keys), null);
    }

    private List<Task<String>> add(List<Task<String>> tasks) {
        tasks.forEach(queue::add);
        return tasks;
    }

    private List<Task<String>> takeAll() {
        var taken = new ArrayList<Task<String>>();
        for (var task = queue.take(); task != null; task = queue.take()) taken.add(task);
        return taken;
    }

    private List<String> step() {
        return takeAll().stream().map(task -> task.update).toList();
    }

    /** [30] */
    @Test
    void differentKeysRunBesideEachOther() {
        add(List.of(task("a", "p"), task("b", "q"), task("c")));
        assertThat(step()).containsExactly("a", "b", "c");
    }

    /** What suspects of a death have in common. */
    @Test
    void whatWasGivenBackIsHadAgainBeforeTheNextAttempt() {
        var tasks = add(List.of(task("a", "p", "s"), task("b", "q", "s"), task("c", "r", "s")));
        assertThat(step()).containsExactly("a");
        queue.giveBack(tasks.get(0), "s");
        assertThat(step()).containsExactly("b");
        queue.again(tasks.get(0));
        assertThat(step()).isEmpty();
        queue.ended(tasks.get(1));
        assertThat(step()).containsExactly("a");
        queue.ended(tasks.get(0));
        assertThat(step()).containsExactly("c");
        queue.ended(tasks.get(2));
        assertThat(queue.keys()).isZero();
    }

    @Test
    void whatWasGivenBackIsTakenFromOneThatHasNotBegun() {
        for (Object other : List.of("p", "q")) { // behind it, or ready
            var tasks = add(List.of(task("a", "p", "s"), task("b", other, "s")));
            assertThat(step()).containsExactly("a");
            queue.giveBack(tasks.get(0), "s");
            queue.again(tasks.get(0));
            assertThat(step()).containsExactly("a");
            queue.ended(tasks.get(0));
            assertThat(step()).containsExactly("b");
            queue.ended(tasks.get(1));
            assertThat(queue.keys()).isZero();
        }
    }

    @Test
    void oneThatWaitsForWhatItGaveBackCanBeForgotten() {
        var tasks = add(List.of(task("a", "p", "s"), task("b", "q", "s")));
        assertThat(step()).containsExactly("a");
        queue.giveBack(tasks.get(0), "s");
        assertThat(step()).containsExactly("b");
        queue.again(tasks.get(0));
        queue.remove(tasks.get(0));
        queue.ended(tasks.get(1));
        assertThat(queue.keys()).isZero();
    }

    /** [31] */
    @Test
    void oneKeyRunsOneAfterTheOther() {
        var tasks = add(List.of(task("a", "p"), task("b", "p")));
        assertThat(step()).containsExactly("a");
        assertThat(step()).isEmpty();
        queue.ended(tasks.get(0));
        assertThat(step()).containsExactly("b");
    }

    /** [32] */
    @Test
    void theSameFourKeysRunOneAfterTheOther() {
        var tasks = add(List.of(task("a", 1, 2, 3, 4), task("b", 4, 3, 2, 1), task("c", 1, 2, 3, 4)));
        for (var task : tasks) {
            assertThat(step()).containsExactly(task.update);
            queue.ended(task);
        }
    }

    /** [33] */
    @Test
    void oneSharedKeyAmongSeveralIsEnough() {
        var tasks = add(List.of(task("a", 1, 2, 9), task("b", 3, 9, 4), task("c", 9, 5)));
        for (var task : tasks) {
            assertThat(step()).containsExactly(task.update);
            queue.ended(task);
        }
    }

    /** [34] */
    @Test
    void aLaterOneWaitsForItsOwnKeyOnly() {
        var tasks = add(List.of(task("a", "p"), task("b", "q")));
        assertThat(step()).containsExactly("a", "b");
        queue.add(task("c", "p"));
        assertThat(step()).isEmpty();
        queue.ended(tasks.get(0));
        assertThat(step()).containsExactly("c");
    }

    /** [35] */
    @Test
    void aChainOfGrowingKeySetsRunsInThreeSteps() {
        var tasks = add(List.of(task("a", "p"), task("b", "p", "q"), task("c", "p", "q", "r")));
        for (var task : tasks) {
            assertThat(step()).containsExactly(task.update);
            queue.ended(task);
        }
        assertThat(queue.keys()).isZero();
    }

    /** [36] */
    @Test
    void aWaterfallOfOverlappingKeySetsRunsInSixSteps() {
        var tasks = add(List.of(
                task("a", 1, 2), task("b", 2, 3), task("c", 3, 4), task("d", 4, 5), task("e", 5, 6), task("f", 6, 1)));
        for (var task : tasks) {
            assertThat(step()).containsExactly(task.update);
            queue.ended(task);
        }
    }

    @Test
    void whatHasSeveralPredecessorsWaitsForAllOfThem() {
        var tasks = add(List.of(task("a", "p"), task("b", "q"), task("c", "p", "q")));
        assertThat(step()).containsExactly("a", "b");
        queue.ended(tasks.get(0));
        assertThat(step()).isEmpty();
        queue.ended(tasks.get(1));
        assertThat(step()).containsExactly("c");
    }

    @Test
    void aFloodedKeyGetsItsTurnNoSoonerThanOthers() {
        for (int i = 0; i < 1000; i++) queue.add(task("hot", "hot"));
        var first = queue.take();
        for (int i = 0; i < 10; i++) queue.add(task("cold", "cold" + i));
        queue.ended(java.util.Objects.requireNonNull(first));
        assertThat(takeAll().stream().map(task -> task.update).limit(10)).containsOnly("cold");
    }

    /** Line 8, without a thread: five million keys pass, at most a thousand at a time. */
    @Test
    void keysThatFellIdleLeaveNothing() {
        var keyed = new KeyedQueue<Integer>();
        int most = 0;
        for (int i = 0; i < 5_000_000; i += 1000) {
            var taken = new ArrayList<Task<Integer>>();
            for (int k = i; k < i + 1000; k++) keyed.add(task(k, k));
            for (var task = keyed.take(); task != null; task = keyed.take()) taken.add(task);
            most = Math.max(most, keyed.keys());
            taken.forEach(keyed::ended);
        }
        assertThat(most).isEqualTo(1000);
        assertThat(keyed.keys()).isZero();
        assertThat(keyed.take()).isNull();
    }

    /** Line 3, without a thread: against a model that looks at all earlier tasks. */
    @Test
    void isReadyExactlyWhenNoEarlierUnendedTaskSharesAKey() {
        long seed = Long.getLong("seed", 1);
        System.out.println("KeyedQueueTest seed " + seed);
        var random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            var keyed = new KeyedQueue<Integer>();
            var open = new ArrayList<Task<Integer>>();
            var taken = new ArrayList<Task<Integer>>();
            int name = 0;
            int ended = 0;
            while (ended < 200) {
                if (name < 200 && random.nextBoolean()) {
                    var keys = random.ints(random.nextInt(5), 0, 8)
                            .distinct()
                            .boxed()
                            .toArray();
                    var task = task(name++, keys);
                    open.add(task);
                    keyed.add(task);
                } else if (!taken.isEmpty()) {
                    var task = taken.remove(random.nextInt(taken.size()));
                    open.remove(task);
                    ended++;
                    keyed.ended(task);
                }
                for (var task = keyed.take(); task != null; task = keyed.take()) taken.add(task);
                assertThat(taken).as("seed %d", seed).hasSameElementsAs(freeOf(open));
            }
            assertThat(keyed.keys()).isZero();
        }
    }

    private static List<Task<Integer>> freeOf(List<Task<Integer>> open) {
        return IntStream.range(0, open.size())
                .filter(i -> IntStream.range(0, i)
                        .noneMatch(earlier -> open.get(earlier).keys.stream().anyMatch(open.get(i).keys::contains)))
                .mapToObj(open::get)
                .toList();
    }

    /** Ticks that each of a thousand keys' updates waited: eight arrive per tick, ten are handled, each for one tick. */
    private static List<Integer> waits(boolean flood) {
        var keyed = new KeyedQueue<Integer>();
        var waits = new ArrayList<Integer>();
        var arrived = new java.util.HashMap<Task<Integer>, Integer>();
        int next = 0;
        for (int tick = 0; waits.size() < 1000; tick++) {
            for (int i = 0; i < 100 && flood; i++) keyed.add(task(-1, "hot"));
            for (int i = 0; i < 8 && next < 1000; i++) {
                var task = task(next, "key" + next++);
                arrived.put(task, tick);
                keyed.add(task);
            }
            var running = new ArrayList<Task<Integer>>();
            for (var task = keyed.take(); task != null; task = running.size() < 10 ? keyed.take() : null)
                running.add(task);
            for (var task : running) {
                var since = arrived.remove(task);
                if (since != null) waits.add(tick - since);
                keyed.ended(task);
            }
        }
        waits.sort(null);
        return waits;
    }

    @Test
    void line6AFloodingKeyAtMostDoublesWhatAThousandOthersWait() {
        int p99 = waits(true).get(989);
        assertThat(p99).isLessThanOrEqualTo(Math.max(1, 2 * waits(false).get(989)));
    }
}
