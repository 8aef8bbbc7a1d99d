package io.botmesh.bot;

/**
 * A {@link Middleware} that is also given what the filter found.
 *
 * @param <T> what the filter extracts
 */
@FunctionalInterface
public interface ValueMiddleware<T> {
    void handle(Context ctx, T value, Next next) throws Exception;
}
