package io.botmesh.bot;

/** One handler, middleware or nested composer on the way of updates of one kind. Thread-safe, as many updates pass at once. */
interface Link {
    /**
     * Handles the update if it is for this link.
     *
     * @param links the way that this link is on
     * @param rest  where on it the next one is
     * @param after what follows the way's end
     * @return whether the update was taken; if not, the next link is asked
     */
    boolean take(Context ctx, Link[] links, int rest, Next after) throws Exception;

    /** Takes nothing. */
    Link NEVER = (ctx, links, rest, after) -> false;

    /** Ends the way. */
    record Handling<T>(Filter<T> filter, ValueHandler<? super T> handler) implements Link {
        @Override
        public boolean take(Context ctx, Link[] links, int rest, Next after) throws Exception {
            T value = filter.match(ctx);
            if (value == null) return false;
            ctx.matched(value);
            try {
                handler.handle(ctx, value);
            } catch (ConversationException ended) {
                ctx.end(ended);
            }
            return true;
        }
    }

    /** Stands around the rest of the way. */
    record Around<T>(Filter<T> filter, ValueMiddleware<? super T> middleware) implements Link {
        @Override
        public boolean take(Context ctx, Link[] links, int rest, Next after) throws Exception {
            T value = filter.match(ctx);
            if (value == null) return false;
            ctx.matched(value);
            try {
                middleware.handle(ctx, value, new Step(ctx, links, rest, after));
            } catch (ConversationException ended) {
                ctx.end(ended);
            }
            return true;
        }
    }

    /** A way of its own for what passes the filter; its end leads back. */
    final class Nested implements Link {
        private final Filter<?> filter;
        private final Link[] inner;

        Nested(Filter<?> filter, Link[] inner) {
            this.filter = filter;
            this.inner = inner;
        }

        @Override
        public boolean take(Context ctx, Link[] links, int rest, Next after) throws Exception {
            Object value = filter.match(ctx);
            if (value == null) return false;
            ctx.matched(value);
            Step.run(ctx, inner, 0, rest == links.length ? after : new Step(ctx, links, rest, after));
            return true;
        }
    }
}
