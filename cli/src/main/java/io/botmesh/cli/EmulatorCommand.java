package io.botmesh.cli;

import io.botmesh.emulator.Emulator;
import io.botmesh.emulator.EmulatorOptions;
import io.botmesh.world.Limits;
import io.botmesh.world.Profile;
import io.botmesh.world.WorldOptions;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code botmesh emulator}: the Bot API server, offline, until it is stopped. */
@Command(
        name = "emulator",
        sortOptions = false,
        description = {
            "Run a Bot API server on this machine until it is stopped (Ctrl-C or SIGTERM).",
            "Point any bot at the URL it prints; make bots, people and channels through the control URL."
        })
final class EmulatorCommand implements Callable<Integer> {
    /** How the server limits what bots send. */
    enum LimitProfile {
        OFF(Limits.OFF),
        PAPER(Limits.PAPER),
        DOCUMENTED(Limits.DOCUMENTED),
        CAUTIOUS(Limits.CAUTIOUS);

        @SuppressWarnings("ImmutableEnumChecker") // a record of records
        private final Limits limits;

        LimitProfile(Limits limits) {
            this.limits = limits;
        }
    }

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Botmesh botmesh;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8081",
            description = "Port of the Bot API, 0 for any free one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--control-port",
            paramLabel = "PORT",
            defaultValue = "8082",
            description = "Port of the control API, 0 for any free one (default: ${DEFAULT-VALUE}).")
    private int controlPort;

    @Option(
            names = "--profile",
            paramLabel = "hosted|oss|local",
            defaultValue = "hosted",
            description = "Which server to play: api.telegram.org, the open-source server, or that one with --local"
                    + " (default: ${DEFAULT-VALUE}).")
    private Profile profile = Profile.HOSTED;

    @Option(
            names = "--limits",
            paramLabel = "off|paper|documented|cautious",
            defaultValue = "off",
            description = "When to answer 429: never; past 1 post a second and bursts of 3 per bot and chat; as the"
                    + " official FAQ says; as the strictest reports say (default: ${DEFAULT-VALUE}).")
    private LimitProfile limits = LimitProfile.OFF;

    @Override
    public Integer call() throws InterruptedException {
        checkPort("--port", port);
        checkPort("--control-port", controlPort);
        var world = WorldOptions.defaults().withProfile(profile).withLimits(limits.limits);
        try (var signal = StopSignal.open(() -> {});
                var emulator = start(EmulatorOptions.defaults()
                        .withPort(port)
                        .withControlPort(controlPort)
                        .withWorld(world))) {
            Terminal terminal = botmesh.terminal();
            if (botmesh.json()) {
                var urls = new LinkedHashMap<String, String>();
                urls.put("api", emulator.api().toString());
                urls.put("control", emulator.control().toString());
                terminal.print(Json.write(urls));
            } else {
                terminal.print("Bot API  " + emulator.api());
                terminal.print("control  " + emulator.control());
            }
            signal.await();
        }
        return ExitCodes.OK;
    }

    private static void checkPort(String option, int port) {
        if (port < 0 || port > 65_535)
            throw CommandException.wrongUse(
                    option + " " + port + " is no port; give one from 1 to 65535, or 0 for any free one");
    }

    private static Emulator start(EmulatorOptions options) {
        if (options.port() == options.control().port() && options.port() != 0)
            throw CommandException.wrongUse("--port and --control-port are the same; choose two");
        try {
            return Emulator.start(options);
        } catch (RuntimeException broken) {
            for (Throwable cause = broken; cause != null; cause = cause.getCause()) {
                if (cause instanceof BindException)
                    throw CommandException.failed(
                            cannotListen(options) + " (" + cause.getMessage()
                                    + "); choose another, or 0 for any free one",
                            broken);
            }
            throw broken;
        }
    }

    /** Names the port that is taken; if it was given free meanwhile, both. */
    private static String cannotListen(EmulatorOptions options) {
        boolean port = taken(options.port());
        boolean controlPort = taken(options.control().port());
        if (port && !controlPort) return "cannot listen on --port " + options.port();
        if (controlPort && !port) return "cannot listen on --control-port " + options.control().port();
        return "cannot listen on --port " + options.port() + " and --control-port " + options.control().port();
    }

    private static boolean taken(int port) {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return false;
        } catch (IOException inUse) {
            return true;
        }
    }
}
