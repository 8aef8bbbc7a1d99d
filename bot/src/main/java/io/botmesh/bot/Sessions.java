package io.botmesh.bot;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the handlers registered after it their sessions, by {@link Context#session}, and stores what they have changed: all
 * parts at once or none, and nothing if a handler fails and no {@link Composer#errorBoundary} after this one deals with that.
 *
 * <pre>{@code
 * bot.use(new Sessions(store));
 * }</pre>
 *
 * <p>A part that another handler has changed meanwhile is a {@linkplain SessionException.Conflict conflict}: the update fails
 * and goes the way of all failures, so a retry starts from what is stored then. With {@link #reapplying()}, functions given
 * to {@link Session#update} run again instead. Neither can happen to parts that are kept by conversation.
 */
public final class Sessions implements Middleware {
    /** So many handlers in a row may be quicker with the same session before an update fails. */
    private static final int MOST_TRIES = 10;

    /** The end of the update has been left to a store. */
    private static final Attribute<Boolean> ENDED = Attribute.named("ended");

    private static final Logger log = LoggerFactory.getLogger(Sessions.class);

    /**
     * How often sessions were loaded, written and found changed by another handler meanwhile, since the start.
     *
     * @param reapplied conflicts after which the functions given to {@link Session#update} ran again on what was stored
     * @param refused   conflicts by which an update has failed: what its handler had changed is not stored
     */
    public record Stats(long loaded, long written, long reapplied, long refused) {
        static final Stats NONE = new Stats(0, 0, 0, 0);

        /** In all. */
        public long conflicts() {
            return reapplied + refused;
        }

        Stats plus(Stats other) {
            return new Stats(
                    loaded + other.loaded,
                    written + other.written,
                    reapplied + other.reapplied,
                    refused + other.refused);
        }
    }

    /** Of one object and those that were made from it. */
    static final class Counters {
        private final LongAdder loaded = new LongAdder();
        private final LongAdder written = new LongAdder();
        private final LongAdder reapplied = new LongAdder();
        private final LongAdder refused = new LongAdder();

        Stats now() {
            return new Stats(loaded.sum(), written.sum(), reapplied.sum(), refused.sum());
        }
    }

    private final SessionStore store;
    private final boolean reapplying;
    private final InstantSource clock;
    private final Counters counters;

    public Sessions(SessionStore store) {
        this(store, InstantSource.system());
    }

    /** With another clock for what is kept for some time only. */
    public Sessions(SessionStore store, InstantSource clock) {
        this(store, false, clock, new Counters());
    }

    private Sessions(SessionStore store, boolean reapplying, InstantSource clock, Counters counters) {
        this.store = store;
        this.reapplying = reapplying;
        this.clock = clock;
        this.counters = counters;
    }

    /** With {@link Session#update} made again, on what is stored then, where another handler was quicker. */
    public Sessions reapplying() {
        return new Sessions(store, true, clock, counters);
    }

    public Stats stats() {
        return counters.now();
    }

    @Override
    public void handle(Context ctx, Next next) throws Exception {
        var open = new Open(ctx);
        var outer = ctx.openSessions(open);
        try {
            next.proceed();
            open.store(outer == null);
        } finally {
            ctx.openSessions(outer);
        }
    }

    /** The sessions of one update. */
    final class Open {
        private final Context ctx;
        private final Map<SessionKey, Session<?>> sessions = new LinkedHashMap<>();
        /** Both ways of a fork may be at them. */
        private final ReentrantLock lock = new ReentrantLock();

        private Open(Context ctx) {
            this.ctx = ctx;
        }

        /** @param from whose key it has: the update's context, or that of a way beside it */
        <T> Session<T> of(SessionPart<T> part, Context from) {
            var key = part.keyOf(from);
            lock.lock();
            try {
                return known(part, key);
            } finally {
                lock.unlock();
            }
        }

        @SuppressWarnings("unchecked") // of one name and key, of one part
        private <T> Session<T> known(SessionPart<T> part, SessionKey key) {
            var known = sessions.get(key);
            if (known != null && known.part() != part)
                throw new IllegalStateException("two parts are named " + part.name());
            if (known != null) return (Session<T>) known;
            var session = new Session<>(part, key, store, lock, counters.loaded::increment);
            sessions.put(key, session);
            return session;
        }

        Counters counters() {
            return counters;
        }

        /** Others may change from now on what has not been changed. */
        void pause() {
            sessions.values().forEach(Session::pause);
        }

        /** @param last whether nothing else of this update is stored after it */
        private void store(boolean last) {
            for (int tries = 1; ; tries++) {
                var changes = changes();
                if (changes.isEmpty()) return;
                try {
                    commit(changes, last);
                    counters.written.add(changes.size());
                    return;
                } catch (SessionException.Conflict conflict) {
                    var session = sessions.get(conflict.key());
                    if (!reapplying || tries == MOST_TRIES || session == null || !session.reapply()) {
                        counters.refused.increment();
                        throw conflict;
                    }
                    counters.reapplied.increment();
                    log.debug("{}; made again", conflict.getMessage());
                }
            }
        }

        /** An update ends once: what was stored after that would not be. And not before all its handlers have. */
        private void commit(List<SessionStore.Change> changes, boolean last) {
            if (!last || !ctx.isAlone() || ctx.get(ENDED).isPresent()) {
                store.commit(changes);
            } else {
                store.commit(changes, ctx.delivery());
                ctx.put(ENDED, true);
            }
        }

        private List<SessionStore.Change> changes() {
            var changes = new ArrayList<SessionStore.Change>();
            for (var session : sessions.values())
                session.change(clock.instant()).ifPresent(changes::add);
            return changes;
        }
    }
}
