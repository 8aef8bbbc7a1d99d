package io.botmesh.webhook;

/** The server has not what {@code setWebhook} has set a moment ago. Messages name no path and no secret. */
public final class WebhookException extends RuntimeException {
    WebhookException(String message) {
        super(message);
    }
}
