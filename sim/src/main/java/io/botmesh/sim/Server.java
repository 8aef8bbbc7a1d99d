package io.botmesh.sim;

import io.botmesh.emulator.Desk;
import io.botmesh.world.Limits;
import io.botmesh.world.VirtualClock;
import io.botmesh.world.World;
import io.botmesh.world.WorldOptions;
import java.time.Instant;
import java.util.SplittableRandom;

/** The server, its clock, and the ways to it: half of what a post takes is spent before it, half behind. */
final class Server implements AutoCloseable {
    /** Where virtual time begins. */
    static final Instant START = Instant.ofEpochSecond(1_800_000_000L);

    private static final long LEAST_WAY = 60 * Scheduler.MILLI;
    private static final long MOST_WAY = 140 * Scheduler.MILLI;
    private static final long MOST_DETOUR = 4 * Scheduler.SECOND;

    private final Scheduler scheduler;
    private final SplittableRandom random;
    private final VirtualClock clock = new VirtualClock(START);
    private final World world;
    private final Desk desk;
    private boolean detours;

    Server(Scheduler scheduler, Limits limits, SplittableRandom random) {
        this.scheduler = scheduler;
        this.random = random;
        world = new World(WorldOptions.defaults().withLimits(limits).withRecordedCalls(0), clock, random.nextLong());
        desk = new Desk(world);
    }

    Scheduler scheduler() {
        return scheduler;
    }

    World world() {
        return world;
    }

    /** A client behind an address of its own. */
    DeskTransport transport(int machine) {
        return new DeskTransport(desk, "10.0." + (machine >> 8) + "." + (machine & 255));
    }

    /** The present by the server's clock. */
    Instant instant() {
        return START.plusNanos(scheduler.now());
    }

    /** Nanoseconds of virtual time. */
    static long nanos(Instant instant) {
        return (instant.getEpochSecond() - START.getEpochSecond()) * Scheduler.SECOND + instant.getNano();
    }

    /** How long a request or an answer is on its way. */
    long way() {
        long usual = random.nextLong(LEAST_WAY, MOST_WAY);
        if (detours && random.nextInt(10) == 0) return usual + random.nextLong(MOST_DETOUR);
        return random.nextInt(100) == 0 ? usual + random.nextLong(MOST_WAY * 4) : usual;
    }

    /** Some ways take seconds from now on, or no more. */
    void detours(boolean on) {
        detours = on;
    }

    /** Lets everything happen that is due up to that moment, and stands there. */
    void runUntil(long end) {
        while (true) {
            Instant due = world.next();
            long worldAt = due == null ? Long.MAX_VALUE : Math.max(scheduler.now(), nanos(due));
            long at = Math.min(worldAt, scheduler.next());
            if (at > end) break;
            clock.moveTo(START.plusNanos(at));
            if (worldAt <= scheduler.next()) {
                scheduler.moveTo(at);
                world.tick();
            } else {
                scheduler.step();
            }
        }
        scheduler.moveTo(end);
        clock.moveTo(START.plusNanos(end));
    }

    @Override
    public void close() {
        desk.close();
    }
}
