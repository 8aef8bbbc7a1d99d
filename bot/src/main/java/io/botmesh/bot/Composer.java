package io.botmesh.bot;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Handlers in their order. An update goes from one to the next until one takes it: a {@link UpdateHandler handler} that
 * is meant ends its way, a {@link Middleware} decides by calling {@link Next}. Composers nest; each is a middleware too.
 *
 * <p>Everything is registered before the first update, then the composer is closed for changes: handlers that register
 * handlers would pile up without end.
 */
public sealed class Composer implements Middleware permits Bot {
    /** A handler as it was registered. */
    sealed interface Registered {
        Filter<?> filter();

        /** The handler itself; whether it always ends the way is known of some. */
        record Leaf(Filter<?> filter, boolean ends, Link link) implements Registered {}

        record Branch(Filter<?> filter, Composer nested) implements Registered {}
    }

    private static final Filter<Context> ALWAYS = Filter.when(ctx -> true);

    private final ReentrantLock lock = new ReentrantLock();
    private final List<Registered> registered = new ArrayList<>();
    private volatile @Nullable Ways ways;

    public Composer() {}

    // ---- handlers

    /** Handles what the filter matches. */
    public <T> Composer on(Filter<T> filter, ValueHandler<? super T> handler) {
        return add(new Registered.Leaf(filter, true, new Link.Handling<>(filter, handler)));
    }

    /** Stands around the handlers that are registered later, for what the filter matches. */
    public <T> Composer on(Filter<T> filter, ValueMiddleware<? super T> middleware) {
        return add(new Registered.Leaf(filter, false, new Link.Around<>(filter, middleware)));
    }

    /** Handles a command, given without its slash; see {@link MessageFilter#command(String...)}. */
    public Composer command(String name, UpdateHandler handler) {
        return command(name, (ctx, command) -> handler.handle(ctx));
    }

    /** Handles a command with its arguments. */
    public Composer command(String name, ValueHandler<Command> handler) {
        return on(Filters.anyMessage().command(name), handler);
    }

    /** Handles every update that comes so far. */
    public Composer use(UpdateHandler handler) {
        return on(ALWAYS, (ctx, same) -> handler.handle(ctx));
    }

    /** Stands around the handlers that are registered later. */
    public Composer use(Middleware middleware) {
        if (middleware instanceof Composer nested) return nest(ALWAYS, nested);
        return on(ALWAYS, (ctx, same, next) -> middleware.handle(ctx, next));
    }

    // ---- nesting

    /** A composer for what the filter matches; what it does not take goes on here. */
    public Composer filter(Filter<?> filter) {
        var nested = new Composer();
        nest(filter, nested);
        return nested;
    }

    /** {@link #filter(Filter)}, filled at once. */
    public Composer filter(Filter<?> filter, Consumer<? super Composer> fill) {
        fill.accept(filter(filter));
        return this;
    }

    private Composer nest(Filter<?> filter, Composer nested) {
        return add(new Registered.Branch(filter, nested));
    }

    private Composer add(Registered handler) {
        lock.lock();
        try {
            if (ways != null)
                throw new IllegalStateException("handlers are registered before the bot starts, not while it runs");
            registered.add(handler);
        } finally {
            lock.unlock();
        }
        return this;
    }

    // ---- the way of an update

    /** Closes the composer for changes. */
    final Ways ways() {
        Ways known = ways;
        if (known != null) return known;
        lock.lock();
        try {
            known = ways;
            if (known == null) ways = known = new Ways(registered);
            return known;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public final void handle(Context ctx, Next next) throws Exception {
        Step.run(ctx, ways().of(ctx.kindBit()), 0, next);
    }
}
