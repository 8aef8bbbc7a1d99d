package io.botmesh.cli;

import io.botmesh.emulator.ControlOptions;
import io.botmesh.emulator.Emulator;
import io.botmesh.emulator.EmulatorOptions;
import io.botmesh.emulator.HttpOptions;
import io.botmesh.emulator.StateFileException;
import io.botmesh.world.ChannelBotPosts;
import io.botmesh.world.Latency;
import io.botmesh.world.Limits;
import io.botmesh.world.Profile;
import io.botmesh.world.VirtualClock;
import io.botmesh.world.WebhookTargets;
import io.botmesh.world.WorldOptions;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
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

    private static final String SECRET_VARIABLE = "BOTMESH_CONTROL_SECRET";
    private static final Pattern RANGE = Pattern.compile("(\\d{1,6})-(\\d{1,6})");

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

    @Option(
            names = "--latency",
            paramLabel = "off|paper|FROM-TO",
            defaultValue = "off",
            description =
                    "How long answers take: no time; 100 to 150 ms, so that a post is read after 200 to 300 ms as in the"
                            + " paper; or a range such as 20-80, in milliseconds (default: ${DEFAULT-VALUE}).")
    private String latency = "off";

    @Option(
            names = "--channel-bot-posts",
            paramLabel = "deliver|hide",
            defaultValue = "deliver",
            description = "Whether bots get what other bots post in their channels, which is not known for sure"
                    + " (default: ${DEFAULT-VALUE}).")
    private ChannelBotPosts channelBotPosts = ChannelBotPosts.DELIVER;

    @Option(
            names = "--webhooks",
            paramLabel = "strict|any",
            defaultValue = "strict",
            description = "Where webhooks may lead: where the profile's server lets them, or anywhere,"
                    + " http://localhost:3000 included (default: ${DEFAULT-VALUE}).")
    private WebhookTargets webhooks = WebhookTargets.STRICT;

    @Option(
            names = "--webhook-trust",
            paramLabel = "system|anybody",
            defaultValue = "system",
            description =
                    "Which certificates of webhooks are good: those that the system believes and the one that came"
                            + " with setWebhook, or any (default: ${DEFAULT-VALUE}).")
    private HttpOptions.WebhookTrust webhookTrust = HttpOptions.WebhookTrust.SYSTEM;

    @Option(
            names = "--preflight",
            paramLabel = "fail|strict|permissive",
            defaultValue = "fail",
            description =
                    "How web pages that ask with OPTIONS are answered, which is not known for sure: refused; with the"
                            + " usual CORS headers only; with leave for whatever they ask (default: ${DEFAULT-VALUE}).")
    private HttpOptions.Preflight preflight = HttpOptions.Preflight.FAIL;

    @Option(names = "--file-cors", description = "Let web pages read downloads, which the real server may not.")
    private boolean fileCors;

    @Option(
            names = "--assume",
            paramLabel = "NAME=VALUE",
            description = "How to take something that is not known for sure of the real server, such as bots-sign=no or"
                    + " inline-seconds=10; may be given often. docs/emulator.md lists the names under Switches.")
    private List<String> assumptions = List.of();

    @Option(
            names = "--state",
            paramLabel = "FILE",
            description = "Keep everything in FILE, made if it is not there, and go on from it at the next start.")
    private @Nullable Path state;

    @Option(names = "--virtual-clock", description = "Let time stand still until POST /control/clock moves it.")
    private boolean virtualClock;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "What all that is random follows from (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "Where the Bot API listens; 0.0.0.0 lets other machines in (default: ${DEFAULT-VALUE}).")
    private String host = "127.0.0.1";

    @Option(
            names = "--control-host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "Where the control API listens; on an address that others can reach it needs a secret"
                    + " (default: ${DEFAULT-VALUE}).")
    private String controlHost = "127.0.0.1";

    @Option(
            names = "--control-secret-file",
            paramLabel = "FILE",
            description =
                    "Ask callers of the control API for the secret on the first line of FILE; else for that in the"
                            + " environment variable " + SECRET_VARIABLE + ", if there is one.")
    private @Nullable Path controlSecretFile;

    @Override
    public Integer call() throws Exception {
        checkPort("--port", port);
        checkPort("--control-port", controlPort);
        checkGiven("--host", host);
        checkGiven("--control-host", controlHost);
        try (var signal = StopSignal.open(() -> {})) {
            return signal.guard(botmesh.terminal(), () -> run(signal));
        }
    }

    private int run(StopSignal signal) throws InterruptedException {
        try (var emulator = start(options())) {
            say(emulator);
            var stopped = emulator.stopped();
            var unused = stopped.whenComplete((end, why) -> signal.giveUp());
            signal.await();
            if (stopped.isCompletedExceptionally()) {
                var why = stopped.exceptionNow();
                throw CommandException.failed(String.valueOf(why.getMessage()), why);
            }
        }
        return ExitCodes.OK;
    }

    private void say(Emulator emulator) {
        Terminal terminal = botmesh.terminal();
        if (botmesh.json()) {
            var urls = new LinkedHashMap<String, String>();
            urls.put("api", emulator.api().toString());
            urls.put("control", emulator.control().toString());
            urls.put("page", emulator.control() + "/");
            terminal.print(Json.write(urls));
        } else {
            terminal.print("Bot API  " + emulator.api());
            terminal.print("control  " + emulator.control());
            terminal.print("page     " + emulator.control() + "/");
        }
    }

    private EmulatorOptions options() {
        var http = HttpOptions.defaults()
                .withPreflight(preflight)
                .withFileCors(fileCors)
                .withWebhookTrust(webhookTrust);
        var assumed = Assumed.read(assumptions, http, WorldOptions.defaults().linkLife());
        var world = WorldOptions.defaults()
                .withProfile(profile)
                .withLimits(limits.limits)
                .withChannelBotPosts(channelBotPosts)
                .withWebhookTargets(webhooks)
                .withLatency(latency(latency))
                .withLinkLife(assumed.linkLife())
                .withAssumptions(assumed.world());
        return EmulatorOptions.defaults()
                .withHost(host)
                .withPort(port)
                .withControl(control())
                .withWorld(world)
                .withHttp(assumed.http())
                .withClock(
                        virtualClock
                                ? new VirtualClock(Instant.now().truncatedTo(ChronoUnit.SECONDS))
                                : InstantSource.system())
                .withSeed(seed)
                .withState(state);
    }

    private ControlOptions control() {
        var secret = secret();
        try {
            return ControlOptions.defaults().withPort(controlPort).withHost(controlHost, secret);
        } catch (IllegalArgumentException refused) {
            throw CommandException.wrongUse(
                    refused.getMessage() + "; give one with --control-secret-file or " + SECRET_VARIABLE, refused);
        }
    }

    private @Nullable String secret() {
        if (controlSecretFile == null) return System.getenv(SECRET_VARIABLE);
        try (var lines = Files.newBufferedReader(controlSecretFile, StandardCharsets.UTF_8)) {
            var first = lines.readLine();
            return first == null ? "" : first.strip();
        } catch (NoSuchFileException missing) {
            throw CommandException.wrongUse(
                    "secret file " + controlSecretFile + " does not exist; put a secret into it", missing);
        } catch (IOException broken) {
            throw CommandException.wrongUse(
                    "cannot read secret file " + controlSecretFile + " (" + IoReason.of(broken) + ")", broken);
        }
    }

    /** {@code off}, {@code paper}, or milliseconds as {@code FROM-TO}. */
    static Latency latency(String text) {
        var lower = text.toLowerCase(Locale.ROOT);
        if (lower.equals("off")) return Latency.NONE;
        if (lower.equals("paper")) return Latency.PAPER;
        var range = RANGE.matcher(lower);
        if (range.matches()) {
            var least = Duration.ofMillis(Long.parseLong(range.group(1)));
            var most = Duration.ofMillis(Long.parseLong(range.group(2)));
            if (most.compareTo(least) >= 0) return Latency.between(least, most);
        }
        throw CommandException.wrongUse(
                "--latency " + text + " is no latency; give off, paper, or a range of milliseconds such as 20-80");
    }

    private static void checkGiven(String option, String host) {
        if (host.isBlank())
            throw CommandException.wrongUse(option + " is empty; give an address of this machine, such as 127.0.0.1");
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
        } catch (StateFileException unusable) {
            throw CommandException.failed(String.valueOf(unusable.getMessage()), unusable);
        } catch (RuntimeException broken) {
            checkHost("--host", options.host(), broken);
            checkHost("--control-host", options.control().host(), broken);
            for (Throwable cause : Failures.causes(broken)) {
                if (cause instanceof BindException)
                    throw CommandException.failed(
                            cannotListen(options) + " (" + cause.getMessage()
                                    + "); choose another, or 0 for any free one",
                            broken);
            }
            throw broken;
        }
    }

    /** Tells an address that is not of this machine from a port that is taken. */
    private static void checkHost(String option, String host, RuntimeException broken) {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), 0));
        } catch (IOException notHere) {
            throw CommandException.failed(
                    "cannot listen on " + option + " " + host
                            + "; give an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all of them",
                    broken);
        }
    }

    /** Names the port that is taken; if it was given free meanwhile, both. */
    private static String cannotListen(EmulatorOptions options) {
        boolean port = taken(options.port());
        boolean controlPort = taken(options.control().port());
        if (port && !controlPort) return "cannot listen on --port " + options.port();
        if (controlPort && !port)
            return "cannot listen on --control-port " + options.control().port();
        return "cannot listen on --port " + options.port() + " and --control-port "
                + options.control().port();
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
