package io.botmesh.runner;

import java.time.Duration;

/**
 * Updates that were under way when the process died run one at a time, by a key that they have in common. One that runs on and
 * on has taken nothing down: then the next one begins beside it. The lock is the {@link Crew}'s.
 */
final class Suspicion<U> {
    /** What takes a process down mostly does so soon. */
    static final Duration LASTS = Duration.ofMinutes(1);

    private final Timer timer;
    private final KeyedQueue<U> queue;
    private final Crew<U> crew;
    private long attempts;

    Suspicion(Timer timer, KeyedQueue<U> queue, Crew<U> crew) {
        this.timer = timer;
        this.queue = queue;
        this.crew = crew;
    }

    /** A handler begins with the task. Under the lock. */
    void begin(Task<U> task) {
        if (!task.lanes.contains(JournaledCustody.SUSPECT)) return;
        end(task);
        try {
            long attempt = ++attempts;
            task.suspicion = attempt;
            task.suspected = timer.after(LASTS, () -> over(task, attempt));
        } catch (Throwable noTimer) {
            // Then the others wait for its end.
        }
    }

    /** The attempt has ended, and the next one has a minute of its own. Under the lock. */
    void end(Task<U> task) {
        task.suspicion = 0; // an alarm may wait for the lock already
        task.suspected.cancel();
        task.suspected = Timer.Alarm.NONE;
    }

    /** Until the next attempt, which waits for others then. Under the lock. */
    void rest(Task<U> task) {
        queue.giveBack(task, JournaledCustody.SUSPECT);
    }

    private void over(Task<U> task, long attempt) {
        crew.lock.lock();
        try {
            if (task.suspicion != attempt) return;
            queue.giveBack(task, JournaledCustody.SUSPECT);
            crew.staff();
        } finally {
            crew.lock.unlock();
        }
    }
}
