package io.botmesh.bot;

import io.botmesh.botapi.ApiException;
import io.botmesh.botapi.TransportException;
import io.botmesh.runner.Retrying.Verdict;

/** What a failed call means for the next attempt of a bot that has to go on. */
final class Verdicts {
    private Verdicts() {}

    static Verdict of(RuntimeException failure) {
        return switch (failure) {
            case ApiException.FloodWait wait -> new Verdict.After(wait.retryAfter());
            // Without a word it was a proxy on the way, which may be gone soon.
            case ApiException.Rejected refused ->
                refused.isExplained() && isFinal(refused.errorCode()) ? new Verdict.Fatal() : new Verdict.BackOff();
            case TransportException trouble -> trouble.isClosed() ? new Verdict.Fatal() : new Verdict.BackOff();
            default -> new Verdict.Fatal();
        };
    }

    /** The request is wrong, or the token is (a malformed one is not found); any other refusal may pass. */
    private static boolean isFinal(int errorCode) {
        return errorCode == 400 || errorCode == 401 || errorCode == 404;
    }
}
