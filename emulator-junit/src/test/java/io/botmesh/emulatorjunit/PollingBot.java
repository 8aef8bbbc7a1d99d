package io.botmesh.emulatorjunit;

import io.botmesh.botapi.ApiCall;
import io.botmesh.botapi.ApiException;
import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.GetUpdates;
import io.botmesh.botapi.Update;

/** A small bot by long polling, the program under test of our own tests. */
final class PollingBot {
    /** What it does with an update. */
    interface Handler {
        void handle(BotApi api, Update update) throws InterruptedException;
    }

    private final BotApi api;
    private final Handler handler;
    private final Thread thread;

    PollingBot(TestBot bot, Handler handler) {
        api = new BotApi(ApiOptions.defaults().withBase(bot.api()), BotToken.parse(bot.token()));
        this.handler = handler;
        thread = Thread.ofVirtual().name("polling-bot").start(this::poll);
    }

    private void poll() {
        try {
            for (long offset = 0; ; ) {
                for (var update : api.call(GetUpdates.of().withOffset(offset).withTimeout(30L))) {
                    offset = update.updateId() + 1;
                    try {
                        handler.handle(api, update);
                    } catch (ApiException refused) {
                        // The test sees it in the transcript.
                    }
                }
            }
        } catch (InterruptedException | RuntimeException over) {
            // close() was called, or the emulator has ended
        }
    }

    <R> R call(ApiCall<R> call) throws InterruptedException {
        return api.call(call);
    }

    void close() throws InterruptedException {
        thread.interrupt();
        thread.join();
        api.close();
    }
}
