package io.botmesh.webhook;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Closes connections on which no whole head of a request comes in time. A connector's idle time does not do: one byte now and then begins it
 * anew, so that a stranger could hold all the connections that there may be.
 */
final class OverdueRequests implements Connection.Listener, HttpConfiguration.Customizer {
    /** From the connection to the end of its first head, the TLS handshake included. */
    static final Duration FIRST = Duration.ofSeconds(20);

    /** From an answer to the end of the next head; longer than proxies keep an idle connection for their next request. */
    static final Duration NEXT = Duration.ofSeconds(75);

    private static final Duration LOOKS = Duration.ofSeconds(5);

    private static final class Owed {
        private boolean owes = true;
        private long until;

        private synchronized void by(long nanos) {
            owes = true;
            until = nanos;
        }

        private synchronized void came() {
            owes = false;
        }

        private synchronized boolean isOverdue(long now) {
            return owes && now - until >= 0;
        }

        private synchronized boolean owes() {
            return owes;
        }
    }

    private final Map<Connection, Owed> open = new ConcurrentHashMap<>();
    private final LongSupplier nanoTime;

    OverdueRequests(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Looks again and again until the scheduler stops. */
    void watch(Scheduler scheduler) {
        scheduler.schedule(
                () -> {
                    try {
                        close();
                    } finally {
                        if (scheduler.isRunning()) watch(scheduler);
                    }
                },
                LOOKS.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    void close() {
        long now = nanoTime.getAsLong();
        open.forEach((connection, owed) -> {
            if (owed.isOverdue(now)) connection.getEndPoint().close();
        });
    }

    int connections() {
        return open.size();
    }

    long owing() {
        return open.values().stream().filter(Owed::owes).count();
    }

    @Override
    public void onOpened(Connection connection) {
        if (!(connection instanceof ConnectionMetaData)) return; // TLS below the one that brings requests
        var owed = new Owed();
        owed.by(nanoTime.getAsLong() + FIRST.toNanos());
        open.put(connection, owed);
    }

    @Override
    public void onClosed(Connection connection) {
        open.remove(connection);
    }

    @Override
    public Request customize(Request request, HttpFields.Mutable answer) {
        Owed owed = open.get(request.getConnectionMetaData().getConnection());
        if (owed == null) return request;
        owed.came();
        Request.addCompletionListener(request, failure -> owed.by(nanoTime.getAsLong() + NEXT.toNanos()));
        return request;
    }
}
