package io.botmesh.webhook;

import java.net.URI;
import java.time.Duration;

/**
 * One bot's webhook. Start from {@link #at} and change what differs.
 *
 * @param registration what the server is told
 * @param path         under which this process sees the requests, beginning with a slash; default the path of the
 *                     registration's address. Different if a proxy takes away a part of it
 * @param admission    how long requests wait
 * @param listener     is told of every answer, and when the webhook is set; default nobody
 * @param replies      whether calls may go in the answers, see {@link WebhookSource#tryReply}; default true. False where
 *                     something between the server and this process drops what answers contain
 * @param look         how often the server is asked how the webhook does, at least a second; default a minute. Less says
 *                     sooner that the token is revoked or the webhook changed, and turns health red sooner, too
 */
public record WebhookOptions(
        Registration registration,
        String path,
        AdmissionOptions admission,
        WebhookListener listener,
        boolean replies,
        Duration look) {
    private static final Duration LEAST_LOOK = Duration.ofSeconds(1);

    public WebhookOptions {
        if (!path.startsWith("/")) throw new IllegalArgumentException("a path begins with a slash: " + path);
        if (look.compareTo(LEAST_LOOK) < 0) throw new IllegalArgumentException("look: " + look);
    }

    /** With a registration at this address, as seen from the server. */
    public static WebhookOptions at(URI url) {
        var registration = Registration.at(url);
        String path = url.getPath();
        return new WebhookOptions(
                registration,
                path == null || path.isEmpty() ? "/" : path,
                AdmissionOptions.defaults(),
                (status, took) -> {},
                true,
                Duration.ofMinutes(1));
    }

    public WebhookOptions withRegistration(Registration registration) {
        return new WebhookOptions(registration, path, admission, listener, replies, look);
    }

    public WebhookOptions withPath(String path) {
        return new WebhookOptions(registration, path, admission, listener, replies, look);
    }

    public WebhookOptions withAdmission(AdmissionOptions admission) {
        return new WebhookOptions(registration, path, admission, listener, replies, look);
    }

    public WebhookOptions withListener(WebhookListener listener) {
        return new WebhookOptions(registration, path, admission, listener, replies, look);
    }

    public WebhookOptions withReplies(boolean replies) {
        return new WebhookOptions(registration, path, admission, listener, replies, look);
    }

    public WebhookOptions withLook(Duration look) {
        return new WebhookOptions(registration, path, admission, listener, replies, look);
    }
}
