package io.botmesh.botapi;

import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Holds each call until the test answers it. */
final class ManualApi implements Api {
    /** A call that has gone out. */
    static final class Arrived {
        final ApiCall<?> call;
        final Duration deadline;
        private final CompletableFuture<Object> answer = new CompletableFuture<>();

        Arrived(ApiCall<?> call, Duration deadline) {
            this.call = call;
            this.deadline = deadline;
        }

        void answer(Object value) {
            answer.complete(value);
        }

        void fail(Throwable failure) {
            answer.completeExceptionally(failure);
        }

        void flood(int seconds) {
            fail(new ApiException.FloodWait(
                    call.method(), "Too Many Requests: retry after " + seconds, Duration.ofSeconds(seconds)));
        }

        /** The text of a sendMessage. */
        String text() {
            return ((SendMessage) call).text();
        }
    }

    private final LinkedBlockingQueue<Arrived> arrived = new LinkedBlockingQueue<>();

    Arrived next() throws InterruptedException {
        Arrived next = arrived.poll(120, TimeUnit.SECONDS);
        if (next == null) throw new AssertionError("nothing goes out");
        return next;
    }

    int arrivedAndNotTaken() {
        return arrived.size();
    }

    @Override
    public BotToken token() {
        return BotToken.parse("123456:AAfaketokenfaketokenfaketokenfaketo");
    }

    @Override
    public <R> R call(ApiCall<R> call) throws InterruptedException {
        return call(call, Duration.ofSeconds(30));
    }

    @Override
    @SuppressWarnings("unchecked") // the test answers with what the call answers
    public <R> R call(ApiCall<R> call, Duration deadline) throws InterruptedException {
        var here = new Arrived(call, deadline);
        arrived.add(here);
        try {
            return (R) here.answer.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) throw error;
            throw (RuntimeException) e.getCause();
        }
    }

    @Override
    public List<RawUpdate> getUpdates(GetUpdates call) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<RawUpdate> getUpdates(GetUpdates call, Duration deadline) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long download(String filePath, long limitBytes, Duration deadline, OutputStream out) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FilePart open(String filePath, long from, Duration deadline) {
        throw new UnsupportedOperationException();
    }
}
