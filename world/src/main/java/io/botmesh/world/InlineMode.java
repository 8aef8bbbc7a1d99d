package io.botmesh.world;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Optional;

/**
 * How people ask bots from within any chat: they type a bot's name and a query, see what it offers and send some of it. For
 * ids that do not exist and for what could not happen all of it throws {@link IllegalArgumentException}.
 *
 * <p>A {@code chatId} is a channel or group, or for a private chat the bot's user id.
 */
public final class InlineMode {
    private final Gate gate;
    private final Stage stage;
    private final Core core;

    InlineMode(Stage stage) {
        this.stage = stage;
        gate = stage.gate();
        core = stage.core();
    }

    private InlineQueries inline() {
        return core.interactions().inline;
    }

    /**
     * Types a query.
     *
     * @param offset the {@code next_offset} of an earlier answer, empty for the first
     * @return the id of the inline query; the bot hears nothing of it if an earlier answer still counts
     */
    public String ask(long userId, long chatId, long botId, String query, String offset) {
        return gate.pass(() -> {
            var bot = stage.bot(botId);
            if (!bot.flags.contains(BotFlag.INLINE)) {
                throw new IllegalArgumentException("bot " + botId + " has no inline mode");
            }
            var person = stage.account(userId);
            var chat = stage.chatOf(person, chatId);
            var asked = new InlineQueries.Query(
                    bot, person, chat, query, offset, core.agenda().seconds());
            long id = inline().add(asked);
            if (asked.offer == null) tell(id, asked);
            return Long.toString(id);
        });
    }

    private void tell(long id, InlineQueries.Query asked) {
        var chat = asked.chat;
        var json = new JsonWriter(512).object().field("id", Long.toString(id));
        asked.person.write(json.name("from"));
        var type = chat.bot() == asked.bot ? "sender" : chat.kind().wireName();
        json.field("chat_type", type).field("query", asked.text).field("offset", asked.offset);
        give(asked.bot, UpdateKind.INLINE_QUERY, asked.person, json);
    }

    private void give(Bot bot, UpdateKind kind, Account person, JsonWriter json) {
        core.postman().give(bot, kind, person.id(), Postman.named(kind, json.endObject()));
    }

    /**
     * What the bot offers, as {@code {"results":[..],"next_offset","button"?}}; empty as long as it has not answered.
     * Results show their type, id, title, description and keyboard.
     */
    public Optional<String> offer(String inlineQueryId) {
        return gate.read(() -> Optional.ofNullable(inline().query(Lenient.number(inlineQueryId)).offer)
                .map(InlineMode::json));
    }

    private static String json(InlineQueries.Offer offer) {
        var json = new JsonWriter(512).object().name("results").array();
        for (var result : offer.results()) json.raw(result.json().getBytes(ISO_8859_1));
        json.endArray().field("next_offset", offer.nextOffset());
        if (!offer.button().isEmpty()) json.name("button").raw(offer.button().getBytes(ISO_8859_1));
        return json.endObject().toString();
    }

    /**
     * Sends one of the results. A bot with feedback on is told.
     *
     * @return the Message as JSON
     */
    public String choose(String inlineQueryId, String resultId) {
        return gate.pass(() -> {
            var query = inline().query(Lenient.number(inlineQueryId));
            var offer = query.offer;
            if (offer == null) throw new IllegalArgumentException("the bot has not answered yet");
            var result = offer.results().stream()
                    .filter(one -> one.id().equals(resultId))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("the bot offers no " + resultId));
            var message = InlineMethods.post(core, query.bot, query.person, query.chat, result);
            if (query.bot.flags.contains(BotFlag.INLINE_FEEDBACK)) tellChosen(query, result, message);
            return core.json().message(message, query.bot);
        });
    }

    private void tellChosen(InlineQueries.Query query, InlineResult result, Message message) {
        var json = new JsonWriter(512).object().field("result_id", result.id());
        query.person.write(json.name("from"));
        if (result.markup() != null) json.field("inline_message_id", inline().name(message));
        give(query.bot, UpdateKind.CHOSEN_INLINE_RESULT, query.person, json.field("query", query.text));
    }

    /**
     * Opens a web app of a bot in a chat.
     *
     * @return the id with which the app can let the bot send there
     */
    public String openWebApp(long userId, long chatId, long botId) {
        return gate.pass(() -> {
            var person = stage.account(userId);
            var id = Long.toString(core.interactions().nextId(), 36);
            var chat = stage.chatOf(person, chatId);
            inline().webApps.put(id, new InlineQueries.Opening(stage.bot(botId), person, chat, 0));
            return id;
        });
    }

    /** Sends a message that a bot prepared for the person. */
    public String sendPrepared(long userId, String preparedId, long chatId) {
        return gate.pass(() -> {
            var person = stage.account(userId);
            var prepared = inline().prepared.get(preparedId);
            if (prepared == null
                    || !prepared.person().equals(person)
                    || core.agenda().seconds() >= prepared.until()) {
                throw new IllegalArgumentException("nothing was prepared as " + preparedId);
            }
            inline().prepared.remove(preparedId);
            var chat = stage.chatOf(person, chatId);
            var message = InlineMethods.post(core, prepared.bot(), person, chat, prepared.result());
            return core.json().message(message, prepared.bot());
        });
    }

    /**
     * Calls a bot into a chat that it is not in, with a message that names it.
     *
     * @return the guest query's id
     */
    public String callGuest(long userId, long chatId, long botId, String text) {
        return gate.pass(() -> {
            var bot = stage.bot(botId);
            if (!bot.flags.contains(BotFlag.GUEST)) {
                throw new IllegalArgumentException("bot " + botId + " is nobody's guest");
            }
            var person = stage.account(userId);
            var chat = stage.chatOf(person, chatId);
            var words = SendMethods.text(new Draft(text, java.util.List.of()));
            var message = core.postman().post(chat, Posting.of(person, new TextContent(words, null)));
            long id = core.interactions().nextId();
            inline().guests.put(id, new InlineQueries.Opening(bot, person, chat, message.id()));
            var whole = core.json().message(message, bot);
            var json = whole.substring(0, whole.length() - 1) + ",\"guest_query_id\":\"" + id + "\"}";
            var payload = ('"' + UpdateKind.GUEST_MESSAGE.wireName() + "\":" + json).getBytes(ISO_8859_1);
            core.postman().give(bot, UpdateKind.GUEST_MESSAGE, chat.id(), payload);
            return Long.toString(id);
        });
    }
}
