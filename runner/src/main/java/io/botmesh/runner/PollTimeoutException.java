package io.botmesh.runner;

import java.time.Duration;

/** A poll had no answer by its deadline, which is later than a server that lives would have answered. */
public final class PollTimeoutException extends RuntimeException {
    PollTimeoutException(Duration deadline) {
        super("no answer to getUpdates within " + deadline.toMillis() + " ms");
    }
}
