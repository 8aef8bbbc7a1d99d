package io.botmesh.world;

import io.botmesh.world.Method.Pace;
import java.time.Duration;

/** Methods about the bot itself and how it gets its updates. */
final class BotMethods {
    static final Duration SETTLED = Duration.ofMinutes(10);
    private static final int MOST_CACHED = 30 * 24 * 60 * 60;
    static final Reply TRUE = new Reply.Ok("true");

    private final Core core;

    BotMethods(Core core) {
        this.core = core;
    }

    void addTo(MethodTable table) {
        table.faithful("getMe", Pace.OTHER, this::getMe);
        table.faithful("logOut", Pace.OTHER, this::logOut);
        table.faithful("close", Pace.OTHER, this::close);
        table.faithful("answerCallbackQuery", Pace.OTHER, this::answerCallbackQuery);
        table.faithful("getUpdates", Pace.POLL, core.polls()::getUpdates);
    }

    Reply getMe(Bot bot, Params params) {
        var json = bot.account().writeOpen(new JsonWriter());
        json.field("can_join_groups", true)
                .field("can_read_all_group_messages", !bot.privacy)
                .field("supports_inline_queries", bot.flags.contains(BotFlag.INLINE))
                .field("supports_guest_queries", bot.flags.contains(BotFlag.GUEST))
                .field("can_connect_to_business", bot.flags.contains(BotFlag.BUSINESS))
                .field("has_main_web_app", false)
                .field("has_topics_enabled", bot.flags.contains(BotFlag.TOPICS))
                .field("allows_users_to_create_topics", bot.flags.contains(BotFlag.PEOPLE_MAKE_TOPICS))
                .field("can_manage_bots", bot.flags.contains(BotFlag.MANAGES_BOTS))
                .field("supports_join_request_queries", bot.flags.contains(BotFlag.JOIN_REQUESTS));
        return new Reply.Ok(json.endObject().toString());
    }

    /** The bot is out until the token may be used again, and nothing of what waits for it is kept. */
    Reply logOut(Bot bot, Params params) {
        if (core.assume(Assumption.LOGGED_OUT_LOSE_WEBHOOK)) core.webhooks().remove(bot);
        core.polls().end(bot, new Reply.Failure(400, "Logged out"));
        bot.queue.clear();
        bot.loggedOutUntil = core.agenda().now().plus(SETTLED);
        return TRUE;
    }

    /** Only an instance that has run for a while may be closed; the next call starts another. */
    Reply close(Bot bot, Params params) {
        var launched = bot.launchedAt == null ? core.agenda().now() : bot.launchedAt;
        var left = Duration.between(core.agenda().now(), launched.plus(SETTLED));
        if (left.compareTo(Duration.ZERO) > 0) {
            throw Refused.retryAfter(
                    (int) Math.max(1, left.plusNanos(999_999_999).toSeconds()));
        }
        bot.launchedAt = null;
        core.polls().end(bot, new Reply.Failure(500, "Internal Server Error: restart"));
        if (bot.webhook != null) bot.webhook.suspend();
        return TRUE;
    }

    Reply answerCallbackQuery(Bot bot, Params params) {
        long id = params.number("callback_query_id");
        var answer = new CallbackAnswer(params.text("text"), params.flag("show_alert"), params.text("url"));
        int cacheSeconds = params.integer("cache_time", 0, 0, MOST_CACHED);
        core.interactions()
                .callbacks
                .answer(bot, id, answer, cacheSeconds, core.agenda().seconds());
        core.watchers()
                .tell(() -> new Happening.Answered(
                        core.agenda().now(),
                        bot.id(),
                        Long.toString(id),
                        params.text("text"),
                        params.flag("show_alert"),
                        params.has("url") ? params.text("url") : null));
        return TRUE;
    }
}
