package io.botmesh.runner;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The timer of real time: a heap, and one daemon thread that ends by itself when there is nothing to wait for. A platform
 * thread, because handlers that compute without end may keep every carrier of virtual threads.
 */
final class SystemTimer implements Timer {
    /** Longer pauses are as good as endless. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private final ScheduledThreadPoolExecutor heap = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("botmesh-timer").daemon().factory());

    SystemTimer() {
        heap.setRemoveOnCancelPolicy(true);
        heap.setKeepAliveTime(1, TimeUnit.SECONDS);
        heap.allowCoreThreadTimeOut(true);
    }

    @Override
    public Alarm after(Duration pause, Runnable action) {
        var nanos = (pause.compareTo(LONGEST) < 0 ? pause : LONGEST).toNanos();
        var future = heap.schedule(action, nanos, TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }
}
