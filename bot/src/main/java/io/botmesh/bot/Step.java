package io.botmesh.bot;

import java.util.concurrent.atomic.AtomicBoolean;

/** A place on an update's way, which may be left once. */
final class Step implements Next {
    private final Context ctx;
    private final Link[] links;
    private final int from;
    private final Next after;
    private final AtomicBoolean left = new AtomicBoolean();

    Step(Context ctx, Link[] links, int from, Next after) {
        this.ctx = ctx;
        this.links = links;
        this.from = from;
        this.after = after;
    }

    @Override
    public void proceed() throws Exception {
        if (!left.compareAndSet(false, true)) throw new IllegalStateException("next was called twice");
        run(ctx, links, from, after);
    }

    /** Offers the update to one link after the other, until one takes it. */
    static void run(Context ctx, Link[] links, int from, Next after) throws Exception {
        for (int at = from; at < links.length; at++) if (links[at].take(ctx, links, at + 1, after)) return;
        after.proceed();
    }
}
