package io.botmesh.world;

import org.jspecify.annotations.Nullable;

/**
 * One call as it was read from the wire: nothing is decided yet.
 *
 * @param token     what stood between {@code /bot} and the next slash, percent-decoded
 * @param testDc    whether {@code /test} followed the token
 * @param method    the method as the client wrote it, in any case; empty if only an argument may name it
 * @param arguments query before body
 * @param client    the address that the server counts new bots by, null for one that it does not count
 */
public record Call(
        String token,
        boolean testDc,
        String method,
        Arguments arguments,
        @Nullable String client) {
    public Call(String token, boolean testDc, String method, Arguments arguments) {
        this(token, testDc, method, arguments, null);
    }

    /** The token stays out: a call may end up in a log. */
    @Override
    public String toString() {
        return "Call[" + method + " " + arguments.names() + "]";
    }
}
