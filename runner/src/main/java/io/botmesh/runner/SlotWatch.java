package io.botmesh.runner;

import java.lang.System.Logger.Level;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Notices that updates wait for a slot and no handler gives one up: each has one that hangs, for instance because a database does not
 * answer. Whatever keeps the updates meanwhile, nobody is served any more. An alarm is set only when a slot is missing, and then every 40
 * seconds at most, so that a runner at its limit pays nothing for each update. Guarded by the lock of the {@link Crew}.
 */
final class SlotWatch<U> {
    private static final System.Logger LOG = System.getLogger("io.botmesh.runner");
    private static final Duration LOOK = Duration.ofSeconds(40);

    private final @Nullable Duration most;
    private final Timer timer;
    private final Crew<U> crew;
    private boolean watching;
    private boolean told;
    private long since;
    /** What the crew had counted then. */
    private long freed;

    /** @param most how long no slot may become free while updates wait for one; null for any time */
    SlotWatch(@Nullable Duration most, Timer timer, Crew<U> crew) {
        this.most = most;
        this.timer = timer;
        this.crew = crew;
    }

    boolean watches() {
        return watching || most == null;
    }

    /** There are not enough slots. */
    void begin() {
        if (most == null) return;
        watching = true;
        anew(timer.nanoTime());
        again(Duration.ZERO, most);
    }

    private void anew(long now) {
        since = now;
        freed = crew.slotsFreed();
        told = false;
    }

    private void again(Duration stood, Duration most) {
        var left = most.minus(stood);
        timer.after(left.compareTo(LOOK) < 0 ? left : LOOK, () -> look(most));
    }

    private void look(Duration most) {
        crew.lock.lock();
        try {
            watching = crew.isStarved();
            if (!watching) return;
            long now = timer.nanoTime();
            if (freed != crew.slotsFreed()) anew(now);
            var stood = Duration.ofNanos(now - since);
            if (stood.compareTo(most) >= 0) {
                crew.recallAll(stood);
                anew(now);
                stood = Duration.ZERO;
            } else if (!told && stood.compareTo(LOOK) >= 0) {
                told = true;
                tell(stood, most);
            }
            again(stood, most);
        } finally {
            crew.lock.unlock();
        }
    }

    private void tell(Duration stood, Duration most) {
        int slots = crew.slotsUsed();
        Thread.ofVirtual()
                .name("botmesh-standstill")
                .start(() -> LOG.log(
                        Level.WARNING,
                        "no handler has ended for {0} s, and updates wait: all {1} slots are taken; after {2} s these handlers are"
                                + " interrupted (TimeLimits.withStandstill)",
                        stood.toSeconds(),
                        slots,
                        most.toSeconds()));
    }
}
