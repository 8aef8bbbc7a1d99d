package io.botmesh.runner;

/**
 * An update on its way to the handler.
 *
 * @param update  what arrived
 * @param attempt 1 if no handler can have seen it before; above 1 one may have, in this process or in one that died
 * @param <U>     the update
 */
public record Delivery<U>(U update, int attempt) {
    public Delivery {
        if (attempt < 1) throw new IllegalArgumentException("attempt: " + attempt);
    }

    /** Whether a handler may have seen this update before. */
    public boolean repeated() {
        return attempt > 1;
    }
}
