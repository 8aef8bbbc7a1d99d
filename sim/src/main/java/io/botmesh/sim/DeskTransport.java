package io.botmesh.sim;

import io.botmesh.botapi.Transport;
import io.botmesh.botapi.TransportException;
import io.botmesh.botapi.TransportException.Happened;
import io.botmesh.emulator.Desk;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Requests to a world on the same thread. A request that is not answered at once throws {@link Pending}; then {@link Attempt}
 * makes the call a second time, with all answers at hand.
 */
final class DeskTransport implements Transport {
    private final Desk desk;
    private final String client;
    private boolean breaks; // the next call
    private int passing = Integer.MAX_VALUE; // calls after that, until none gets through
    private @Nullable Attempt<?> attempt;

    /**
     * @param client the address that the server sees
     */
    DeskTransport(Desk desk, String client) {
        this.desk = desk;
        this.client = client;
    }

    /** Blocking code that may make several calls. */
    interface Calls<T> {
        T make() throws InterruptedException;
    }

    /** How some calls end. */
    interface Ending<T> {
        /** One of the two is null; both are for code that returns nothing. */
        void on(@Nullable T result, @Nullable RuntimeException failure);
    }

    /**
     * Makes calls; they end now, or when the server has answered, or when the client gives up on one.
     *
     * @param patience nanoseconds for one call
     */
    <T> void attempt(Scheduler scheduler, long patience, Calls<T> calls, Ending<T> ending) {
        new Attempt<>(scheduler, patience, calls, ending).run();
    }

    private final class Attempt<T> {
        private final Scheduler scheduler;
        private final long patience;
        private final Calls<T> calls;
        private final Ending<T> ending;
        private final List<Desk.Answer> answers = new ArrayList<>();
        private int used;
        private int round;
        private boolean over;

        Attempt(Scheduler scheduler, long patience, Calls<T> calls, Ending<T> ending) {
            this.scheduler = scheduler;
            this.patience = patience;
            this.calls = calls;
            this.ending = ending;
        }

        void run() {
            round++;
            used = 0;
            T result = null;
            RuntimeException failure = null;
            Attempt<?> outer = attempt;
            attempt = this;
            try {
                result = calls.make();
            } catch (Pending pending) {
                await(pending);
                return;
            } catch (InterruptedException nobodyDoes) {
                throw new IllegalStateException(nobodyDoes);
            } catch (RuntimeException failed) {
                failure = failed;
            } finally {
                attempt = outer;
            }
            over = true;
            ending.on(result, failure);
        }

        private void await(Pending pending) {
            int mine = round;
            var unused = pending.answer.whenComplete((answer, failed) -> {
                if (over || round != mine) return;
                round++;
                scheduler.after(0, () -> {
                    if (over) return;
                    answers.add(answer == null ? Desk.Answer.NONE : answer);
                    run();
                });
            });
            scheduler.after(patience, () -> {
                if (over || round != mine) return;
                answers.add(Desk.Answer.NONE); // the client hangs up
                run();
            });
        }

        Desk.@Nullable Answer next() {
            return used < answers.size() ? answers.get(used++) : null;
        }

        void keep(Desk.Answer answer) {
            answers.add(answer);
            used++;
        }
    }

    @Override
    public Answer execute(Request request, Duration deadline) {
        Attempt<?> now = attempt;
        if (now == null) throw new IllegalStateException("a call outside of an attempt");
        Desk.Answer known = now.next();
        if (known == null) {
            known = ask(request);
            now.keep(known);
        }
        if (known.status() == 0) {
            throw new TransportException(Happened.UNKNOWN, "the connection ended without an answer", null);
        }
        return new Said(known);
    }

    /** The next call breaks amid its way to the server, so many still get through, and those after them find no way. */
    void cut(int passing) {
        breaks = true;
        this.passing = passing;
    }

    /** The way is as it was. */
    void mend() {
        breaks = false;
        passing = Integer.MAX_VALUE;
    }

    private void pass() {
        if (breaks) {
            breaks = false;
            throw new TransportException(Happened.UNKNOWN, "the connection broke", null);
        }
        if (passing == 0) throw new TransportException(Happened.NO, "there is no way to the server", null);
        if (passing < Integer.MAX_VALUE) passing--;
    }

    private Desk.Answer ask(Request request) {
        pass();
        String path = request.uri().getRawPath();
        Body body = request.body();
        if (body == null) return desk.file(path);
        var bytes = new ByteArrayOutputStream(Math.max(256, (int) body.length()));
        try {
            body.writeTo(bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible); // both ends are memory
        }
        var answer = desk.call(path, body.contentType(), bytes.toByteArray(), client);
        if (!answer.isDone()) throw new Pending(answer);
        return answer.join();
    }

    @Override
    public void close() {}

    private static final class Said extends Answer {
        private final byte[] bytes;

        Said(Desk.Answer answer) {
            super(answer.status(), answer.headers());
            bytes = answer.body();
        }

        @Override
        public InputStream body() {
            return new ByteArrayInputStream(bytes);
        }

        @Override
        public void close() {}
    }
}
