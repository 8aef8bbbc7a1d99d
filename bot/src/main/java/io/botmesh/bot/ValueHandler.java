package io.botmesh.bot;

/**
 * An {@link UpdateHandler} that is also given what the filter found.
 *
 * @param <T> what the filter extracts
 */
@FunctionalInterface
public interface ValueHandler<T> {
    void handle(Context ctx, T value) throws Exception;
}
