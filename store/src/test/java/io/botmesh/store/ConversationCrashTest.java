package io.botmesh.store;

import static io.botmesh.bot.Filters.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.bot.Bot;
import io.botmesh.bot.BotOptions;
import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotToken;
import io.botmesh.emulatorjunit.MessageView;
import io.botmesh.emulatorjunit.StartEmulator;
import io.botmesh.emulatorjunit.Telegram;
import io.botmesh.emulatorjunit.TestBot;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Line 7: a process that is in a conversation is killed where it stands, and another one goes on with it. */
@NullUnmarked // fields that JUnit fills
class ConversationCrashTest {
    @TempDir
    Path folder;

    @StartEmulator
    Telegram telegram;

    /** A bot with one form. */
    static final class Child {
        public static void main(String[] arguments) throws Exception {
            try (var database = SqliteDatabase.open(Path.of(arguments[0]))) {
                var journal = JdbcJournal.ofUpdates(database, BotToken.parse(arguments[2]));
                try (var bot = new Bot(BotOptions.of(arguments[2])
                        .withServer(ApiOptions.defaults().withBase(URI.create(arguments[1])))
                        .withJournal(journal))) {
                    bot.command("form", ctx -> {
                        String name = ctx.ask("Name?", message().text());
                        String town = ctx.ask("Town?", message().text());
                        String food = ctx.ask("Food?", message().text());
                        ctx.reply(name + " of " + town + " eats " + food);
                    });
                    bot.on(message().text(), (ctx, text) -> ctx.reply("no form: " + text));
                    bot.run();
                }
            }
        }
    }

    private Process begin(TestBot account) throws Exception {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dslf4j.internal.verbosity=ERROR",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        folder.resolve("bot.db").toString(),
                        account.api().toString(),
                        account.token()))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static void kill(Process process) throws InterruptedException {
        process.destroyForcibly(); // SIGKILL
        process.waitFor();
    }

    @Test
    @Timeout(300)
    void line7AKilledConversationGoesOnWithItsAnswersAndAsksNothingAgainThatWasAnswered() throws Exception {
        telegram.withPatience(Duration.ofMinutes(2));
        var account = telegram.bot("form_bot");
        var ann = telegram.person("Ann");
        Process process = begin(account);
        try {
            ann.says(account, "/form");
            assertThat(ann.awaitReply(account).text()).isEqualTo("Name?");
            ann.says(account, "Ann");
            assertThat(ann.awaitReply(account).text()).isEqualTo("Town?");
            kill(process);

            process = begin(account);
            assertThat(ann.awaitReply(account).text()).isEqualTo("Town?"); // it may not have been sent
            ann.says(account, "Rome");
            assertThat(ann.awaitReply(account).text()).isEqualTo("Food?");
            kill(process);

            process = begin(account);
            assertThat(ann.awaitReply(account).text()).isEqualTo("Food?");
            ann.says(account, "figs");
            assertThat(ann.awaitReply(account).text()).isEqualTo("Ann of Rome eats figs");
            ann.says(account, "bye");
            assertThat(ann.awaitReply(account).text()).isEqualTo("no form: bye");
        } finally {
            kill(process);
        }
        assertThat(ann.sees(account).stream().map(MessageView::text))
                .containsExactly(
                        "/form",
                        "Name?",
                        "Ann",
                        "Town?",
                        "Town?",
                        "Rome",
                        "Food?",
                        "Food?",
                        "figs",
                        "Ann of Rome eats figs",
                        "bye",
                        "no form: bye");
    }
}
