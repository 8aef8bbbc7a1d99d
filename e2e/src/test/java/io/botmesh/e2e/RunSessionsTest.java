package io.botmesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.emulatorjunit.StartEmulator;
import io.botmesh.emulatorjunit.Telegram;
import io.botmesh.emulatorjunit.TestBot;
import io.botmesh.emulatorjunit.TestPerson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Bots of {@code botmesh run} that keep their sessions in its journal, and are killed. */
@Timeout(600)
class RunSessionsTest {
    /** Counts, and stands still where it is told, the first time. */
    private static final String COUNTER = """
            import io.botmesh.bot.*;
            import io.botmesh.store.JdbcSessionStore;
            import static io.botmesh.bot.Filters.message;

            public class Counter implements BotProgram {
                public record Count(int value) {}

                static final SessionPart<Count> COUNT = SessionPart.of("count", Count.class, () -> new Count(0));
                static volatile boolean after;

                static void standStill(String where) throws InterruptedException {
                    System.err.println(where);
                    Thread.sleep(600_000);
                }

                public void setUp(Bot bot) {
                    bot.use((ctx, next) -> {
                        next.proceed();
                        if (after) standStill("it is stored");
                    });
                    bot.use(new Sessions(JdbcSessionStore.inJournalOf(bot)));
                    bot.command("total", ctx -> ctx.reply("total " + ctx.session(COUNT).value().value()));
                    bot.on(message().text(), (ctx, text) -> {
                        ctx.session(COUNT).update(count -> new Count(count.value() + 1));
                        ctx.reply("counted");
                        if (ctx.attempt() == 1 && text.equals("before")) standStill("it is not stored");
                        after = ctx.attempt() == 1 && text.equals("after");
                    });
                }
            }
            """;

    private static final Path EXAMPLE = Path.of(
            System.getProperty("basedir", "."), "../examples/src/main/java/io/botmesh/examples/CounterBot.java");

    @TempDir
    Path folder;

    private BotmeshProcess start(TestBot account, Path program) throws IOException {
        var journal = folder.resolve("journal.db").toString();
        return new BotCommand(folder).start(account, "--journal", journal, program.toString());
    }

    private static String total(TestPerson person, TestBot account) {
        person.says(account, "/total");
        return person.awaitReply(account, reply -> reply.text().startsWith("total "))
                .text();
    }

    @Test
    void aCountIsExactWhereverTheProcessIsKilled(@StartEmulator Telegram telegram) throws Exception {
        var patient = telegram.withPatience(Duration.ofMinutes(4)); // processes have to start
        var account = patient.bot("count_bot");
        var ann = patient.person("Ann");
        var crowd = List.of(patient.person("P0"), patient.person("P1"), patient.person("P2"));
        var counter = Files.writeString(folder.resolve("Counter.java"), COUNTER);
        try (var process = start(account, counter)) {
            process.awaitErr("the bot runs");
            ann.says(account, "before");
            process.awaitErr("it is not stored");
            process.kill();
            process.awaitEnd();
        }
        try (var process = start(account, counter)) {
            assertThat(total(ann, account)).isEqualTo("total 1");
            ann.says(account, "after");
            process.awaitErr("it is stored");
            process.kill();
            process.awaitEnd();
        }
        try (var process = start(account, counter)) {
            assertThat(total(ann, account)).isEqualTo("total 2");
            for (int message = 0; message < 20; message++) for (var person : crowd) person.says(account, "m" + message);
            for (var person : crowd) person.awaitReply(account);
            process.kill();
            process.awaitEnd();
        }
        try (var process = start(account, counter)) {
            for (var person : crowd) assertThat(total(person, account)).isEqualTo("total 20");
            assertThat(total(ann, account)).isEqualTo("total 2");
            process.terminate();
            assertThat(process.awaitEnd().toString()).contains("0 left in the journal");
        }
    }

    @Test
    void theExampleRunsAsItStandsAndKnowsItsCountAfterAKill(@StartEmulator Telegram telegram) throws Exception {
        var patient = telegram.withPatience(Duration.ofMinutes(4)); // two processes have to start
        var account = patient.bot("count_bot");
        var ann = patient.person("Ann");
        for (int count = 1; count <= 2; count++) {
            try (var process = start(account, EXAMPLE)) {
                process.awaitErr("the bot runs");
                ann.says(account, "hello");
                var wanted = "Message " + count;
                // What was answered and not stored is handled again.
                assertThat(ann.awaitReply(account, reply -> reply.text().equals(wanted)))
                        .isNotNull();
                process.kill();
                process.awaitEnd();
            }
        }
    }
}
