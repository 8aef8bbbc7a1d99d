package io.botmesh.sim;

import io.botmesh.botapi.ApiException;
import io.botmesh.botapi.RawUpdate;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A process reads its updates, and asks for more when the last ones are safe: asking confirms them. */
final class Polling {
    private static final Duration POLL = Duration.ofSeconds(50);
    private static final long PATIENCE = 60 * Scheduler.SECOND;
    private static final long UNCONFIRMED = 60 * Scheduler.SECOND;
    private static final int LIMIT = 100;

    private final Machine machine;
    private final Driver process;
    private final Wiring wiring;
    private final Scheduler scheduler;
    private boolean polling;
    private long updateOffset;
    private long awaited; // offset that has to be confirmed before the next poll

    Polling(Machine machine, Driver process) {
        this.machine = machine;
        this.process = process;
        wiring = machine.wiring();
        scheduler = wiring.scheduler();
    }

    /** Updates below this are safe. */
    void confirm(long offset) {
        updateOffset = Math.max(updateOffset, offset);
        if (updateOffset >= awaited) poll();
    }

    void poll() {
        if (polling || process.isDead() || updateOffset < awaited) return;
        polling = true;
        long from = updateOffset;
        DeskTransport.Calls<List<RawUpdate>> poll = () -> wiring.reader().poll(from, LIMIT, POLL);
        scheduler.after(
                wiring.server().way(),
                () -> wiring.transport()
                        .attempt(
                                scheduler,
                                PATIENCE,
                                poll,
                                (updates, failure) ->
                                        scheduler.after(wiring.server().way(), () -> polled(updates, failure))));
    }

    private void polled(@Nullable List<RawUpdate> updates, @Nullable RuntimeException failure) {
        if (process.isDead()) return;
        polling = false;
        if (updates == null) scheduler.after(backOff(failure), this::poll);
        else if (updates.isEmpty()) poll();
        else read(updates);
    }

    private void read(List<RawUpdate> updates) {
        awaited = updates.getLast().updateId() + 1;
        wiring.witness().onUpdates(machine, updates);
        process.event(now -> process.core().onUpdates(updates, now));
        long offset = awaited;
        scheduler.after(UNCONFIRMED, () -> {
            if (process.isDead() || polling || awaited != offset || updateOffset >= offset) return;
            awaited = 0; // whoever does not confirm is told again
            poll();
        });
    }

    private static long backOff(@Nullable RuntimeException failure) {
        return switch (failure) {
            case ApiException.FloodWait wait -> wait.retryAfter().toNanos();
            case ApiException.Rejected conflict when conflict.errorCode() == 409 -> 5 * Scheduler.SECOND;
            case null, default -> Scheduler.SECOND;
        };
    }
}
