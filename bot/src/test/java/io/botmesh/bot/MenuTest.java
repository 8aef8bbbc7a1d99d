package io.botmesh.bot;

import static io.botmesh.bot.Filters.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.botapi.BotCommandScope;
import io.botmesh.botapi.BotCommandScopeAllGroupChats;
import io.botmesh.botapi.BotCommandScopeChat;
import io.botmesh.botapi.BotCommandScopeDefault;
import io.botmesh.botapi.GetMyCommands;
import io.botmesh.world.Fault;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@NullUnmarked
class MenuTest extends WithEmulator {
    private static final BotCommandScope GROUPS = BotCommandScopeAllGroupChats.of();
    private static final UpdateHandler NOTHING = ctx -> {};

    private static List<String> shown(Bot bot, @Nullable BotCommandScope scope, @Nullable String language)
            throws InterruptedException {
        return bot.api().call(GetMyCommands.of().withScope(scope).withLanguageCode(language)).stream()
                .map(line -> line.command() + ": " + line.description())
                .toList();
    }

    private Bot german() {
        var bot = bot(options -> options);
        bot.command(MenuEntry.of("roll", "Rolls a die").translated("de", "Würfelt"), NOTHING);
        bot.command("help", "Helps", NOTHING);
        bot.filter(message().inGroups())
                .command(
                        MenuEntry.of("poll", "Begins a poll")
                                .translated("it", "Sondaggio")
                                .shownIn(GROUPS),
                        NOTHING);
        return bot;
    }

    @Test
    void aListForSomeHasWhatIsForEveryoneTooInEachLanguage() throws Exception {
        try (var bot = german()) {
            bot.start();
            assertThat(shown(bot, null, null)).containsExactly("roll: Rolls a die", "help: Helps");
            assertThat(shown(bot, null, "de")).containsExactly("roll: Würfelt", "help: Helps");
            assertThat(shown(bot, null, "it")).isEmpty();
            assertThat(shown(bot, GROUPS, null))
                    .containsExactly("roll: Rolls a die", "help: Helps", "poll: Begins a poll");
            assertThat(shown(bot, GROUPS, "de")).containsExactly("roll: Würfelt", "help: Helps", "poll: Begins a poll");
            assertThat(shown(bot, GROUPS, "it")).containsExactly("roll: Rolls a die", "help: Helps", "poll: Sondaggio");
        }
    }

    @Test
    void onlyWhatHasChangedIsSet() throws Exception {
        try (var bot = german()) {
            bot.start();
        }
        assertThat(account.calls("setMyCommands")).hasSize(5);
        try (var bot = german()) {
            bot.start();
        }
        assertThat(account.calls("setMyCommands")).hasSize(5);
        try (var bot = german()) {
            bot.command(MenuEntry.of("more", "More").shownIn(BotCommandScopeDefault.of()), NOTHING);
            bot.start();
            assertThat(shown(bot, null, "de")).containsExactly("roll: Würfelt", "help: Helps", "more: More");
        }
        assertThat(account.calls("setMyCommands")).hasSize(7);
    }

    @Test
    void whatAnEarlierVersionHasSetIsDeletedWhenItIsWithdrawnAndNothingElseIs() throws Exception {
        try (var bot = german()) {
            bot.start();
        }
        try (var bot = bot(options -> options)) {
            bot.command("help", "Helps", NOTHING);
            bot.withdrawMenu(GROUPS).withdrawMenu(GROUPS, "de", "it");
            bot.start();
            assertThat(shown(bot, null, null)).containsExactly("help: Helps");
            assertThat(shown(bot, GROUPS, null)).isEmpty();
            assertThat(shown(bot, GROUPS, "de")).isEmpty();
            assertThat(shown(bot, GROUPS, "it")).isEmpty();
            assertThat(shown(bot, null, "de")).containsExactly("roll: Würfelt", "help: Helps");
        }
        try (var bot = bot(options -> options)) {
            bot.withdrawMenu(GROUPS, "it").withdrawMenu(BotCommandScopeDefault.of(), "de");
            bot.start();
            assertThat(shown(bot, null, "de")).isEmpty();
            assertThat(shown(bot, null, null)).containsExactly("help: Helps");
        }
        assertThat(account.calls("deleteMyCommands")).hasSize(4); // what is not there is not deleted
    }

    @Test
    void aMenuThatNobodyDeclaresIsLeftToWhoeverHasSetIt() throws Exception {
        try (var bot = german()) {
            bot.start();
        }
        try (var bot = bot(options -> options)) {
            bot.command("help", "Helps", NOTHING);
            bot.start();
            assertThat(shown(bot, GROUPS, null)).hasSize(3);
        }
        assertThat(account.calls("deleteMyCommands")).isEmpty();
    }

    @Test
    void aMenuThatIsBothDeclaredAndWithdrawnIsRefused() throws Exception {
        try (var bot = german()) {
            assertThatIllegalArgumentException().isThrownBy(() -> bot.withdrawMenu(GROUPS, "deutsch"));
            bot.withdrawMenu(GROUPS);
            assertThatThrownBy(bot::start)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is withdrawn, and has commands");
        }
        assertThat(account.calls("deleteMyCommands")).isEmpty();
    }

    @Test
    void aScopeThatTheServerRefusesIsLeftOutAndTheWholeIsNot() throws Exception {
        try (var bot = bot(options -> options)) {
            bot.command(MenuEntry.of("one", "One").shownIn(BotCommandScopeChat.of(-100_404L)), NOTHING);
            bot.command("two", "Two", NOTHING);
            bot.start();
            assertThat(shown(bot, null, null)).containsExactly("two: Two");
        }
        telegram.emulator()
                .world()
                .faults()
                .add(Fault.refuse(400, "Bad Request: BOT_COMMAND_INVALID").onMethods("setMyCommands"));
        try (var bot = bot(options -> options)) {
            bot.command("three", "Three", NOTHING);
            assertThatThrownBy(bot::start).isInstanceOf(BotException.Refused.class);
        }
    }

    @Test
    void whatCannotBeInAMenuIsToldWhenItIsRegistered() {
        assertThatIllegalArgumentException().isThrownBy(() -> MenuEntry.of("Start", "x"));
        assertThatIllegalArgumentException().isThrownBy(() -> MenuEntry.of("start", "x".repeat(257)));
        var entry = MenuEntry.of("start", "x");
        assertThatIllegalArgumentException().isThrownBy(() -> entry.translated("deu", "x"));
        assertThatIllegalArgumentException().isThrownBy(() -> entry.translated("de", " "));
    }
}
