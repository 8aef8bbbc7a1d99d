package io.botmesh.world;

import org.jspecify.annotations.Nullable;

/**
 * Which recorded calls are wanted. Start from {@link #all()} and narrow it.
 *
 * @param botId  calls of that bot, null for any
 * @param method calls of that method in any case, aliases included, null for any
 * @param chatId calls about that chat, null for any
 * @param after  calls with a greater sequence number; 0 for any
 * @param ok     true for those that succeeded, false for those that were answered otherwise, null for any
 * @param most   the latest that many, at least 1
 */
public record CallFilter(
        @Nullable Long botId,
        @Nullable String method,
        @Nullable Long chatId,
        long after,
        @Nullable Boolean ok,
        int most) {
    private static final CallFilter ALL = new CallFilter(null, null, null, 0, null, Integer.MAX_VALUE);

    public CallFilter {
        if (most < 1) throw new IllegalArgumentException("most: " + most);
    }

    public static CallFilter all() {
        return ALL;
    }

    public CallFilter withBot(long id) {
        return new CallFilter(id, method, chatId, after, ok, most);
    }

    public CallFilter withMethod(String name) {
        return new CallFilter(botId, name, chatId, after, ok, most);
    }

    public CallFilter withChat(long id) {
        return new CallFilter(botId, method, id, after, ok, most);
    }

    public CallFilter withAfter(long sequence) {
        return new CallFilter(botId, method, chatId, sequence, ok, most);
    }

    public CallFilter withOk(boolean succeeded) {
        return new CallFilter(botId, method, chatId, after, succeeded, most);
    }

    public CallFilter withMost(int calls) {
        return new CallFilter(botId, method, chatId, after, ok, calls);
    }
}
