package io.botmesh.metrics;

import io.botmesh.botapi.ApiException;
import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.GetMe;
import io.botmesh.botapi.GetUpdates;
import io.botmesh.emulatorjunit.Telegram;
import java.net.URI;
import java.util.concurrent.CompletableFuture;

/** How a server refuses. */
final class Refusals {
    private Refusals() {}

    private static BotApi api(URI base, String token) {
        return new BotApi(ApiOptions.defaults().withBase(base), BotToken.parse(token));
    }

    /** What a poll meets while another program polls. */
    static ApiException conflict(Telegram telegram) throws InterruptedException {
        var account = telegram.bot("busy_bot");
        var refused = new CompletableFuture<ApiException>();
        try (var first = api(account.api(), account.token());
                var second = api(account.api(), account.token())) {
            var poller = Thread.ofVirtual().start(() -> poll(first, 50, refused));
            while (!refused.isDone()) poll(second, 0, refused); // until one meets the other
            poller.interrupt();
            poller.join();
        }
        return refused.join();
    }

    private static void poll(BotApi api, long seconds, CompletableFuture<ApiException> refused) {
        try {
            api.getUpdates(GetUpdates.of().withTimeout(seconds));
        } catch (ApiException conflict) {
            refused.complete(conflict);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /** Any other refusal. */
    static ApiException unauthorized(Telegram telegram) throws InterruptedException {
        try (var api = api(telegram.bot("other_bot").api(), "4242:FAKE-FAKE-FAKE-FAKE-FAKE-FAKE-FAKE")) {
            api.call(GetMe.of());
            throw new AssertionError("not refused");
        } catch (ApiException refused) {
            return refused;
        }
    }
}
