package io.botmesh.bot;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.botapi.ApiOptions;
import io.botmesh.emulatorjunit.StartEmulator;
import io.botmesh.emulatorjunit.Telegram;
import org.junit.jupiter.api.Test;

class BotTest {
    @Test
    void tenLinesMakeABot(@StartEmulator Telegram telegram) throws Exception {
        var echo = telegram.bot("echo_bot");
        var ann = telegram.person("Ann");
        try (var bot = new Bot(
                BotOptions.of(echo.token()).withServer(ApiOptions.defaults().withBase(echo.api())))) {
            new Echo().setUp(bot);
            bot.start();
            ann.opens(echo);
            assertThat(ann.awaitReply(echo).text()).isEqualTo("Hello, Ann");
            ann.says(echo, "ping");
            assertThat(ann.awaitReply(echo).text()).isEqualTo("ping");
        }
    }
}
