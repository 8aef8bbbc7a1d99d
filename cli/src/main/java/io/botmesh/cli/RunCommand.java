package io.botmesh.cli;

import io.botmesh.bot.Bot;
import io.botmesh.bot.BotException;
import io.botmesh.bot.BotOptions;
import io.botmesh.bot.BotProgram;
import io.botmesh.bot.Journals;
import io.botmesh.bot.UpdateKey;
import io.botmesh.botapi.BotToken;
import io.botmesh.metrics.UpdateLog;
import io.botmesh.runner.JournalException;
import io.botmesh.runner.Lease;
import io.botmesh.runner.RunnerListener;
import io.botmesh.runner.StopReport;
import io.botmesh.store.FileLease;
import io.botmesh.store.JdbcJournal;
import io.botmesh.store.LeaseOptions;
import io.botmesh.store.PostgresLease;
import io.botmesh.store.SqliteDatabase;
import io.botmesh.webhook.WebhookServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code botmesh run}: a user's bot, until it is stopped. */
@Command(
        name = "run",
        sortOptions = false,
        description = {
            "Run a bot of yours until it is stopped (Ctrl-C or SIGTERM).",
            "It is a class that implements io.botmesh.bot.BotProgram, in a jar, a folder of classes, a class file or a source file."
        })
final class RunCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    /** Polling needs nothing more than a start. */
    private static final CompletableFuture<@Nullable Void> UP = CompletableFuture.completedFuture(null);

    private final ToldFailures told = new ToldFailures();

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Botmesh botmesh;

    @Mixin
    private ApiMixin api = new ApiMixin();

    @Mixin
    private HookMixin hook = new HookMixin();

    @Parameters(
            paramLabel = "JAR",
            arity = "1..*",
            description =
                    "The jar, folder of classes or class file with the bot, then those with what it needs. A file that ends in"
                            + " .java is compiled first.")
    private List<Path> places = List.of();

    @Option(
            names = "--class",
            paramLabel = "NAME",
            description = "The class of the bot (default: the only one there is).")
    private @Nullable String className;

    @Option(
            names = "--journal",
            paramLabel = "FOLDER|FILE|URL",
            description = {
                "Folder that keeps each update until it has ended, so that nothing is lost when the process dies; made if"
                        + " it is missing (default: none; what has not ended is asked for again).",
                "Or a SQLite file, if it is one already or its name ends in .db, .sqlite or .sqlite3.",
                "Or postgresql://USER@HOST/DATABASE for a bot on several machines; the password is taken from PGPASSWORD.",
                "A program that runs with the same journal hands over to this one and ends."
            })
    private @Nullable String journal;

    @Option(
            names = "--stand-by",
            description = "With --journal: let a program that runs already go on, and take over when it has ended.")
    private boolean standBy;

    @Option(
            names = "--concurrency",
            paramLabel = "N",
            defaultValue = "500",
            description = "Most updates handled at once (default: ${DEFAULT-VALUE}).")
    private int concurrency;

    @Option(
            names = "--stop-after",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "How long handlers may go on after a signal (default: ${DEFAULT-VALUE}).")
    private int stopAfter;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (concurrency < 1) throw CommandException.wrongUse("--concurrency takes a number from 1 on");
        if (standBy && journal == null)
            throw CommandException.wrongUse("--stand-by goes with --journal, which tells the programs of a bot apart");
        if (stopAfter < 0 || stopAfter > 15)
            throw CommandException.wrongUse("--stop-after takes seconds, 0 to 15: a signal may not be held up longer");
        hook.check(api.options());
        var token = api.token(botmesh.terminal());
        try (var loader = new ProgramLoader(places)) {
            var program = program(loader);
            // Libraries of the program look for their own through this.
            Thread.currentThread().setContextClassLoader(program.getClass().getClassLoader());
            return run(program, token);
        }
    }

    private BotProgram program(ProgramLoader loader) {
        var watch = SetUpExit.watch(botmesh.terminal());
        try {
            return loader.program(className);
        } finally {
            watch.close();
        }
    }

    private int run(BotProgram program, BotToken token) throws InterruptedException {
        if (journal == null) return run(program, options(token));
        return switch (JournalPlace.parse(journal, System.getenv())) {
            case JournalPlace.Postgres(var place) -> {
                var how = LeaseOptions.of(token).withAsking(!standBy);
                try (var lease = PostgresLease.open(place.url(), place.user(), place.password(), how)) {
                    var opener = JdbcJournal.opener(place.url(), place.user(), place.password(), token, lease);
                    yield run(program, options(token).withLease(told(lease), opener));
                }
            }
            case JournalPlace.Sqlite(var name) -> {
                var file = name.toAbsolutePath();
                var folder = file.getParent();
                if (folder == null || !Files.isWritable(folder))
                    SqliteDatabase.open(file).close(); // which says what is wrong
                try (var lease = FileLease.open(Path.of(file + ".lease"), !standBy)) {
                    yield run(program, options(token).withLease(told(lease), JdbcJournal.opener(file, token)));
                }
            }
            case JournalPlace.Folder(var folder) -> {
                try (var lease = FileLease.open(leaseIn(folder, token), !standBy)) {
                    yield run(program, options(token).withLease(told(lease), Journals.opener(folder, token)));
                }
            }
        };
    }

    private Lease told(Lease lease) {
        return new ToldLease(
                lease,
                PATIENCE,
                () -> botmesh.terminal().say("botmesh: waiting; another program of this bot may be at work"));
    }

    /** Beside the journal of this bot: others may have theirs in the same folder. */
    private static Path leaseIn(Path folder, BotToken token) {
        var own = folder.toAbsolutePath().resolve(Long.toString(token.botId()));
        try {
            Files.createDirectories(own);
        } catch (IOException refused) {
            throw CommandException.failed(
                    "cannot make the journal's folder " + own + " (" + IoReason.of(refused) + ")", refused);
        }
        return own.resolve("lease");
    }

    private BotOptions options(BotToken token) {
        return BotOptions.of(token)
                .withServer(api.options())
                .withRunner(runner -> runner.withConcurrency(concurrency))
                .withStopDeadline(Duration.ofSeconds(stopAfter));
    }

    private int run(BotProgram program, BotOptions options) throws InterruptedException {
        if (!hook.wanted()) {
            var log = new UpdateLog(options.token().botId(), UpdateKey::keys, told);
            return run(
                    program,
                    options.withRunner(runner -> runner.withListener(RunnerListener.all(List.of(told, log)))),
                    null,
                    UP);
        }
        try (var server = hook.listen();
                var watching = new Watching(options.token().botId(), told)) {
            watching.serve(server);
            var watched = options.withRunner(runner -> runner.withListener(watching.listener()));
            botmesh.terminal().say("botmesh: health and metrics at " + server.endpointUri());
            if (!hook.byWebhook()) return run(program, watched.withSource(watching.polling()), watching, UP);
            var set = new CompletableFuture<@Nullable Void>();
            return run(program, hooked(watched, server, watching, set), watching, set);
        }
    }

    private BotOptions hooked(
            BotOptions options, WebhookServer server, Watching watching, CompletableFuture<@Nullable Void> set) {
        var told = hook.options().withListener(watching.webhook(() -> set.complete(null)));
        return options.withSource((api, kinds) -> watching.watch(
                server.bot(api, told.withRegistration(told.registration().withAllowedUpdates(kinds)))));
    }

    /** @param reached completes when updates have a way to come by */
    private int run(BotProgram program, BotOptions options, @Nullable Watching watching, CompletableFuture<?> reached)
            throws InterruptedException {
        try (var bot = new Bot(options)) {
            bot.onError(told); // which the program may replace
            setUp(program, bot);
            try (var signal = StopSignal.open(() -> {
                var unused = bot.stop();
            })) {
                bot.start();
                if (watching != null) watching.watch(bot);
                var stopped = bot.stopped();
                var unused =
                        reached.thenRun(() -> botmesh.terminal().say("botmesh: the bot runs; stop it with Ctrl-C"));
                unused = stopped.handle((report, broken) -> {
                    signal.giveUp();
                    return null;
                });
                signal.await();
                try {
                    tell(stopped.get());
                } catch (ExecutionException failed) {
                    if (signal.fail()) Failures.report(botmesh.terminal(), failed);
                    throw failed;
                }
            }
        } catch (BotException.Refused refused) {
            throw CommandException.failed(String.valueOf(refused.getMessage()), refused);
        } catch (ExecutionException failed) {
            throw Failures.explain(failed);
        }
        return ExitCodes.OK;
    }

    private void setUp(BotProgram program, Bot bot) {
        var watch = SetUpExit.watch(botmesh.terminal());
        try {
            program.setUp(bot);
        } catch (Exception | LinkageError failed) {
            var why = failed instanceof JournalException unfit ? unfit.getMessage() : failed;
            throw CommandException.failed("the set-up of " + program.getClass().getName() + " failed: " + why, failed);
        } finally {
            watch.close();
        }
    }

    private void tell(StopReport report) {
        if (botmesh.json()) {
            var fields = new LinkedHashMap<String, Object>();
            fields.put("finished", report.finished());
            fields.put("cancelled", report.cancelled());
            fields.put("left_in_journal", report.leftInJournal());
            fields.put("unstarted", report.unstarted());
            botmesh.terminal().print(Json.write(fields));
        } else {
            botmesh.terminal()
                    .say("botmesh: stopped; " + report.finished() + " updates finished meanwhile, " + report.cancelled()
                            + " interrupted, " + report.leftInJournal() + " left in the journal, " + report.unstarted()
                            + " left at the server");
        }
    }
}
