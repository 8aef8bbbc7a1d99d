package io.botmesh.e2e;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A port for a program that cannot be asked which one it got. Below those that systems give to connections, so that none
 * of the tests' own takes it before the program does.
 */
final class FreePort {
    private static final int FIRST = 20_000;
    private static final int COUNT = 12_000;
    /** Two runs at once on one machine begin at different places. */
    private static final AtomicInteger NEXT =
            new AtomicInteger((int) (ProcessHandle.current().pid() * 97 % COUNT));

    private FreePort() {}

    static int next() throws IOException {
        while (true) {
            int port = FIRST + NEXT.getAndUpdate(next -> (next + 1) % COUNT);
            try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException taken) {
                // the next one
            }
        }
    }
}
