package io.botmesh.emulator;

/**
 * A request that ends below the Bot API: the HTTP layer answers with a bare status line and closes the connection.
 */
final class HttpRefusal extends Exception {
    private final int status;
    private final boolean byFront;

    private HttpRefusal(int status, boolean byFront) {
        super("HTTP " + status, null, false, false);
        this.status = status;
        this.byFront = byFront;
    }

    static HttpRefusal with(int status) {
        return new HttpRefusal(status, false);
    }

    /** The body is more than the hosted service's web front lets through; that front answers with JSON. */
    static HttpRefusal tooLargeForTheFront() {
        return new HttpRefusal(413, true);
    }

    int status() {
        return status;
    }

    boolean byFront() {
        return byFront;
    }
}
