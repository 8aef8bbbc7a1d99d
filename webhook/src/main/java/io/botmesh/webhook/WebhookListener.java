package io.botmesh.webhook;

import java.time.Duration;

/** Is told what a webhook does, for meters. Called on the threads that do it: be quick, do not wait. */
@FunctionalInterface
public interface WebhookListener {
    /** The request was answered with this status so long after its arrival. */
    void onAnswered(int status, Duration took);

    /**
     * The server has taken the address, and updates come from now on: once per start of the runner. Where the webhook is
     * {@linkplain Registration.Management#NONE somebody else's affair}, as soon as the runner takes updates.
     */
    default void onSet() {}
}
