package io.botmesh.bot;

import io.botmesh.runner.WorkerPool;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Handlers in their order. An update goes from one to the next until one takes it: a {@link UpdateHandler handler} that
 * is meant ends its way, a {@link Middleware} decides by calling {@link Next}. Composers nest; each is a middleware too.
 *
 * <p>Everything is registered before the first update, then the composer is closed for changes: handlers that register
 * handlers would pile up without end.
 */
public sealed class Composer extends Shorthand implements Middleware permits Bot {
    /** Makes the link for updates of one kind. */
    interface LinkMaker {
        Link of(long kindBit);
    }

    /**
     * A handler as it was registered.
     *
     * @param filter what it is for
     * @param ends   whether it always ends the way of what it is for
     * @param inside composers that it leads to
     * @param menu   what the bot's menu shows of it, or null
     * @param link   itself
     */
    record Registered(
            Filter<?> filter,
            boolean ends,
            List<Composer> inside,
            @Nullable MenuEntry menu,
            LinkMaker link) {}

    private static final Filter<Context> ALWAYS = Filter.when(ctx -> true);

    private final ReentrantLock lock = new ReentrantLock();
    private final List<Registered> registered = new ArrayList<>();
    private boolean building;
    private volatile @Nullable Ways ways;

    public Composer() {}

    // ---- handlers

    /** Handles what the filter matches. */
    public <T> Composer on(Filter<T> filter, ValueHandler<? super T> handler) {
        return on(filter, handler, null);
    }

    @Override
    final <T> Composer on(Filter<T> filter, ValueHandler<? super T> handler, @Nullable MenuEntry menu) {
        var link = new Link.Handling<>(filter, handler);
        return add(new Registered(filter, true, List.of(), menu, bit -> link));
    }

    /** Stands around the handlers that are registered later, for what the filter matches. */
    public <T> Composer on(Filter<T> filter, ValueMiddleware<? super T> middleware) {
        return around(filter, middleware, Stream.empty());
    }

    /** {@link #on(Filter, ValueHandler)} for a handler that works with futures. */
    public <T> Composer onAsync(Filter<T> filter, AsyncHandler<? super T> handler) {
        return on(filter, (ctx, value) -> Async.await(handler.handle(ctx, value)));
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

    /** {@link #use(UpdateHandler)} for a handler that works with futures. */
    public Composer useAsync(Function<? super Context, ? extends CompletionStage<?>> handler) {
        return use(ctx -> Async.await(handler.apply(ctx)));
    }

    /** What only {@linkplain Context#ask conversations} wait for: named here, so that the server is asked for it. */
    public Composer awaits(Filter<?>... filters) {
        for (Filter<?> filter : filters) add(new Registered(filter, false, List.of(), null, bit -> Link.NEVER));
        return this;
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

    /** A composer for what the filter does not match. */
    public Composer drop(Filter<?> filter) {
        return filter(Filters.not(filter));
    }

    /**
     * A composer that every update goes through while it also goes on here. It has ended when both ways have; of two
     * failures one is suppressed by the other. A stop and the end of its time interrupt both. Handlers in there cannot wait
     * for other updates; {@link Context#ask} on the other way waits until they have ended.
     */
    public Composer fork() {
        var nested = new Composer();
        add(new Registered(
                ALWAYS,
                false,
                List.of(nested),
                null,
                bit -> new Fork(nested.ways().of(bit))));
        return nested;
    }

    /**
     * A composer for what the filter matches, whose handlers compute for long: they run on platform threads, so many at once,
     * and cannot keep others from the processors. An update that waits for its turn holds its conversation and no slot; what
     * is not taken goes on here, and middleware in there ends before that. Handlers in there cannot wait for other updates, as
     * {@link Context#ask} does.
     *
     * @param count  at least 1; more than there are processors gain nothing
     * @param filter what has to wait for its turn; it is asked before
     */
    public Composer workers(int count, Filter<?> filter) {
        var nested = new Composer();
        var pool = new WorkerPool(count);
        add(new Registered(
                filter,
                false,
                List.of(nested),
                null,
                bit -> new Working(filter, nested.ways().of(bit), pool)));
        return nested;
    }

    /** A composer of which the function tells the branch; an update that has none goes on here. */
    public <K> Composer route(
            Function<? super Context, ? extends @Nullable K> branch, Map<K, ? extends Middleware> branches) {
        return route(branch, branches, (ctx, next) -> next.proceed());
    }

    /** A composer of which the function tells the branch, and one for updates that have none. */
    public <K> Composer route(
            Function<? super Context, ? extends @Nullable K> branch,
            Map<K, ? extends Middleware> branches,
            Middleware otherwise) {
        Map<K, Middleware> known = Map.copyOf(branches);
        return around(
                ALWAYS,
                (ctx, same, next) -> {
                    K key = branch.apply(ctx);
                    Middleware way = key == null ? null : known.get(key);
                    (way == null ? otherwise : way).handle(ctx, next);
                },
                Stream.concat(known.values().stream(), Stream.of(otherwise)));
    }

    /** One way or the other. */
    public Composer branch(Predicate<? super Context> condition, Middleware ifTrue, Middleware ifFalse) {
        return around(
                ALWAYS,
                (ctx, same, next) -> (condition.test(ctx) ? ifTrue : ifFalse).handle(ctx, next),
                Stream.of(ifTrue, ifFalse));
    }

    /** A middleware that is made for each update; without one (null) the update goes on. What it listens to is not known before: see {@link BotOptions#allowedUpdates()}. */
    public Composer lazy(Function<? super Context, ? extends @Nullable Middleware> maker) {
        return use((ctx, next) -> {
            Middleware made = maker.apply(ctx);
            if (made == null) next.proceed();
            else made.handle(ctx, next);
        });
    }

    /**
     * A composer whose failures go to the handler. Only its own: what is registered behind it may fail as ever, although
     * it runs inside of the middleware in here.
     */
    public Composer errorBoundary(ErrorHandler handler) {
        var nested = new Composer();
        add(new Registered(
                ALWAYS,
                false,
                List.of(nested),
                null,
                bit -> new Boundary(nested.ways().of(bit), handler)));
        return nested;
    }

    private Composer nest(Filter<?> filter, Composer nested) {
        return add(new Registered(
                filter,
                false,
                List.of(nested),
                null,
                bit -> new Link.Nested(filter, nested.ways().of(bit))));
    }

    private <T> Composer around(
            Filter<T> filter, ValueMiddleware<? super T> middleware, Stream<? extends Middleware> leadsTo) {
        var link = new Link.Around<>(filter, middleware);
        var inside = leadsTo.filter(Composer.class::isInstance)
                .map(Composer.class::cast)
                .toList();
        return add(new Registered(filter, false, inside, null, bit -> link));
    }

    private Composer add(Registered handler) {
        lock.lock();
        try {
            requireOpen();
            registered.add(handler);
        } finally {
            lock.unlock();
        }
        return this;
    }

    final void requireOpen() {
        if (ways != null)
            throw new IllegalStateException("handlers are registered before the bot starts, not while it runs");
    }

    // ---- the way of an update

    /** In their order. */
    final List<Registered> registered() {
        lock.lock();
        try {
            return List.copyOf(registered);
        } finally {
            lock.unlock();
        }
    }

    /** Closes the composer for changes. */
    final Ways ways() {
        Ways known = ways;
        if (known != null) return known;
        lock.lock();
        try {
            known = ways;
            if (known == null) ways = known = build();
            return known;
        } finally {
            lock.unlock();
        }
    }

    private Ways build() {
        if (building) throw new IllegalStateException("a composer contains itself");
        building = true;
        try {
            for (Registered one : registered) one.inside().forEach(Composer::ways);
            return new Ways(registered);
        } finally {
            building = false;
        }
    }

    @Override
    public final void handle(Context ctx, Next next) throws Exception {
        Step.run(ctx, ways().of(ctx.kindBit()), 0, next);
    }
}
