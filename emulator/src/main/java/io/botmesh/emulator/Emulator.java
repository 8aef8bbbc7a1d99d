package io.botmesh.emulator;

import io.botmesh.world.Blob;
import io.botmesh.world.Call;
import io.botmesh.world.Profile;
import io.botmesh.world.Reply;
import io.botmesh.world.StoredFile;
import io.botmesh.world.VirtualClock;
import io.botmesh.world.World;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * A Bot API server in this process: a {@link World} behind sockets, with a control API beside it. A client needs only
 * {@link #api()} as its base URL.
 *
 * <pre>{@code
 * try (var emulator = Emulator.start()) {
 *     var bot = emulator.world().addBot("echo_bot");
 *     // point any Bot API client at emulator.api() with bot.token()
 * }
 * }</pre>
 */
public final class Emulator implements AutoCloseable {
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);

    /** Beyond it no date fits into the 32 bits that the server gives it. */
    private static final Instant LAST = Instant.ofEpochSecond(Integer.MAX_VALUE);

    private final EmulatorOptions options;
    private final World world;
    private final Spool spool;
    private final Memory memory;
    private final WorldClock clock;
    private final EventFeed events;
    private final WebhookSockets webhooks;
    private final EmulatorServer server;
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private volatile boolean closing;

    private Emulator(EmulatorOptions options) throws IOException {
        this.options = options;
        var made = new ArrayDeque<AutoCloseable>();
        try {
            var pause = new Memory.Pause(options.clock());
            // A local server gives out paths, so every file has to have one.
            spool = new Spool(options.world().profile() == Profile.LOCAL ? 0 : Spool.IN_MEMORY);
            made.push(spool);
            world = new World(options.world(), pause, options.seed(), content -> keep(spool, content));
            memory = memory(options);
            made.push(memory);
            events = new EventFeed(world, KEEP_ALIVE);
            made.push(events);
            var table = controls();
            var calls = new ControlCalls(world, table, memory, spool::keep);
            wake(memory.repeat(world, calls, spool::keep, pause), pause);
            clock = WorldClock.start(world, options.clock());
            made.push(clock);
            webhooks = new WebhookSockets(world.webhooks(), options.http().webhookTrust(), spool, memory::kept);
            made.push(webhooks);
            world.webhooks().carrier(webhooks);
            var botApi = new BotApiHandler(
                    new Behind(world, memory), options.world().profile(), options.http(), options.clock(), spool);
            server = EmulatorServer.start(
                    options, botApi, new ControlHandler(table, calls, memory, new ControlAccess(options.control())));
            // On a thread that belongs to nobody whom closing waits for.
            var unused = memory.failure().thenAcceptAsync(this::giveUp, Emulator::aside);
        } catch (IOException | RuntimeException failed) {
            closeAll(made);
            throw failed;
        }
    }

    private static void aside(Runnable task) {
        Thread.ofVirtual().name("emulator-stop").start(task);
    }

    /** What cannot be kept must not go on: after a restart it would never have been. */
    private void giveUp(StateFileException why) {
        LoggerFactory.getLogger(Emulator.class).error("the emulator stops: {}", why.getMessage(), why);
        stop();
        stopped.completeExceptionally(why);
    }

    private static Memory memory(EmulatorOptions options) {
        var state = options.state();
        if (state == null) return Memory.none();
        boolean virtual = options.clock() instanceof VirtualClock;
        return Memory.in(StateFile.open(state, MadeWith.of(options.world(), options.seed(), virtual)));
    }

    /** The world goes on where it was: from now on with the real clock, and remembered. */
    private void wake(@Nullable Instant last, Memory.Pause pause) {
        if (last != null && options.clock() instanceof VirtualClock virtual) virtual.moveTo(last);
        pause.over();
        memory.start(world);
    }

    private static void closeAll(Iterable<AutoCloseable> made) {
        for (var each : made) {
            try {
                each.close();
            } catch (Exception notClean) {
                LoggerFactory.getLogger(Emulator.class).warn("the emulator did not stop cleanly", notClean);
            }
        }
    }

    /** Everything that the control API can do. */
    ControlTable controls() {
        var table = new ControlTable();
        var bots = new BotRoutes(world);
        new SceneRoutes(world, bots).addTo(table);
        bots.addTo(table);
        new KeyRoutes(world.people().buttons()).addTo(table);
        new PeopleRoutes(world.people()).addTo(table);
        new WorldRoutes(this).addTo(table);
        new ActRoutes(world.people(), world.chats(), world.memberships()).addTo(table);
        new ChatRoutes(world).addTo(table);
        new AskRoutes(world.people()).addTo(table);
        new BusinessRoutes(world.people().business()).addTo(table);
        new CallRoutes(world, () -> closing).addTo(table);
        new FaultRoutes(world.faults()).addTo(table);
        new PageRoutes(world.screen(), events).addTo(table);
        return table;
    }

    /** An emulator on free ports of the loopback interface. */
    public static Emulator start() {
        return start(EmulatorOptions.defaults());
    }

    /**
     * Listens when it returns.
     *
     * @throws UncheckedIOException if it cannot listen; the cause is a {@link BindException} if a port is taken
     * @throws StateFileException   if there is a state file that cannot be used
     */
    public static Emulator start(EmulatorOptions options) {
        try {
            return new Emulator(options);
        } catch (BindException taken) {
            throw new UncheckedIOException(
                    "cannot listen: " + taken.getMessage() + "; choose another port or 0", taken);
        } catch (IOException failed) {
            throw new UncheckedIOException("the emulator did not start: " + failed.getMessage(), failed);
        }
    }

    /** Base URL of the Bot API, such as {@code http://127.0.0.1:8081}, without a slash at the end. */
    public URI api() {
        return server.apiUri();
    }

    /** Base URL of the control API, without a slash at the end. */
    public URI control() {
        return server.controlUri();
    }

    /**
     * The content of a file that a person is to send, kept as uploads are: a server with local files gives its path away,
     * so it has to be on disk.
     */
    public Blob keep(byte[] content) {
        return keep(spool, content);
    }

    private static Blob keep(Spool spool, byte[] content) {
        try {
            return spool.keep(new ByteArrayInputStream(content));
        } catch (IOException full) {
            throw new UncheckedIOException("a file could not be kept: " + full.getMessage(), full);
        }
    }

    /** How it runs. */
    public EmulatorOptions options() {
        return options;
    }

    /** The server's state, to set a scene and to look at. */
    public World world() {
        return world;
    }

    /**
     * Moves a {@link VirtualClock} and does all that becomes due on the way, in order and each at its own time.
     *
     * @throws IllegalArgumentException if the clock would pass 2038-01-19, where 32-bit dates end
     * @throws IllegalStateException if the emulator runs on another clock
     */
    public void advance(Duration by) {
        if (!(options.clock() instanceof VirtualClock virtual)) {
            throw new IllegalStateException(
                    "the clock is not virtual: start the emulator with --virtual-clock or a VirtualClock");
        }
        if (by.isNegative()) throw new IllegalArgumentException("by: " + by);
        var target = virtual.instant().plus(by);
        if (target.isAfter(LAST)) throw new IllegalArgumentException("dates of the Bot API end at " + LAST + ": " + by);
        for (@Nullable Instant due = world.tick(); due != null && !due.isAfter(target); due = world.tick()) {
            virtual.moveTo(due);
        }
        virtual.moveTo(target);
        world.tick();
        events.say(EventText.CLOCK);
        memory.moved(target);
    }

    private record Behind(World world, Memory memory) implements BotApiHandler.Backend {
        /** What was answered is not forgotten, so it waits for the disk. */
        @Override
        public CompletableFuture<Reply> call(Call call) {
            var failure = memory.failure().getNow(null);
            if (failure != null) return CompletableFuture.failedFuture(failure);
            var reply = world.call(call);
            return memory.isKept() ? reply.thenCompose(said -> memory.kept().thenApply(kept -> said)) : reply;
        }

        @Override
        public @Nullable StoredFile file(String token, String path) {
            return world.file(token, path);
        }
    }

    boolean isClockVirtual() {
        return options.clock() instanceof VirtualClock;
    }

    Instant now() {
        return options.clock().instant();
    }

    /**
     * Completes when the emulator has ended: normally after {@link #close()}, with a {@link StateFileException} if it stopped
     * by itself because its state file could not be written.
     */
    public CompletableFuture<Void> stopped() {
        return stopped.copy();
    }

    /** Ends all connections and threads and deletes all temporary files. Calls that still wait get an error. */
    @Override
    public void close() {
        stop();
        stopped.complete(null);
    }

    private void stop() {
        closing = true;
        events.close();
        server.close();
        webhooks.close();
        clock.close();
        memory.close();
        spool.close();
    }
}
