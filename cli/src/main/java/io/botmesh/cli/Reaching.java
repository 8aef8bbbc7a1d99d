package io.botmesh.cli;

import io.botmesh.botapi.ApiException;
import io.botmesh.botapi.TransportException;
import io.botmesh.botapi.TransportException.Happened;
import io.botmesh.mesh.MeshException;
import io.botmesh.runner.Sleeper;
import java.time.Duration;

/**
 * Asks a server before a command begins: one that is not there ends the command in a moment, one that stumbles is asked again for a while.
 */
final class Reaching {
    private static final int ATTEMPTS_NOBODY = 6;
    private static final int ATTEMPTS_TROUBLE = 20;
    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 1_000;

    private final Sleeper sleeper;

    Reaching(Sleeper sleeper) {
        this.sleeper = sleeper;
    }

    /** What is asked. */
    interface Question<T> {
        T ask() throws InterruptedException;
    }

    /** @throws MeshException.Unreachable if the server did not answer to the last attempt */
    <T> T ask(Question<T> question) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                return question.ask();
            } catch (MeshException.Unreachable trouble) {
                boolean nobody = trouble.getCause() instanceof ApiException
                        || (trouble.getCause() instanceof TransportException cause && cause.happened() == Happened.NO);
                if (attempt >= (nobody ? ATTEMPTS_NOBODY : ATTEMPTS_TROUBLE)) throw trouble;
                sleeper.sleep(Duration.ofMillis(
                        Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(attempt - 1, 10))));
            }
        }
    }
}
