package io.botmesh.runner;

import java.time.Duration;
import java.util.List;

/**
 * The {@code getUpdates} call as {@link LongPoll} needs it.
 *
 * @param <U> the update
 * @see <a href="https://core.telegram.org/bots/api#getupdates">Bot API: getUpdates</a>
 */
@FunctionalInterface
public interface UpdateSupplier<U> {
    /**
     * Asks once. An interrupt has to end it and to close its connection: {@link LongPoll} interrupts a poll that is not
     * complete some time after its timeout.
     *
     * @param updateOffset identifier of the first update wanted, everything before is confirmed; 0 for the oldest there is
     * @param limit        1 to 100
     * @param timeout      how long the server may hold the request when it has nothing; zero for an answer at once
     */
    List<U> getUpdates(long updateOffset, int limit, Duration timeout) throws InterruptedException;
}
