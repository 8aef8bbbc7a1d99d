package io.botmesh.botapi;

import io.botmesh.botapi.Transport.Answer;
import io.botmesh.botapi.Transport.Body;
import io.botmesh.botapi.Transport.Lane;
import io.botmesh.botapi.Transport.Request;
import io.botmesh.botapi.TransportException.Happened;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * One bot at one server. Calls block, best on virtual threads, and any number may run at once. Each call is tried once:
 * whether to repeat one is for the caller, who learns from the exception whether it may have happened.
 *
 * <p>No exception and no {@code toString} shows the token.
 */
public final class BotApi implements Api, AutoCloseable {
    private static final Pattern RETRY_AFTER = Pattern.compile("retry after (\\d{1,9})");
    private static final Duration DOWNLOAD = Duration.ofMinutes(10);

    private final ApiOptions options;
    private final BotToken token;
    private final Transport transport;
    private final boolean ownTransport;
    private final Redactor redactor;
    private final FileFetcher files;
    private final String prefix;

    /** Over a transport that may be shared; whoever made it closes it. */
    public BotApi(ApiOptions options, BotToken token, Transport transport) {
        this(options, token, transport, false);
    }

    /** Over a transport of its own, which {@link #close()} closes. */
    public BotApi(ApiOptions options, BotToken token) {
        this(options, token, new JettyTransport(), true);
    }

    private BotApi(ApiOptions options, BotToken token, Transport transport, boolean ownTransport) {
        this.options = Objects.requireNonNull(options, "options");
        this.token = Objects.requireNonNull(token, "token");
        this.transport = Objects.requireNonNull(transport, "transport");
        this.ownTransport = ownTransport;
        redactor = new Redactor(token);
        files = new FileFetcher(options, token, transport, redactor, this::refused);
        prefix = withoutSlash(options.base()) + "/bot" + token.value() + (options.testServers() ? "/test/" : "/");
    }

    @Override
    public BotToken token() {
        return token;
    }

    /** {@link #call(ApiCall, Duration)} within the deadline of the options; a poll gets its own time on top. */
    @Override
    public <R> R call(ApiCall<R> call) throws InterruptedException {
        return call(call, deadlineFor(call));
    }

    @Override
    @SuppressWarnings("unchecked") // the generator pairs each call with the type of its answer
    public <R> R call(ApiCall<R> call, Duration deadline) throws InterruptedException {
        Reply reply = send(call, deadline);
        String method = call.method();
        byte[] result = reply.successful(method);
        try (var in = new JsonIn(result)) {
            Object value = Calls.readResult(call, in);
            if (value != null) return (R) value;
        } catch (JsonIn.Mismatch | JacksonException other) {
            // told below
        }
        throw reply.unusable(method);
    }

    @Override
    public List<RawUpdate> getUpdates(GetUpdates call, Duration deadline) throws InterruptedException {
        Reply reply = send(call, deadline);
        if (reply.status == 200) {
            try {
                return RawUpdate.scan(reply.body, call.offset() == null ? 0 : call.offset());
            } catch (DecodeException refused) {
                // told below
            }
        }
        reply.successful(call.method());
        throw reply.unusable(call.method()).with(reply.body);
    }

    /** {@link #getUpdates(GetUpdates, Duration)} with the deadline of the options on top of the call's timeout. */
    @Override
    public List<RawUpdate> getUpdates(GetUpdates call) throws InterruptedException {
        return getUpdates(call, deadlineFor(call));
    }

    private Duration deadlineFor(ApiCall<?> call) {
        if (call instanceof GetUpdates poll && poll.timeout() != null && poll.timeout() > 0)
            return options.deadline().plusSeconds(Math.min(poll.timeout(), 3600));
        return options.deadline();
    }

    /** {@link #download(String, long, Duration, OutputStream)} within ten minutes. */
    public long download(String filePath, long limitBytes, OutputStream out) throws InterruptedException {
        return download(filePath, limitBytes, DOWNLOAD, out);
    }

    @Override
    public long download(String filePath, long limitBytes, Duration deadline, OutputStream out)
            throws InterruptedException {
        try {
            return files.copy(filePath, limitBytes, deadline, out);
        } catch (TransportException e) {
            throw told("download", e);
        }
    }

    @Override
    public FilePart open(String filePath, long from, Duration deadline) throws InterruptedException {
        try {
            return files.open(filePath, from, deadline);
        } catch (TransportException e) {
            throw told("download", e);
        }
    }

    private RuntimeException refused(Answer answer) throws InterruptedException {
        var reply = new Reply(answer, answer.readAll(options.maxAnswerBytes()));
        reply.successful("download");
        return reply.unusable("download");
    }

    private Reply send(ApiCall<?> call, Duration deadline) throws InterruptedException {
        if (!deadline.isPositive()) throw new IllegalArgumentException("deadline: " + deadline);
        var out = new JsonOut();
        Calls.write(call, out);
        byte[] parameters = out.bytes();
        boolean files = !out.parts().isEmpty();
        Body body = files ? new Multipart(parameters, out.parts()) : Body.of("application/json", parameters);
        Lane lane = files ? Lane.FILE : call.method().equalsIgnoreCase("getUpdates") ? Lane.POLL : Lane.CALL;
        var request = new Request(URI.create(prefix + call.method()), body, lane);
        try (Answer answer = transport.execute(request, deadline)) {
            return new Reply(answer, answer.readAll(options.maxAnswerBytes()));
        } catch (TransportException e) {
            throw told(call.method(), e);
        }
    }

    private TransportException told(String method, TransportException e) {
        return e.told(
                method + ": " + redactor.text(e.getMessage()), redactor.clean(e.getCause() == null ? e : e.getCause()));
    }

    /** Lets go of the transport if it is this bot's own. */
    @Override
    public void close() {
        if (ownTransport) transport.close();
    }

    @Override
    public String toString() {
        return "BotApi[" + token + " at " + options.base().getScheme() + "://"
                + options.base().getAuthority() + "]";
    }

    private static String withoutSlash(URI uri) {
        String text = uri.toString();
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    /** A complete answer, and what it means. */
    private final class Reply {
        private final int status;
        private final byte[] body;
        private final @Nullable String retryAfterHeader;

        Reply(Answer answer, byte[] body) {
            this.status = answer.status();
            this.body = body;
            this.retryAfterHeader = answer.header("Retry-After");
        }

        /** The bytes of the result; throws if the server says no, or nothing that can be understood. */
        byte[] successful(String method) {
            boolean ok = false;
            boolean refused = false;
            long errorCode = status;
            String description = "";
            long retryAfter = 0;
            Long migrateTo = null;
            byte[] result = null;
            var members = new JsonBytes.Members(body, JsonBytes.skipSpace(body, 0, body.length), body.length);
            while (members.advance()) {
                if (members.named("ok")) {
                    ok = body[members.valueStart] == 't';
                    refused = body[members.valueStart] == 'f';
                } else if (members.named("result")) {
                    result = Arrays.copyOfRange(body, members.valueStart, members.valueEnd);
                } else if (members.named("error_code")) {
                    errorCode = members.number(status);
                } else if (members.named("description")) {
                    description = members.text();
                } else if (members.named("parameters")) {
                    var parameters = new JsonBytes.Members(body, members.valueStart, members.valueEnd);
                    while (parameters.advance()) {
                        if (parameters.named("retry_after")) retryAfter = parameters.number(0);
                        if (parameters.named("migrate_to_chat_id")) {
                            long id = parameters.number(0);
                            migrateTo = id == 0 ? null : id;
                        }
                    }
                }
            }
            if (ok && status / 100 == 2 && result != null) return result;
            // A proxy in between refuses without JSON; it is a refusal all the same.
            if (!refused && (status < 400 || status > 499)) throw unusable(method);
            if (errorCode < 400 || errorCode > 499) throw unusable(method, description);
            description = redactor.text(description);
            if (errorCode == 429) throw new ApiException.FloodWait(method, description, wait(retryAfter, description));
            throw new ApiException.Rejected(
                    method, (int) errorCode, description.isEmpty() ? ApiException.UNEXPLAINED : description, migrateTo);
        }

        private Duration wait(long retryAfter, String description) {
            long seconds = retryAfter;
            if (seconds <= 0 && retryAfterHeader != null && retryAfterHeader.matches("\\d{1,9}"))
                seconds = Long.parseLong(retryAfterHeader);
            Matcher words = RETRY_AFTER.matcher(description);
            if (seconds <= 0 && words.find()) seconds = Long.parseLong(words.group(1));
            return Duration.ofSeconds(Math.max(1, seconds));
        }

        TransportException unusable(String method) {
            return unusable(method, "");
        }

        private TransportException unusable(String method, String description) {
            String what = !description.isEmpty()
                    ? redactor.text(description)
                    : status >= 500 ? "the server failed" : "the answer cannot be understood";
            return new TransportException(
                    Happened.UNKNOWN, status, method + ": " + what + " (HTTP " + status + ")", null);
        }
    }
}
