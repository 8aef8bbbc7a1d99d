package io.botmesh.bot;

import static io.botmesh.bot.Filters.callback;
import static io.botmesh.bot.Filters.message;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.botmesh.world.Fault;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Whoever writes a line about an update, the line says which. */
@NullUnmarked // fields that are set before each test
class LogMarksTest extends WithEmulator {
    private static final Logger LOG = LoggerFactory.getLogger(LogMarksTest.class);

    private final LinkedBlockingQueue<Long> updates = new LinkedBlockingQueue<>();

    private void assertMarks(ILoggingEvent line) throws InterruptedException {
        assertThat(line.getMDCPropertyMap()).isEqualTo(marks(updates.take(), "[" + ann.id() + "]"));
    }

    private Map<String, String> marks(long update, String key) {
        return Map.of("bot", Long.toString(account.id()), "update", Long.toString(update), "key", key);
    }

    /** Of several in a program, one that nobody waits for. */
    @Test
    void line12WhoEndsForGoodSaysSoInOneLineIfNobodyWaitsForIt() throws Exception {
        try (var lines = new Lines(Bot.class);
                var bot = bot(options -> options)) {
            bot.use(ctx -> {});
            bot.start();
            telegram.emulator().world().revoke(account.token());
            var line = lines.await("has ended for good");
            assertThat(line.getLevel()).isEqualTo(Level.ERROR);
            assertThat(line.getFormattedMessage())
                    .isEqualTo("bot " + account.id()
                            + " has ended for good: it cannot go on: the server does not know this token"
                            + " (Unauthorized); ask @BotFather");
        }
    }

    @Test
    void aBotsOwnLinesCarryTheUpdateAndItsKey() throws Exception {
        try (var lines = new Lines(Bot.class);
                var bot = bot(options -> options)) {
            bot.on(message().text(), (ctx, text) -> {
                updates.add(ctx.updateId());
                throw new IllegalStateException(text);
            });
            bot.start();
            ann.says(account, "one");
            assertMarks(lines.await("failed, attempt 1"));
            ann.says(account, "two");
            assertMarks(lines.await("failed, attempt 1"));
        }
    }

    @Test
    void theKeyIsWhatTheRunnerKeepsInOrder() throws Exception {
        try (var lines = new Lines(Bot.class);
                var bot = bot(options -> options.withSequentialize(update -> "all"))) {
            bot.use(ctx -> {
                updates.add(ctx.updateId());
                throw new IllegalStateException("one");
            });
            bot.start();
            ann.says(account, "one");
            assertThat(lines.await("failed, attempt 1").getMDCPropertyMap()).isEqualTo(marks(updates.take(), "[all]"));
        }
    }

    @Test
    void theLinesOfHandlersCarryItTooBesideEachOtherAndBehindAQuestion() throws Exception {
        try (var lines = new Lines(LogMarksTest.class);
                var bot = bot(options -> options)) {
            bot.fork().use(ctx -> {
                updates.add(ctx.updateId());
                LOG.info("beside {}", ctx.updateId());
            });
            bot.command("ask", ctx -> {
                LOG.info("asks in {}", ctx.updateId());
                ctx.ask("What?", message().text().where(text -> {
                    LOG.info("considers {}", text);
                    return true;
                }));
                updates.add(ctx.updateId());
                LOG.info("answered in {}", ctx.updateId());
            });
            bot.start();
            ann.says(account, "/ask");
            long question = updates.take();
            var key = "[" + ann.id() + "]";
            try (var both = new Lines(LogMarksTest.class)) {
                ann.awaitReply(account);
                ann.says(account, "That");
                long answer = updates.take();
                assertThat(both.await("considers That").getMDCPropertyMap()).isEqualTo(marks(answer, key));
                assertThat(both.await("answered in " + answer).getMDCPropertyMap())
                        .isEqualTo(marks(answer, key));
            }
            assertThat(lines.await("beside " + question).getMDCPropertyMap()).isEqualTo(marks(question, key));
        }
    }

    @Test
    void whatAHandlerLeavesThereGoesWithItsUpdate() throws Exception {
        try (var bot = bot(options -> options.withRunner(runner -> runner.withConcurrency(1)))) {
            bot.on(message().text(), (ctx, text) -> {
                ctx.reply(String.valueOf(MDC.get("left")));
                MDC.put("left", text);
            });
            bot.start();
            ann.says(account, "one");
            ann.says(account, "two");
            assertThat(ann.awaitReply(account).text()).isEqualTo("null");
            assertThat(ann.awaitReply(account).text()).isEqualTo("null");
        }
    }

    @Test
    void anAnswerInPassingThatFailsSaysOfWhichUpdate() throws Exception {
        try (var lines = new Lines(Bot.class);
                var bot = bot(options -> options.withAutoAnswer(AutoAnswer.atOnce()))) {
            bot.command(
                    "start",
                    ctx -> ctx.reply(
                            "choose",
                            call -> call.withReplyMarkup(
                                    InlineKeyboard.of().button("one", "one").markup())));
            bot.on(callback("one"), (ctx, rest) -> updates.add(ctx.updateId()));
            telegram.emulator()
                    .world()
                    .faults()
                    .add(Fault.refuse(400, "Bad Request: query is too old").onMethods("answerCallbackQuery"));
            bot.start();
            ann.opens(account);
            ann.awaitReply(account);
            ann.presses("one");
            assertMarks(lines.await("is not answered"));
        }
    }
}
