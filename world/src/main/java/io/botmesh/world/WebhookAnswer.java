package io.botmesh.world;

/**
 * What a bot's own server said to an update.
 *
 * @param status     of HTTP
 * @param reason     what the status line says after it, may be empty
 * @param retryAfter seconds in the {@code Retry-After} header, 0 without one
 * @param keepAlive  whether the connection stays open
 * @param arguments  the body, read as that of a call; with an argument {@code method} it is one
 */
public record WebhookAnswer(int status, String reason, int retryAfter, boolean keepAlive, Arguments arguments) {
    /** An answer without a body on a connection that stays open. */
    public static WebhookAnswer of(int status, String reason) {
        return new WebhookAnswer(status, reason, 0, true, Arguments.none());
    }

    /** The update arrived. */
    public static WebhookAnswer ok() {
        return of(200, "OK");
    }

    /** The update arrived, and the answer is a call. */
    public static WebhookAnswer ok(Arguments call) {
        return new WebhookAnswer(200, "OK", 0, true, call);
    }
}
