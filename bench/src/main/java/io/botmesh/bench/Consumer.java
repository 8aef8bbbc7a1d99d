package io.botmesh.bench;

import io.botmesh.bot.Journals;
import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.GetUpdates;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.SendMessage;
import io.botmesh.runner.Delivery;
import io.botmesh.runner.Guarantee;
import io.botmesh.runner.Keys;
import io.botmesh.runner.LongPoll;
import io.botmesh.runner.Runner;
import io.botmesh.runner.RunnerOptions;
import io.botmesh.store.JdbcJournal;
import io.botmesh.store.SqliteDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The measured process: gets updates from the {@link UpdateServer} in one of several ways. Obeys {@code run COUNT}, which answers
 * {@code counting} at once, and at the end processor nanoseconds, wall nanoseconds and the 99th percentile of microseconds
 * from an update's making to its handler.
 */
final class Consumer {
    /** How updates are fetched and handled. */
    enum Way {
        /** Bytes from a socket, ids found, nothing else: the limit. */
        SOCKETS,
        /** The same over the client that Botmesh uses. */
        BARE,
        /** Through the runner, keys and all, held at the server until they have ended. */
        RUNNER,
        /** Through the runner and a journal of files. */
        FILES,
        /** Through the runner and a journal in SQLite. */
        SQLITE,
        /** {@link #BARE}, and a message is sent for each, 50 at once. */
        BARE_REPLIES,
        /** {@link #RUNNER} with at most 50 at once, and a message is sent for each. */
        RUNNER_REPLIES
    }

    private static final BotToken TOKEN = BotToken.parse("1000001:bench-bench-bench-bench-bench-benc");
    private static final int REPLIES_AT_ONCE = 50;

    private final AtomicLong handled = new AtomicLong();
    private final int port;
    /** Latencies in nanoseconds; more than these are not kept. */
    private final long[] lags = new long[1 << 20];

    private final AtomicLong lagged = new AtomicLong();

    private Consumer(int port) {
        this.port = port;
    }

    /** {@code WAY PORT}. */
    public static void main(String[] args) throws Exception {
        var out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        System.setOut(System.err); // whatever logs must not answer
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        var consumer = new Consumer(Integer.parseInt(args[1]));
        try (var started = consumer.start(Way.valueOf(args[0]))) {
            Objects.requireNonNull(started);
            out.println("ready");
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                var words = line.split(" ", -1);
                if (!words[0].equals("run")) throw new IllegalArgumentException(line);
                out.println(consumer.run(Long.parseLong(words[1]), () -> out.println("counting")));
            }
        }
    }

    /** @param ready is called once whatever comes counts */
    private String run(long count, Runnable ready) {
        lagged.set(0);
        long until = handled.get() + count;
        long cpu = Vitals.cpuNanos();
        long begun = System.nanoTime();
        ready.run();
        while (handled.get() < until) LockSupport.parkNanos(1_000_000);
        long wall = System.nanoTime() - begun;
        cpu = Vitals.cpuNanos() - cpu;
        int kept = (int) Math.min(lagged.get(), lags.length);
        Arrays.sort(lags, 0, kept);
        return String.format(Locale.ROOT, "%d %d %d", cpu, wall, kept == 0 ? 0 : lags[kept * 99 / 100] / 1_000);
    }

    private AutoCloseable start(Way way) throws IOException {
        return switch (way) {
            case SOCKETS -> looping(this::sockets);
            case BARE -> looping(() -> bare(null));
            case BARE_REPLIES -> looping(() -> bare(new Semaphore(REPLIES_AT_ONCE)));
            case RUNNER -> runner(options(), delivery -> count(delivery.update().bytes()));
            case FILES -> files();
            case SQLITE -> sqlite();
            case RUNNER_REPLIES -> {
                var api = api();
                yield runner(options().withConcurrency(REPLIES_AT_ONCE), delivery -> reply(api, delivery.update()));
            }
        };
    }

    private static RunnerOptions<RawUpdate> options() {
        return RunnerOptions.<RawUpdate>defaults().withKeys(Keys.sequentialize(RawUpdate::chatId));
    }

    private AutoCloseable files() throws IOException {
        var folder = new Folder();
        var journal = Journals.open(folder.file("journal"), TOKEN);
        var runner = runner(
                options().withGuarantee(new Guarantee.Journaled<>(journal)),
                delivery -> count(delivery.update().bytes()));
        return () -> {
            runner.close();
            journal.close();
            folder.close();
        };
    }

    private AutoCloseable sqlite() throws IOException {
        var folder = new Folder();
        var database = SqliteDatabase.open(folder.file("journal.db"));
        var journal = JdbcJournal.ofUpdates(database, TOKEN);
        var runner = runner(
                options().withGuarantee(new Guarantee.Journaled<>(journal)),
                delivery -> count(delivery.update().bytes()));
        return () -> {
            runner.close();
            journal.close();
            database.close();
            folder.close();
        };
    }

    private interface Handling {
        void handle(Delivery<RawUpdate> delivery) throws Exception;
    }

    private AutoCloseable runner(RunnerOptions<RawUpdate> options, Handling handling) {
        var api = api();
        var source = new LongPoll<RawUpdate>(
                (offset, limit, timeout) -> api.getUpdates(
                        GetUpdates.of().withOffset(offset).withLimit(limit).withTimeout(timeout.toSeconds())),
                RawUpdate::updateId);
        var runner = new Runner<>(source, handling::handle, options);
        runner.start();
        return () -> {
            runner.stop(Duration.ofSeconds(1));
            api.close();
        };
    }

    private interface Loop {
        void run() throws Exception;
    }

    private static AutoCloseable looping(Loop loop) {
        var thread = Thread.ofVirtual().start(() -> {
            try {
                loop.run();
            } catch (InterruptedException ended) {
                // As asked.
            } catch (Exception broken) {
                System.err.println("bench: " + broken);
                Runtime.getRuntime().halt(1);
            }
        });
        return thread::interrupt;
    }

    private BotApi api() {
        return new BotApi(ApiOptions.defaults().withBase(URI.create("http://127.0.0.1:" + port)), TOKEN);
    }

    private void bare(@Nullable Semaphore replies) throws InterruptedException {
        try (var api = api()) {
            long offset = 0;
            while (true) {
                List<RawUpdate> updates = api.getUpdates(
                        GetUpdates.of().withOffset(offset).withLimit(100).withTimeout(30));
                for (var update : updates) {
                    offset = update.updateId() + 1;
                    if (replies == null) {
                        count(update.bytes());
                        continue;
                    }
                    replies.acquire();
                    Thread.ofVirtual().start(() -> {
                        try {
                            reply(api, update);
                        } catch (InterruptedException ended) {
                            Thread.currentThread().interrupt();
                        } finally {
                            replies.release();
                        }
                    });
                }
            }
        }
    }

    private void reply(BotApi api, RawUpdate update) throws InterruptedException {
        Long chat = update.chatId();
        if (chat == null) throw new IllegalStateException("an update without a chat");
        api.call(SendMessage.of(chat, "hello"));
        count(update.bytes());
    }

    /** What every handler does: it looks when the update was made, and counts. */
    private void count(byte[] update) {
        long released = Updates.released(update);
        if (released > 0) {
            long at = lagged.getAndIncrement();
            if (at < lags.length) lags[(int) at] = System.nanoTime() - released;
        }
        handled.incrementAndGet();
    }

    /** Reads answers and finds the ids and chats of the updates in them. */
    private void sockets() throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            var in = socket.getInputStream();
            long offset = 0;
            var body = new byte[128 * 1024];
            while (!Thread.currentThread().isInterrupted()) {
                socket.getOutputStream()
                        .write(Connection.request(
                                TOKEN.value(),
                                "getUpdates",
                                "{\"offset\":" + offset + ",\"limit\":100,\"timeout\":30}"));
                int size = answer(in, body);
                for (int at = 0; at < size; at++) {
                    if (body[at] != 'u' || !named(body, at, size)) continue;
                    offset = Updates.number(body, at + 11) + 1;
                    byte[] update = Arrays.copyOfRange(body, at - 2, Math.min(size, at - 2 + Updates.BYTES));
                    if (chat(update) > 0) count(update);
                    at += update.length - 2;
                }
            }
        }
    }

    private static final byte[] UPDATE_ID = "update_id\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CHAT_ID = "chat\":{\"id\":".getBytes(StandardCharsets.US_ASCII);

    private static boolean named(byte[] body, int at, int size) {
        return at + UPDATE_ID.length < size
                && Arrays.equals(body, at, at + UPDATE_ID.length, UPDATE_ID, 0, UPDATE_ID.length);
    }

    private static long chat(byte[] update) {
        for (int at = 0; at + CHAT_ID.length < update.length; at++) {
            if (update[at] == 'c' && Arrays.equals(update, at, at + CHAT_ID.length, CHAT_ID, 0, CHAT_ID.length))
                return Updates.number(update, at + CHAT_ID.length);
        }
        return 0;
    }

    /** The body of one answer, at the start of the array. Returns its length. */
    private static int answer(InputStream in, byte[] body) throws IOException {
        int size = 0;
        int bodyAt = -1;
        int whole = Integer.MAX_VALUE;
        while (size < whole) {
            int read = in.read(body, size, body.length - size);
            if (read < 0) throw new IOException("closed");
            size += read;
            for (int i = 3; bodyAt < 0 && i < size; i++) {
                if (body[i] == '\n' && body[i - 2] == '\n') {
                    bodyAt = i + 1;
                    var head = new String(body, 0, bodyAt, StandardCharsets.US_ASCII);
                    int length = head.indexOf("Content-Length: ") + "Content-Length: ".length();
                    whole = bodyAt + Integer.parseInt(head.substring(length, head.indexOf('\r', length)));
                }
            }
        }
        System.arraycopy(body, bodyAt, body, 0, whole - bodyAt);
        return whole - bodyAt;
    }
}
