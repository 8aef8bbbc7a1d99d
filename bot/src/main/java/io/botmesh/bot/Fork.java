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
    private static final class Side {
        private final Thread thread;
        private volatile @Nullable Throwable failure;

        Side(Context ctx, Link[] inner) {
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

        /** Waits for its end whatever happens: the update's slot and key are its too. */
        void join() throws InterruptedException {
            boolean interrupted = false;
            while (true) {
                try {
                    thread.join();
                    break;
                } catch (InterruptedException asked) {
                    interrupted = true;
                    thread.interrupt();
                }
            }
            if (interrupted) throw new InterruptedException();
        }
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // both ways may meet one and the same failure
    public boolean take(Context ctx, Link[] links, int rest, Next after) throws Exception {
        var side = new Side(ctx, inner);
        try {
            Step.run(ctx, links, rest, after);
        } catch (Throwable failed) {
            side.join();
            Throwable other = side.failure;
            if (other != null && other != failed) failed.addSuppressed(other);
            throw failed;
        }
        side.join();
        switch (side.failure) {
            case Exception failed -> throw failed;
            case Error failed -> throw failed;
            case null, default -> {}
        }
        return true;
    }
}
