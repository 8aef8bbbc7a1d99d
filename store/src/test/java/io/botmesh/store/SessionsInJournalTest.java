package io.botmesh.store;

import static io.botmesh.bot.Filters.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.botmesh.bot.Bot;
import io.botmesh.bot.BotOptions;
import io.botmesh.bot.Journals;
import io.botmesh.bot.SessionKey;
import io.botmesh.bot.SessionPart;
import io.botmesh.bot.Sessions;
import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.emulatorjunit.StartEmulator;
import io.botmesh.emulatorjunit.Telegram;
import io.botmesh.emulatorjunit.TestBot;
import io.botmesh.runner.Journal;
import io.botmesh.runner.JournalException;
import io.botmesh.runner.MemoryJournal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongFunction;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sessions that are in whatever journal their bot has. */
@Timeout(300)
@NullUnmarked // fields that are set before each test
class SessionsInJournalTest {
    record Count(int value) {}

    private static final SessionPart<Count> COUNT = SessionPart.of("count", Count.class, () -> new Count(0));

    @TempDir
    Path folder;

    @StartEmulator
    Telegram telegram;

    private TestBot account;
    private BotToken token;
    private FileLease lease;

    @BeforeEach
    void begin() {
        telegram.withPatience(Duration.ofMinutes(2));
        account = telegram.bot("count_bot");
        token = BotToken.parse(account.token());
        lease = FileLease.open(folder.resolve("lease"));
    }

    @AfterEach
    void end() {
        lease.close();
    }

    private BotOptions options() {
        return BotOptions.of(token).withServer(ApiOptions.defaults().withBase(account.api()));
    }

    private BotOptions leased(LongFunction<? extends Journal<RawUpdate>> opener) {
        return options().withLease(lease, opener);
    }

    private static void count(Bot bot) {
        bot.use(new Sessions(JdbcSessionStore.inJournalOf(bot)));
        bot.on(message().text(), (ctx, text) -> {
            ctx.session(COUNT).update(count -> new Count(count.value() + 1));
            ctx.reply("" + ctx.session(COUNT).value().value());
        });
    }

    private Path file() {
        return folder.resolve("bot.db");
    }

    private void startsTwice(BotOptions options) throws InterruptedException {
        var ann = telegram.person("Ann");
        try (var bot = new Bot(options)) {
            count(bot);
            for (int term = 1; term <= 2; term++) {
                bot.start();
                ann.says(account, "one more");
                assertThat(ann.awaitReply(account).text()).isEqualTo("" + term);
                assertThat(bot.stop().leftInJournal()).isZero();
            }
        }
    }

    @Test
    void aBotThatStartsAgainUnderAnotherTermHasThemInTheJournalThatItOpensThen() throws InterruptedException {
        startsTwice(leased(JdbcJournal.opener(file(), token)));
    }

    @Test
    void theSameInPostgres() throws InterruptedException {
        var url = EmbeddedPostgresServer.newDatabase();
        try (var lease = PostgresLease.open(url, "postgres", "", LeaseOptions.of(token))) {
            startsTwice(options().withLease(lease, JdbcJournal.opener(url, "postgres", "", token, lease)));
        }
    }

    @Test
    void aJournalThatTheBotIsGivenHasThemAtOnce() throws InterruptedException {
        try (var database = SqliteDatabase.open(file());
                var journal = JdbcJournal.ofUpdates(database, token)) {
            try (var bot = new Bot(options().withJournal(journal))) {
                assertThat(JdbcSessionStore.inJournalOf(bot).load(new SessionKey(1, "p", "k")))
                        .isEmpty();
            }
            startsTwice(options().withJournal(journal));
        }
    }

    @Test
    void beforeTheJournalIsOpenThereAreNone() {
        try (var bot = new Bot(leased(JdbcJournal.opener(file(), token)))) {
            var store = JdbcSessionStore.inJournalOf(bot);
            assertThatIllegalStateException()
                    .isThrownBy(() -> store.load(new SessionKey(1, "p", "k")))
                    .withMessageContaining("the bot has not been started");
        }
    }

    private static void refuses(BotOptions options, String why) {
        try (var bot = new Bot(options)) {
            assertThatExceptionOfType(JournalException.Unusable.class)
                    .isThrownBy(() -> JdbcSessionStore.inJournalOf(bot))
                    .withMessage(refusal(why));
        }
    }

    private static String refusal(String why) {
        return "sessions are to be in the bot's journal, but " + why
                + ": give the bot a journal in SQLite or PostgreSQL";
    }

    @Test
    void aJournalThatIsNoDatabaseIsRefusedWhenTheHandlersAreRegistered() {
        refuses(options(), "there is none");
        refuses(options().withLease(lease), "there is none");
        refuses(leased(Journals.opener(folder, token)), "it is a folder of files");
        try (var files = Journals.open(folder, token)) {
            refuses(options().withJournal(files), "it is a folder of files");
        }
    }

    @Test
    void oneThatOnlyShowsWhenItIsOpenFailsTheStartBeforeTheServerIsAskedForUpdates() {
        Journal<RawUpdate> memory = new MemoryJournal<>(RawUpdate::updateId, InstantSource.system());
        try (var bot = new Bot(leased(fence -> memory))) {
            count(bot);
            assertThatExceptionOfType(JournalException.Unusable.class)
                    .isThrownBy(bot::start)
                    .withMessage(refusal("it is a journal of the class io.botmesh.runner.MemoryJournal"));
        }
        try (var bot = new Bot(leased(fence -> Journals.open(folder, token)))) {
            count(bot);
            assertThatExceptionOfType(JournalException.Unusable.class)
                    .isThrownBy(bot::start)
                    .withMessage(refusal("it is a folder of files"));
        }
        assertThat(account.calls("getUpdates")).isEmpty();
        assertThat(account.calls("deleteWebhook")).isEmpty();
    }
}
