package io.botmesh.webhook;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** What a {@link WebhookServer} serves besides webhooks: health, metrics. */
@FunctionalInterface
public interface Endpoint {
    /** Answers a GET. Called once per request, on a virtual thread; a failure is answered with 500 and logged. */
    Page get() throws Exception;

    /**
     * An answer.
     *
     * @param status      of HTTP
     * @param contentType with its charset
     * @param body        in UTF-8
     */
    record Page(int status, String contentType, String body) {
        public Page {
            if (status < 200 || status > 599) throw new IllegalArgumentException("status: " + status);
            Objects.requireNonNull(contentType, "contentType");
        }

        public static Page text(String body) {
            return new Page(200, "text/plain; charset=utf-8", body);
        }

        public static Page json(int status, String body) {
            return new Page(status, "application/json", body);
        }

        byte[] bytes() {
            return body.getBytes(StandardCharsets.UTF_8);
        }
    }
}
