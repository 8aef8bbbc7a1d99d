package io.botmesh.emulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.botmesh.world.Watch;
import io.botmesh.world.World;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * What happens in the world as server-sent events. All readers share the newest {@value #MOST_KEPT} events and each only
 * remembers where it is, so that nothing grows with a slow one: who falls behind gets {@code resync}, which says to read
 * the state afresh, as does whoever starts without the id of an event that is still known. A waiting reader holds no thread.
 */
final class EventFeed implements Request.Handler, AutoCloseable {
    static final int MOST_KEPT = 4096;
    static final int MOST_READERS = 64;

    private static final int MOST_AT_ONCE = 256;
    private static final Duration RECONNECT = Duration.ofMillis(500);

    private final World world;
    private final Duration keepAlive;
    /** Ids of other runs are recognised by it. */
    private final String run = UUID.randomUUID().toString().substring(0, 8);

    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<String> kept = new ArrayDeque<>();
    private final Set<Reader> readers = new HashSet<>();
    private @Nullable Watch watch;
    private long end;
    private boolean closed;

    /**
     * Nothing is watched before the first reader comes.
     *
     * @param keepAlive how long a reader hears nothing at most
     */
    EventFeed(World world, Duration keepAlive) {
        this.world = world;
        this.keepAlive = keepAlive;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        var reader = new Reader(request, response, callback);
        if (!admit(reader, request.getHeaders().get("Last-Event-ID"))) {
            response.setStatus(503);
            Content.Sink.write(response, true, "too many readers: close other pages, or wait\n", callback);
            return true;
        }
        response.setStatus(200);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream");
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        reader.start();
        return true;
    }

    private boolean admit(Reader reader, @Nullable String lastId) {
        lock.lock();
        try {
            if (closed || readers.size() == MOST_READERS) return false;
            if (watch == null) watch = world.watchEverything(this::onNews);
            reader.next = after(lastId);
            readers.add(reader);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The number of the event that follows the one with that id, -1 if it is not known any more. */
    private long after(@Nullable String id) {
        if (id == null || !id.startsWith(run + "-")) return -1;
        try {
            long next = Long.parseLong(id.substring(run.length() + 1)) + 1;
            return next >= end - kept.size() && next <= end ? next : -1;
        } catch (NumberFormatException notOurs) {
            return -1;
        }
    }

    /** Tells what no watch of the world does. */
    void say(String event) {
        List<Reader> told;
        lock.lock();
        try {
            if (watch == null) return;
            keep(event);
            told = List.copyOf(readers);
        } finally {
            lock.unlock();
        }
        told.forEach(Reader::wake);
    }

    private void onNews() {
        List<Reader> told;
        lock.lock();
        try {
            if (watch == null) return;
            for (var happening : watch.take()) keep(EventText.of(happening));
            told = List.copyOf(readers);
        } finally {
            lock.unlock();
        }
        told.forEach(Reader::wake);
    }

    private void keep(String event) {
        if (kept.size() == MOST_KEPT) kept.removeFirst();
        kept.addLast(event);
        end++;
    }

    /** Every stream ends as if all had been said. */
    @Override
    public void close() {
        List<Reader> last;
        lock.lock();
        try {
            closed = true;
            if (watch != null) watch.close();
            last = List.copyOf(readers);
        } finally {
            lock.unlock();
        }
        last.forEach(Reader::iterate);
    }

    /** One stream. Events that say the same are told once, in the place of the last. */
    private final class Reader extends IteratingCallback {
        private final Response response;
        private final Callback callback;
        private final java.util.concurrent.Executor executor;
        private final Scheduler scheduler;
        private long next;
        private boolean started;
        private boolean silent;
        /** At first as if it were: the head of the answer is not written yet. */
        private boolean woken = true;

        private Scheduler.@Nullable Task beat;

        Reader(Request request, Response response, Callback callback) {
            this.response = response;
            this.callback = callback;
            executor = request.getComponents().getExecutor();
            scheduler = request.getComponents().getScheduler();
        }

        void start() {
            beatLater();
            iterate();
        }

        private void beatLater() {
            lock.lock();
            try {
                if (!readers.contains(this)) return;
                beat = scheduler.schedule(this::beat, keepAlive.toMillis(), TimeUnit.MILLISECONDS);
            } finally {
                lock.unlock();
            }
        }

        private void beat() {
            lock.lock();
            try {
                silent = true;
            } finally {
                lock.unlock();
            }
            wake();
            beatLater();
        }

        /** Not on the caller's thread, which belongs to a call of a bot. */
        void wake() {
            lock.lock();
            try {
                if (woken) return;
                woken = true;
            } finally {
                lock.unlock();
            }
            executor.execute(this::iterate);
        }

        @Override
        protected Action process() {
            String text;
            lock.lock();
            try {
                woken = false;
                if (closed) return Action.SUCCEEDED;
                text = take();
                silent = false;
            } finally {
                lock.unlock();
            }
            if (text.isEmpty()) return Action.IDLE;
            response.write(false, ByteBuffer.wrap(text.getBytes(UTF_8)), this);
            return Action.SCHEDULED;
        }

        private String take() {
            var text = new StringBuilder();
            if (!started) text.append("retry: ").append(RECONNECT.toMillis()).append("\n\n");
            started = true;
            long first = end - kept.size();
            if (next < first) {
                next = end;
                text.append("event: resync\ndata: {}\n");
            } else if (next < end) {
                var said = new LinkedHashSet<String>();
                long until = Math.min(end, next + MOST_AT_ONCE);
                kept.stream().skip(next - first).limit(until - next).forEach(event -> {
                    said.remove(event);
                    said.add(event);
                });
                next = until;
                text.append(String.join("\n", said));
            } else {
                return silent ? text.append(":\n\n").toString() : text.toString();
            }
            return text.append("id: ")
                    .append(run)
                    .append('-')
                    .append(next - 1)
                    .append("\n\n")
                    .toString();
        }

        @Override
        protected void onCompleteSuccess() {
            leave();
            callback.succeeded();
        }

        @Override
        protected void onCompleteFailure(Throwable gone) {
            leave();
            callback.failed(gone);
        }

        private void leave() {
            lock.lock();
            try {
                readers.remove(this);
                if (beat != null) beat.cancel();
            } finally {
                lock.unlock();
            }
        }
    }
}
