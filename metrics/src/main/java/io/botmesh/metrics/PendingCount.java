package io.botmesh.metrics;

import io.botmesh.botapi.Api;
import io.botmesh.botapi.GetWebhookInfo;
import io.botmesh.runner.Sleeper;
import java.time.Duration;

/**
 * How many updates wait at the server, asked now and then: what a bot that has gone deaf cannot see in its own queue.
 * It counts for polling bots as well as for those with a webhook.
 */
public final class PendingCount implements AutoCloseable {
    /** How to ask. */
    interface Question {
        long ask() throws InterruptedException;
    }

    private final Question question;
    private final Duration every;
    private final Sleeper sleeper;
    private final Thread thread;
    private volatile double value = Double.NaN;

    PendingCount(Question question, Duration every, Sleeper sleeper) {
        if (!every.isPositive()) throw new IllegalArgumentException("every: " + every);
        this.question = question;
        this.every = every;
        this.sleeper = sleeper;
        this.thread = Thread.ofVirtual().name("botmesh-pending").unstarted(this::run);
    }

    /** Asks once a minute. */
    public static PendingCount of(Api api) {
        return of(api, Duration.ofMinutes(1), Thread::sleep);
    }

    /** Asks at this pace; between two questions it sleeps. */
    public static PendingCount of(Api api, Duration every, Sleeper sleeper) {
        var made = new PendingCount(() -> api.call(new GetWebhookInfo()).pendingUpdateCount(), every, sleeper);
        made.start();
        return made;
    }

    void start() {
        thread.start();
    }

    /** As last heard; not a number as long as nothing is known, or when the server did not say. */
    public double value() {
        return value;
    }

    private void run() {
        try {
            while (true) {
                try {
                    value = question.ask();
                } catch (RuntimeException
                        | Error unknown) { // a moment without memory, too: it asks for as long as the bot runs
                    value = Double.NaN;
                }
                sleeper.sleep(every);
            }
        } catch (InterruptedException closed) {
            // which is how it ends
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
