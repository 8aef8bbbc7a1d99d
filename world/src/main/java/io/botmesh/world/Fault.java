package io.botmesh.world;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Something that is to go wrong, and with which calls, or with which updates on their way to webhooks. Start from what goes
 * wrong and narrow it down; without any narrowing it strikes every call, or every delivery.
 *
 * <pre>{@code
 * world.faults().add(Fault.loseReply().onMethods("sendMessage").inChat(chat).skipping(2).times(1));
 * }</pre>
 *
 * @param action      what goes wrong
 * @param botId       only with calls of that bot, null for any
 * @param methods     only with calls of these methods, by their documented names, or for deliveries only with these kinds
 *                    of updates; empty for any
 * @param chatId      only with calls whose {@code chat_id} names that chat, or with messages and posts of that chat and all
 *                    other updates about that person; null for any
 * @param skip        the first so many calls that match get through
 * @param times       strikes so many times and then rests
 * @param probability chance of striking a call that matches, from the world's seed; more than 0, at most 1
 * @param until       no longer from that instant on, null for ever
 */
public record Fault(
        FaultAction action,
        @Nullable Long botId,
        Set<String> methods,
        @Nullable Long chatId,
        int skip,
        int times,
        double probability,
        @Nullable Instant until) {

    private static final String POLL = "getUpdates";

    public Fault {
        if (skip < 0) throw new IllegalArgumentException("skip: " + skip);
        if (times < 1) throw new IllegalArgumentException("times: " + times);
        if (!(probability > 0 && probability <= 1)) throw new IllegalArgumentException("probability: " + probability);
        var documented = new LinkedHashSet<String>();
        for (var name : methods) {
            var found = action instanceof FaultAction.OnDelivery ? kind(name) : MethodNames.find(name);
            if (found == null) {
                throw new IllegalArgumentException(
                        (action instanceof FaultAction.OnDelivery ? "no kind of update " : "no method ") + name);
            }
            documented.add(found);
        }
        if (action instanceof FaultAction.Conflict) {
            documented.add(POLL);
            if (documented.size() > 1) throw new IllegalArgumentException("only " + POLL + " gets conflicts");
        }
        methods = java.util.Collections.unmodifiableSet(documented);
    }

    private static @Nullable String kind(String name) {
        for (var kind : UpdateKind.values()) if (kind.wireName().equals(name)) return name;
        return null;
    }

    /** Any action on every call. */
    public static Fault of(FaultAction action) {
        return new Fault(action, null, Set.of(), null, 0, Integer.MAX_VALUE, 1, null);
    }

    /** Refused with that code and text, no effect. */
    public static Fault refuse(int code, String description) {
        return of(new FaultAction.Refuse(code, description, null));
    }

    /** Refused with 429, no effect. */
    public static Fault tooManyRequests(int retryAfterSeconds) {
        return of(
                new FaultAction.Refuse(429, "Too Many Requests: retry after " + retryAfterSeconds, retryAfterSeconds));
    }

    /** The web front's own page of status 502, no effect. */
    public static Fault badGateway() {
        return page(502, "Bad Gateway");
    }

    /** A page of the web front with that status, as nginx writes it, no effect. */
    public static Fault page(int status, String reason) {
        var page = Reply.Raw.page(status, reason);
        return of(new FaultAction.Page(page.status(), page.contentType(), page.body()));
    }

    /** The call happens, but the connection closes without an answer. */
    public static Fault loseReply() {
        return of(new FaultAction.LoseReply(false));
    }

    /** The connection breaks before anything happens. */
    public static Fault reset() {
        return of(new FaultAction.Reset());
    }

    /** The call goes its way, but its connection breaks after that time. */
    public static Fault resetAfter(Duration time) {
        return of(new FaultAction.ResetLater(time));
    }

    /** The call happens twice. */
    public static Fault duplicate() {
        return of(new FaultAction.Duplicate());
    }

    /** The call happens at once, its answer comes that much later. */
    public static Fault slow(Duration by) {
        return of(new FaultAction.Slow(by, false));
    }

    /** The call happens and is answered that much later. */
    public static Fault late(Duration by) {
        return of(new FaultAction.Slow(by, true));
    }

    /** Nothing happens and no answer comes. */
    public static Fault swallow() {
        return of(new FaultAction.Silence(false));
    }

    /** The call happens and no answer comes. */
    public static Fault silence() {
        return of(new FaultAction.Silence(true));
    }

    /** getUpdates calls confirm nothing. */
    public static Fault redeliver() {
        return of(new FaultAction.Redeliver()).onMethods("getUpdates");
    }

    /** Update ids go on from a random one after a call that leaves no update waiting; once. */
    public static Fault jumpUpdateIds() {
        return of(new FaultAction.JumpUpdateIds()).times(1);
    }

    /** The token of the bot that calls is revoked. */
    public static Fault revokeToken() {
        return of(new FaultAction.RevokeToken());
    }

    /** A poll loses against another one: 409 after that time, with its effect and without its updates. */
    public static Fault conflict(Duration after) {
        return of(new FaultAction.Conflict(after));
    }

    /** An update finds its webhook's connection refused. */
    public static Fault refuseDelivery() {
        return of(new FaultAction.RefuseDelivery());
    }

    /** An update's connection ends before its body does. */
    public static Fault cutDelivery() {
        return of(new FaultAction.CutDelivery());
    }

    /** An update leaves for its webhook that much later. */
    public static Fault delayDelivery(Duration by) {
        return of(new FaultAction.DelayDelivery(by));
    }

    /** An update comes to its webhook twice, though the first was taken. */
    public static Fault duplicateDelivery() {
        return of(new FaultAction.DuplicateDelivery());
    }

    /** What a webhook answers is lost, so that the update comes again. */
    public static Fault loseAnswer() {
        return of(new FaultAction.IgnoreAnswer(false));
    }

    /** Whatever a webhook answers, the update counts as taken and never comes again. */
    public static Fault takeAnyAnswer() {
        return of(new FaultAction.IgnoreAnswer(true));
    }

    /** An update comes to its webhook after the next one of its chat. */
    public static Fault overtake() {
        return of(new FaultAction.Overtake());
    }

    /** Only updates of these kinds, such as {@code callback_query}. */
    public Fault onUpdates(String... kinds) {
        if (!(action instanceof FaultAction.OnDelivery)) throw new IllegalArgumentException("this strikes calls");
        return onMethods(kinds);
    }

    public Fault ofBot(long id) {
        return new Fault(action, id, methods, chatId, skip, times, probability, until);
    }

    public Fault onMethods(String... names) {
        return new Fault(
                action, botId, new LinkedHashSet<>(Arrays.asList(names)), chatId, skip, times, probability, until);
    }

    public Fault inChat(long id) {
        return new Fault(action, botId, methods, id, skip, times, probability, until);
    }

    /** Lets the first so many matching calls through; {@code skipping(2).times(1)} strikes the third. */
    public Fault skipping(int calls) {
        return new Fault(action, botId, methods, chatId, calls, times, probability, until);
    }

    public Fault times(int most) {
        return new Fault(action, botId, methods, chatId, skip, most, probability, until);
    }

    public Fault withProbability(double chance) {
        return new Fault(action, botId, methods, chatId, skip, times, chance, until);
    }

    public Fault until(Instant instant) {
        return new Fault(action, botId, methods, chatId, skip, times, probability, instant);
    }

    boolean matches(Bot bot, String method, @Nullable Long chat, Instant now) {
        return (botId == null || botId == bot.id())
                && (methods.isEmpty() || methods.contains(method))
                && (chatId == null || chatId.equals(chat))
                && (until == null || now.isBefore(until));
    }
}
