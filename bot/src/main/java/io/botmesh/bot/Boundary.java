package io.botmesh.bot;

import org.jspecify.annotations.Nullable;

/** Catches what fails inside it, and lets pass what fails behind it, although that runs inside too. */
final class Boundary implements Link {
    private final Link[] inner;
    private final ErrorHandler handler;

    Boundary(Link[] inner, ErrorHandler handler) {
        this.inner = inner;
        this.handler = handler;
    }

    /** The way behind the boundary; remembers what it failed with. */
    private static final class Behind implements Next {
        private final Next way;
        private @Nullable Throwable failure;

        Behind(Next way) {
            this.way = way;
        }

        @Override
        public void proceed() throws Exception {
            try {
                way.proceed();
            } catch (Throwable failed) {
                failure = failed;
                throw failed;
            }
        }
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // the very failure that came from behind, not one like it
    public boolean take(Context ctx, Link[] links, int rest, Next after) throws Exception {
        var behind = new Behind(new Step(ctx, links, rest, after));
        try {
            Step.run(ctx, inner, 0, behind);
        } catch (Throwable failed) {
            // An update that was cut short has not ended, and to deal with it here would say so.
            if (failed == behind.failure || ctx.delivery().cancelled()) throw failed;
            deal(ctx, failed, behind);
        }
        return true;
    }

    private void deal(Context ctx, Throwable failed, Next behind) throws Exception {
        try {
            handler.handle(BotException.HandlerFailed.of(ctx, failed), behind);
        } catch (ConversationException ended) {
            ctx.end(ended);
        }
    }
}
