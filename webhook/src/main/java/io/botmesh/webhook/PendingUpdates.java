package io.botmesh.webhook;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.WebhookReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Updates of one bot between the request that brought each and its answer: queued until the runner takes them, then taken
 * until it says that they are safe or have ended. A second request for the same update waits for the same verdict, and one
 * that comes later still gets it: a retry tells only that an answer was lost.
 */
final class PendingUpdates {
    /** What the server is told. */
    sealed interface Verdict {
        /** It need not come again. The reply goes with the answer, if there is one. */
        record Accepted(@Nullable WebhookReply reply) implements Verdict {}

        /** It has to come again. */
        record Busy() implements Verdict {}
    }

    /** One update, and what comes of it. */
    static final class Pending {
        final RawUpdate update;
        final CompletableFuture<Verdict> verdict = new CompletableFuture<>();
        private boolean taken;
        private boolean accepted;
        /** Requests that wait for the verdict, or whose answer is on its way. */
        private int requests = 1;

        private @Nullable WebhookReply reply;
        private int replyAttempt;

        private Pending(RawUpdate update) {
            this.update = update;
        }
    }

    /** So many verdicts are remembered for late retries, which mostly come within two minutes. */
    private static final int REMEMBERED = 10_000;
    /** No retry comes later: the server keeps an update for a day. After an idle week its ids may be those of others. */
    static final Duration KEPT = Duration.ofDays(2);

    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Condition written = lock.newCondition();
    private final Map<Long, Pending> queued = new LinkedHashMap<>();
    /** In the order in which they were handed out. */
    private final Map<Long, Pending> taken = new LinkedHashMap<>();

    /** A verdict, and when it was given. */
    private record Given(Verdict verdict, long at) {}

    /** In the order in which they were given. */
    private final LinkedHashMap<Long, Given> accepted = new LinkedHashMap<>();

    private final LongSupplier nanoTime;
    /** Requests whose update is accepted and whose answer has not gone out. */
    private int unwritten;

    private boolean closed;
    private boolean woken;

    PendingUpdates(int capacity, LongSupplier nanoTime) {
        this.capacity = capacity;
        this.nanoTime = nanoTime;
    }

    /** Takes an update in, or finds what came of it. Whoever calls this calls {@link #answered} once it has answered. */
    Pending offer(RawUpdate update) {
        lock.lock();
        try {
            long id = update.updateId();
            var same = taken.containsKey(id) ? taken.get(id) : queued.get(id);
            if (same != null) {
                same.requests++;
                return same;
            }
            var pending = new Pending(update);
            forget();
            var known = accepted.get(id);
            if (known != null) {
                accept(pending, known.verdict());
                return pending;
            }
            if (closed || queued.size() >= capacity) {
                pending.verdict.complete(new Verdict.Busy());
                return pending;
            }
            queued.put(id, pending);
            arrived.signal();
            return pending;
        } finally {
            lock.unlock();
        }
    }

    /** The answer to a request has gone out, or could not. */
    void answered(Pending pending) {
        lock.lock();
        try {
            pending.requests--;
            if (!pending.accepted) return;
            unwritten--;
            written.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The runner has not taken it in time. False if it has meanwhile: then the verdict is still to come. */
    boolean giveUp(Pending pending) {
        lock.lock();
        try {
            if (pending.taken) return false;
            queued.remove(pending.update.updateId(), pending);
            pending.verdict.complete(new Verdict.Busy());
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for updates and hands them out in the order in which they came; empty when none came in time. */
    List<RawUpdate> take(int limit, long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (queued.isEmpty()) {
                if (left <= 0 || woken) {
                    woken = false;
                    return List.of();
                }
                left = arrived.awaitNanos(left);
            }
            var batch = new ArrayList<RawUpdate>(Math.min(limit, queued.size()));
            var each = queued.values().iterator();
            while (each.hasNext() && batch.size() < limit) {
                var pending = each.next();
                each.remove();
                pending.taken = true;
                taken.put(pending.update.updateId(), pending);
                batch.add(pending.update);
            }
            return batch;
        } finally {
            lock.unlock();
        }
    }

    /** Whoever waits for updates, now or next, comes back without any. */
    void wake() {
        lock.lock();
        try {
            woken = true;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** This update and all that were handed out before it are safe. */
    void confirm(RawUpdate through) {
        lock.lock();
        try {
            if (!taken.containsKey(through.updateId())) return; // ended on its own, or handed out before a rewind
            var each = taken.values().iterator();
            Pending pending;
            do {
                pending = each.next();
                each.remove();
                accept(pending);
            } while (pending.update.updateId() != through.updateId());
        } finally {
            lock.unlock();
        }
    }

    /** This update alone has ended. */
    void ended(RawUpdate update) {
        lock.lock();
        try {
            var pending = taken.remove(update.updateId());
            if (pending != null) accept(pending);
        } finally {
            lock.unlock();
        }
    }

    private void accept(Pending pending) {
        var verdict = new Verdict.Accepted(pending.reply);
        accepted.putLast(pending.update.updateId(), new Given(verdict, nanoTime.getAsLong()));
        forget();
        accept(pending, verdict);
    }

    /** Verdicts that are too many or too old. */
    private void forget() {
        long now = nanoTime.getAsLong();
        while (!accepted.isEmpty()
                && (accepted.size() > REMEMBERED
                        || now - accepted.firstEntry().getValue().at() >= KEPT.toNanos())) accepted.pollFirstEntry();
    }

    private void accept(Pending pending, Verdict verdict) {
        pending.accepted = true;
        unwritten += pending.requests;
        // Only threads wait for it, so completing it runs no foreign code under the lock.
        pending.verdict.complete(verdict);
    }

    /**
     * Lets a call go with the answer, if a request waits for that. A later attempt's takes the place of an earlier one's, a
     * second one of the same attempt does not.
     */
    boolean tryReply(RawUpdate update, int attempt, WebhookReply reply) {
        lock.lock();
        try {
            var pending = taken.get(update.updateId());
            if (pending == null || pending.requests == 0 || pending.replyAttempt >= attempt) return false;
            pending.reply = reply;
            pending.replyAttempt = attempt;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the answers to accepted updates have gone out, but not for ever: a client may not read. */
    void awaitWritten(long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (unwritten > 0 && left > 0) left = written.awaitNanos(left);
        } finally {
            lock.unlock();
        }
    }

    /** Whatever has no verdict has to come again. */
    void rewind() {
        lock.lock();
        try {
            for (var pending : queued.values()) pending.verdict.complete(new Verdict.Busy());
            for (var pending : taken.values()) pending.verdict.complete(new Verdict.Busy());
            queued.clear();
            taken.clear();
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing in any more. */
    void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        rewind();
    }

    int queued() {
        lock.lock();
        try {
            return queued.size();
        } finally {
            lock.unlock();
        }
    }
}
