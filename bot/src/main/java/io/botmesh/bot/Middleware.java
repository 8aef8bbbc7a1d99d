package io.botmesh.bot;

/**
 * A step around the handlers registered after it: what it does before {@link Next#proceed()} comes before them, what it
 * does after it comes after them. Without that call the update's way ends here.
 */
@FunctionalInterface
public interface Middleware {
    void handle(Context ctx, Next next) throws Exception;
}
