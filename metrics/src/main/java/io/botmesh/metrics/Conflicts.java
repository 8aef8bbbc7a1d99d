package io.botmesh.metrics;

import io.botmesh.botapi.ApiException;

/** Polls that the server refuses because of somebody else: another program with the same token, or a webhook. */
final class Conflicts {
    private Conflicts() {}

    static boolean is(Throwable failure) {
        return failure instanceof ApiException.Rejected refused && refused.errorCode() == 409;
    }
}
