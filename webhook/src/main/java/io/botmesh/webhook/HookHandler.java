package io.botmesh.webhook;

import io.botmesh.botapi.DecodeException;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.webhook.PendingUpdates.Pending;
import io.botmesh.webhook.PendingUpdates.Verdict;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One bot's requests, each on a virtual thread of its own that waits for the verdict. Nothing is read or computed for
 * whoever does not know the secret.
 */
final class HookHandler {
    private static final Logger LOG = LoggerFactory.getLogger(HookHandler.class);
    private static final String SECRET = "X-Telegram-Bot-Api-Secret-Token";

    private final WebhookSource source;
    private final PendingUpdates pending;
    private final AdmissionOptions admission;
    private final int bodyCap;
    private final Duration bodyTime;

    HookHandler(WebhookSource source, WebhookServerOptions server) {
        this.source = source;
        this.pending = source.pending();
        this.admission = source.options().admission();
        this.bodyCap = server.bodyCap();
        this.bodyTime = server.bodyTime();
    }

    void handle(Request request, Response response, Callback callback) throws InterruptedException {
        long arrived = System.nanoTime();
        var answer = new Answer(response, callback, arrived);
        if (!source.secret().matches(request.getHeaders().get(SECRET))) {
            answer.refuse(403, "secret");
        } else if (!request.getMethod().equals("POST")) {
            response.getHeaders().put(HttpHeader.ALLOW, "POST");
            answer.refuse(405, "method");
        } else if (request.getHeaders().getLongField(HttpHeader.CONTENT_LENGTH) > bodyCap) {
            answer.refuse(413, "size");
        } else {
            source.called();
            var update = read(request, answer);
            if (update != null) await(update, answer);
        }
    }

    private @Nullable RawUpdate read(Request request, Answer answer) throws InterruptedException {
        try {
            return RawUpdate.parse(Body.of(request, bodyCap).get(bodyTime.toNanos(), TimeUnit.NANOSECONDS));
        } catch (DecodeException broken) {
            answer.refuse(400, "body");
        } catch (TimeoutException slow) {
            request.fail(slow);
            answer.refuse(408, "time");
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof Body.TooLarge) answer.refuse(413, "size");
            else answer.gone(failed.getCause());
        }
        return null;
    }

    private void await(RawUpdate update, Answer answer) throws InterruptedException {
        Pending held = pending.offer(update);
        boolean handed = false;
        try {
            var verdict = verdict(held);
            handed = true;
            answer.tell(verdict, () -> pending.answered(held));
        } finally {
            if (!handed) pending.answered(held);
        }
    }

    private Verdict verdict(Pending held) throws InterruptedException {
        try {
            return within(admission.admission(), held);
        } catch (TimeoutException notTaken) {
            if (pending.giveUp(held)) return new Verdict.Busy();
        }
        try {
            return within(admission.verdict(), held);
        } catch (TimeoutException notEnded) {
            return new Verdict.Busy(); // it is in the runner's hands: a later request gets what comes of it
        }
    }

    private static Verdict within(Duration time, Pending held) throws InterruptedException, TimeoutException {
        try {
            return held.verdict.get(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException never) {
            throw new IllegalStateException(never);
        }
    }

    /** One answer; goes out once. */
    private final class Answer {
        private final Response response;
        private final Callback callback;
        private final long arrived;

        Answer(Response response, Callback callback, long arrived) {
            this.response = response;
            this.callback = callback;
            this.arrived = arrived;
        }

        void refuse(int status, String what) {
            // What is not read stays on the connection.
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
            LOG.atDebug()
                    .addKeyValue("bot", source.botId())
                    .addKeyValue("status", status)
                    .addKeyValue("wrong", what)
                    .log("a webhook request is refused");
            send(status, new byte[0], callback);
        }

        void gone(@Nullable Throwable why) {
            told(499);
            callback.failed(why == null ? new EofException() : why);
        }

        void tell(Verdict verdict, Runnable written) {
            var told = Callback.from(callback, written);
            switch (verdict) {
                case Verdict.Busy() -> {
                    response.getHeaders()
                            .put(HttpHeader.RETRY_AFTER, admission.retryAfter().toSeconds());
                    send(503, new byte[0], told);
                }
                case Verdict.Accepted(var reply) -> {
                    if (reply != null) response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
                    send(200, reply == null ? new byte[0] : reply.bytes(), told);
                }
            }
        }

        private void send(int status, byte[] body, Callback then) {
            response.setStatus(status);
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
            told(status);
            response.write(true, ByteBuffer.wrap(body), then);
        }

        private void told(int status) {
            try {
                source.options().listener().onAnswered(status, Duration.ofNanos(System.nanoTime() - arrived));
            } catch (RuntimeException itsOwnAffair) {
                LOG.warn("a webhook listener failed", itsOwnAffair);
            }
        }
    }
}
