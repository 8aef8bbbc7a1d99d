package io.botmesh.bot;

import static io.botmesh.bot.Filters.anyMessage;
import static io.botmesh.bot.Filters.callbackData;
import static io.botmesh.bot.Filters.chosenResultId;
import static io.botmesh.bot.Filters.inlineText;

import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Short ways to register what most bots have. After one with a pattern, {@link Context#match()} tells what it has found. */
abstract sealed class Shorthand permits Composer {
    Shorthand() {}

    abstract <T> Composer on(Filter<T> filter, ValueHandler<? super T> handler, @Nullable MenuEntry menu);

    private <T> Composer on(Filter<T> filter, UpdateHandler handler) {
        return on(filter, (ctx, value) -> handler.handle(ctx), null);
    }

    // ---- commands

    /** Handles a command, given without its slash; see {@link MessageFilter#command(String...)}. */
    public Composer command(String name, UpdateHandler handler) {
        return on(anyMessage().command(name), handler);
    }

    /** Handles a command with its arguments. */
    public Composer command(String name, ValueHandler<? super Command> handler) {
        return on(anyMessage().command(name), handler, null);
    }

    /** {@link #command(String, UpdateHandler)} for a command that the bot's menu shows with this description. */
    public Composer command(String name, String description, UpdateHandler handler) {
        return command(MenuEntry.of(name, description), handler);
    }

    /** {@link #command(String, ValueHandler)} for a command that the bot's menu shows with this description. */
    public Composer command(String name, String description, ValueHandler<? super Command> handler) {
        return command(MenuEntry.of(name, description), handler);
    }

    /** {@link #command(String, UpdateHandler)} for a command that the bot's menu shows so. */
    public Composer command(MenuEntry entry, UpdateHandler handler) {
        return command(entry, (ctx, command) -> handler.handle(ctx));
    }

    /** {@link #command(String, ValueHandler)} for a command that the bot's menu shows so. */
    public Composer command(MenuEntry entry, ValueHandler<? super Command> handler) {
        return on(anyMessage().command(entry.name()), handler, entry);
    }

    /** {@link #command(String, ValueHandler)} for a handler that works with futures. */
    public Composer commandAsync(String name, AsyncHandler<? super Command> handler) {
        return command(name, (ctx, command) -> Async.await(handler.handle(ctx, command)));
    }

    // ---- texts

    /** Handles messages and channel posts whose text or caption is this, exactly. */
    public Composer hears(String text, UpdateHandler handler) {
        return on(anyMessage().textOrCaption().equalTo(text), handler);
    }

    /** Handles messages and channel posts in whose text or caption the pattern is found. */
    public Composer hears(Pattern pattern, UpdateHandler handler) {
        return on(anyMessage().textOrCaption().matching(pattern), handler);
    }

    /** {@link #hears(Pattern, UpdateHandler)} with the match as an argument. */
    public Composer hears(Pattern pattern, ValueHandler<? super MatchResult> handler) {
        return on(anyMessage().textOrCaption().matching(pattern), handler, null);
    }

    // ---- queries

    /** Handles presses of buttons with this data, exactly. */
    public Composer callbackQuery(String data, UpdateHandler handler) {
        return on(callbackData().equalTo(data), handler);
    }

    /** Handles presses of buttons in whose data the pattern is found. */
    public Composer callbackQuery(Pattern pattern, UpdateHandler handler) {
        return on(callbackData().matching(pattern), handler);
    }

    /** Handles inline queries with this text, exactly; empty for those that have none yet. */
    public Composer inlineQuery(String text, UpdateHandler handler) {
        return on(inlineText().equalTo(text), handler);
    }

    /** Handles inline queries in whose text the pattern is found. */
    public Composer inlineQuery(Pattern pattern, UpdateHandler handler) {
        return on(inlineText().matching(pattern), handler);
    }

    /** Handles the choice of the inline result with this id, exactly. See {@link Filters#chosenResultId()}. */
    public Composer chosenInlineResult(String resultId, UpdateHandler handler) {
        return on(chosenResultId().equalTo(resultId), handler);
    }

    /** Handles the choice of inline results in whose id the pattern is found. */
    public Composer chosenInlineResult(Pattern pattern, UpdateHandler handler) {
        return on(chosenResultId().matching(pattern), handler);
    }
}
