package io.botmesh.bot;

import io.botmesh.botapi.CallbackQuery;
import io.botmesh.botapi.UpdateKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The filters to begin with; made to be imported statically. */
public final class Filters extends UpdateFilters {
    private static final long MESSAGE = Kinds.bit("message");
    private static final long CHANNEL_POST = Kinds.bit("channel_post");
    private static final long CALLBACK_QUERY = Kinds.bit("callback_query");

    private Filters() {}

    /** New messages wherever they are: in chats and in channels. */
    public static MessageFilter anyMessage() {
        return new MessageFilter(MESSAGE | CHANNEL_POST);
    }

    /** Presses of buttons. */
    public static Filter<CallbackQuery> callbackQuery() {
        return new Filter<>(CALLBACK_QUERY, ctx -> ctx.update().callbackQuery());
    }

    /** Presses of buttons that stand for such a record; see {@link InlineKeyboard#button(String, Record)}. */
    public static <T extends Record> Filter<T> callback(Class<T> type) {
        var known = CallbackType.of(type);
        return new Filter<>(CALLBACK_QUERY, ctx -> {
            String data = dataOf(ctx);
            return data == null ? null : known.valueOrNull(data);
        });
    }

    /** Presses of buttons that had the name of this record when it was another one; takes out their data. */
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
