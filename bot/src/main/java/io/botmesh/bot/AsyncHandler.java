package io.botmesh.bot;

import java.util.concurrent.CompletionStage;

/**
 * A {@link ValueHandler} for code that works with futures: the update has ended when the stage has, and fails as it does.
 * Its conversation stays in order meanwhile, and its slot is held.
 *
 * @param <T> what the filter extracts
 */
@FunctionalInterface
public interface AsyncHandler<T> {
    CompletionStage<?> handle(Context ctx, T value) throws Exception;
}
