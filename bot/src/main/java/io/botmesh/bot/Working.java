package io.botmesh.bot;

import io.botmesh.runner.WorkerPool;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.MDC;

/** A way through handlers that compute for long; what they do not take goes on where it came from. */
final class Working implements Link {
    private final Filter<?> filter;
    private final Link[] inner;
    private final WorkerPool pool;

    Working(Filter<?> filter, Link[] inner, WorkerPool pool) {
        this.filter = filter;
        this.inner = inner;
        this.pool = pool;
    }

    @Override
    public boolean take(Context ctx, Link[] links, int rest, Next after) throws Exception {
        Object value = filter.match(ctx);
        if (value == null) return false;
        ctx.matched(value);
        var passed = new AtomicBoolean();
        var marks = MDC.getCopyOfContextMap(); // it is about the same update
        try {
            pool.run(ctx.delivery(), () -> {
                if (marks != null) MDC.setContextMap(marks);
                Step.run(ctx, inner, 0, () -> {
                    passed.set(true);
                    ctx.goesOn(true);
                });
            });
        } finally {
            ctx.goesOn(false);
        }
        return !passed.get();
    }
}
