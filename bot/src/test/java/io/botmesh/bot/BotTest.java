package io.botmesh.bot;

import static io.botmesh.bot.Filters.callback;
import static io.botmesh.bot.Filters.chatMember;
import static io.botmesh.bot.Filters.message;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.GetUpdates;
import io.botmesh.botapi.InlineKeyboardButton;
import io.botmesh.botapi.InlineKeyboardMarkup;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.UpdateKind;
import io.botmesh.emulatorjunit.StartEmulator;
import io.botmesh.emulatorjunit.Telegram;
import io.botmesh.emulatorjunit.TestBot;
import io.botmesh.emulatorjunit.TestPerson;
import io.botmesh.runner.LongPollOptions;
import io.botmesh.runner.MemoryJournal;
import io.botmesh.runner.Source;
import io.botmesh.runner.StopReport;
import io.botmesh.runner.UnreadableException;
import io.botmesh.world.Fault;
import io.botmesh.world.Right;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked // fields that are set before each test
@Timeout(300)
class BotTest {
    @StartEmulator
    Telegram telegram;

    private TestBot account;
    private TestPerson ann;

    @BeforeEach
    void people() {
        telegram.withPatience(Duration.ofMinutes(2));
        account = telegram.bot("echo_bot");
        ann = telegram.person("Ann");
    }

    private BotOptions options() {
        return BotOptions.of(account.token()).withServer(ApiOptions.defaults().withBase(account.api()));
    }

    private Bot bot(UnaryOperator<BotOptions> change) {
        return new Bot(change.apply(options()));
    }

    private Bot bot() {
        return bot(options -> options);
    }

    @Test
    void tenLinesMakeABot() throws Exception {
        try (var bot = bot()) {
            new Echo().setUp(bot);
            bot.start();
            ann.opens(account);
            assertThat(ann.awaitReply(account).text()).isEqualTo("Hello, Ann");
            ann.says(account, "ping");
            assertThat(ann.awaitReply(account).text()).isEqualTo("ping");
        }
    }

    @Test
    void aBotHandsSomeUpdatesToWorkersAndTheirTurnCostsNoSlot() throws Exception {
        var bob = telegram.person("Bob");
        var cid = telegram.person("Cid");
        var go = new CountDownLatch(1);
        var most = new AtomicInteger();
        var inside = new AtomicInteger();
        try (var bot = bot(options -> options.withRunner(runner -> runner.withConcurrency(2)))) {
            bot.workers(1, message().text().equalTo("compute")).use(ctx -> {
                most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                go.await();
                inside.decrementAndGet();
                ctx.reply("computed");
            });
            bot.on(message().text(), (ctx, text) -> ctx.reply("light"));
            bot.start();
            ann.says(account, "compute");
            bob.says(account, "compute");
            cid.says(account, "hello");
            assertThat(cid.awaitReply(account).text()).isEqualTo("light");
            go.countDown();
            assertThat(ann.awaitReply(account).text()).isEqualTo("computed");
            assertThat(bob.awaitReply(account).text()).isEqualTo("computed");
        }
        assertThat(most).hasValue(1);
    }

    @Test
    void aBotAsksForWhatItsHandlersListenTo() throws Exception {
        try (var bot = bot(BotTest::polledOften)) {
            bot.use((ctx, next) -> next.proceed());
            bot.filter(message().inGroups()).on(callback("never"), (ctx, rest) -> {});
            bot.on(chatMember(), (ctx, change) -> {});
            bot.on(callback("x"), (ctx, rest) -> {});
            bot.start();
            assertThat(account.awaitCall("getUpdates").arguments())
                    .containsEntry("allowed_updates", "[\"callback_query\",\"chat_member\"]");
        }
    }

    private static BotOptions polledOften(BotOptions options) {
        return options.withSource(
                LongPolling.defaults().withPoll(LongPollOptions.defaults().withTimeout(Duration.ofSeconds(1))));
    }

    @Test
    void aBotThatTakesWhateverComesAsksForTheDefault() throws Exception {
        try (var bot = bot(BotTest::polledOften)) {
            bot.use(ctx -> {});
            bot.start();
            assertThat(account.awaitCall("getUpdates").arguments()).containsEntry("allowed_updates", "[]");
        }
        var both = new Composer().use(ctx -> {});
        both.on(chatMember(), (ctx, change) -> {});
        assertThat(Wanted.by(both)).contains(UpdateKind.CHAT_MEMBER, UpdateKind.MESSAGE, UpdateKind.POLL);
        assertThat(Wanted.by(both)).doesNotContain(UpdateKind.MESSAGE_REACTION);
    }

    @Test
    void commandsWithADescriptionBecomeTheMenu() throws Exception {
        try (var bot = bot()) {
            bot.command("help", "Says what this is", ctx -> ctx.reply("help"));
            bot.command("secret", ctx -> ctx.reply("secret"));
            bot.filter(message().inPrivate()).command("start", "Begins", ctx -> ctx.reply("hi"));
            bot.start();
            assertThat(account.awaitCall("setMyCommands").arguments().get("commands"))
                    .isEqualTo("[{\"command\":\"help\",\"description\":\"Says what this is\"},"
                            + "{\"command\":\"start\",\"description\":\"Begins\"}]");
            assertThatIllegalArgumentException().isThrownBy(() -> MenuEntry.of("Start", "x"));
            assertThatIllegalArgumentException().isThrownBy(() -> MenuEntry.of("start", " "));
        }
    }

    @Test
    void aButtonNobodyAnswersStopsWaitingAndAnAnsweredOneIsLeftAlone() throws Exception {
        try (var bot = bot()) {
            bot.command(
                    "start",
                    ctx -> ctx.reply(
                            "choose",
                            call -> call.withReplyMarkup(
                                    InlineKeyboardMarkup.of(List.of(List.of(button("quiet"), button("loud")))))));
            bot.on(callback("loud"), (ctx, rest) -> ctx.answerCallbackQuery("boom"));
            bot.start();
            ann.opens(account);
            ann.awaitReply(account);
            ann.presses("quiet");
            assertThat(ann.awaitCallbackAnswer().text()).isEmpty();
            ann.presses("loud");
            assertThat(ann.awaitCallbackAnswer("boom").text()).isEqualTo("boom");
        }
        assertThat(account.calls("answerCallbackQuery")).hasSize(2);
    }

    private static InlineKeyboardButton button(String data) {
        return InlineKeyboardButton.of(data).withCallbackData(data);
    }

    @Test
    void anUnknownTokenIsToldAtOnce() {
        var options = BotOptions.of("77:example-token-example-token-example")
                .withServer(ApiOptions.defaults().withBase(account.api()));
        try (var bot = new Bot(options)) {
            assertThatExceptionOfType(BotException.Refused.class)
                    .isThrownBy(bot::run)
                    .withMessage(
                            "the start failed: the server does not know this token (Unauthorized); ask @BotFather");
        }
        assertThatIllegalArgumentException().isThrownBy(() -> Bot.of("")).withMessageStartingWith("not a bot token");
    }

    @Test
    void aStartGoesOnUntilTheServerAnswersAndTwoStartsAreOne() throws Exception {
        telegram.emulator()
                .world()
                .faults()
                .add(Fault.badGateway().onMethods("getMe").times(1));
        telegram.emulator()
                .world()
                .faults()
                .add(Fault.reset().onMethods("getMe").times(1));
        try (var bot = bot()) {
            new Echo().setUp(bot);
            var other = CompletableFuture.runAsync(() -> start(bot));
            bot.start();
            other.get();
            bot.start();
            ann.says(account, "ping");
            assertThat(ann.awaitReply(account).text()).isEqualTo("ping");
            assertThat(account.calls("getMe")).hasSize(3);
        }
    }

    private static void start(Bot bot) {
        try {
            bot.start();
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    @Test
    void aStopEndsAStartThatStillTries() throws Exception {
        telegram.emulator().world().faults().add(Fault.badGateway().onMethods("getMe"));
        try (var bot = bot()) {
            var starting = CompletableFuture.runAsync(() -> start(bot));
            account.awaitCall("getMe");
            assertThat(bot.stop()).isEqualTo(StopReport.NOTHING);
            assertThat(starting.handle((none, failure) -> failure).get())
                    .hasRootCauseInstanceOf(InterruptedException.class);
        }
    }

    @Test
    void aStoppedBotStartsAgainAndTakesNoMoreHandlers() throws Exception {
        try (var bot = bot()) {
            new Echo().setUp(bot);
            assertThat(bot.stop()).isEqualTo(StopReport.NOTHING);
            bot.start();
            bot.stop();
            ann.says(account, "while it was away");
            assertThatIllegalStateException().isThrownBy(() -> bot.command("late", ctx -> {}));
            assertThatIllegalStateException().isThrownBy(() -> bot.onError(error -> LastResort.Outcome.ENDED));
            bot.start();
            assertThat(ann.awaitReply(account).text()).isEqualTo("while it was away");
        }
    }

    @Test
    void line22WhateverAHandlerThrowsTheOthersAreServed() throws Exception {
        var seen = new LinkedBlockingQueue<String>();
        try (var bot = bot()) {
            bot.command("deep", ctx -> deep(1));
            bot.command("full", ctx -> {
                throw new OutOfMemoryError("as if");
            });
            bot.command("bad", ctx -> {
                throw new IOException("bad");
            });
            bot.on(message().text(), (ctx, text) -> ctx.reply(text));
            bot.onError(error -> {
                seen.add(error.context().text() + " "
                        + error.failure().getClass().getSimpleName());
                throw new IllegalStateException("the handler of errors is broken too");
            });
            bot.start();
            for (String command : List.of("/deep", "/full", "/bad")) ann.says(account, command);
            ann.says(account, "ping");
            assertThat(ann.awaitReply(account).text()).isEqualTo("ping");
        }
        assertThat(seen).containsExactly("/deep StackOverflowError", "/full OutOfMemoryError", "/bad IOException");
    }

    private static int deep(int level) {
        return level == 0 ? 0 : deep(level + 1) + 1;
    }

    @Test
    void aFailureMayBeDeclaredAnEndAndElseTheRunnersPolicyDecides() throws Exception {
        var failures = new AtomicInteger();
        try (var bot = bot(options ->
                options.withJournal(new MemoryJournal<RawUpdate>(RawUpdate::updateId, InstantSource.system())))) {
            bot.command("once", ctx -> {
                throw new IOException("no matter");
            });
            bot.on(message().text(), (ctx, text) -> {
                if (ctx.attempt() == 1) throw new IOException("at first");
                ctx.reply(text + " " + ctx.attempt());
            });
            bot.onError(error -> {
                failures.incrementAndGet();
                return error.context().commandOrNull() == null ? LastResort.Outcome.FAILED : LastResort.Outcome.ENDED;
            });
            bot.start();
            ann.says(account, "/once");
            ann.says(account, "again");
            assertThat(ann.awaitReply(account).text()).isEqualTo("again 2");
        }
        assertThat(failures).hasValue(2);
    }

    /** Hands out what it is given, then waits. */
    private record Fixed(LinkedBlockingQueue<List<RawUpdate>> batches) implements Source<RawUpdate> {
        @Override
        public List<RawUpdate> next(int limit) throws InterruptedException {
            return batches.take();
        }

        @Override
        public void confirm(RawUpdate through) {}

        @Override
        public void flush() {}
    }

    @Test
    void line14ADamagedUpdateFailsAloneAndForGoodWhateverItsSource() throws Exception {
        var batches = new LinkedBlockingQueue<List<RawUpdate>>();
        batches.add(RawUpdate.scan(("{\"ok\":true,\"result\":[" + "{\"update_id\":1,\"message\":" + text(1, "a") + "},"
                        + "{\"update_id\":2,\"message\":{\"message_id\":\"no number\",\"chat\":{\"id\":1}}},"
                        + "{\"update_id\":3,\"message\":" + text(3, "b") + "}]}")
                .getBytes(UTF_8)));
        var handled = new LinkedBlockingQueue<String>();
        var failed = new LinkedBlockingQueue<String>();
        var journal = new MemoryJournal<RawUpdate>(RawUpdate::updateId, InstantSource.system());
        try (var bot = bot(options -> options.withJournal(journal).withSource((api, allowed) -> new Fixed(batches)))) {
            bot.on(message().text(), (ctx, text) -> handled.add(text));
            bot.onError(error -> {
                failed.add(error.context().updateId() + " attempt "
                        + error.context().attempt());
                return LastResort.Outcome.FAILED;
            });
            bot.start();
            assertThat(List.of(handled.take(), handled.take())).containsExactlyInAnyOrder("a", "b");
            assertThat(failed.take()).isEqualTo("2 attempt 1");
        }
        assertThat(failed).isEmpty();
        assertThat(journal.deadLetters().list(0, 10)).hasSize(1);
    }

    @Test
    void line14WhatSaysNoIdIsADeadLetterEvenIfNobodyListensAndIsConfirmed() throws Exception {
        var batches = new LinkedBlockingQueue<List<RawUpdate>>();
        batches.add(RawUpdate.scan(("{\"ok\":true,\"result\":[{\"update_id\":1,\"message\":" + text(1, "a")
                        + "},{\"message\":{\"text\":\"whose?\"}},{\"update_id\":3,\"message\":" + text(3, "b") + "}]}")
                .getBytes(UTF_8)));
        var handled = new LinkedBlockingQueue<String>();
        var failed = new LinkedBlockingQueue<String>();
        var journal = new MemoryJournal<RawUpdate>(RawUpdate::updateId, InstantSource.system());
        try (var bot = bot(options -> options.withJournal(journal).withSource((api, allowed) -> new Fixed(batches)))) {
            bot.on(message().text(), (ctx, text) -> handled.add(text));
            bot.onError(error -> {
                failed.add(String.valueOf(error.failure().getMessage()));
                return LastResort.Outcome.FAILED;
            });
            bot.start();
            assertThat(List.of(handled.take(), handled.take())).containsExactlyInAnyOrder("a", "b");
            assertThat(failed.take()).isEqualTo("update 2 does not say its id");
        }
        assertThat(failed).isEmpty();
        var letters = journal.deadLetters().list(0, 10);
        assertThat(letters).hasSize(1);
        var letter = Objects.requireNonNull(letters.getFirst().update());
        assertThat(new String(letter.bytes(), UTF_8)).isEqualTo("{\"message\":{\"text\":\"whose?\"}}");
    }

    /** Without a journal nothing else would. */
    @Test
    void line14WhatCannotBeReadIsKeptAsItCame(@TempDir Path folder) throws Exception {
        var batches = new LinkedBlockingQueue<List<RawUpdate>>();
        var damaged = "{\"update_id\":2,\"message\":{\"message_id\":\"no number\",\"chat\":{\"id\":1}}}";
        batches.add(RawUpdate.scan(("{\"ok\":true,\"result\":[{\"message\":{}}," + damaged + "," + damaged
                        + ",{\"update_id\":3,\"message\":" + text(3, "b") + "}]}")
                .getBytes(UTF_8)));
        var handled = new LinkedBlockingQueue<String>();
        var failed = new LinkedBlockingQueue<Long>();
        var tries = new AtomicInteger();
        var kept = Quarantine.folder(folder.resolve("unreadable"));
        try (var bot = bot(options ->
                options.withSource((api, allowed) -> new Fixed(batches)).withSequentialize(update -> "all"))) {
            bot.use((ctx, next) -> {
                try {
                    next.proceed();
                } catch (UnreadableException wrapped) {
                    throw new IllegalStateException("in a middleware", wrapped);
                }
            });
            bot.on(message().text(), (ctx, text) -> handled.add(text));
            bot.onUnreadable((update, why) -> {
                kept.keep(update, why);
                if (tries.incrementAndGet() == 1) throw new IOException("told, and no more");
            });
            bot.onError(error -> {
                failed.add(error.context().updateId());
                return LastResort.Outcome.FAILED;
            });
            bot.start();
            assertThat(handled.take()).isEqualTo("b");
        }
        assertThat(failed).containsExactly(1L, 2L, 2L);
        assertThat(folder.resolve("unreadable/1.json")).hasContent("{\"message\":{}}");
        assertThat(folder.resolve("unreadable/2.json")).hasContent(damaged);
        assertThat(folder.resolve("unreadable/2-2.json")).hasContent(damaged);
    }

    /** A server whose ids start anew shows it again whatever was confirmed. */
    @Test
    void line14WhatSaysNoIdAndStaysThereIsSetAsideOnce() throws Exception {
        var answers = new LinkedBlockingQueue<String>(
                List.of("{}", "{}", "{},7", "{\"update_id\":12,\"poll\":{}}", "{},7", "{\"update_id\":1}", ""));
        var api = new Updates.Recorded() {
            @Override
            public List<RawUpdate> getUpdates(GetUpdates call, Duration deadline) {
                var json = "{\"ok\":true,\"result\":[" + answers.remove() + "]}";
                return RawUpdate.scan(json.getBytes(UTF_8), Objects.requireNonNull(call.offset()));
            }
        };
        var updates = new ApiUpdates(api, List.of(), OnConflict.RETRY, Duration.ofSeconds(1));
        var seen = new ArrayList<Integer>();
        while (!answers.isEmpty())
            seen.add(updates.getUpdates(5000, 100, Duration.ZERO).size());
        assertThat(seen).containsExactly(1, 0, 2, 1, 2, 1, 0);
    }

    /** Telegram may begin to send it any day. */
    @Test
    void line14AnUpdateOfAKindThatNobodyKnowsIsHandledByWhoeverTakesAllAndElseEndsWell() throws Exception {
        var unknown =
                "{\"ok\":true,\"result\":[{\"update_id\":1,\"telepathy\":{\"thought\":1}},{\"update_id\":2,\"message\":"
                        + text(2, "a") + "}]}";
        for (boolean all : new boolean[] {true, false}) {
            var batches = new LinkedBlockingQueue<>(List.of(RawUpdate.scan(unknown.getBytes(UTF_8))));
            var handled = new LinkedBlockingQueue<String>();
            var journal = new MemoryJournal<RawUpdate>(RawUpdate::updateId, InstantSource.system());
            try (var bot =
                    bot(options -> options.withJournal(journal).withSource((api, allowed) -> new Fixed(batches)))) {
                bot.on(message().text(), (ctx, text) -> handled.add(text));
                if (all) bot.use(ctx -> handled.add(ctx.raw().kind()));
                bot.start();
                var seen = all ? List.of(handled.take(), handled.take()) : List.of(handled.take());
                assertThat(seen).containsExactlyInAnyOrderElementsOf(all ? List.of("telepathy", "a") : List.of("a"));
            }
            assertThat(journal.deadLetters().count()).isZero();
            assertThat(journal.size()).isZero();
        }
    }

    /**
     * No worker processes: both updates are looked into for the first time while both handlers are at work, each on its own
     * thread, as the decoder's own words say of one that cannot be read.
     */
    @Test
    void updatesAreDecodedWhereTheyAreHandledAndSoSeveralAtOnce() throws Exception {
        var damaged = "{\"message_id\":\"no number\",\"chat\":{\"id\":";
        var batches = new LinkedBlockingQueue<List<RawUpdate>>();
        batches.add(RawUpdate.scan(("{\"ok\":true,\"result\":[{\"update_id\":1,\"message\":" + damaged + "1}}},"
                        + "{\"update_id\":2,\"message\":" + damaged + "2}}}]}")
                .getBytes(UTF_8)));
        var bothAtWork = new CyclicBarrier(2);
        var decoders = new LinkedBlockingQueue<String>();
        try (var bot = bot(options -> options.withSource((api, allowed) -> new Fixed(batches)))) {
            bot.use((ctx, next) -> {
                bothAtWork.await();
                try {
                    ctx.update();
                } catch (UnreadableException said) {
                    boolean here = Arrays.stream(said.getStackTrace())
                            .anyMatch(frame -> frame.getClassName().startsWith(BotTest.class.getName()));
                    decoders.add(here ? String.valueOf(Thread.currentThread().threadId()) : "another thread");
                }
            });
            bot.start();
            var both = List.of(decoders.take(), decoders.take());
            assertThat(both).doesNotContain("another thread").doesNotHaveDuplicates();
        }
    }

    private static String text(int id, String text) {
        return "{\"message_id\":" + id + ",\"date\":1,\"chat\":{\"id\":" + id + ",\"type\":\"private\"},\"text\":\""
                + text + "\"}";
    }

    @Test
    void line5AChatIsInOrderAndAnotherRunsMeanwhile() throws Exception {
        var ben = telegram.person("Ben");
        var hold = new CountDownLatch(1);
        var seen = new LinkedBlockingQueue<String>();
        try (var bot = bot()) {
            bot.on(message().text(), (ctx, text) -> {
                seen.add(ctx.from().firstName() + " " + text);
                if (text.equals("1") && ctx.from().firstName().equals("Ann")) hold.await();
                ctx.reply("done " + text);
            });
            bot.start();
            ann.says(account, "1");
            assertThat(seen.take()).isEqualTo("Ann 1");
            ann.says(account, "2");
            ben.says(account, "1");
            assertThat(ben.awaitReply(account).text()).isEqualTo("done 1");
            assertThat(seen).containsExactly("Ben 1");
            hold.countDown();
            assertThat(ann.awaitReply(account).text()).isEqualTo("done 1");
            assertThat(ann.awaitReply(account).text()).isEqualTo("done 2");
        }
    }

    @Test
    void aTopicIsAConversationOfItsOwnAndAnsweredInPlace() throws Exception {
        var forum = telegram.forum("Desk").withAdmin(ann, Right.MANAGE_TOPICS).withMember(account.privacy(false));
        var topic = ann.beginsTopic(forum, "One");
        try (var bot = bot()) {
            bot.on(message().text(), (ctx, text) -> ctx.reply(text + " in " + ctx.threadId()));
            bot.start();
            ann.says(topic, "hey");
            assertThat(ann.awaitReply(topic).text()).isEqualTo("hey in " + topic.threadId());
        }
    }

    @Test
    void whatSomebodySendsIsDownloaded() throws Exception {
        byte[] content = "the content".getBytes(UTF_8);
        try (var bot = bot()) {
            bot.on(message().attachment(), (ctx, file) -> {
                var out = new ByteArrayOutputStream();
                ctx.download(file.fileId(), out);
                ctx.reply(file.name() + ": " + out.toString(UTF_8));
            });
            bot.start();
            ann.sends(account, "notes.txt", content);
            assertThat(ann.awaitReply(account).text()).isEqualTo("notes.txt: the content");
        }
    }

    private Process program(String... arguments) throws IOException {
        var command = new java.util.ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                EchoMain.class.getName(),
                account.token(),
                account.api().toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.to(new File("target/echo-main.log")))
                .start();
    }

    @Test
    void line23SigtermLetsAHandlerFinish() throws Exception {
        Process program = program("300");
        try {
            ann.says(account, "/slow");
            assertThat(ann.awaitReply(account).text()).isEqualTo("begun");
            program.destroy();
            assertThat(ann.awaitReply(account).text()).isEqualTo("done");
            assertThat(program.waitFor(120, TimeUnit.SECONDS)).isTrue();
            assertThat(program.exitValue()).isEqualTo(128 + 15);
        } finally {
            program.destroyForcibly().waitFor();
        }
        try (var bot = bot()) {
            bot.on(message().text(), (ctx, text) -> ctx.reply(text));
            bot.start();
            ann.says(account, "next");
            assertThat(ann.awaitReply(account).text()).as("nothing comes twice").isEqualTo("next");
        }
    }

    /** Line 5: what names a user alone belongs to the private chat, whose id is the user's; an inline query must not wait for that. */
    @Test
    void line5WhatNamesNoChatBelongsToThePrivateChatOfItsUserButInlineQueries() {
        var message = UpdateKey.of(Updates.text("a"));
        assertThat(UpdateKey.of(Updates.update("'pre_checkout_query':{'id':'1','from':{'id':42}}")))
                .isEqualTo(message);
        assertThat(UpdateKey.of(Updates.update("'poll_answer':{'poll_id':'1','user':{'id':42}}")))
                .isEqualTo(message);
        assertThat(UpdateKey.of(Updates.update("'inline_query':{'id':'1','from':{'id':42}}")))
                .isEqualTo(new UpdateKey(null, null, null, 42L));
        assertThat(UpdateKey.of(Updates.update("'chosen_inline_result':{'result_id':'1','from':{'id':42}}")))
                .hasToString("user 42");
        assertThat(UpdateKey.of(Updates.update("'callback_query':{'id':'1','from':{'id':42},'inline_message_id':'7'}")))
                .as("a button of what an inline query has sent, in any chat")
                .hasToString("user 42");
        assertThat(UpdateKey.of(Updates.update("'poll':{}"))).isNull();
    }

    @Test
    void keysMayBeOnesOwn() {
        var options = options().withSequentialize(update -> update.userId() == null ? null : List.of(1, 2));
        assertThat(options.runner().ordering().keys().of(Updates.text("a"))).isEqualTo(List.of(1, 2));
        assertThat(options.runner().ordering().keys().of(Updates.update("'poll':{}")))
                .isEmpty();
        assertThat(options().runner().ordering().keys().of(Updates.text("a")))
                .isEqualTo(List.of(new UpdateKey(null, 42L, null, null)));
        assertThat(Map.of("a", new UpdateKey("biz", -1L, 2L, null))).hasToString("{a=-1/2 of biz}");
    }
}
