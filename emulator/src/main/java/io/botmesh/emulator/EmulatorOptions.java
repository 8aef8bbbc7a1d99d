package io.botmesh.emulator;

import io.botmesh.world.VirtualClock;
import io.botmesh.world.WorldOptions;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * How an {@link Emulator} runs. Start from {@link #defaults()} and change what differs.
 *
 * @param host    address that the Bot API listens on; default {@code 127.0.0.1}
 * @param port    port of the Bot API, 0 for a free one; default 0
 * @param control default {@link ControlOptions#defaults()}
 * @param world   default {@link WorldOptions#defaults()}
 * @param http    default {@link HttpOptions#defaults()}
 * @param clock   default the system's; with a {@link VirtualClock} time stands still until it is advanced
 * @param seed    all that is random follows from it; default 1
 * @param state   the file that keeps the world over a restart, made if it is not there; default null for none. It needs
 *                {@code org.xerial:sqlite-jdbc} on the class path. Kept is what came through the two ports: with it,
 *                {@link Emulator#world()} can be looked at from Java, but not changed
 */
public record EmulatorOptions(
        String host,
        int port,
        ControlOptions control,
        WorldOptions world,
        HttpOptions http,
        InstantSource clock,
        long seed,
        @Nullable Path state) {
    public EmulatorOptions {
        if (host.isBlank()) throw new IllegalArgumentException("host is empty");
        if (port < 0 || port > 65535) throw new IllegalArgumentException("port: " + port);
    }

    public static EmulatorOptions defaults() {
        return new EmulatorOptions(
                "127.0.0.1",
                0,
                ControlOptions.defaults(),
                WorldOptions.defaults(),
                HttpOptions.defaults(),
                InstantSource.system(),
                1,
                null);
    }

    public EmulatorOptions withHost(String host) {
        return new EmulatorOptions(host, port, control, world, http, clock, seed, state);
    }

    public EmulatorOptions withPort(int port) {
        return new EmulatorOptions(host, port, control, world, http, clock, seed, state);
    }

    public EmulatorOptions withControl(ControlOptions control) {
        return new EmulatorOptions(host, port, control, world, http, clock, seed, state);
    }

    /** The port of the control API alone. */
    public EmulatorOptions withControlPort(int controlPort) {
        return withControl(control.withPort(controlPort));
    }

    public EmulatorOptions withWorld(WorldOptions world) {
        return new EmulatorOptions(host, port, control, world, http, clock, seed, state);
    }

    public EmulatorOptions withHttp(HttpOptions http) {
        return new EmulatorOptions(host, port, control, world, http, clock, seed, state);
    }

    public EmulatorOptions withClock(InstantSource clock) {
        return new EmulatorOptions(host, port, control, world, http, clock, seed, state);
    }

    public EmulatorOptions withSeed(long seed) {
        return new EmulatorOptions(host, port, control, world, http, clock, seed, state);
    }

    public EmulatorOptions withState(@Nullable Path state) {
        return new EmulatorOptions(host, port, control, world, http, clock, seed, state);
    }
}
