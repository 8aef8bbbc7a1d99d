package io.botmesh.mesh;

import java.util.concurrent.Flow;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One subscriber's messages, one after the other. A message waits with its sender until it is asked for, and is done when the subscriber
 * has taken it and asked for one more: what it holds when the process dies comes again.
 */
final class MessageFlow implements Flow.Subscription {
    private final Flow.Subscriber<? super Message> subscriber;
    private final Consumer<MessageFlow> leave;
    private final Semaphore baton = new Semaphore(1, true);
    private final AtomicBoolean ended = new AtomicBoolean();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long asked;
    private long taken;
    private boolean cancelled;
    private boolean stopped;

    MessageFlow(Flow.Subscriber<? super Message> subscriber, Consumer<MessageFlow> leave) {
        this.subscriber = subscriber;
        this.leave = leave;
    }

    /** Hands a message over; returns when it is done. */
    void handle(Message message) throws InterruptedException {
        baton.acquire();
        try {
            awaitAsked(taken + 1);
            if (isStopped()) throw new InterruptedException(); // begins no other
            if (isCancelled()) throw new IllegalStateException("the subscriber has gone");
            subscriber.onNext(message);
            taken++; // one that failed is asked for already when it comes again
            awaitAsked(taken + 1); // a subscriber that goes now has taken it
        } finally {
            baton.release();
        }
    }

    /** Waits until so many are asked for, or it was cancelled. */
    private void awaitAsked(long number) throws InterruptedException {
        lock.lock(); // also with an interrupt: what was asked for was asked for
        try {
            while (asked < number && !cancelled) {
                if (stopped) throw new InterruptedException(); // not done: it comes again
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void request(long more) {
        if (more < 1) {
            if (isCancelled()) return;
            cancel();
            if (ended.compareAndSet(false, true))
                subscriber.onError(new IllegalArgumentException("asked for " + more + " messages"));
            return;
        }
        lock.lock();
        try {
            asked = asked + more < 0 ? Long.MAX_VALUE : asked + more;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void cancel() {
        lock.lock();
        try {
            cancelled = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        leave.accept(this);
    }

    /** The node is about to stop: nobody waits for a subscriber any more. */
    void stop() {
        lock.lock();
        try {
            stopped = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean isStopped() {
        lock.lock();
        try {
            return stopped && !cancelled;
        } finally {
            lock.unlock();
        }
    }

    boolean isCancelled() {
        lock.lock();
        try {
            return cancelled;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The node has stopped. Waits for what the subscriber is doing.
     *
     * @param broken why, or null if it was closed
     */
    void end(@Nullable Throwable broken) {
        baton.acquireUninterruptibly();
        try {
            if (isCancelled() || !ended.compareAndSet(false, true)) return;
            if (broken == null) subscriber.onComplete();
            else subscriber.onError(broken);
        } finally {
            baton.release();
        }
    }
}
