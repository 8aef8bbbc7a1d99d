package io.botmesh.emulator;

import io.botmesh.world.VirtualClock;
import io.botmesh.world.WorldOptions;
import java.time.InstantSource;

/**
 * How an {@link Emulator} runs. Start from {@link #defaults()} and change what differs.
 *
 * @param host        address that the Bot API listens on; default {@code 127.0.0.1}. The control API always listens there
 * @param port        port of the Bot API, 0 for a free one; default 0
 * @param controlPort port of the control API, 0 for a free one; default 0
 * @param world       default {@link WorldOptions#defaults()}
 * @param http        default {@link HttpOptions#defaults()}
 * @param clock       default the system's; with a {@link VirtualClock} time stands still until it is advanced
 * @param seed        all that is random follows from it; default 1
 */
public record EmulatorOptions(
        String host, int port, int controlPort, WorldOptions world, HttpOptions http, InstantSource clock, long seed) {
    public EmulatorOptions {
        if (host.isBlank()) throw new IllegalArgumentException("host is empty");
        if (port < 0 || port > 65535) throw new IllegalArgumentException("port: " + port);
        if (controlPort < 0 || controlPort > 65535) throw new IllegalArgumentException("controlPort: " + controlPort);
    }

    public static EmulatorOptions defaults() {
        return new EmulatorOptions(
                "127.0.0.1", 0, 0, WorldOptions.defaults(), HttpOptions.defaults(), InstantSource.system(), 1);
    }

    public EmulatorOptions withHost(String host) {
        return new EmulatorOptions(host, port, controlPort, world, http, clock, seed);
    }

    public EmulatorOptions withPort(int port) {
        return new EmulatorOptions(host, port, controlPort, world, http, clock, seed);
    }

    public EmulatorOptions withControlPort(int controlPort) {
        return new EmulatorOptions(host, port, controlPort, world, http, clock, seed);
    }

    public EmulatorOptions withWorld(WorldOptions world) {
        return new EmulatorOptions(host, port, controlPort, world, http, clock, seed);
    }

    public EmulatorOptions withHttp(HttpOptions http) {
        return new EmulatorOptions(host, port, controlPort, world, http, clock, seed);
    }

    public EmulatorOptions withClock(InstantSource clock) {
        return new EmulatorOptions(host, port, controlPort, world, http, clock, seed);
    }

    public EmulatorOptions withSeed(long seed) {
        return new EmulatorOptions(host, port, controlPort, world, http, clock, seed);
    }
}
