package io.botmesh.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.bot.BotOptions;
import io.botmesh.bot.MemorySessionStore;
import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.emulatorjunit.StartEmulator;
import io.botmesh.emulatorjunit.Telegram;
import io.botmesh.runner.MemoryJournal;
import io.botmesh.store.FileLease;
import io.botmesh.store.JdbcJournal;
import io.botmesh.world.Right;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each example, with people who use it. */
class ExamplesTest {
    @Test
    void theEchoSaysBackWhatItHears(@StartEmulator Telegram telegram) throws Exception {
        var echo = telegram.bot("echo_bot");
        var ann = telegram.person("Ann");
        try (var running = Running.start(new EchoBot(), echo)) {
            assertThat(running.bot().stopped()).isNotDone();
            ann.opens(echo);
            assertThat(ann.awaitReply(echo).text()).isEqualTo("Hello, Ann");
            ann.says(echo, "ping");
            assertThat(ann.awaitReply(echo).text()).isEqualTo("ping");
        }
    }

    @Test
    void theEchoIsAProgramOfItsOwn(@StartEmulator Telegram telegram, @TempDir Path folder) throws Exception {
        telegram.withPatience(Duration.ofMinutes(2)); // a process starts
        var echo = telegram.bot("echo_program_bot");
        var ann = telegram.person("Ann");
        try (var program = Program.start(EchoProgram.class, echo, folder)) {
            ann.opens(echo);
            assertThat(ann.awaitReply(echo).text()).isEqualTo("Hello, Ann");
            ann.says(echo, "ping");
            assertThat(ann.awaitReply(echo).text()).isEqualTo("ping");
            program.kill();
        }
        ann.says(echo, "are you there?");
        try (var program = Program.start(EchoProgram.class, echo, folder)) {
            // The kill may have come before the handler of "ping" ended, which then says it again.
            assertThat(ann.awaitReply(echo, message -> "are you there?".equals(message.text())))
                    .isNotNull();
            program.stop();
        }
        assertThat(folder.resolve("echo.journal")).isDirectory();
    }

    @Test
    void theCounterCountsEachChatAndKnowsTheNumberAfterARestart(@StartEmulator Telegram telegram, @TempDir Path folder)
            throws Exception {
        var counter = telegram.bot("counter_bot");
        var ann = telegram.person("Ann");
        var bob = telegram.person("Bob");
        try (var lease = FileLease.open(folder.resolve("lease"))) {
            UnaryOperator<BotOptions> journaled = options ->
                    options.withLease(lease, JdbcJournal.opener(folder.resolve("counter.db"), options.token()));
            try (var running = Running.start(new CounterBot(), counter, journaled)) {
                assertThat(running.bot().stopped()).isNotDone();
                ann.says(counter, "a");
                assertThat(ann.awaitReply(counter).text()).isEqualTo("Message 1");
                ann.says(counter, "b");
                assertThat(ann.awaitReply(counter).text()).isEqualTo("Message 2");
                bob.says(counter, "c");
                assertThat(bob.awaitReply(counter).text()).isEqualTo("Message 1");
            }
            try (var running = Running.start(new CounterBot(), counter, journaled)) {
                assertThat(running.bot().stopped()).isNotDone();
                ann.says(counter, "d");
                assertThat(ann.awaitReply(counter).text()).isEqualTo("Message 3");
                ann.says(counter, "/reset");
                assertThat(ann.awaitReply(counter).text()).isEqualTo("From 0 again.");
                ann.says(counter, "e");
                assertThat(ann.awaitReply(counter).text()).isEqualTo("Message 1");
            }
        }
    }

    @Test
    void theSupportDeskOpensATopicForEachCustomerAndBringsBackTheAnswers(@StartEmulator Telegram telegram)
            throws Exception {
        var desk = telegram.bot("desk_bot").privacy(false);
        var ann = telegram.person("Ann");
        var agent = telegram.person("Agent");
        var forum = telegram.forum("Support").withAdmin(agent).withAdmin(desk, Right.MANAGE_TOPICS);
        try (var running = Running.start(new SupportDesk(new MemorySessionStore(), forum.id()), desk)) {
            assertThat(running.bot().stopped()).isNotDone();
            ann.opens(desk);
            assertThat(ann.awaitReply(desk).text()).startsWith("Write what you need");
            ann.says(desk, "My parcel is late");
            var question = agent.awaitReply(forum, message -> "My parcel is late".equals(message.text()));
            agent.replies(question, "It comes tomorrow");
            assertThat(ann.awaitReply(desk).text()).isEqualTo("It comes tomorrow");
            ann.says(desk, "Thank you");
            assertThat(agent.awaitReply(forum, message -> "Thank you".equals(message.text())))
                    .isNotNull();
            assertThat(desk.calls("createForumTopic")).hasSize(1);
        }
    }

    @Test
    void aSlowHandlerHoldsUpItsOwnChatOnly(@StartEmulator Telegram telegram) throws Exception {
        var heavy = telegram.bot("heavy_bot");
        var ann = telegram.person("Ann");
        var bob = telegram.person("Bob");
        var answer = new CountDownLatch(1);
        HeavyBot.Service slow = word -> {
            if (word.equals("slow")) answer.await();
            return "found " + word;
        };
        try (var running = Running.start(new HeavyBot(slow), heavy)) {
            assertThat(running.bot().stopped()).isNotDone();
            ann.says(heavy, "slow");
            ann.says(heavy, "second");
            bob.says(heavy, "/factorial 1000");
            assertThat(bob.awaitReply(heavy).text()).isEqualTo("1000! has 2568 digits");
            bob.says(heavy, "/factorial one");
            assertThat(bob.awaitReply(heavy).text()).isEqualTo("A number from 0 to 20000, please.");
            answer.countDown();
            assertThat(ann.awaitReply(heavy).text()).isEqualTo("found slow");
            assertThat(ann.awaitReply(heavy).text()).isEqualTo("found second");
        }
    }

    @Test
    void theFormIsFilledInByTextsAndAButton(@StartEmulator Telegram telegram) throws Exception {
        var form = telegram.bot("form_bot");
        var ann = telegram.person("Ann");
        try (var running = Running.start(new FormBot(), form)) {
            assertThat(running.bot().stopped()).isNotDone();
            ann.says(form, "/book");
            assertThat(ann.awaitReply(form).text()).isEqualTo("On which name?");
            ann.says(form, "Ann");
            assertThat(ann.awaitReply(form).text()).isEqualTo("How many guests?");
            ann.says(form, "many");
            assertThat(ann.awaitReply(form).text()).isEqualTo("A number from 1 to 12.");
            ann.says(form, "4");
            assertThat(ann.awaitReply(form).text()).isEqualTo("Which day?");
            ann.says(form, "2030-12-31");
            assertThat(ann.awaitReply(form).text()).isEqualTo("Ann, 4 guests, 2030-12-31?");
            ann.presses("Yes");
            assertThat(ann.awaitReply(form).text()).isEqualTo("Your table is booked.");
            ann.says(form, "/book");
            assertThat(ann.awaitReply(form).text()).isEqualTo("On which name?");
            ann.says(form, "/cancel");
            assertThat(ann.awaitReply(form).text()).isEqualTo("Then not.");
        }
    }

    @Test
    void theWebhookBotAnswersBehindAProxy(@StartEmulator Telegram telegram) throws Exception {
        var echo = telegram.bot("hooked_bot");
        var ann = telegram.person("Ann");
        var options =
                BotOptions.of(echo.token()).withServer(ApiOptions.defaults().withBase(echo.api()));
        try (var proxy = new Proxy();
                var bot = new WebhookBot(
                        options,
                        0,
                        new MemoryJournal<>(RawUpdate::updateId, InstantSource.system()),
                        proxy.uri("/echo"))) {
            proxy.leadTo(bot.address());
            ann.opens(echo);
            assertThat(ann.awaitReply(echo).text()).isEqualTo("Hello, Ann");
            ann.says(echo, "ping");
            assertThat(ann.awaitReply(echo).text()).isEqualTo("ping");
            assertThat(proxy.connections()).isPositive();
            assertThat(echo.calls("getUpdates")).isEmpty();
            assertThat(health(bot)).isEqualTo("{\"status\":\"green\",\"problems\":[]}");
        }
    }

    private static String health(WebhookBot bot) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            var page = HttpRequest.newBuilder(bot.address().resolve("/health")).build();
            return client.send(page, HttpResponse.BodyHandlers.ofString()).body();
        }
    }
}
