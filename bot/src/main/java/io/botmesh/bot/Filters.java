package io.botmesh.bot;

import io.botmesh.botapi.CallbackQuery;
import io.botmesh.botapi.ChatType;
import io.botmesh.botapi.InlineQuery;
import io.botmesh.botapi.MessageReactionUpdated;
import io.botmesh.botapi.ReactionType;
import io.botmesh.botapi.ReactionTypeEmoji;
import io.botmesh.botapi.UpdateKind;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The filters to begin with; made to be imported statically. */
public final class Filters extends UpdateFilters {
    private static final long MESSAGE = Kinds.bit("message");
    private static final long CHANNEL_POST = Kinds.bit("channel_post");
    private static final long CALLBACK_QUERY = Kinds.CALLBACK_QUERY;
    private static final long INLINE_QUERY = Kinds.bit("inline_query");
    private static final long CHOSEN_INLINE_RESULT = Kinds.bit("chosen_inline_result");
    private static final long MESSAGE_REACTION = Kinds.bit("message_reaction");

    private Filters() {}

    /** New messages wherever they are: in chats and in channels. */
    public static MessageFilter anyMessage() {
        return new MessageFilter(MESSAGE | CHANNEL_POST);
    }

    /** What was edited, in chats and in channels. */
    public static MessageFilter anyEdit() {
        return new MessageFilter(Kinds.bit("edited_message") | Kinds.bit("edited_channel_post"));
    }

    // ---- queries

    /** Presses of buttons. */
    public static Filter<CallbackQuery> callbackQuery() {
        return new Filter<>(CALLBACK_QUERY, ctx -> ctx.update().callbackQuery());
    }

    /** The data of pressed buttons. */
    public static TextFilter callbackData() {
        return new TextFilter(
                CALLBACK_QUERY, Discriminator.Sort.CALLBACK_DATA::textOf, Discriminator.Sort.CALLBACK_DATA);
    }

    /** Presses of buttons whose data begins so; takes out the rest of it. */
    public static Filter<String> callback(String prefix) {
        return callbackData().startingWith(prefix);
    }

    /** Presses of the button that starts a game; takes out the game's short name. */
    public static TextFilter gameQuery() {
        return new TextFilter(
                CALLBACK_QUERY,
                ctx -> ctx.update().callbackQuery() == null
                        ? null
                        : ctx.update().callbackQuery().gameShortName(),
                null);
    }

    /** What people type behind the bot's name in any chat. The bot has to be allowed inline queries by @BotFather. */
    public static Filter<InlineQuery> inlineQuery() {
        return new Filter<>(INLINE_QUERY, ctx -> ctx.update().inlineQuery());
    }

    /** The text of inline queries, which may be empty. */
    public static TextFilter inlineText() {
        return new TextFilter(
                INLINE_QUERY,
                ctx -> ctx.update().inlineQuery() == null
                        ? null
                        : ctx.update().inlineQuery().query(),
                null);
    }

    /**
     * The ids of inline results that people have chosen. The server tells only if @BotFather was told to (inline feedback).
     */
    public static TextFilter chosenResultId() {
        return new TextFilter(
                CHOSEN_INLINE_RESULT,
                ctx -> ctx.update().chosenInlineResult() == null
                        ? null
                        : ctx.update().chosenInlineResult().resultId(),
                null);
    }

    // ---- reactions

    /** Changes of somebody's reaction to a message. The bot has to be an administrator of the chat. */
    public static Filter<MessageReactionUpdated> messageReaction() {
        return new Filter<>(MESSAGE_REACTION, ctx -> ctx.update().messageReaction());
    }

    /** Reactions that somebody has newly added; those that were there before do not count. */
    public static Filter<List<ReactionType>> reaction() {
        return messageReaction().map(Filters::added);
    }

    /** One of these emoji, newly added as a reaction. */
    public static Filter<ReactionType> reaction(String... emoji) {
        Set<String> wanted = Set.of(emoji);
        return reaction()
                .map(added -> added.stream()
                        .filter(one -> one instanceof ReactionTypeEmoji(String own) && wanted.contains(own))
                        .findFirst()
                        .orElse(null));
    }

    private static @Nullable List<ReactionType> added(MessageReactionUpdated change) {
        var added = change.newReaction().stream()
                .filter(one -> !change.oldReaction().contains(one))
                .toList();
        return added.isEmpty() ? null : added;
    }

    // ---- records in buttons

    /** Presses of buttons that stand for such a record; see {@link InlineKeyboard#button(String, Record)}. */
    public static <T extends Record> Filter<T> callback(Class<T> type) {
        var known = CallbackType.of(type);
        return new Filter<>(CALLBACK_QUERY, ctx -> {
            String data = dataOf(ctx);
            return data == null ? null : known.valueOrNull(data);
        });
    }

    /**
     * Presses of buttons that had the name of this record when it was another one, and that stand for no other record of the
     * program; takes out their data.
     */
    public static <T extends Record> Filter<CallbackType.Reading.Outdated<T>> outdated(Class<T> type) {
        var known = CallbackType.of(type);
        return new Filter<>(CALLBACK_QUERY, ctx -> {
            String data = dataOf(ctx);
            return data != null && known.read(data) instanceof CallbackType.Reading.Outdated<T> old ? old : null;
        });
    }

    private static @Nullable String dataOf(Context ctx) {
        CallbackQuery query = ctx.update().callbackQuery();
        return query == null ? null : query.data();
    }

    // ---- whatever the kind

    /** Updates from chats of one of these types. */
    public static Filter<Context> chatType(ChatType... types) {
        return Filter.when(ctx -> true).in(types);
    }

    /** Updates of one of these kinds. */
    public static Filter<Context> kind(UpdateKind... kinds) {
        List<UpdateKind> wanted = List.of(kinds);
        return new Filter<>(Kinds.bits(wanted), ctx -> wanted.contains(ctx.kind()) ? ctx : null);
    }

    /** What the filter does not match, of whatever kind. */
    public static Filter<Context> not(Filter<?> filter) {
        return Filter.when(ctx -> filter.match(ctx) == null);
    }
}
