package io.botmesh.bench;

import io.botmesh.bot.Journals;
import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.GetUpdates;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.SendMessage;
import io.botmesh.runner.Handler;
import io.botmesh.runner.Keys;
import io.botmesh.runner.LongPoll;
import io.botmesh.runner.Runner;
import io.botmesh.runner.RunnerOptions;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/** The runner as a {@link Peer}, with what it does by default, chats in order. */
final class OurPeer {
    private static final BotToken TOKEN = BotToken.parse("1000001:bench-bench-bench-bench-bench-benc");

    private OurPeer() {}

    /** Held at the server until they have ended. */
    static Peer plain() {
        return new Peer(
                "Botmesh",
                (port, mode, number) ->
                        Child.startOn(Consumers.CONSUMER_CPU, OurPeer.class, port, mode, Long.toString(number)));
    }

    /** With a journal of files, which the next process with the same folder goes on with. */
    static Peer journaled(Path folder) {
        return new Peer(
                "Botmesh with a journal of files",
                (port, mode, number) -> Child.startOn(
                        Consumers.CONSUMER_CPU, OurPeer.class, port, mode, Long.toString(number), folder.toString()));
    }

    /** {@code PORT MODE NUMBER [FOLDER]}. */
    public static void main(String[] args) throws Exception {
        var out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        System.setOut(System.err); // whatever logs must not answer
        var base = URI.create("http://127.0.0.1:" + args[0]);
        try (var api = new BotApi(ApiOptions.defaults().withBase(base), TOKEN)) {
            var handler = handler(args[1], Long.parseLong(args[2]), api, out);
            var options = RunnerOptions.<RawUpdate>defaults().withKeys(Keys.sequentialize(RawUpdate::chatId));
            if (args.length == 3) {
                run(api, handler, options);
                return;
            }
            try (var journal = Journals.open(Path.of(args[3]), TOKEN)) {
                run(api, handler, options.withJournal(journal));
            }
        }
    }

    private static void run(BotApi api, Handler<RawUpdate> handler, RunnerOptions<RawUpdate> options) throws Exception {
        var source = new LongPoll<RawUpdate>(
                (offset, limit, timeout) -> api.getUpdates(
                        GetUpdates.of().withOffset(offset).withLimit(limit).withTimeout(timeout.toSeconds())),
                RawUpdate::updateId);
        var runner = new Runner<>(source, handler, options);
        runner.start();
        System.in.transferTo(OutputStream.nullOutputStream());
        runner.stop(Duration.ofSeconds(1));
    }

    private static Handler<RawUpdate> handler(String mode, long number, BotApi api, PrintStream out) {
        var counted = new AtomicLong();
        Runnable count = () -> {
            if (counted.incrementAndGet() % number == 0) out.println("counted");
        };
        return switch (mode) {
            case "count" -> delivery -> count.run();
            case "reply" ->
                delivery -> {
                    api.call(SendMessage.of(
                            Objects.requireNonNull(delivery.update().chatId()), "hello"));
                    count.run();
                };
            case "slow" ->
                delivery -> {
                    out.println("begun " + delivery.update().updateId());
                    Thread.sleep(number);
                    out.println("done " + delivery.update().updateId());
                };
            default -> throw new IllegalArgumentException(mode);
        };
    }
}
