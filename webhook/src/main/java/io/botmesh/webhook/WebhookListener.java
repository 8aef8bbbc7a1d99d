package io.botmesh.webhook;

import java.time.Duration;

/** Is told of every answer to a webhook request, for meters. Called on the request's thread: be quick, do not wait. */
@FunctionalInterface
public interface WebhookListener {
    /** The request was answered with this status so long after its arrival. */
    void onAnswered(int status, Duration took);
}
