package io.botmesh.examples;

import io.botmesh.bot.Bot;
import io.botmesh.bot.BotOptions;
import io.botmesh.bot.BotProgram;
import io.botmesh.botapi.ApiOptions;
import io.botmesh.emulatorjunit.TestBot;
import java.util.function.UnaryOperator;

/** An example at work against the emulator, until it is closed. */
record Running(Bot bot) implements AutoCloseable {
    static Running start(BotProgram program, TestBot account) throws Exception {
        return start(program, account, UnaryOperator.identity());
    }

    static Running start(BotProgram program, TestBot account, UnaryOperator<BotOptions> more) throws Exception {
        var options =
                BotOptions.of(account.token()).withServer(ApiOptions.defaults().withBase(account.api()));
        var bot = new Bot(more.apply(options));
        program.setUp(bot);
        bot.start();
        return new Running(bot);
    }

    @Override
    public void close() {
        bot.close();
    }
}
