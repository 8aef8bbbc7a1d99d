package io.botmesh.cli;

import io.botmesh.runner.Lease;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A lease whose holder is told when it has to wait for it. */
final class ToldLease implements Lease {
    private final Lease lease;
    private final Duration patience;
    private final Runnable onWait;

    /** @param onWait called on another thread when it has been waited for so long, once each time */
    ToldLease(Lease lease, Duration patience, Runnable onWait) {
        this.lease = lease;
        this.patience = patience;
        this.onWait = onWait;
    }

    @Override
    public long acquire() throws InterruptedException {
        var waits = CompletableFuture.runAsync(
                onWait, CompletableFuture.delayedExecutor(patience.toMillis(), TimeUnit.MILLISECONDS));
        try {
            return lease.acquire();
        } finally {
            waits.cancel(false);
        }
    }

    @Override
    public Standing renew() {
        return lease.renew();
    }

    @Override
    public void release() {
        lease.release();
    }

    @Override
    public void close() {
        lease.close();
    }
}
