package io.botmesh.emulator;

/**
 * A request that ends below the Bot API: the HTTP layer answers with a bare status line and closes the connection.
 */
final class Refused extends Exception {
    private final int status;
    private final boolean byFront;

    private Refused(int status, boolean byFront) {
        super("HTTP " + status, null, false, false);
        this.status = status;
        this.byFront = byFront;
    }

    static Refused with(int status) {
        return new Refused(status, false);
    }

    /** The body is more than the hosted service's web front lets through; that front answers with JSON. */
    static Refused tooLargeForTheFront() {
        return new Refused(413, true);
    }

    int status() {
        return status;
    }

    boolean byFront() {
        return byFront;
    }
}
