package io.botmesh.bench;

import java.io.IOException;

/**
 * A program that fetches and handles updates until its standard input ends: {@code count N} counts them and says
 * {@code counted} after every N, {@code reply N} answers each besides, and {@code slow MILLIS} takes that long for each and says
 * {@code begun ID} and {@code done ID}.
 *
 * @param name with its version
 */
record Peer(String name, Start start) {
    /** Starts it on the measured processor. */
    interface Start {
        /** It begins to fetch from the {@link UpdateServer} at this port. */
        Child start(String port, String mode, long number) throws IOException;
    }
}
