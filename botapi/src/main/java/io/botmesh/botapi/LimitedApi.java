package io.botmesh.botapi;

import io.botmesh.botapi.ApiException.FloodWait;
import io.botmesh.botapi.TransportException.Happened;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Waits instead of failing: stands in front of an {@link Api}, keeps each chat's messages in the order made, slows down
 * where the server says 429, and tries again what is safe to try again. All that one bot sends has to go through one of
 * these or its views, or they do not know of each other.
 *
 * <ul>
 *   <li>Sends, forwards, copies and edits go out one at a time per chat, in the order of the calls, whatever threads make
 *       them; different chats go at once. All other calls go at once too, so answers to callback, inline, shipping and
 *       pre-checkout queries never wait for messages.
 *   <li>A 429 to a message pauses its chat for as long as the server says, or the whole bot's messages where what was sent
 *       lately shows that the bot was meant. A 429 to another call pauses that method in that place.
 *   <li>A call that cannot go out within its deadline fails with a {@link FloodWait}, at once where the server has named a
 *       longer time; it was not sent.
 *   <li>After a {@link TransportException} a call goes again, within its deadline, if it surely did not happen or may
 *       happen twice: sends only by {@link LimitOptions#repeatSends()}. If a repeated call is refused, the first
 *       failure is in its suppressed exceptions: it may have happened then.
 * </ul>
 *
 * <p>Interrupting a thread ends its wait.
 */
public final class LimitedApi extends ForwardingApi {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final LimitOptions options;
    private final Turns turns;
    private final RandomGenerator jitter;
    private final boolean broadcast;
    private final Waiting waiting;

    public LimitedApi(Api api, LimitOptions options) {
        this(api, options, Ticking.SYSTEM, RandomGenerator.getDefault());
    }

    LimitedApi(Api api, LimitOptions options, Ticking time, RandomGenerator jitter) {
        this(api, options, new Turns(options, time), jitter, false, Waiting.UNNOTICED);
    }

    private LimitedApi(
            Api api, LimitOptions options, Turns turns, RandomGenerator jitter, boolean broadcast, Waiting waiting) {
        super(api);
        this.options = options;
        this.turns = turns;
        this.jitter = jitter;
        this.broadcast = broadcast;
        this.waiting = waiting;
    }

    /**
     * The same bot for mass sending: its messages go out at the rate set for broadcasts, and only while no other message
     * could. Order is kept among them; other messages to the same chat overtake them.
     */
    @Override
    public LimitedApi broadcast() {
        return new LimitedApi(behind(), options, turns, jitter, true, waiting);
    }

    /** The same bot, for one who is told when a call of this view has to wait. */
    public LimitedApi telling(Waiting waiting) {
        return new LimitedApi(behind(), options, turns, jitter, broadcast, Objects.requireNonNull(waiting, "waiting"));
    }

    /** The same bot and its turns, for one who puts something around each try. */
    public LimitedApi through(UnaryOperator<Api> around) {
        return new LimitedApi(around.apply(behind()), options, turns, jitter, broadcast, waiting);
    }

    /** A snapshot over all views. */
    public LimitStats stats() {
        return turns.stats();
    }

    @Override
    public <R> R call(ApiCall<R> call) throws InterruptedException {
        Route route = Routes.of(call);
        if (route.kind() == CallKind.POLL) return super.call(call);
        return call(call, route, options.deadline(), options.attempt(), Tries.UNSEEN);
    }

    /** For one who keeps account of each try. */
    <R> R call(ApiCall<R> call, Tries tries) throws InterruptedException {
        return call(call, Routes.of(call), options.deadline(), options.attempt(), tries);
    }

    /** Hears of the tries of one call, on its thread. What it throws ends the call. */
    interface Tries {
        Tries UNSEEN = new Tries() {
            @Override
            public void onSend() {}

            @Override
            public void onNotSent() {}
        };

        /** From now on it may happen. */
        void onSend();

        /** The last try surely did not happen; another may follow. */
        void onNotSent() throws InterruptedException;
    }

    @Override
    public <R> R call(ApiCall<R> call, Duration deadline) throws InterruptedException {
        if (!deadline.isPositive()) throw new IllegalArgumentException("deadline: " + deadline);
        Route route = Routes.of(call);
        if (route.kind() == CallKind.POLL) return super.call(call, deadline);
        return call(call, route, deadline, deadline, Tries.UNSEEN);
    }

    private <R> R call(ApiCall<R> call, Route route, Duration deadline, Duration attempt, Tries tries)
            throws InterruptedException {
        try (var turn = new Turn<>(call, route, deadline, attempt, tries)) {
            if (turns.isGranted(turn.ticket) && turn.goesThrough()) return turn.answer();
            return waiting.whileWaiting(turn::finish);
        } catch (InterruptedException | RuntimeException failure) {
            throw failure;
        } catch (Exception other) {
            throw new IllegalStateException("a wait brought an exception of its own", other);
        }
    }

    /** One call from its entering the line to its end. */
    private final class Turn<R> implements AutoCloseable {
        private final ApiCall<R> call;
        private final Route route;
        private final long until;
        private final Duration attempt;
        private final Tries tries;
        final Ticket ticket;
        private int failures;
        private boolean over;
        private @Nullable R answer;
        private @Nullable FloodWait refused;
        /** A try that may have happened. */
        private @Nullable TransportException uncertain;

        Turn(ApiCall<R> call, Route route, Duration deadline, Duration attempt, Tries tries) {
            this.call = call;
            this.route = route;
            this.attempt = attempt;
            this.tries = tries;
            until = turns.after(deadline);
            ticket = turns.enter(route, broadcast);
        }

        R answer() {
            return Objects.requireNonNull(answer);
        }

        R finish() throws InterruptedException {
            while (true) {
                awaitTurn();
                if (goesThrough()) return answer();
            }
        }

        /** One try; false if another one is to follow. */
        private boolean goesThrough() throws InterruptedException {
            tries.onSend();
            try {
                R given = behind().call(call, within(attempt));
                answer = given;
                end(Traffic.End.TAKEN, chatOf(given));
                return true;
            } catch (FloodWait wait) {
                refused = wait;
                tries.onNotSent();
                turns.onFloodWait(ticket, wait.retryAfter());
            } catch (TransportException failed) {
                onFailure(failed);
            } catch (ApiException.Rejected rejected) {
                end(Traffic.End.NOT, null);
                if (uncertain != null) rejected.addSuppressed(uncertain);
                throw rejected;
            }
            return false;
        }

        private void awaitTurn() throws InterruptedException {
            if (turns.isGranted(ticket)) return;
            long heldBack = turns.awaitTurn(ticket, until, options.longestWait());
            if (heldBack < 0) return;
            over = true;
            if (refused == null) {
                var time = Duration.ofSeconds(
                        Math.max(1, Duration.ofNanos(heldBack + 999_999_999).toSeconds()));
                refused = new FloodWait(
                        route.method(), "not sent: no turn within the deadline, retry after " + time.toSeconds(), time);
            }
            if (uncertain != null) refused.addSuppressed(uncertain);
            throw refused;
        }

        private Duration within(Duration attempt) {
            Duration left = Duration.ofNanos(Math.max(1, turns.left(until)));
            return left.compareTo(attempt) < 0 ? left : attempt;
        }

        private void onFailure(TransportException failed) throws InterruptedException {
            boolean unknown = failed.happened() == Happened.UNKNOWN;
            if (unknown) uncertain = failed;
            else if (uncertain == null) tries.onNotSent();
            Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures, 10));
            if (pause.compareTo(LONGEST_PAUSE) > 0) pause = LONGEST_PAUSE;
            pause = Duration.ofNanos(pause.toNanos() / 2 + jitter.nextLong(pause.toNanos() / 2 + 1));
            failures++;
            boolean again = !unknown || route.repeatable() || options.repeatSends();
            if (again && failed.mayPass() && turns.left(until) > pause.toNanos()) {
                turns.onTrouble(ticket, pause);
                return;
            }
            end(uncertain != null ? Traffic.End.UNKNOWN : Traffic.End.NOT, null);
            if (uncertain == null || unknown) throw failed;
            uncertain.addSuppressed(failed); // this try did not happen, but an earlier one may have
            throw uncertain;
        }

        private void end(Traffic.End end, @Nullable ChatType type) {
            over = true;
            turns.end(ticket, end, type);
        }

        @Override
        public void close() {
            // An interrupt or a failure of the program itself; the call may be on its way.
            if (!over) turns.abandon(ticket);
        }
    }

    private static @Nullable ChatType chatOf(@Nullable Object answer) {
        if (answer instanceof Message message) return message.chat().type();
        if (answer instanceof Optional<?> maybe) return chatOf(maybe.orElse(null));
        return answer instanceof List<?> list && !list.isEmpty() ? chatOf(list.getFirst()) : null;
    }
}
