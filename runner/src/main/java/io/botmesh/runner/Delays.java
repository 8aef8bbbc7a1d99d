package io.botmesh.runner;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Tasks that wait for nothing but time: for another attempt, or for their key to be quiet. The lock is the {@link Crew}'s. */
final class Delays<U> {
    private final Timer timer;
    private final Crew<U> crew;
    private final Map<Task<U>, Timer.Alarm> alarms = new HashMap<>();

    Delays(Timer timer, Crew<U> crew) {
        this.timer = timer;
        this.crew = crew;
    }

    /** Gives the task back after the pause, under the lock, unless it is {@linkplain #clear() forgotten} before. */
    void after(Duration pause, Task<U> task, Consumer<Task<U>> over) {
        alarms.put(task, Timer.Alarm.NONE);
        try {
            var alarm = timer.after(pause, () -> end(task, over));
            alarms.replace(task, alarm);
        } catch (Throwable noTimer) {
            if (alarms.remove(task) != null) over.accept(task); // too soon is better than never
        }
    }

    private void end(Task<U> task, Consumer<Task<U>> over) {
        crew.lock.lock();
        try {
            if (alarms.remove(task) == null) return;
            over.accept(task);
            crew.staff();
        } finally {
            crew.lock.unlock();
        }
    }

    Set<Task<U>> tasks() {
        return alarms.keySet();
    }

    void clear() {
        alarms.values().forEach(Timer.Alarm::cancel);
        alarms.clear();
    }
}
