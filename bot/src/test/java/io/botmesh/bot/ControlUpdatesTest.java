package io.botmesh.bot;

import static io.botmesh.bot.Filters.callback;
import static io.botmesh.bot.Filters.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.botmesh.botapi.InlineKeyboardButton;
import io.botmesh.botapi.InlineKeyboardMarkup;
import io.botmesh.botapi.RawUpdate;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked
class ControlUpdatesTest extends WithEmulator {
    record Halt(int job) {}

    @Test
    void line6AStopOvertakesABusyChatAndHasASlotOfItsOwn() throws Exception {
        var seen = new LinkedBlockingQueue<String>();
        var hold = new CountDownLatch(1);
        var keyboard = InlineKeyboardMarkup.of(List.of(List.of(
                InlineKeyboardButton.of("halt").withCallbackData(CallbackType.data(new Halt(3))),
                InlineKeyboardButton.of("kill").withCallbackData("kill 3"))));
        try (var bot = bot(options -> options.withRunner(runner -> runner.withConcurrency(2))
                .withControlCommands("stop", "cancel")
                .withControlButtons(Halt.class)
                .withControlButtons("kill"))) {
            bot.command("start", ctx -> ctx.reply("here", call -> call.withReplyMarkup(keyboard)));
            bot.command("stop", (ctx, command) -> seen.add("stop " + command.arguments()));
            bot.on(callback(Halt.class), (ctx, halt) -> seen.add("halt " + halt.job()));
            bot.on(callback("kill "), (ctx, job) -> seen.add("kill " + job));
            bot.on(message().text(), (ctx, text) -> {
                seen.add(text);
                hold.await();
            });
            bot.start();
            ann.opens(account);
            ann.awaitReply(account);
            // Its chat is busy, and so is the only slot that is not kept.
            ann.says(account, "first");
            assertThat(seen.take()).isEqualTo("first");
            ann.says(account, "second");
            telegram.person("Ben").says(account, "of another");
            ann.says(account, "/stop it");
            assertThat(seen.take()).isEqualTo("stop it");
            ann.presses("halt");
            assertThat(seen.take()).isEqualTo("halt 3");
            ann.presses("kill");
            assertThat(seen.take()).isEqualTo("kill 3");
            assertThat(seen).isEmpty();
            hold.countDown();
            assertThat(List.of(seen.take(), seen.take())).containsExactlyInAnyOrder("second", "of another");
        }
    }

    private static RawUpdate escaped(RawUpdate update) {
        return RawUpdate.parse(new String(update.bytes(), java.nio.charset.StandardCharsets.UTF_8)
                .replace("/", "\\/")
                .getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    @Test
    void knowsCommandsHoweverTheyAreWritten() {
        var control = ControlUpdates.commands("stop").and(ControlUpdates.buttons("x:"));
        assertThat(control.test(Updates.text("/stop"))).isTrue();
        assertThat(control.test(Updates.text("/stop@my_bot now"))).isTrue();
        assertThat(control.test(escaped(Updates.text("/stop")))).isTrue();
        assertThat(control.test(Updates.press("x:1"))).isTrue();
        for (var other : List.of(
                Updates.text("stop"),
                Updates.text("/stopp"),
                Updates.text("/Stop"),
                Updates.press("y:1"),
                Updates.message("'text':'say /stop','entities':[{'type':'bot_command','offset':4,'length':5}]"),
                Updates.message("'text':7,'entities':[{'type':'bot_command','offset':0,'length':5}]"),
                Updates.message(
                        "edited_message",
                        "{'id':1,'type':'private'}",
                        "'text':'/stop'" + Updates.commandEntity("/stop")),
                Updates.update("'poll':{}")))
            assertThat(control.test(other)).as("%s", other).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> ControlUpdates.commands("/stop"));
        assertThatIllegalArgumentException().isThrownBy(() -> ControlUpdates.commands("stop@my_bot"));
    }

    @Test
    void keepsWhatWasDeclaredBeforeAndAsManySlotsAsThereCanBe() {
        var own = BotOptions.of(Updates.TOKEN)
                .withRunner(runner -> runner.withConcurrency(1)
                        .withOrdering(runner.ordering()
                                .withControl(update -> update.kind().equals("poll"), 0)))
                .withControlCommands("stop")
                .runner();
        assertThat(own.ordering().control().test(Updates.update("'poll':{}"))).isTrue();
        assertThat(own.ordering().control().test(Updates.text("/stop"))).isTrue();
        assertThat(own.ordering().reserve()).isZero();
        assertThat(BotOptions.of(Updates.TOKEN)
                        .withControlCommands("stop")
                        .runner()
                        .ordering()
                        .reserve())
                .isEqualTo(4);
    }

    @Test
    void fewerSlotsDeclaredLaterLeaveHalfOfThemToTheRest() {
        var options = BotOptions.of(Updates.TOKEN).withControlCommands("stop");
        for (int slots : new int[] {1, 2, 4, 5, 8, 100})
            assertThat(options.withRunner(runner -> runner.withConcurrency(slots))
                            .runner()
                            .ordering()
                            .reserve())
                    .isEqualTo(Math.min(4, slots / 2));
        var own = BotOptions.of(Updates.TOKEN)
                .withRunner(runner ->
                        runner.withConcurrency(5).withOrdering(runner.ordering().withControl(update -> true, 4)));
        assertThat(own.runner().ordering().reserve()).isEqualTo(4);
    }
}
