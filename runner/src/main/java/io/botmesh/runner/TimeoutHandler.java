package io.botmesh.runner;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Is told of a handler that ran too long, right after its interrupt: to tell the user, to dump its stack. On a thread of
 * its own; may wait, and what it throws is dropped. It decides nothing: the update's outcome goes to the
 * {@link FailureHandler}.
 *
 * @param <U> the update
 */
@FunctionalInterface
public interface TimeoutHandler<U> {
    /**
     * Called once per attempt that runs too long, never for one that has not started. Of one moment, handlers that started
     * earlier are told of first, and one call ends before the next begins unless it takes longer than a second.
     *
     * @param ran how long it has run
     * @param end completes when the handler ends, exceptionally with what it threw; never, if it never ends
     */
    void onTimeout(Delivery<U> delivery, Duration ran, CompletionStage<@Nullable Void> end) throws Exception;
}
