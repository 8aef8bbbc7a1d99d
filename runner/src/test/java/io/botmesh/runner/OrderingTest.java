package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What holds for a key while it is busy, and what overtakes. An update that ends in an exclamation mark is control. */
@Timeout(300)
class OrderingTest {
    private static final Duration QUIET = Duration.ofSeconds(10);

    private final FakeTimer timer = new FakeTimer();
    private final QueueSource<String> source = new QueueSource<>();
    private final LinkedBlockingQueue<String> said = new LinkedBlockingQueue<>();
    private final Map<String, CountDownLatch> gates = new ConcurrentHashMap<>();

    private final RunnerListener<String> listener = new RunnerListener<>() {
        @Override
        public void onEnded(Delivery<String> delivery, Duration took, @Nullable Throwable failure) {
            said.add(delivery.update() + (failure == null ? " ended" : " failed"));
        }

        @Override
        public void onDropped(String update, DropReason reason) {
            said.add(update + " " + reason);
        }
    };

    private RunnerOptions<String> options(KeyRule<String> rule) {
        return RunnerOptions.<String>defaults()
                .withListener(listener)
                .withOrdering(Ordering.<String>defaults()
                        .withKeys(update -> update.startsWith("ab") ? List.of('a', 'b') : List.of(update.charAt(0)))
                        .withRules(key -> rule)
                        .withControl(update -> update.endsWith("!"), 0));
    }

    private Runner<String> start(RunnerOptions<String> options, String... updates) {
        return start(this::handle, options, updates);
    }

    private Runner<String> start(Handler<String> handler, RunnerOptions<String> options, String... updates) {
        var runner = new Runner<>(source, handler, options, timer, InstantSource.system(), new Random(1));
        runner.start();
        send(updates);
        return runner;
    }

    private void send(String... updates) {
        source.updates.addAll(List.of(updates));
    }

    private void handle(Delivery<String> delivery) throws InterruptedException {
        said.add(delivery.update());
        gate(delivery.update()).await();
    }

    /** Takes the wanted update, and says that it has been asked about it. */
    private boolean offered(String update, String wanted) {
        return update.equals(wanted) && said.add("offered " + update);
    }

    private CountDownLatch gate(String update) {
        return gates.computeIfAbsent(update, none -> new CountDownLatch(1));
    }

    private void open(String... updates) {
        for (var update : updates) gate(update).countDown();
    }

    private List<String> heard(int count) throws InterruptedException {
        var heard = new ArrayList<String>();
        while (heard.size() < count) heard.add(said.take());
        return heard;
    }

    private static void awaitWaiting(Runner<String> runner, int count) {
        while (runner.stats().waiting() != count) Thread.onSpinWait();
    }

    private static void awaitIdle(Runner<String> runner) {
        while (runner.size() > 0) Thread.onSpinWait();
        assertThat(runner.keys()).isZero();
    }

    @Test
    void line5AKeyMayRunSeveralAtOnceAndStartsThemInOrder() throws InterruptedException {
        try (var runner = start(options(KeyRule.<String>queue().withParallel(2)), "a1", "a2", "a3", "a4")) {
            assertThat(heard(2)).containsExactlyInAnyOrder("a1", "a2");
            awaitWaiting(runner, 2);
            open("a2");
            assertThat(heard(2)).containsExactly("a2 ended", "a3");
            open("a1", "a3", "a4");
            assertThat(heard(4)).contains("a4 ended");
            awaitIdle(runner);
        }
    }

    @Test
    void line5AnUpdateOfSeveralKeysTakesAPlaceOfEach() throws InterruptedException {
        try (var runner = start(options(KeyRule.<String>queue().withParallel(2)), "a1", "a2", "ab", "b1", "b2")) {
            assertThat(heard(3)).containsExactlyInAnyOrder("a1", "a2", "b1"); // one of two places of b is kept for "ab"
            awaitWaiting(runner, 2);
            open("a1");
            assertThat(heard(2)).containsExactly("a1 ended", "ab");
            open("ab");
            assertThat(heard(2)).containsExactly("ab ended", "b2");
            open("a2", "b1", "b2");
            assertThat(heard(3)).hasSize(3);
            awaitIdle(runner);
        }
    }

    @Test
    void line5ARejectedUpdateEndsAndIsToldOf() throws InterruptedException {
        try (var runner = start(options(KeyRule.reject(1)), "a1", "a2", "a3", "b1")) {
            assertThat(heard(3)).containsExactlyInAnyOrder("a1", "b1", "a3 REJECTED");
            open("a1", "a2", "b1");
            assertThat(heard(4)).contains("a2 ended");
            awaitIdle(runner);
            assertThat(source.confirmed).contains("b1");
            assertThat(runner.stats().dropped()).isOne();
        }
    }

    @Test
    void line5WithDepthZeroWhatComesWhileOneRunsIsRejected() throws InterruptedException {
        try (var runner = start(options(KeyRule.reject(0)), "a1", "a2")) {
            assertThat(heard(2)).containsExactlyInAnyOrder("a1", "a2 REJECTED");
            open("a1", "a3");
            assertThat(heard(1)).containsExactly("a1 ended");
            awaitIdle(runner);
            send("a3");
            assertThat(heard(2)).containsExactly("a3", "a3 ended");
        }
    }

    @Test
    void line5TheOldestThatWaitsGivesWayAndNothingStaysBehind() throws InterruptedException {
        try (var runner = start(options(KeyRule.dropOldest(2)), "a1", "a2", "a3", "a4", "a5")) {
            assertThat(heard(3)).containsExactlyInAnyOrder("a1", "a2 OVERTAKEN", "a3 OVERTAKEN");
            assertThat(runner.stats().waiting()).isEqualTo(2);
            open("a1", "a4", "a5");
            assertThat(heard(5)).containsExactly("a1 ended", "a4", "a4 ended", "a5", "a5 ended");
            awaitIdle(runner);
        }
    }

    @Test
    void line5OnlyTheNewestWaits() throws InterruptedException {
        try (var runner = start(options(KeyRule.newest()), "a1")) {
            assertThat(heard(1)).containsExactly("a1");
            send("a2", "a3", "ab", "a4", "a5");
            assertThat(heard(2)).containsExactlyInAnyOrder("a2 SUPERSEDED", "a4 SUPERSEDED");
            assertThat(runner.stats().waiting()).isEqualTo(3);
            open("a1", "a3", "ab", "a5");
            assertThat(heard(7)).containsExactly("a1 ended", "a3", "a3 ended", "ab", "ab ended", "a5", "a5 ended");
            awaitIdle(runner);
            assertThat(source.confirmed.getLast()).isEqualTo("a5");
        }
    }

    @Test
    void line5WhatWaitsBecomesOneAndAllOfItEndsOrComesAgainTogether() throws InterruptedException {
        var journal = new MemoryJournal<String>(String::hashCode, InstantSource.system());
        var options = options(KeyRule.merging(3, (earlier, later) -> earlier + later.substring(1)))
                .withJournal(journal)
                .withFailures(FailureHandler.retry());
        Handler<String> handler = delivery -> {
            said.add(delivery.update() + " #" + delivery.attempt());
            gate(delivery.update()).await();
            if (delivery.update().equals("a234") && delivery.attempt() == 1) throw new IllegalStateException("again");
        };
        try (var runner = start(handler, options, "a1")) {
            assertThat(heard(1)).containsExactly("a1 #1");
            send("a2", "a3", "a4", "a5");
            awaitWaiting(runner, 2);
            open("a1", "a234", "a5");
            assertThat(heard(3)).containsExactly("a1 ended", "a234 #1", "a234 failed");
            timer.awaitPending(1);
            assertThat(journal.size()).isEqualTo(4);
            timer.fireNext();
            assertThat(heard(4)).containsExactly("a234 #2", "a234 ended", "a5 #1", "a5 ended");
            awaitIdle(runner);
            assertThat(journal.size()).isZero();
        }
    }

    @Test
    void line19AMergedUpdateStandsForAllThatItWasMergedFrom() throws InterruptedException {
        var journal = new MemoryJournal<String>(String::hashCode, InstantSource.system());
        var options =
                options(KeyRule.merging(9, (earlier, later) -> earlier + later)).withJournal(journal);
        Handler<String> handler = delivery -> {
            said.add(delivery.update() + " " + delivery.sequences().size());
            gate(delivery.update()).await();
        };
        try (var runner = start(handler, options, "a1")) {
            assertThat(heard(1)).containsExactly("a1 1");
            send("a2", "a3", "a4", "b");
            open("b");
            assertThat(heard(2)).containsExactly("b 1", "b ended"); // so all before it have found their places
            open("a1", "a2a3a4");
            assertThat(heard(2)).containsExactly("a1 ended", "a2a3a4 3");
            assertThat(heard(1)).containsExactly("a2a3a4 ended");
            awaitIdle(runner);
        }
    }

    @Test
    void line5AMergeThatThrowsFailsItsUpdatesAlone() throws InterruptedException {
        var options = options(KeyRule.merging(9, (earlier, later) -> {
                    throw new StackOverflowError("the merge itself");
                }))
                .withFailures(FailureHandler.skip());
        try (var runner = start(options, "a1")) {
            assertThat(heard(1)).containsExactly("a1");
            send("a2", "a3", "ab");
            awaitWaiting(runner, 2);
            open("a1", "ab");
            assertThat(heard(4)).containsExactly("a1 ended", "a3 failed", "ab", "ab ended");
            awaitIdle(runner);
            assertThat(source.confirmed).contains("ab");
        }
    }

    @Test
    void line5ADebouncedUpdateStartsWhenItsKeyHasBeenQuiet() throws InterruptedException {
        open("a2", "a3");
        try (var runner = start(options(KeyRule.debounce(QUIET, 100)), "a1")) {
            timer.awaitPending(1);
            timer.advance(QUIET.minusSeconds(1));
            send("a2");
            assertThat(heard(1)).containsExactly("a1 SUPERSEDED");
            timer.advance(QUIET.minusSeconds(1));
            assertThat(said).isEmpty();
            assertThat(runner.stats().waiting()).isOne();
            timer.advance(Duration.ofSeconds(1));
            assertThat(heard(2)).containsExactly("a2", "a2 ended");
            awaitIdle(runner);
        }
    }

    @Test
    void line5AKeyThatIsNeverQuietIsServedWhenSoManyHaveBecomeOne() throws InterruptedException {
        open("a3", "a4");
        try (var runner = start(options(KeyRule.debounce(QUIET, 2)), "a1")) {
            timer.awaitPending(1);
            timer.advance(QUIET.minusSeconds(1));
            send("a2"); // the second of two: the quiet counts from here for the last time
            assertThat(heard(1)).containsExactly("a1 SUPERSEDED");
            send("a3");
            assertThat(heard(1)).containsExactly("a2 SUPERSEDED");
            timer.advance(QUIET);
            assertThat(heard(2)).containsExactly("a3", "a3 ended");
            awaitIdle(runner);
        }
    }

    @Test
    void aStopDropsADebouncedUpdateAndItsAlarm() throws InterruptedException {
        var journal = new MemoryJournal<String>(String::hashCode, InstantSource.system());
        open("a1");
        try (var runner = start(options(KeyRule.debounce(QUIET, 9)).withJournal(journal), "a1")) {
            timer.awaitPending(1);
            assertThat(runner.stop(QUIET).leftInJournal()).isOne();
            timer.awaitPending(0);
            runner.start();
            timer.awaitPending(1);
            timer.advance(QUIET);
            assertThat(heard(2)).containsExactly("a1", "a1 ended");
            awaitIdle(runner);
        }
    }

    /** openclaw#82479: a /stop that waits for the run it should stop. */
    @Test
    void line6AControlUpdateOvertakesItsKeyAndControlUpdatesKeepTheirOrder() throws InterruptedException {
        try (var runner = start(options(KeyRule.queue()), "a1", "a2", "a3!", "a4!", "a5")) {
            assertThat(heard(2)).containsExactlyInAnyOrder("a1", "a3!");
            awaitWaiting(runner, 3);
            open("a3!");
            assertThat(heard(2)).containsExactly("a3! ended", "a4!");
            open("a4!", "a1", "a2", "a5");
            assertThat(heard(6)).containsSubsequence("a1 ended", "a2", "a2 ended", "a5", "a5 ended");
            awaitIdle(runner);
        }
    }

    @Test
    void line6TheReserveStartsControlUpdatesWhenAllOtherSlotsAreBusy() throws InterruptedException {
        var options = options(KeyRule.queue()).withConcurrency(3);
        options = options.withOrdering(options.ordering().withControl(update -> update.endsWith("!"), 1));
        try (var runner = start(options, "a", "b", "c", "d")) {
            assertThat(heard(2)).containsExactlyInAnyOrder("a", "b");
            awaitWaiting(runner, 2);
            send("a!", "b!");
            assertThat(heard(1)).containsExactly("a!");
            awaitWaiting(runner, 3);
            assertThat(runner.stats().running()).isEqualTo(3);
            open("a!");
            assertThat(heard(2)).containsExactly("a! ended", "b!");
            open("b");
            assertThat(heard(2)).containsExactly("b ended", "c");
            open("a", "b!", "c", "d");
            assertThat(heard(5)).contains("d ended");
            awaitIdle(runner);
        }
    }

    @Test
    void aReserveThatLeavesNothingIsRefused() {
        var options = options(KeyRule.queue()).withConcurrency(1);
        var all = options.withOrdering(options.ordering().withControl(update -> true, 1));
        assertThatThrownBy(() -> new Runner<>(source, this::handle, all)).isInstanceOf(IllegalArgumentException.class);
    }

    /** openclaw#64977: the button waits for the handler that waits for the button. */
    @Test
    void line7AWaitingHandlerIsGivenAControlUpdateAndHasItsKeysThen() throws InterruptedException {
        Handler<String> handler = delivery -> {
            if (!delivery.update().equals("a ask")) {
                handle(delivery);
                return;
            }
            said.add("asked");
            var answer = delivery.next(update -> offered(update, "a yes!"), QUIET);
            said.add("got " + answer.update());
            gate("answer").await();
        };
        try (var runner = start(handler, options(KeyRule.queue()), "a ask", "a busy")) {
            assertThat(heard(2)).containsExactly("asked", "a busy");
            send("a later", "a yes!");
            assertThat(heard(1)).containsExactly("offered a yes!");
            awaitWaiting(runner, 1);
            while (runner.stats().running() != 1) Thread.onSpinWait();
            open("a busy");
            assertThat(heard(2)).containsExactly("a busy ended", "got a yes!"); // before "a later", which came first
            awaitWaiting(runner, 1);
            open("answer", "a later");
            assertThat(heard(3)).containsExactly("a ask ended", "a later", "a later ended");
            awaitIdle(runner);
            assertThat(source.confirmed).contains("a yes!");
            assertThat(runner.stats().running()).isZero();
        }
    }

    @Test
    void theBacklogTellsTheOldestAndTheDeepestKeys() throws InterruptedException {
        try (var runner = start(options(KeyRule.queue()), "a1", "b1")) {
            assertThat(heard(2)).hasSize(2);
            send("a2", "b2", "b3");
            awaitWaiting(runner, 3);
            timer.advance(QUIET);
            send("a3", "b4");
            awaitWaiting(runner, 5);
            assertThat(runner.backlog(1)).isEqualTo(new Backlog(QUIET, List.of(new Backlog.KeyDepth('b', 3))));
            assertThat(runner.backlog(9).deepest()).hasSize(2);
            open("a1", "b1", "a2", "b2", "b3", "a3", "b4");
            heard(12);
            awaitIdle(runner);
            assertThat(runner.backlog(9)).isEqualTo(new Backlog(Duration.ZERO, List.of()));
        }
    }
}
