package io.botmesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.emulatorjunit.StartEmulator;
import io.botmesh.emulatorjunit.Telegram;
import io.botmesh.emulatorjunit.TestBot;
import io.botmesh.emulatorjunit.TestPerson;
import io.botmesh.world.CallbackAnswer;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a person says to a bot and presses, whatever library the bot is written with: all of them answer alike. */
@NullUnmarked // fields that JUnit fills
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class TalkScenarios {
    @StartEmulator(patienceMillis = 20_000)
    Telegram telegram;

    TestBot bot;
    TestPerson ann;

    @BeforeEach
    void setTheScene() {
        bot = telegram.bot("assistant_bot");
        ann = telegram.person("Ann", "ann");
    }

    /** Starts the bot's program; another one of the same bot if it runs. */
    abstract void start() throws Exception;

    @Test
    void commandsAndEchoes() throws Exception {
        start();
        ann.opens(bot, "deep-link");
        assertThat(ann.awaitReply(bot).text()).isEqualTo("Hello, Ann! deep-link");
        var said = ann.says(bot, "wörld 😀 <b>");
        var echo = ann.awaitReply(bot);
        assertThat(echo.text()).isEqualTo("wörld 😀 <b>");
        assertThat(echo.replyTo()).hasValue(said.id());
    }

    @Test
    void buttonsUnderAMessage() throws Exception {
        start();
        ann.says(bot, "/menu");
        var menu = ann.awaitReply(bot);
        assertThat(menu.buttons()).containsExactly("Tea", "Coffee", "Why?");
        ann.presses("Coffee");
        assertThat(ann.awaitCallbackAnswer()).isEqualTo(new CallbackAnswer("One coffee", true, ""));
        var edited = ann.awaitEdit(bot);
        assertThat(edited.id()).isEqualTo(menu.id());
        assertThat(edited.text()).isEqualTo("You get coffee");
        assertThat(edited.json().at("/entities/0/type").stringValue()).isEqualTo("bold");
        assertThat(edited.buttons()).isEmpty();
    }
}
