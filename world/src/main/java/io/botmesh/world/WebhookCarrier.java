package io.botmesh.world;

/**
 * Carries updates to the bots' own servers. The world says what is to be done, outside its lock, one thing after the
 * other in the order in which it happened, on any thread; the carrier does it and tells {@link Webhooks} what came of it.
 * Nothing here may block for long.
 */
public interface WebhookCarrier {
    /** Asks for the address of a host; ends with {@link Webhooks#resolved} or {@link Webhooks#unresolved}. */
    void resolve(long lookupId, String host);

    /** Connects; if that fails, or whenever it breaks later, {@link Webhooks#closed} tells. */
    default void open(WebhookConnection connection) {}

    /** Sends an update on an open connection; ends with {@link Webhooks#answered} or {@link Webhooks#closed}. */
    void post(WebhookPost post);

    /** Closes a connection, of which nothing is to be told any more. */
    default void close(long connectionId) {}
}
