package io.botmesh.bot;

import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.LimitOptions;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.UpdateKind;
import io.botmesh.runner.Journal;
import io.botmesh.runner.Keys;
import io.botmesh.runner.Lease;
import io.botmesh.runner.RunnerOptions;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Bot} runs. Start from {@link #of(String)} and change what differs.
 *
 * @param token          who the bot is
 * @param server         where the Bot API is; default Telegram's own
 * @param limits         how fast it sends, or null for calls that go out at once; not for a client that is given
 * @param source         where updates come from; default {@link LongPolling}
 * @param runner         order, guarantee, limits and what becomes of failures; by default a conversation is in order
 *                       ({@link UpdateKey}), inline queries older than 30 s are dropped, and buttons pressed more than 15 s
 *                       ago and what is older than a day are handled as overdue
 * @param allowedUpdates the kinds of updates wanted, empty for the server's default, or null to ask for what the handlers
 *                       are registered for; default null
 * @param commandsMenu   whether the commands that have a description become the bot's menu at a start; default true
 * @param autoAnswer     when a callback query that no handler has answered is answered, so that the button stops waiting;
 *                       default {@link AutoAnswer#defaults()}
 * @param stopDeadline   how long handlers may go on when the program is asked to end; default 10 s
 * @param lease          the right to work, if several programs of this bot take turns, and the journal that is opened under
 *                       it; default null, for a bot of one program at a time
 */
public record BotOptions(
        BotToken token,
        ApiOptions server,
        @Nullable LimitOptions limits,
        BotSource source,
        RunnerOptions<RawUpdate> runner,
        @Nullable List<UpdateKind> allowedUpdates,
        boolean commandsMenu,
        AutoAnswer autoAnswer,
        Duration stopDeadline,
        @Nullable BotLease lease) {
    private static final Keys<RawUpdate> BY_CONVERSATION = UpdateKey::keys;

    public BotOptions {
        allowedUpdates = allowedUpdates == null ? null : List.copyOf(allowedUpdates);
        if (stopDeadline.isNegative()) throw new IllegalArgumentException("stopDeadline: " + stopDeadline);
    }

    /**
     * The defaults for a bot.
     *
     * @throws IllegalArgumentException if this is no token; the message does not repeat it
     */
    public static BotOptions of(String token) {
        return of(BotToken.parse(token));
    }

    public static BotOptions of(BotToken token) {
        return new BotOptions(
                token,
                ApiOptions.defaults(),
                LimitOptions.defaults(),
                LongPolling.defaults(),
                defaultRunner(),
                null,
                true,
                AutoAnswer.defaults(),
                Duration.ofSeconds(10),
                null);
    }

    /** Whether they are those of a bot that has not said otherwise. */
    @SuppressWarnings("ReferenceEquality") // that one
    static boolean isByConversation(RunnerOptions<RawUpdate> options) {
        return options.ordering().keys() == BY_CONVERSATION;
    }

    private static RunnerOptions<RawUpdate> defaultRunner() {
        var options = RunnerOptions.<RawUpdate>defaults().withKeys(BY_CONVERSATION);
        return options.withTimes(options.times().withAges(UpdateAge::limit));
    }

    public BotOptions withServer(ApiOptions server) {
        return new BotOptions(
                token, server, limits, source, runner, allowedUpdates, commandsMenu, autoAnswer, stopDeadline, lease);
    }

    public BotOptions withLimits(@Nullable LimitOptions limits) {
        return new BotOptions(
                token, server, limits, source, runner, allowedUpdates, commandsMenu, autoAnswer, stopDeadline, lease);
    }

    public BotOptions withSource(BotSource source) {
        return new BotOptions(
                token, server, limits, source, runner, allowedUpdates, commandsMenu, autoAnswer, stopDeadline, lease);
    }

    /** With changes to the runner's options as they are. */
    public BotOptions withRunner(UnaryOperator<RunnerOptions<RawUpdate>> change) {
        return new BotOptions(
                token,
                server,
                limits,
                source,
                withRoomForOthers(change.apply(runner)),
                allowedUpdates,
                commandsMenu,
                autoAnswer,
                stopDeadline,
                lease);
    }

    /** Fewer slots than before, with as many that control updates have for themselves, might leave none for all others. */
    private RunnerOptions<RawUpdate> withRoomForOthers(RunnerOptions<RawUpdate> changed) {
        var ordering = changed.ordering();
        int slots = changed.limits().concurrency();
        if (slots >= runner.limits().concurrency()
                || ordering.reserve() != runner.ordering().reserve()
                || ordering.reserve() <= slots / 2) return changed;
        return changed.withOrdering(ordering.withControl(ordering.control(), slots / 2));
    }

    /**
     * Keeps updates in this journal until they have ended: nothing is lost when the process dies. It is this bot's, and stays
     * the caller's to close.
     */
    public BotOptions withJournal(Journal<RawUpdate> journal) {
        return withRunner(options -> options.withJournal(journal));
    }

    /**
     * What has to be in order instead of a conversation. A handler that {@linkplain Context#ask asks} hears only what shares a
     * key with its update.
     *
     * @param key of an update: one, a collection of several, or null for an update that may run beside any other
     */
    public BotOptions withSequentialize(Function<? super RawUpdate, ? extends @Nullable Object> key) {
        return withRunner(options -> options.withKeys(update -> {
            Object keys = key.apply(update);
            return keys == null ? List.of() : keys instanceof Collection<?> several ? several : List.of(keys);
        }));
    }

    /**
     * Commands that steer what is going on, without their slash: a {@code stop} overtakes what waits in its chat, runs
     * beside the handler that is busy there, and has slots that others do not take. Keep them few: what overtakes is not in
     * order with the rest. See {@link ControlUpdates}.
     */
    public BotOptions withControlCommands(String... names) {
        return withControl(ControlUpdates.commands(names));
    }

    /** The same for pressed buttons whose data begins so; not for the answers to a handler that asks. */
    public BotOptions withControlButtons(String... prefixes) {
        return withControl(ControlUpdates.buttons(prefixes));
    }

    /** The same for pressed buttons that stand for such a record. */
    public BotOptions withControlButtons(Class<? extends Record> type) {
        return withControlButtons(CallbackType.of(type).prefix());
    }

    /** These in addition to those that are there already; at most {@value ControlUpdates#RESERVE} slots are theirs alone. */
    public BotOptions withControl(ControlUpdates more) {
        return withRunner(options -> {
            var ordering = options.ordering();
            int reserve = Math.min(ControlUpdates.RESERVE, options.limits().concurrency() / 2);
            return options.withOrdering(
                    ordering.withControl(more.or(ordering.control()), Math.max(reserve, ordering.reserve())));
        });
    }

    public BotOptions withAllowedUpdates(@Nullable List<UpdateKind> allowedUpdates) {
        return new BotOptions(
                token, server, limits, source, runner, allowedUpdates, commandsMenu, autoAnswer, stopDeadline, lease);
    }

    public BotOptions withCommandsMenu(boolean commandsMenu) {
        return new BotOptions(
                token, server, limits, source, runner, allowedUpdates, commandsMenu, autoAnswer, stopDeadline, lease);
    }

    public BotOptions withAutoAnswer(AutoAnswer autoAnswer) {
        return new BotOptions(
                token, server, limits, source, runner, allowedUpdates, commandsMenu, autoAnswer, stopDeadline, lease);
    }

    public BotOptions withStopDeadline(Duration stopDeadline) {
        return new BotOptions(
                token, server, limits, source, runner, allowedUpdates, commandsMenu, autoAnswer, stopDeadline, lease);
    }

    /**
     * Works only while it holds this right: a start waits for it, and when another program wants it the bot ends as by a
     * {@link Bot#stop()}, so that a new version is started and nothing else has to be done. Give an opener of the journal, too,
     * where there is a journal: only who holds the lease may have it open.
     */
    public BotOptions withLease(Lease lease) {
        return withLease(new BotLease(lease, null));
    }

    /**
     * As {@link #withLease(Lease)}, with a journal that is opened when the lease is held, and closed before it is given back.
     *
     * @param journal opens it, under the fence that it is given
     */
    public BotOptions withLease(Lease lease, LongFunction<? extends Journal<RawUpdate>> journal) {
        return withLease(new BotLease(lease, journal));
    }

    private BotOptions withLease(BotLease lease) {
        return new BotOptions(
                token, server, limits, source, runner, allowedUpdates, commandsMenu, autoAnswer, stopDeadline, lease);
    }
}
