package io.botmesh.bot;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.botapi.ApiOptions;
import io.botmesh.emulatorjunit.StartEmulator;
import io.botmesh.emulatorjunit.Telegram;
import io.botmesh.emulatorjunit.TestBot;
import io.botmesh.emulatorjunit.TestPerson;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A server, one person, and bots of one account. */
@NullUnmarked // fields that are set before each test
@Timeout(300)
abstract class WithEmulator {
    @StartEmulator
    Telegram telegram;

    TestBot account;
    TestPerson ann;

    @BeforeEach
    void people() {
        telegram.withPatience(Duration.ofMinutes(2));
        account = telegram.bot("test_bot");
        ann = telegram.person("Ann");
    }

    BotOptions options() {
        return BotOptions.of(account.token()).withServer(ApiOptions.defaults().withBase(account.api()));
    }

    /** Ann says it, and the bot's next word to her is that. */
    void says(String text, String answer) {
        ann.says(account, text);
        hears(answer);
    }

    /** What the bot says to Ann next. */
    void hears(String text) {
        assertThat(ann.awaitReply(account).text()).isEqualTo(text);
    }

    Bot bot(UnaryOperator<BotOptions> change) {
        return new Bot(change.apply(options()));
    }
}
