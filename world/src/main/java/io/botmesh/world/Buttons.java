package io.botmesh.world;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What people do with keyboards: they press buttons under messages and see what the bot answers, they tap the keys that a
 * bot put in place of their own. For ids that do not exist and for what could not happen all of it throws {@link
 * IllegalArgumentException}.
 *
 * <p>A {@code chatId} is a channel or group, or for a private chat the bot's user id.
 */
public final class Buttons {
    private static final Set<String> ASKING = Set.of("callback_data", "callback_game");

    /**
     * What a button does at the person's own side, without the bot.
     *
     * @param kind  the field of InlineKeyboardButton that says it, for instance {@code url}
     * @param value what opens, is copied or is typed for the person
     */
    public record Effect(String kind, String value) {}

    private final Gate gate;
    private final Stage stage;
    private final Core core;
    private final Interactions interactions;

    Buttons(Stage stage) {
        this.stage = stage;
        gate = stage.gate();
        core = stage.core();
        interactions = core.interactions();
    }

    /**
     * Presses a button that asks the bot.
     *
     * @param button its callback data, else its text
     * @return the id of the callback query; an earlier one if its answer is still to be used, and then the bot hears nothing
     */
    public String press(long userId, long chatId, int messageId, String button) {
        return gate.pass(() -> {
            var person = stage.account(userId);
            var chat = stage.chatOf(person, chatId);
            var message = message(chat, chatId, messageId);
            var pressed = find(message, button);
            if (!ASKING.contains(pressed.kind())) {
                throw new IllegalArgumentException("\"" + pressed.text() + "\" does not ask the bot, it is a "
                        + pressed.kind() + " button: use follow");
            }
            var bot = botOf(message);
            var asked = new Callbacks.Pressed(person, chat.id() + "/" + messageId, pressed.json());
            long now = core.agenda().seconds();
            long cached = interactions.callbacks.cached(asked, now);
            if (cached != 0) return Long.toString(cached);
            long id = interactions.callbacks.ask(bot, asked, now);
            tell(bot, id, person, message, pressed);
            core.watchers()
                    .tell(() -> new Happening.Pressed(
                            core.agenda().now(),
                            Happening.Place.of(chat),
                            messageId,
                            userId,
                            Long.toString(id),
                            pressed.value()));
            return Long.toString(id);
        });
    }

    /**
     * Presses a button that does something at the person's own side: opens an address, copies a text, starts an inline
     * query.
     *
     * @param button its text
     */
    public Effect follow(long userId, long chatId, int messageId, String button) {
        return gate.read(() -> {
            var chat = stage.chatOf(stage.account(userId), chatId);
            var pressed = find(message(chat, chatId, messageId), button);
            if (ASKING.contains(pressed.kind())) {
                throw new IllegalArgumentException("\"" + pressed.text() + "\" asks the bot: use press");
            }
            return new Effect(pressed.kind(), pressed.value());
        });
    }

    /** What the bot answered to a pressed button; empty as long as it has not. */
    public Optional<CallbackAnswer> answer(String callbackQueryId) {
        return gate.read(() -> Optional.ofNullable(interactions.callbacks.answerTo(Lenient.number(callbackQueryId))));
    }

    /**
     * The keyboard that a person finds in place of the own one: of the newest message with one that is meant for the
     * person, unless it was taken away since.
     *
     * @return a ReplyKeyboardMarkup as JSON
     */
    public Optional<String> keyboard(long userId, long chatId) {
        return gate.read(() -> {
            var person = stage.account(userId);
            return Optional.ofNullable(keyboard(person, stage.chatOf(person, chatId)))
                    .map(ReplyMarkup::json);
        });
    }

    /**
     * Taps a key that sends its text.
     *
     * @return the Message as JSON
     */
    public String tap(long userId, long chatId, String key) {
        key(userId, chatId, key, "text");
        return new People(stage).say(userId, chatId, Outgoing.text(key));
    }

    /** Taps a key that asks for the person's phone number, and agrees. */
    public String shareContact(long userId, long botId, String key, String phoneNumber) {
        key(userId, botId, key, "request_contact");
        return send(userId, botId, person -> {
            var contact = new JsonWriter()
                    .object()
                    .field("phone_number", phoneNumber)
                    .field("first_name", person.firstName());
            if (person.lastName() != null) contact.field("last_name", person.lastName());
            return FixedContent.of(
                    "contact", contact.field("user_id", person.id()).endObject());
        });
    }

    /** Taps a key that asks for the person's place, and agrees. */
    public String shareLocation(long userId, long botId, String key, double latitude, double longitude) {
        key(userId, botId, key, "request_location");
        return send(userId, botId, person -> {
            var place = new JsonWriter().object().field("latitude", latitude).field("longitude", longitude);
            return FixedContent.of("location", place.endObject());
        });
    }

    /** Taps a key that asks for other people, and chooses some. */
    public String shareUsers(long userId, long botId, String key, List<Long> chosen) {
        var request = key(userId, botId, key, "request_users").detail();
        long most = request.number("max_quantity", 1);
        if (chosen.isEmpty() || chosen.size() > most) {
            throw new IllegalArgumentException("choose 1 to " + most + " people");
        }
        return send(userId, botId, person -> {
            var shared = new JsonWriter().object().field("request_id", request.number("request_id"));
            shared.name("users").array();
            for (long id : chosen) writeShared(shared, request, stage.account(id));
            return FixedContent.news("users_shared", shared.endArray().endObject());
        });
    }

    private static void writeShared(JsonWriter json, Fields request, Account account) {
        if (request.has("user_is_bot") && request.flag("user_is_bot") != account.bot()) {
            throw new IllegalArgumentException(account + " is not what the key asks for");
        }
        json.object().field("user_id", account.id());
        if (request.flag("request_name")) {
            json.field("first_name", account.firstName());
            if (account.lastName() != null) json.field("last_name", account.lastName());
        }
        if (request.flag("request_username") && account.username() != null) {
            json.field("username", account.username());
        }
        json.endObject();
    }

    /** Taps a key that asks for a chat, and chooses one. */
    public String shareChat(long userId, long botId, String key, long chosen) {
        var request = key(userId, botId, key, "request_chat").detail();
        return send(userId, botId, person -> {
            var chat = stage.chat(chosen);
            if (request.flag("chat_is_channel") != (chat.kind() == Chat.Kind.CHANNEL)) {
                throw new IllegalArgumentException(chosen + " is not the kind of chat that the key asks for");
            }
            var shared = new JsonWriter()
                    .object()
                    .field("request_id", request.number("request_id"))
                    .field("chat_id", chosen);
            if (request.flag("request_title")) shared.field("title", chat.title());
            if (request.flag("request_username") && chat.username() != null) {
                shared.field("username", chat.username());
            }
            return FixedContent.news("chat_shared", shared.endObject());
        });
    }

    /** Taps a key that asks for a poll, and makes one; a key may want a quiz or none. */
    public String sharePoll(long userId, long botId, String key, Outgoing.Item.Poll poll) {
        var wanted = key(userId, botId, key, "request_poll").detail().text("type");
        var kind = poll.correct() == null ? "regular" : "quiz";
        if (!wanted.isEmpty() && !wanted.equals(kind)) {
            throw new IllegalArgumentException("the key asks for a " + wanted + " poll");
        }
        return new People(stage).say(userId, botId, Outgoing.of(poll));
    }

    /** Taps a key that asks for a bot to run, and makes one. */
    public BotAccount shareManagedBot(long userId, long botId, String key, String username) {
        key(userId, botId, key, "request_managed_bot");
        var made = new BotSettings(stage).managedBot(botId, userId, username);
        send(userId, botId, person -> {
            var json = new JsonWriter().object();
            stage.account(made.id()).write(json.name("bot"));
            return FixedContent.news("managed_bot_created", json.endObject());
        });
        return made;
    }

    /** The web app behind a key sends the bot what the person did in it, and closes. */
    public String sendWebAppData(long userId, long botId, String key, String data) {
        key(userId, botId, key, "web_app");
        return send(userId, botId, person -> {
            var sent = new JsonWriter().object().field("data", data).field("button_text", key);
            return FixedContent.news("web_app_data", sent.endObject());
        });
    }

    private interface Maker {
        Content make(Account person);
    }

    private String send(long userId, long botId, Maker maker) {
        return gate.pass(() -> {
            var person = stage.account(userId);
            var bot = stage.bot(botId);
            var chat = stage.privateChat(bot, person);
            var message = core.postman().post(chat, Posting.of(person, maker.make(person)));
            return core.json().message(message, bot);
        });
    }

    private Button key(long userId, long chatId, String text, String kind) {
        return gate.read(() -> {
            var person = stage.account(userId);
            var keyboard = keyboard(person, stage.chatOf(person, chatId));
            if (keyboard == null) throw new IllegalArgumentException("no keyboard in " + chatId + " for " + userId);
            return keyboard.buttons()
                    .filter(key -> key.text().equals(text) && key.is(kind))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no key \"" + text + "\" of the kind " + kind));
        });
    }

    /** What stands in place of the person's own keyboard, null for nothing. */
    static @Nullable ReplyMarkup keyboard(Account person, Chat chat) {
        ReplyMarkup newest = null;
        for (var message : chat.messages()) {
            var markup = message.markup();
            if (markup != null && !markup.isInline() && markup.isFor(person, message)) newest = markup;
        }
        return newest == null || newest.kind() != ReplyMarkup.Kind.KEYBOARD ? null : newest;
    }

    private void tell(Bot bot, long id, Account person, Message message, Button pressed) {
        var chat = message.chat();
        var json = new JsonWriter(512).object().field("id", Long.toString(id));
        person.write(json.name("from"));
        if (message.posting().by().viaBot() != null) {
            json.field("inline_message_id", interactions.inline.name(message));
        } else if (core.access().isIn(bot, chat)) {
            core.json().write(json.name("message"), message, bot, true);
        } else {
            chat.write(json.name("message").object().name("chat"));
            json.field("message_id", message.id()).field("date", 0).endObject();
        }
        json.field("chat_instance", Long.toString(chat.id() ^ bot.id()));
        if (pressed.is("callback_data")) json.field("data", pressed.value());
        else if (message.content() instanceof GameContent game) json.field("game_short_name", game.shortName());
        core.postman()
                .give(
                        bot,
                        UpdateKind.CALLBACK_QUERY,
                        person.id(),
                        Postman.named(UpdateKind.CALLBACK_QUERY, json.endObject()));
    }

    private Message message(Chat chat, long chatId, int messageId) {
        var message = stage.message(chat, messageId);
        boolean under = message.markup() != null && message.markup().isInline();
        if (!under
                && !(message.content() instanceof RichContent rich
                        && !rich.buttons().isEmpty())) {
            throw new IllegalArgumentException("no message " + messageId + " with buttons in " + chatId);
        }
        return message;
    }

    private Bot botOf(Message message) {
        var via = message.posting().by().viaBot();
        return stage.bot(via == null ? message.author().id() : via.id());
    }

    /** Under the message, or in its blocks. */
    private static Button find(Message message, String dataOrText) {
        var markup = message.markup();
        var buttons = new ArrayList<Button>();
        if (markup != null) markup.buttons().forEach(buttons::add);
        if (message.content() instanceof RichContent rich) buttons.addAll(rich.buttons());
        for (var button : buttons) {
            if (button.is("callback_data") && button.value().equals(dataOrText)) return button;
        }
        for (var button : buttons) if (button.text().equals(dataOrText)) return button;
        throw new IllegalArgumentException("no button \"" + dataOrText + "\" under message " + message.id());
    }
}
