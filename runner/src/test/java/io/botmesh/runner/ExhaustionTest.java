package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.runner.contract.ForwardingJournal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import jdk.jfr.Recording;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Line 22 where nobody expects it: errors out of the machinery itself leave no key, no slot and no update behind. */
@Timeout(300)
class ExhaustionTest {
    private final LinkedBlockingQueue<String> said = new LinkedBlockingQueue<>();
    private final QueueSource<String> source = new QueueSource<>();

    private RunnerOptions<String> options() {
        return RunnerOptions.<String>defaults()
                .withConcurrency(1)
                .withKeys(Keys.all())
                .withListener(new RunnerListener<>() {
                    @Override
                    public void onMarkFailed(Throwable failure) {
                        said.add(failure.getMessage());
                    }

                    @Override
                    public void onEnded(Delivery<String> delivery, Duration took, @Nullable Throwable failure) {
                        said.add(delivery.update() + (failure == null ? " well" : " failed, " + failure.getMessage()));
                    }
                });
    }

    private void hear(String... expected) throws InterruptedException {
        for (var each : expected) assertThat(said.take()).isEqualTo(each);
    }

    private static void assertNothingLeft(Runner<?> runner) {
        while (runner.size() > 0) Thread.onSpinWait();
        assertThat(runner.keys()).isZero();
        assertThat(runner.stats().running()).isZero();
        assertThat(runner.isRunning()).isTrue();
    }

    /** A server that shows again what has not been confirmed, and goes on when that is asked for. */
    private static final class Repeating implements Source<String> {
        private final List<String> all = List.of("1", "2", "3");
        private final java.util.concurrent.Semaphore asked = new java.util.concurrent.Semaphore(1);
        private int next;
        private int confirmed;

        @Override
        public List<String> next(int limit) throws InterruptedException {
            while (next == all.size()) asked.acquire();
            return List.of(all.get(next++));
        }

        @Override
        public void confirm(String through) {
            confirmed = all.indexOf(through) + 1;
        }

        @Override
        public void flush() {}

        @Override
        public void rewind() {
            next = confirmed;
            asked.release();
        }
    }

    /** Whether it was stored or not before memory ran out, nobody has been told. */
    @Test
    void line22ABatchThatThereIsNoMemoryToStoreIsFetchedAgainAndHandledOnce() throws InterruptedException {
        var calls = new AtomicInteger();
        var journal = new ForwardingJournal<String>(new MemoryJournal<>(String::hashCode, InstantSource.system())) {
            @Override
            public List<Entry<String>> append(List<String> updates) {
                int call = calls.incrementAndGet();
                if (call == 1) throw new JournalException.NotStored("first", new OutOfMemoryError("before"));
                var entries = super.append(updates);
                if (call == 3) throw new OutOfMemoryError("after");
                return entries;
            }
        };
        try (var runner =
                new Runner<>(new Repeating(), delivery -> {}, options().withJournal(journal))) {
            runner.start();
            hear("1 well", "2 well", "3 well");
            assertNothingLeft(runner);
            assertThat(journal.size()).isZero();
            assertThat(said).isEmpty();
        }
    }

    /** A journal whose code has an error. */
    private static final class Erring extends ForwardingJournal<String> {
        Erring() {
            super(new MemoryJournal<>(String::hashCode, InstantSource.system()));
        }

        @Override
        public void done(long sequence) {
            if (sequence == 1) throw new LinkageError("done");
            super.done(sequence);
        }

        @Override
        public void failed(long sequence, int attempts) {
            throw new LinkageError("failed");
        }

        @Override
        public void began(long sequence, int attempt) {
            throw new LinkageError("began");
        }
    }

    @Test
    void line22AnErrorOfTheJournalIsToldAndFreesKeyAndSlotAndTheUpdateStays() throws InterruptedException {
        source.updates.addAll(List.of("a", "b", "c"));
        var journal = new Erring();
        Handler<String> handler = delivery -> {
            if (delivery.update().equals("b") && delivery.attempt() == 1) throw new IllegalStateException("again");
        };
        try (var runner = new Runner<>(
                source,
                handler,
                options().withJournal(journal).withFailures(FailureHandler.retry()),
                FakeTimer.impatient(),
                InstantSource.system(),
                new Random(1))) {
            runner.start();
            hear("done", "a well", "failed", "b failed, again", "began", "b well", "c well");
            assertNothingLeft(runner);
        }
        assertThat(journal.undone(0, 9)).extracting(Journal.Entry::update).containsExactly("a");
    }

    /** An update of a class of the user's, which a recording would show. */
    private record Shy(String name) {
        @Override
        public String toString() {
            throw new AssertionError("cannot be printed");
        }
    }

    @Test
    void line22AnUpdateThatCannotBePrintedIsHandledWhileARecordingRuns(@TempDir Path folder)
            throws InterruptedException, IOException {
        var handled = new LinkedBlockingQueue<String>();
        var shy = QueueSource.of(new Shy("a"), new Shy("b"));
        try (var recording = new Recording();
                var runner = new Runner<Shy>(
                        shy,
                        delivery -> handled.add(delivery.update().name()),
                        RunnerOptions.<Shy>defaults()
                                .withKeys(Keys.all())
                                .withTimes(TimeLimits.<Shy>defaults().withExecution(Duration.ofDays(1))))) {
            recording.enable("io.botmesh.Handle");
            recording.start();
            runner.start();
            assertThat(List.of(handled.take(), handled.take())).containsExactly("a", "b");
            assertNothingLeft(runner);
            assertThat(shy.confirmed.getLast().name()).isEqualTo("b");
            recording.dump(folder.resolve("shy.jfr"));
        }
    }

    /** As when the operating system gives no more threads. */
    private static final class Threadless implements Timer {
        volatile boolean threadless = true;

        @Override
        public Alarm after(Duration pause, Runnable action) {
            if (threadless) throw new OutOfMemoryError("no thread");
            return Alarm.NONE;
        }

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }
    }

    private Runner<String> start(Handler<String> handler, RunnerOptions<String> options, Timer timer) {
        var runner = new Runner<>(source, handler, options, timer, InstantSource.system(), new Random(1));
        runner.start();
        return runner;
    }

    @Test
    void line22AHandlerWhoseTimeNobodyCanKeepFailsLikeAnyOther() throws InterruptedException {
        var timer = new Threadless();
        var options = options()
                .withTimes(TimeLimits.<String>defaults().withExecution(Duration.ofDays(1)))
                .withFailures(FailureHandler.skip());
        try (var runner = start(delivery -> {}, options, timer)) {
            source.updates.addAll(List.of("a", "b"));
            hear("a failed, no thread", "b failed, no thread");
            timer.threadless = false;
            source.updates.add("c");
            hear("c well");
            assertNothingLeft(runner);
        }
    }

    @Test
    void line22ARetryWhosePauseNobodyCanKeepComesAtOnce() throws InterruptedException {
        Handler<String> handler = delivery -> {
            if (delivery.attempt() < 3) throw new IllegalStateException("not yet");
        };
        var options = options().withFailures(FailureHandler.retry());
        try (var runner = start(handler, options, new Threadless())) {
            source.updates.addAll(List.of("a", "b"));
            for (var name : List.of("a", "b"))
                hear(name + " failed, not yet", name + " failed, not yet", name + " well");
            assertNothingLeft(runner);
        }
    }

    @Test
    void line22AWaitWhoseEndNobodyCanKeepIsOverAndLeavesNothingBehind() throws InterruptedException {
        Handler<String> handler = delivery -> {
            if (!delivery.update().equals("a")) return;
            assertThatThrownBy(() -> delivery.next(update -> true, Duration.ofDays(1)))
                    .isInstanceOf(TimeoutException.class);
        };
        try (var runner = start(handler, options(), new Threadless())) {
            source.updates.add("a");
            hear("a well");
            source.updates.add("b");
            hear("b well");
            assertNothingLeft(runner);
            assertThat(runner.stats().parked()).isZero();
        }
    }

    /** Ends every turn well, and says so. */
    private final class Plain implements Crew.Attempt<String> {
        @Override
        public Crew.Outcome run(Turn<String> turn) {
            said.add(turn.first.update);
            return new Crew.Outcome.Ended();
        }

        @Override
        public boolean expired(Turn<String> turn) {
            return false;
        }

        @Override
        public void dropped(Task<String> task, DropReason reason) {}

        @Override
        public void parks(Turn<String> turn) {}

        @Override
        public boolean takes(Parked<String> parked, Task<String> task) {
            return false;
        }

        @Override
        public void timedOut(Turn<String> turn, Duration ran) {}

        @Override
        public Crew.Outcome abandoned(Turn<String> turn, boolean decides) {
            return new Crew.Outcome.Ended();
        }
    }

    private static Task<String> task(String update) {
        return new Task<>(update, 0, 1, List.of(update), null);
    }

    @Test
    void line22AThreadThatCouldNotBeStartedIsNotWaitedFor() throws InterruptedException {
        Queue<Runnable> started = new ArrayDeque<>();
        var refusals = new AtomicInteger(1);
        var crew = new Crew<String>(RunnerLimits.defaults(), 0, TimeLimits.defaults(), new FakeTimer(), work -> {
            if (refusals.getAndDecrement() > 0) throw new OutOfMemoryError("no thread");
            started.add(work);
        });
        crew.serve(new Plain());
        assertThatThrownBy(() -> crew.admit(List.of(task("a")))).isInstanceOf(OutOfMemoryError.class);
        crew.admit(List.of(task("b"), task("c")));
        refusals.set(100); // from now on one thread has to do it all
        started.remove().run();
        hear("a", "b", "c");
        assertThat(crew.count().size()).isZero();
        assertThat(crew.count().running()).isZero();
        refusals.set(0);
        crew.admit(List.of(task("d")));
        started.remove().run();
        hear("d");
    }
}
