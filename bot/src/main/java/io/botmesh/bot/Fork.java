package io.botmesh.bot;

import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** A way of its own for the update, at the same time as the way behind it. Both have ended when this has. */
final class Fork implements Link {
    private final Link[] inner;

    Fork(Link[] inner) {
        this.inner = inner;
    }

    /** The other way; keeps what it failed with. */
    static final class Side {
        private final @Nullable Side outer;
        private final Thread thread;
        private volatile @Nullable Throwable failure;

        /** @param outer another one of the same context, which began before, or null */
        Side(Context ctx, Link[] inner, @Nullable Side outer) {
            this.outer = outer;
            var marks = MDC.getCopyOfContextMap(); // it is about the same update
            thread = Thread.ofVirtual().name("botmesh-fork").start(() -> {
                if (marks != null) MDC.setContextMap(marks);
                try {
                    Step.run(ctx, inner, 0, Next.END);
                } catch (Throwable failed) {
                    failure = failed;
                }
            });
        }

        @Nullable
        Side outer() {
            return outer;
        }

        /**
         * Waits for its end whatever happens: the update's slot and key are its too. An interrupt goes on to it.
         *
         * @return whether there was one
         */
        boolean join() {
            boolean interrupted = false;
            while (true) {
                try {
                    thread.join();
                    return interrupted;
                } catch (InterruptedException asked) {
                    interrupted = true;
                    thread.interrupt();
                }
            }
        }

        void interrupt() {
            thread.interrupt();
        }
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // both ways may meet one and the same failure
    public boolean take(Context ctx, Link[] links, int rest, Next after) throws Exception {
        var beside = ctx.beside();
        var outer = ctx.side();
        var side = new Side(beside, inner, outer);
        ctx.side(side);
        Throwable failure = null;
        try {
            Step.run(ctx, links, rest, after);
        } catch (Throwable failed) {
            failure = failed;
        }
        // The way behind may have taken the interrupt that was meant for both.
        if (failure instanceof InterruptedException || ctx.delivery().cancelled()) side.interrupt();
        boolean interrupted = side.join();
        ctx.side(outer);
        if (interrupted) Thread.currentThread().interrupt();
        Throwable other = side.failure;
        if (failure == null) failure = other;
        else if (other != null && other != failure) failure.addSuppressed(other);
        switch (failure) {
            case Exception failed -> throw failed;
            case Error failed -> throw failed;
            case null, default -> {}
        }
        return true;
    }
}
