package io.botmesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.emulatorjunit.StartEmulator;
import io.botmesh.emulatorjunit.Telegram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bot in a process of its own that takes webhooks, so that nothing comes any more when the server has forgotten it. */
class RevokedTokenTest {
    private static final String ECHO = """
            import static io.botmesh.bot.Filters.message;

            import io.botmesh.bot.Bot;
            import io.botmesh.bot.BotProgram;

            public final class Echo implements BotProgram {
                @Override
                public void setUp(Bot bot) {
                    bot.on(message().text(), (ctx, text) -> ctx.reply(text));
                }
            }
            """;

    @TempDir
    Path folder;

    @Test
    void line12AProcessWithAWebhookWhoseTokenIsRevokedEndsAndOneLineSaysWhy(@StartEmulator Telegram telegram)
            throws Exception {
        var patient = telegram.withPatience(Duration.ofMinutes(4)); // a process has to start
        var account = patient.bot("echo_bot");
        var ann = patient.person("Ann");
        String port = Integer.toString(FreePort.next());
        String echo = Files.writeString(folder.resolve("Echo.java"), ECHO).toString();
        String here = "http://127.0.0.1:" + port + "/echo";
        try (var process =
                new BotCommand(folder).start(account, "--webhook", here, "--listen", port, "--look", "1", echo)) {
            process.awaitErr("the bot runs");
            ann.says(account, "ping");
            assertThat(ann.awaitReply(account).text()).isEqualTo("ping");
            telegram.emulator().world().revoke(account.token());
            var ended = process.awaitEnd();
            assertThat(ended.exitCode()).as(ended.toString()).isEqualTo(1);
            assertThat(ended.err().strip().lines().toList().getLast())
                    .startsWith("botmesh: ")
                    .contains("does not know this token, or no longer")
                    .doesNotContain(account.token());
            assertThat(ended.err().lines().filter(line -> line.contains("does not know this token")))
                    .as("it is told once")
                    .hasSize(1);
        }
    }
}
