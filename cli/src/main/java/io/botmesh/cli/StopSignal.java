package io.botmesh.cli;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * For commands that run until they are stopped, whose success is to be stopped: SIGTERM and SIGINT let the command come to its
 * end, within a grace, and the exit code is 0 where the default would be the signal's, and 1 if the end {@linkplain #fail failed}. If the user's code calls
 * {@link System#exit}, the command comes to its end as well, and the exit code is the one that was asked for.
 */
final class StopSignal implements AutoCloseable {
    /** For the end to be told to the command, however long that takes: handlers have their time meanwhile. */
    private static final Duration TELLING = Duration.ofSeconds(30);
    /** For the command to come to its end from then on. */
    private static final Duration GRACE = Duration.ofSeconds(20);

    private final CountDownLatch signalled = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Duration telling;
    private final Duration grace;
    private final Thread hook;
    private volatile boolean bySignal;
    private volatile boolean failed;

    private StopSignal(Runnable onSignal, Duration telling, Duration grace) {
        this.telling = telling;
        this.grace = grace;
        hook = new Thread(() -> end(onSignal), "stop-signal");
    }

    /** From now on; {@code onSignal} tells the command to end, which it does by closing this. */
    static StopSignal open(Runnable onSignal) {
        return open(onSignal, TELLING, GRACE);
    }

    /**
     * @param telling how long {@code onSignal} may take
     * @param grace   how long the command may take from then on
     */
    static StopSignal open(Runnable onSignal, Duration telling, Duration grace) {
        var signal = new StopSignal(onSignal, telling, grace);
        Runtime.getRuntime().addShutdownHook(signal.hook);
        return signal;
    }

    /** Waits for a signal, or until somebody gives up. */
    void await() throws InterruptedException {
        signalled.await();
    }

    /** There is nothing to wait for any more. */
    void giveUp() {
        signalled.countDown();
    }

    /** The rest of the command. If it fails after a signal it is told here, as nobody hears what is thrown through the end of this. */
    <T> T guard(Terminal terminal, Callable<T> rest) throws Exception {
        try {
            return rest.call();
        } catch (Exception | Error broken) {
            if (fail()) Failures.report(terminal, broken);
            throw broken;
        }
    }

    /**
     * The command ends with a failure, and so does the process.
     *
     * @return whether a signal has come, so that nobody hears what is thrown through the end of this
     */
    boolean fail() {
        failed = true;
        return bySignal;
    }

    private void end(Runnable onSignal) { // on the thread "stop-signal"
        bySignal = isBySignal(Thread.getAllStackTraces().values());
        signalled.countDown();
        // Its own thread: whatever it hangs on, a signal ends the process.
        var stopping = Thread.ofPlatform().daemon().name("stop-signal-told").start(onSignal);
        try {
            stopping.join(telling);
            boolean inTime = ended.await(grace.toMillis(), TimeUnit.MILLISECONDS);
            if (bySignal) Runtime.getRuntime().halt(inTime && !failed ? ExitCodes.OK : ExitCodes.FAILED);
        } catch (InterruptedException nobodyDoesThis) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the JVM's own handler of signals has begun the shutdown. Nothing else tells who has. */
    static boolean isBySignal(Collection<StackTraceElement[]> stacks) {
        return stacks.stream()
                .flatMap(Stream::of)
                .anyMatch(frame -> frame.getClassName().startsWith("java.lang.Terminator"));
    }

    /** The command has come to its end. After a signal this does not return, as the process ends here. */
    @Override
    public void close() {
        ended.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException signalCame) {
            try {
                hook.join();
            } catch (InterruptedException nobodyDoesThis) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
