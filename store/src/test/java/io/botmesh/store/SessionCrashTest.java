package io.botmesh.store;

import static io.botmesh.bot.Filters.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.bot.Bot;
import io.botmesh.bot.BotOptions;
import io.botmesh.bot.SessionKey;
import io.botmesh.bot.SessionPart;
import io.botmesh.bot.SessionStore;
import io.botmesh.bot.Sessions;
import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.emulatorjunit.MessageView;
import io.botmesh.emulatorjunit.StartEmulator;
import io.botmesh.emulatorjunit.Telegram;
import io.botmesh.emulatorjunit.TestBot;
import io.botmesh.emulatorjunit.TestPerson;
import io.botmesh.runner.Delivery;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Line 19: processes that die around the commit of a session. */
@Timeout(300)
@NullUnmarked // fields that JUnit fills
class SessionCrashTest {
    /** Where a process dies. */
    private enum Point {
        /** The handler has returned, and nothing is stored. */
        BEFORE_COMMIT,
        /** The session is stored, and the runner does not know yet that the handler has returned. */
        AFTER_COMMIT,
        NOWHERE
    }

    private static final int DIED = 77;

    /** What a bot has its journal and its sessions by. */
    enum Kind {
        /** Sessions in the journal that the bot is given. */
        GIVEN {
            @Override
            Keeping open(String folder, String url, BotToken token) {
                var database = SqliteDatabase.open(Path.of(folder, "bot.db"));
                var journal = JdbcJournal.ofUpdates(database, token);
                var store = new JdbcSessionStore(journal);
                return new Keeping(options -> options.withJournal(journal), bot -> store, database::close);
            }
        },
        /** Sessions beside the journal that the bot is given. */
        APART {
            @Override
            Keeping open(String folder, String url, BotToken token) {
                var database = SqliteDatabase.open(Path.of(folder, "bot.db"));
                var journal = JdbcJournal.ofUpdates(database, token);
                var store = new JdbcSessionStore(database);
                return new Keeping(options -> options.withJournal(journal), bot -> store, database::close);
            }
        },
        /** Sessions in the journal that the bot opens in a file under its lease. */
        LEASED_FILE {
            @Override
            Keeping open(String folder, String url, BotToken token) {
                var lease = FileLease.open(Path.of(folder, "bot.lease"));
                var opener = JdbcJournal.opener(Path.of(folder, "bot.db"), token);
                return new Keeping(
                        options -> options.withLease(lease, opener), JdbcSessionStore::inJournalOf, lease::close);
            }
        },
        /** Sessions in the journal that the bot opens in PostgreSQL under its lease. */
        LEASED_POSTGRES {
            @Override
            Keeping open(String folder, String url, BotToken token) {
                var how = LeaseOptions.of(token).withTime(Duration.ofSeconds(6));
                var lease = PostgresLease.open(url, "postgres", "", how);
                var opener = JdbcJournal.opener(url, "postgres", "", token, lease);
                return new Keeping(
                        options -> options.withLease(lease, opener), JdbcSessionStore::inJournalOf, lease::close);
            }
        };

        abstract Keeping open(String folder, String url, BotToken token);
    }

    record Keeping(UnaryOperator<BotOptions> options, Function<Bot, SessionStore> sessions, Runnable end)
            implements AutoCloseable {
        @Override
        public void close() {
            end.run();
        }
    }

    record Count(int value) {
        Count plus(int more) {
            return new Count(value + more);
        }
    }

    @TempDir
    Path folder;

    @StartEmulator
    Telegram telegram;

    private String url;
    private TestBot account;
    private TestPerson ann;

    @BeforeEach
    void bot() {
        telegram.withPatience(Duration.ofMinutes(2));
        account = telegram.bot("count_bot");
        ann = telegram.person("Ann");
    }

    /** A bot that counts, and dies where it is told. */
    static final class Child {
        private static final SessionPart<Count> COUNT = SessionPart.of("count", Count.class, () -> new Count(0));

        public static void main(String[] arguments) throws Exception {
            var point = Point.valueOf(arguments[3]);
            var token = BotToken.parse(arguments[2]);
            try (var keeping = Kind.valueOf(arguments[4]).open(arguments[0], arguments[5], token)) {
                var options =
                        BotOptions.of(token).withServer(ApiOptions.defaults().withBase(URI.create(arguments[1])));
                try (var bot = new Bot(keeping.options().apply(options))) {
                    var store = keeping.sessions().apply(bot);
                    bot.use(new Sessions(point == Point.AFTER_COMMIT ? new Dying(store) : store));
                    bot.use((ctx, next) -> {
                        next.proceed();
                        if (point == Point.BEFORE_COMMIT) Runtime.getRuntime().halt(DIED);
                    });
                    bot.command("add", (ctx, command) -> {
                        ctx.reply("adds, attempt " + ctx.attempt());
                        ctx.session(COUNT).update(count -> count.plus(1));
                    });
                    bot.command("ask", ctx -> {
                        int more =
                                Integer.parseInt(ctx.ask("How many?", message().text()));
                        ctx.session(COUNT).update(count -> count.plus(more));
                    });
                    bot.command(
                            "total",
                            ctx -> ctx.reply(
                                    "total " + ctx.session(COUNT).value().value()));
                    bot.run();
                }
            }
        }
    }

    /** Dies right after a commit. */
    private record Dying(SessionStore store) implements SessionStore {
        @Override
        public Optional<Stored> load(SessionKey key) {
            return store.load(key);
        }

        @Override
        public void commit(List<Change> changes) {
            store.commit(changes);
            Runtime.getRuntime().halt(DIED);
        }

        @Override
        public void commit(List<Change> changes, Delivery<RawUpdate> delivery) {
            store.commit(changes, delivery);
            Runtime.getRuntime().halt(DIED);
        }
    }

    private String url() {
        if (url == null) url = EmbeddedPostgresServer.newDatabase();
        return url;
    }

    private Process begin(Point point, Kind kind) throws Exception {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dslf4j.internal.verbosity=ERROR",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        folder.toString(),
                        account.api().toString(),
                        account.token(),
                        point.name(),
                        kind.name(),
                        kind == Kind.LEASED_POSTGRES ? url() : "-"))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private void liveAndDie(Point point, Kind kind) throws Exception {
        assertThat(begin(point, kind).waitFor()).isEqualTo(DIED);
    }

    private List<String> live(Kind kind) throws Exception {
        var process = begin(Point.NOWHERE, kind);
        try {
            ann.says(account, "/total");
            while (!ann.awaitReply(account).text().startsWith("total")) {}
        } finally {
            process.destroyForcibly();
            process.waitFor();
        }
        return ann.sees(account).stream()
                .map(MessageView::text)
                .filter(text -> !text.startsWith("/"))
                .toList();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "APART")
    void line19ASessionIsAppliedOnceWhereverTheProcessDies(Kind kind) throws Exception {
        ann.says(account, "/add");
        liveAndDie(Point.BEFORE_COMMIT, kind);
        liveAndDie(Point.AFTER_COMMIT, kind);
        assertThat(live(kind)).containsExactly("adds, attempt 1", "adds, attempt 2", "total 1");
    }

    @Test
    void line19AConversationEndsWithTheSessionAllOfItsUpdates() throws Exception {
        ann.says(account, "/ask");
        var process = begin(Point.BEFORE_COMMIT, Kind.GIVEN);
        assertThat(ann.awaitReply(account).text()).isEqualTo("How many?");
        ann.says(account, "5");
        assertThat(process.waitFor()).isEqualTo(DIED);
        liveAndDie(Point.AFTER_COMMIT, Kind.GIVEN);
        assertThat(live(Kind.GIVEN)).containsExactly("How many?", "5", "total 5");
    }

    /** What the journal spares: that the tests above are able to fail. */
    @Test
    void withoutTheJournalAnUpdateIsAppliedAgain() throws Exception {
        ann.says(account, "/add");
        liveAndDie(Point.AFTER_COMMIT, Kind.APART);
        assertThat(live(Kind.APART)).containsExactly("adds, attempt 1", "adds, attempt 2", "total 2");
    }
}
