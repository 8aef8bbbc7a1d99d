package io.botmesh.bot;

import io.botmesh.botapi.ApiException;
import io.botmesh.runner.Retrying.Verdict;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls that a start needs an answer to. */
final class Launch {
    private static final Logger log = LoggerFactory.getLogger(Launch.class);

    private static final Duration FIRST = Duration.ofMillis(500);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    interface Call<R> {
        R run() throws InterruptedException;
    }

    private Launch() {}

    /**
     * Repeats the call until it succeeds or trying again is useless.
     *
     * @throws BotException.Refused if it is
     */
    static <R> R persistently(String what, Call<R> call) throws InterruptedException {
        for (int failures = 1; ; failures++) {
            try {
                return call.run();
            } catch (RuntimeException failure) {
                Duration pause = switch (Verdicts.of(failure)) {
                    case Verdict.Fatal() -> throw refused("the start failed", failure);
                    case Verdict.After(var exactly) -> exactly;
                    case Verdict.BackOff() -> backOff(failures);
                };
                log.warn("{} failed, next try in {} ms: {}", what, pause.toMillis(), failure.getMessage());
                Thread.sleep(pause);
            }
        }
    }

    private static Duration backOff(int failures) {
        long bound = Math.min(LONGEST.toMillis(), FIRST.toMillis() << Math.min(failures - 1, 20));
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(bound + 1));
    }

    static RuntimeException refused(String what, RuntimeException cause) {
        if (!(cause instanceof ApiException.Rejected rejected)) return cause;
        return new BotException.Refused(
                what + ": "
                        + switch (rejected.errorCode()) {
                            case 401, 404 ->
                                "the server does not know this token (" + rejected.description() + "); ask @BotFather";
                            case 409 ->
                                (ApiUpdates.isWebhook(rejected)
                                                ? "a webhook is set for this bot"
                                                : "another program reads this bot's updates")
                                        + " (" + rejected.description() + ")";
                            default -> rejected.getMessage();
                        },
                cause);
    }
}
