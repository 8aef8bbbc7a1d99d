package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Handlers that wait for another update, and those that give their slot away. */
@Timeout(300)
@SuppressWarnings("ThreadPriorityCheck") // a yield lets the others on where there is one processor
class ConversationTest {
    private static final Duration LONG = Duration.ofDays(1);

    private final FakeTimer timer = new FakeTimer();
    private final QueueSource<String> source = new QueueSource<>();
    private final LinkedBlockingQueue<String> said = new LinkedBlockingQueue<>();

    private RunnerOptions<String> options() {
        return RunnerOptions.<String>defaults().withKeys(Keys.sequentialize(update -> update.charAt(0)));
    }

    private MemoryJournal<String> journal() {
        return new MemoryJournal<>(String::hashCode, InstantSource.system());
    }

    private Runner<String> start(Handler<String> handler, RunnerOptions<String> options, String... updates) {
        var runner = new Runner<>(source, handler, options, timer, InstantSource.system(), new Random(1));
        runner.start();
        source.updates.addAll(List.of(updates));
        return runner;
    }

    private List<String> heard(int count) throws InterruptedException {
        var heard = new java.util.ArrayList<String>();
        while (heard.size() < count) heard.add(said.take());
        return heard;
    }

    /** Asks for an answer, which ends with a question mark; everything else is said at once. */
    private void ask(Delivery<String> delivery) throws Exception {
        if (!delivery.update().endsWith("ask")) {
            said.add(delivery.update());
            return;
        }
        said.add("asked");
        try {
            said.add(
                    "got " + delivery.next(update -> update.endsWith("!"), LONG).update());
        } catch (TimeoutException none) {
            said.add("nothing");
        }
    }

    @Test
    void line7AHandlerIsGivenTheNextUpdateOfItsOwnKeyWithOneSlotForAll() throws InterruptedException {
        try (var runner = start(this::ask, options().withConcurrency(1), "a ask", "b", "a yes!", "a")) {
            assertThat(heard(4)).containsSubsequence("asked", "got a yes!", "a").contains("b");
            assertThat(runner.stats().parked()).isZero();
        }
    }

    @Test
    void line7WhatTheFilterRefusesRunsMeanwhileAndInOrder() throws InterruptedException {
        try (var runner = start(this::ask, options(), "a ask", "a1", "a2", "b!", "a3", "a!", "a4")) {
            assertThat(heard(7).stream().filter(word -> !word.startsWith("b")))
                    .containsExactly("asked", "a1", "a2", "a3", "got a!", "a4");
            assertThat(runner.stats().parked()).isZero();
        }
    }

    @Test
    void line7AHandlerHoldsTheKeysOfTheUpdateItWasGiven() throws InterruptedException {
        var go = new CountDownLatch(1);
        Handler<String> handler = delivery -> {
            if (delivery.update().equals("a ask")) {
                delivery.next(update -> update.equals("a!"), LONG);
                said.add("in");
                go.await();
                said.add("out");
            } else said.add(delivery.update());
        };
        try (var runner = start(handler, options(), "a ask", "a!", "a1", "b1")) {
            assertThat(heard(2)).containsExactlyInAnyOrder("in", "b1");
            assertThat(runner.stats().waiting()).isOne();
            go.countDown();
            assertThat(heard(2)).containsExactly("out", "a1");
        }
    }

    @Test
    void line7WithoutAKeyNothingCouldComeSoThatIsSaidAtOnce() throws InterruptedException {
        Keys<String> keys = update -> update.startsWith("?") ? List.of() : List.of(update.charAt(0));
        Handler<String> handler = delivery -> {
            said.add("" + delivery.isKeyed());
            if (delivery.isKeyed()) return;
            try {
                delivery.next(update -> true, LONG);
            } catch (IllegalStateException refused) {
                said.add("" + refused.getMessage());
            }
        };
        try (var runner = start(handler, options().withKeys(keys), "a", "? ask")) {
            assertThat(heard(3)).contains("true", "false", "an update without a key: none could follow it");
            assertThat(runner.stats().parked()).isZero();
        }
    }

    @Test
    void line7OfTwoThatWaitTheLastIsAskedFirst() throws InterruptedException {
        Handler<String> handler = delivery -> {
            said.add(delivery.update());
            said.add(delivery.update()
                    + delivery.next(update -> update.endsWith("!"), LONG).update());
        };
        try (var runner = start(handler, options(), "a1", "a2", "a!", "a?!")) {
            assertThat(heard(4)).containsExactly("a1", "a2", "a2a!", "a1a?!");
            assertThat(runner.stats().parked()).isZero();
        }
    }

    @Test
    void line7ATimeoutGivesSlotAndKeysBackInTurn() throws InterruptedException {
        var go = new CountDownLatch(1);
        Handler<String> handler = delivery -> {
            if (delivery.update().equals("a busy")) {
                said.add("busy");
                go.await();
            } else ask(delivery);
        };
        try (var runner = start(handler, options(), "a ask", "a busy")) {
            assertThat(heard(2)).containsExactly("asked", "busy");
            timer.awaitPending(1);
            timer.advance(LONG);
            source.updates.add("a later");
            while (runner.stats().waiting() == 0) Thread.onSpinWait();
            assertThat(said).isEmpty();
            go.countDown();
            assertThat(heard(2)).containsExactly("nothing", "a later");
        }
    }

    @Test
    void line7AnAnswerThatArrivedBeforeTheTimeoutIsGivenThoughItsTurnComesAfterIt() throws InterruptedException {
        var go = new CountDownLatch(1);
        Handler<String> handler = delivery -> {
            if (delivery.update().equals("a busy")) {
                said.add("busy");
                go.await();
            } else ask(delivery);
        };
        try (var runner = start(handler, options(), "a ask", "a busy", "a!")) {
            assertThat(heard(2)).containsExactly("asked", "busy");
            while (runner.stats().waiting() == 0) Thread.onSpinWait();
            timer.awaitPending(1);
            timer.advance(LONG);
            go.countDown();
            assertThat(heard(1)).containsExactly("got a!");
            source.updates.add("a later"); // the timeout's place in the queue has not stayed behind
            assertThat(heard(1)).containsExactly("a later");
        }
    }

    @Test
    void line7AFilterThatThrowsRefusesAndIsToldOf() throws InterruptedException {
        var told = new LinkedBlockingQueue<String>();
        var listener = new RunnerListener<String>() {
            @Override
            public void onFilterFailed(String update, Throwable failure) {
                told.add(update + failure.getMessage());
            }
        };
        Handler<String> handler = delivery -> {
            if (!delivery.update().equals("a ask")) said.add(delivery.update());
            else
                said.add("got "
                        + delivery.next(
                                        update -> {
                                            if (update.equals("a1")) throw new IllegalStateException("oh");
                                            return true;
                                        },
                                        LONG)
                                .update());
        };
        try (var runner = start(handler, options().withListener(listener), "a ask", "a1", "a2")) {
            assertThat(heard(2)).containsExactly("a1", "got a2");
            assertThat(told).containsExactly("a1oh");
            assertThat(runner.stats().parked()).isZero();
        }
    }

    @Test
    void line7AConversationThatFailsBeginsAgainWithTheSameUpdatesInOrder() throws InterruptedException {
        var tries = new AtomicInteger();
        Handler<String> handler = delivery -> {
            if (!delivery.update().equals("a ask")) {
                said.add(delivery.update());
                return;
            }
            said.add("try " + delivery.attempt());
            for (int i = 0; i < 3; i++)
                said.add(delivery.next(update -> update.endsWith("!"), LONG).toString());
            if (tries.incrementAndGet() < 3) throw new IllegalStateException("not yet");
            said.add("done");
        };
        var journal = journal();
        var options = options().withFailures(FailureHandler.retry()).withJournal(journal);
        try (var runner = start(handler, options, "a ask", "a1!", "a2!", "a?", "a3!", "a4")) {
            assertThat(heard(5))
                    .containsExactly(
                            "try 1",
                            "Delivery[update=a1!, attempt=1]",
                            "Delivery[update=a2!, attempt=1]",
                            "a?",
                            "Delivery[update=a3!, attempt=1]");
            while (!source.confirmed.contains("a4")) Thread.onSpinWait(); // it may come in a poll of its own
            for (int attempt = 2; attempt < 4; attempt++) {
                while (runner.stats().failed() < attempt - 1) Thread.onSpinWait();
                timer.awaitPending(1);
                assertThat(journal.size()).isEqualTo(5);
                timer.fireNext();
                assertThat(heard(4))
                        .containsExactly(
                                "try " + attempt,
                                "Delivery[update=a1!, attempt=" + attempt + "]",
                                "Delivery[update=a2!, attempt=" + attempt + "]",
                                "Delivery[update=a3!, attempt=" + attempt + "]");
            }
            assertThat(heard(2)).containsExactly("done", "a4");
            runner.stop(LONG);
            assertThat(journal.size()).isZero();
            assertThat(runner.keys()).isZero();
        }
    }

    @Test
    void line7WhatARetryDoesNotAskForRunsAsUsualAndInItsOrder() throws InterruptedException {
        Handler<String> handler = delivery -> {
            if (!delivery.update().equals("a ask") || delivery.attempt() > 1) {
                said.add(delivery.update() + delivery.attempt());
                return;
            }
            delivery.next(update -> true, LONG);
            delivery.next(update -> true, LONG);
            throw new IllegalStateException("afterwards");
        };
        var options = options().withFailures(FailureHandler.retry());
        try (var runner = start(handler, options, "a ask", "a1", "a2")) {
            while (runner.stats().failed() < 1) Thread.onSpinWait();
            timer.awaitPending(1);
            source.updates.addAll(List.of("a3", "a4"));
            while (runner.stats().waiting() < 3) Thread.onSpinWait();
            timer.fireNext();
            assertThat(heard(5)).containsExactly("a ask2", "a12", "a22", "a31", "a41");
        }
    }

    /** As who was asked before a kill answers before the next process asks again. */
    @Test
    void line7WhatCameSinceIsForTheQuestionThatFollowsAndForNobodyElse() throws InterruptedException {
        Handler<String> handler = delivery -> {
            if (!delivery.update().equals("a ask")) {
                said.add(delivery.update());
                return;
            }
            for (int i = 1; i <= 2; i++) {
                var again = delivery.nextAgain(update -> update.endsWith("!"));
                if (again.isEmpty()) said.add("asked " + i);
                said.add((again.isPresent() ? again.get() : delivery.next(update -> update.endsWith("!"), LONG))
                        .update());
                if (delivery.attempt() == 1) throw new IllegalStateException("not yet");
            }
        };
        var journal = journal();
        var options = options().withFailures(FailureHandler.retry()).withJournal(journal);
        try (var runner = start(handler, options, "a ask", "a1!", "a2!", "a3!")) {
            assertThat(heard(2)).containsExactly("asked 1", "a1!");
            while (!source.confirmed.contains("a3!")) Thread.onSpinWait();
            timer.awaitPending(1);
            timer.fireNext();
            assertThat(heard(4)).containsExactly("a1!", "asked 2", "a2!", "a3!");
            runner.stop(LONG);
            assertThat(journal.size()).isZero();
            assertThat(runner.keys()).isZero();
        }
    }

    /** And if the handler asks for something else, it is handled as usual. */
    @Test
    void line7WhatCameSinceAndIsNotAskedForRunsInItsOrder() throws InterruptedException {
        Handler<String> handler = delivery -> {
            if (!delivery.update().equals("a ask")) {
                said.add(delivery.update());
                return;
            }
            said.add("try " + delivery.attempt());
            if (delivery.attempt() == 1) throw new IllegalStateException("not yet");
            said.add("" + delivery.nextAgain(update -> update.endsWith("!")).isPresent());
        };
        var journal = journal();
        var options = options().withFailures(FailureHandler.retry()).withJournal(journal);
        try (var runner = start(handler, options, "a ask", "a1!", "a2!")) {
            assertThat(heard(1)).containsExactly("try 1");
            while (!source.confirmed.contains("a2!")) Thread.onSpinWait();
            timer.awaitPending(1);
            timer.fireNext();
            assertThat(heard(4)).containsExactly("try 2", "false", "a1!", "a2!");
            runner.stop(LONG);
            assertThat(journal.size()).isZero();
            assertThat(runner.keys()).isZero();
        }
    }

    @Test
    void line7AStopEndsTheWaitAndTheJournalBringsTheWholeConversationAgain() throws InterruptedException {
        Handler<String> handler = delivery -> {
            if (!delivery.update().equals("a ask")) {
                said.add(delivery.update() + delivery.attempt());
                return;
            }
            var first = delivery.next(update -> update.equals("a1!"), LONG);
            said.add("first " + first.attempt());
            var second = delivery.next(update -> update.equals("a2!"), LONG);
            said.add("second " + second.attempt());
        };
        var journal = journal();
        try (var runner = start(handler, options().withJournal(journal), "a ask", "a1!", "a0")) {
            assertThat(heard(2)).containsExactly("first 1", "a01");
            while (runner.stats().parked() == 0 || journal.size() > 2) Thread.onSpinWait();
            assertThat(runner.stop(Duration.ofDays(1))).isEqualTo(new StopReport(0, 0, 2, 0, 1));
            assertThat(runner.keys()).isZero();
            source.updates.add("a2!");
            runner.start();
            assertThat(heard(2)).containsExactly("first 2", "second 1");
            runner.stop(LONG);
            assertThat(journal.size()).isZero();
        }
    }

    @Test
    void line23AHandlerThatAsksWhenTheStopHasBegunIsOneThatWasCancelled() throws Exception {
        var go = new CountDownLatch(1);
        Handler<String> handler = delivery -> {
            said.add("begun");
            go.await();
            delivery.next(update -> true, LONG);
        };
        var runner = start(handler, options(), "a");
        assertThat(heard(1)).containsExactly("begun");
        var stop = new FutureTask<>(() -> runner.stop(LONG));
        Thread.ofVirtual().start(stop);
        while (!runner.paused()) Thread.yield();
        go.countDown();
        assertThat(stop.get()).isEqualTo(new StopReport(0, 1, 0, 0, 0));
        runner.close();
    }

    @Test
    void line7AfterACrashTheConversationIsGivenItsUpdatesAgain() throws InterruptedException {
        Handler<String> handler = delivery -> {
            if (!delivery.update().equals("a ask")) return;
            said.add(delivery.next(update -> true, LONG).toString());
            said.add(delivery.next(update -> true, LONG).toString());
        };
        var journal = journal();
        var options = options().withJournal(journal);
        var crashed = start(handler, options, "a ask", "a1");
        assertThat(heard(1)).containsExactly("Delivery[update=a1, attempt=1]");
        while (crashed.stats().parked() == 0) Thread.onSpinWait();
        var left = journal.reopened();
        crashed.close();
        source.updates.add("a2");
        try (var runner = start(handler, options.withJournal(left))) {
            assertThat(heard(2)).containsExactly("Delivery[update=a1, attempt=2]", "Delivery[update=a2, attempt=1]");
            runner.stop(LONG);
            assertThat(left.size()).isZero();
        }
    }

    @Test
    void line7WithoutADiskAWaitingHandlerHoldsUpNoConfirmation() throws InterruptedException {
        try (var runner = start(this::ask, options(), "a ask", "b", "c")) {
            assertThat(heard(3)).containsExactlyInAnyOrder("asked", "b", "c");
            while (!source.confirmed.contains("c")) Thread.onSpinWait();
            assertThat(runner.stats().parked()).isOne();
            assertThat(runner.stop(LONG).parked()).isOne();
        }
    }

    @Test
    void aHundredThousandHandlersWaitInMemoryAlone() throws InterruptedException {
        int count = 100_000;
        var numbers = new QueueSource<Integer>();
        var answers = new AtomicInteger();
        var asking = new CountDownLatch(count);
        var all = new CountDownLatch(count);
        Handler<Integer> handler = delivery -> {
            int key = delivery.update();
            if (key >= count) return;
            asking.countDown();
            assertThat(delivery.next(update -> update == key + count, LONG).update())
                    .isEqualTo(key + count);
            answers.incrementAndGet();
            all.countDown();
        };
        var options = RunnerOptions.<Integer>defaults().withConcurrency(4).withKeys(update -> List.of(update % count));
        try (var runner =
                new Runner<>(numbers, handler, options, new SystemTimer(), InstantSource.system(), new Random(1))) {
            runner.start();
            for (int i = 0; i < count; i++) numbers.updates.add(i);
            asking.await();
            while (runner.size() > 0) Thread.onSpinWait();
            assertThat(runner.stats().parked()).isEqualTo(count);
            assertThat(runner.keys()).isZero();
            for (int i = 0; i < count; i++) numbers.updates.add(count + i);
            all.await();
            assertThat(answers).hasValue(count);
        }
    }

    @Test
    void aHandlerThatOnlyWaitsGivesItsSlotAwayAndKeepsItsKey() throws InterruptedException {
        var sent = new CountDownLatch(1);
        Handler<String> handler = delivery -> {
            if (delivery.update().equals("a send")) {
                delivery.withoutSlot(() -> {
                    sent.await();
                    return null;
                });
                said.add("sent");
            } else said.add(delivery.update());
        };
        try (var runner = start(handler, options().withConcurrency(1), "a send", "a1", "b1", "b2")) {
            assertThat(heard(2)).containsExactly("b1", "b2");
            sent.countDown();
            assertThat(heard(2)).containsExactly("sent", "a1");
            assertThat(runner.stats().failed()).isZero();
        }
    }

    @Test
    void aHandlerThatWantsItsSlotBackComesBeforeWhatHasNotStarted() throws InterruptedException {
        var sent = new CountDownLatch(1);
        var wants = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        var sender = new LinkedBlockingQueue<Thread>();
        Handler<String> handler = delivery -> {
            if (delivery.update().equals("a")) {
                sender.add(Thread.currentThread());
                delivery.withoutSlot(() -> {
                    sent.await();
                    wants.countDown();
                    return null;
                });
            } else if (delivery.update().equals("b")) {
                sent.countDown();
                wants.await();
                while (!awaitsItsSlot(sender.element())) Thread.yield();
                go.await();
            }
            said.add(delivery.update());
        };
        try (var runner = start(handler, options().withConcurrency(1), "a", "b", "c")) {
            while (runner.stats().waiting() < 1) Thread.onSpinWait();
            go.countDown();
            assertThat(heard(3)).containsExactly("b", "a", "c");
        }
    }

    @Test
    void line8NoMoreHandlersWaitWithoutASlotThanMemoryHasRoomFor() throws InterruptedException {
        var limits = RunnerLimits.defaults().withConcurrency(2).withWatermarks(1, 5);
        var sent = new CountDownLatch(1);
        var started = new AtomicInteger();
        Handler<String> handler = delivery -> {
            started.incrementAndGet();
            delivery.withoutSlot(() -> {
                sent.await();
                return null;
            });
        };
        var updates = IntStream.range(0, 40).mapToObj(n -> n + "-").toArray(String[]::new);
        try (var runner = start(handler, options().withLimits(limits).withKeys(Keys.none()), updates)) {
            // Five without a slot, and two with one.
            while (started.get() < 7 || (runner.stats().running() < 2 && started.get() == 7)) Thread.onSpinWait();
            assertThat(started).hasValue(7);
            sent.countDown();
            while (runner.stats().succeeded() < 40) Thread.onSpinWait();
        }
    }

    /** In the wait itself: one that still waits for the lock might be overtaken there. */
    private static boolean awaitsItsSlot(Thread handler) {
        return Arrays.stream(handler.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("awaitUninterruptibly"));
    }

    @Test
    void waitingBelongsToTheHandlersOwnThreadAndTime() throws InterruptedException {
        var late = new LinkedBlockingQueue<Delivery<String>>();
        Handler<String> handler = delivery -> {
            var elsewhere = new FutureTask<>(() -> delivery.next(update -> true, LONG));
            Thread.ofVirtual().start(elsewhere);
            assertThatThrownBy(elsewhere::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> delivery.withoutSlot(() -> delivery.next(update -> true, LONG)))
                    .isInstanceOf(IllegalStateException.class);
            late.add(delivery);
        };
        try (var runner = start(handler, options(), "a")) {
            var delivery = late.take();
            while (runner.size() > 0) Thread.onSpinWait();
            assertThat(runner.stats().failed()).isZero();
            assertThatThrownBy(() -> delivery.next(update -> true, LONG)).isInstanceOf(IllegalStateException.class);
        }
        assertThatThrownBy(() -> Delivery.of("x", 1).next(update -> true, LONG))
                .isInstanceOf(IllegalStateException.class);
    }
}
