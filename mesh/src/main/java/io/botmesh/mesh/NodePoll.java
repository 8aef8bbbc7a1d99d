package io.botmesh.mesh;

import io.botmesh.botapi.ApiException;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.TransportException;
import io.botmesh.runner.Sleeper;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a node's updates, and asks for more when the last ones are safe: asking confirms them. */
final class NodePoll {
    private static final Logger log = LoggerFactory.getLogger(NodePoll.class);

    private final NodeSetup setup;
    private final NodeLoop loop;
    private final Sleeper sleeper;
    private volatile CompletableFuture<Long> safe = new CompletableFuture<>();
    private @Nullable Thread thread;
    private boolean stopped; // for good: the loop may end before the poll begins

    /**
     * A poll that does not run yet.
     *
     * @param sleeper waits after a failure
     */
    NodePoll(NodeSetup setup, NodeLoop loop, Sleeper sleeper) {
        this.setup = setup;
        this.loop = loop;
        this.sleeper = sleeper;
    }

    /** Begins, unless it was stopped. */
    synchronized void start(Carrier.Reader reader) {
        if (stopped) return;
        thread = Thread.ofVirtual().name("node-" + setup.name() + "-poll").start(() -> poll(reader));
    }

    synchronized void stop() {
        stopped = true;
        if (thread != null) thread.interrupt();
    }

    void awaitEnd() throws InterruptedException {
        Thread reading;
        synchronized (this) {
            reading = thread;
        }
        if (reading != null) reading.join();
    }

    /** The updates below this are on the disk. */
    void onSafe(long updateOffset) {
        safe.complete(updateOffset);
    }

    private void poll(Carrier.Reader reader) {
        long offset = 0;
        int failures = 0;
        boolean reads = false;
        while (!loop.isStopping()) {
            try {
                List<RawUpdate> updates = reader.poll(offset, 100, reads ? setup.pollTimeout() : Duration.ZERO);
                if (!reads) tell(new NodeEvent.Connected());
                reads = true;
                failures = 0;
                if (updates.isEmpty()) continue;
                var done = new CompletableFuture<Long>();
                safe = done;
                loop.post((core, now) -> core.onUpdates(updates, now));
                offset = Node.await(done);
            } catch (InterruptedException closing) {
                return;
            } catch (ApiException | TransportException trouble) {
                if (failures++ == 0) {
                    log.warn("node {} cannot read, tries again: {}", setup.name(), trouble.getMessage());
                    tell(new NodeEvent.Disconnected(String.valueOf(trouble.getMessage())));
                }
                reads = false;
                Duration pause = trouble instanceof ApiException.FloodWait wait ? wait.retryAfter() : backOff(failures);
                try {
                    sleeper.sleep(pause);
                } catch (InterruptedException closing) {
                    return;
                }
            } catch (RuntimeException | Error broken) {
                if (loop.isStopping()) return;
                loop.post((core, now) -> {
                    throw broken;
                });
                return;
            }
        }
    }

    private void tell(NodeEvent event) {
        loop.post((core, now) -> core.tell(event));
    }

    private static Duration backOff(int failures) {
        long most = Math.min(30_000, 500L << Math.min(failures, 10));
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(most / 2, most + 1));
    }
}
