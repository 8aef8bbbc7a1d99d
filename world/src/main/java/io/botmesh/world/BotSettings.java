package io.botmesh.world;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What people see of how a bot has set itself up, and what its owner switches on or off in it. For ids that do not exist
 * all of it throws {@link IllegalArgumentException}.
 */
public final class BotSettings {
    private final Gate gate;
    private final Stage stage;

    BotSettings(Stage stage) {
        this.stage = stage;
        gate = stage.gate();
    }

    /**
     * The commands that a person finds in the menu of a chat: of the nearest scope that has any, in the person's language
     * before all others.
     *
     * @param chatId a group, or for the private chat with the bot its user id
     * @return a JSON array of BotCommand
     */
    public String commands(long userId, long chatId, long botId) {
        return gate.read(() -> {
            var person = stage.account(userId);
            var chat = stage.chatOf(person, chatId);
            return CommandMethods.json(stage.bot(botId).profile.commandsFor(chat, person));
        });
    }

    /**
     * What opens beside the text field of a person in the private chat with a bot.
     *
     * @return a MenuButton as JSON
     */
    public String menuButton(long userId, long botId) {
        return gate.read(() -> {
            var buttons = stage.bot(botId).profile.menuButtons;
            var own = buttons.get(stage.account(userId).id());
            var shared = buttons.getOrDefault(0L, BotProfile.MenuButton.COMMANDS);
            return ProfileMethods.json(own == null ? shared : own);
        });
    }

    /** Whether people can ask the bot from any chat; getMe tells it as {@code supports_inline_queries}. */
    public void inlineMode(long botId, boolean on) {
        set(botId, BotFlag.INLINE, on);
    }

    /** Whether the bot is told which of its inline results people choose; off by default. */
    public void inlineFeedback(long botId, boolean on) {
        set(botId, BotFlag.INLINE_FEEDBACK, on);
    }

    /** Whether people can call the bot into chats that it is not in. */
    public void guestMode(long botId, boolean on) {
        set(botId, BotFlag.GUEST, on);
    }

    /** Whether people can let the bot act for them. */
    public void businessMode(long botId, boolean on) {
        set(botId, BotFlag.BUSINESS, on);
    }

    /** Whether the bot may run other bots. */
    public void managesBots(long botId, boolean on) {
        set(botId, BotFlag.MANAGES_BOTS, on);
    }

    /** Whether the bot may mark people and chats as verified. */
    public void verifies(long botId, boolean on) {
        set(botId, BotFlag.VERIFIES, on);
    }

    /**
     * Whether the bot talks with other bots: privately if both do, in groups when they answer or command each other by name
     * if one does, and about everything if it sees all messages of the group.
     */
    public void botToBot(long botId, boolean on) {
        set(botId, BotFlag.BOT_TO_BOT, on);
    }

    /**
     * Whether private chats with the bot have topics.
     *
     * @param byPeople whether people may make topics as well
     */
    public void topics(long botId, boolean on, boolean byPeople) {
        set(botId, BotFlag.TOPICS, on);
        set(botId, BotFlag.PEOPLE_MAKE_TOPICS, on && byPeople);
    }

    /** Whether a group or channel may ask the bot about everybody who wants to join. */
    public void joinRequestQueries(long botId, boolean on) {
        set(botId, BotFlag.JOIN_REQUESTS, on);
    }

    /**
     * Whether the bot lives on the test servers: then it is called as {@code /bot<token>/test/<method>}, and as
     * {@code /bot<token>/<method>} it is not known.
     */
    public void testServer(long botId, boolean on) {
        set(botId, BotFlag.TEST_SERVER, on);
    }

    /** A bot's or person's photo, as a file of the world; null takes it away. */
    public void photo(long userId, @Nullable Blob photo) {
        gate.pass(() -> {
            var account = stage.account(userId);
            if (photo == null) account.photos.clear();
            else account.photos.addFirst(new InputFiles(stage.core()).keepSquare(photo));
            return account;
        });
    }

    /** A new bot that another one runs for a person; the running bot is told. */
    public BotAccount managedBot(long managerId, long userId, String username) {
        return gate.pass(() -> {
            var manager = stage.bot(managerId);
            if (!manager.flags.contains(BotFlag.MANAGES_BOTS)) {
                throw new IllegalArgumentException("bot " + managerId + " runs no other bots");
            }
            var person = stage.account(userId);
            var bot = stage.core().registry().addBot(username);
            bot.manager = manager;
            var json = new JsonWriter().object();
            person.write(json.name("user"));
            bot.account().write(json.name("bot"));
            var payload = Postman.named(UpdateKind.MANAGED_BOT, json.endObject());
            stage.core().postman().give(manager, UpdateKind.MANAGED_BOT, userId, payload);
            return new BotAccount(bot.id(), username, bot.token());
        });
    }

    /** What a bot says of a person or chat that it has verified; empty if none has. */
    public Optional<String> verification(long id) {
        return gate.read(
                () -> Optional.ofNullable(stage.core().interactions().verified.get(id)));
    }

    /** A person lets a bot change the emoji beside its name. */
    public void allowEmojiStatus(long userId, long botId) {
        gate.pass(() -> stage.bot(botId).emojiStatusOf.add(stage.account(userId).id()));
    }

    /** The custom emoji beside a person's name, empty for none. */
    public String emojiStatus(long userId) {
        return gate.read(() -> stage.account(userId).emojiStatus);
    }

    /** A person shows a channel as its own. */
    public void personalChannel(long userId, long chatId) {
        gate.pass(
                () -> stage.account(userId).personalChatId = stage.chat(chatId).id());
    }

    private void set(long botId, BotFlag flag, boolean on) {
        gate.pass(() -> {
            var flags = stage.bot(botId).flags;
            return on ? flags.add(flag) : flags.remove(flag);
        });
    }
}
