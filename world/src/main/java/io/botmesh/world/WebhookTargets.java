package io.botmesh.world;

/** Where webhooks may lead. */
public enum WebhookTargets {
    /**
     * Where the server that is played lets them: with {@link Profile#LOCAL} anywhere, else only over https, to the ports 80,
     * 88, 443 and 8443, and to no address of a private network.
     */
    STRICT,
    /** Anywhere, so that a test can receive them on its own machine. */
    ANY
}
