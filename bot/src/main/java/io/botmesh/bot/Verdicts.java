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
            // Another poller, or a proxy on the way: either may be gone soon.
            case ApiException.Rejected refused
            when refused.errorCode() == 409 || !refused.isExplained() -> new Verdict.BackOff();
            case ApiException.Rejected refused -> new Verdict.Fatal();
            case TransportException trouble -> new Verdict.BackOff();
            default -> new Verdict.Fatal();
        };
    }
}
