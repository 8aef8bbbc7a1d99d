package io.botmesh.emulator;

import io.botmesh.world.Arguments;
import io.botmesh.world.Call;
import io.botmesh.world.Profile;
import io.botmesh.world.Reply;
import io.botmesh.world.StoredFile;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Bot API over HTTP: reads a call, hands it to the {@link Backend}, writes what that says. Which server is imitated follows
 * from the profile; the headers are those of {@code HttpConnection.cpp} in the open-source server, or with
 * {@link Profile#HOSTED} those that users have seen from {@code api.telegram.org}.
 */
final class BotApiHandler implements Request.Handler {
    /** What the web front of the hosted service lets through. */
    static final long MOST_HOSTED_BYTES = 50L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(BotApiHandler.class);

    private static final Reply RESTART = new Reply.Failure(500, "Internal Server Error: restart");

    private final Backend backend;
    private final Profile profile;
    private final HttpOptions options;
    private final Exchange.@Nullable Front front;
    private final Spool spool;
    private final Set<Waiting> waiting = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private int inFlight;
    private volatile boolean stopping;

    /** Who decides what is answered. */
    interface Backend {
        /** May complete on any thread. */
        CompletableFuture<Reply> call(Call call);

        /** What a download link serves; null if there is nothing. */
        @Nullable
        StoredFile file(String token, String path);
    }

    BotApiHandler(Backend backend, Profile profile, HttpOptions options, InstantSource clock, Spool spool) {
        this.backend = backend;
        this.profile = profile;
        this.options = options;
        front = hosted() ? new Exchange.Front(options, clock) : null;
        this.spool = spool;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        var exchange = new Exchange(request, response, callback, front);
        begun();
        Request.addCompletionListener(request, failed -> ended());
        try {
            answer(exchange);
        } catch (HttpRefusal refused) {
            exchange.refuse(refused);
        } catch (IOException gone) {
            callback.failed(gone);
        }
        return true;
    }

    /**
     * Whoever still waits is told that the server goes down, as the reference server does. Returns when all answers are on
     * their way, or after the grace.
     */
    void stop(Duration grace) {
        stopping = true;
        for (var call : waiting) call.end(RESTART);
        lock.lock();
        try {
            long left = grace.toNanos();
            while (inFlight > 0 && left > 0) left = idle.awaitNanos(left);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private void begun() {
        lock.lock();
        try {
            inFlight++;
        } finally {
            lock.unlock();
        }
    }

    private void ended() {
        lock.lock();
        try {
            if (--inFlight == 0) idle.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void answer(Exchange exchange) throws IOException, HttpRefusal {
        var request = exchange.request();
        var verb = request.getMethod();
        if (hosted() && verb.equals("OPTIONS") && options.preflight() != HttpOptions.Preflight.FAIL) {
            exchange.preflight();
            return;
        }
        if (!verb.equals("GET") && !verb.equals("POST")) {
            // Files are the front's own, and nginx tells of them without sending them.
            if (!verb.equals("HEAD") || !isDownload(request.getHttpURI().getPath())) throw HttpRefusal.with(501);
        }

        var headers = request.getHeaders();
        var transfer = headers.get(HttpHeader.TRANSFER_ENCODING);
        if (transfer != null && !transfer.strip().equalsIgnoreCase("chunked")) throw HttpRefusal.with(501);
        var body = new RequestArguments.Body(
                headers.get(HttpHeader.CONTENT_TYPE),
                headers.get(HttpHeader.CONTENT_ENCODING),
                hosted() ? MOST_HOSTED_BYTES : RequestArguments.MAX_FILE);
        if (headers.getLongField(HttpHeader.CONTENT_LENGTH) > body.mostBytes()) {
            throw hosted() ? HttpRefusal.tooLargeForTheFront() : HttpRefusal.with(413);
        }
        route(exchange, RequestArguments.read(request.getHttpURI().getQuery(), body, exchange.body(), spool));
    }

    private void route(Exchange exchange, Arguments arguments) throws IOException {
        var path = exchange.request().getHttpURI().getPath();
        if (path == null) path = "";
        // nginx takes a whole URL and sends the path on.
        if (!hosted() && (ApiConnector.namesAWholeUrl(exchange.request()) || !path.startsWith("/"))) {
            exchange.send(new Reply.Failure(404, "Not Found: absolute URI is specified in the Request-Line"));
            return;
        }
        if (hosted()) {
            if (path.equals("/")) {
                exchange.redirect("https://core.telegram.org/bots");
                return;
            }
            if (isDownload(path)) {
                download(exchange, path.substring("/file".length()));
                return;
            }
        }
        var target = Target.parse(path);
        if (target == null) {
            exchange.send(new Reply.Failure(404, "Not Found"));
            return;
        }
        var malformed = malformed(target.token());
        if (malformed != null) {
            exchange.send(malformed);
            return;
        }
        var method = target.method();
        if (method.isEmpty()) {
            var named = arguments.text("method");
            if (named != null) method = named;
        }
        CompletableFuture<Reply> reply;
        try {
            reply = backend.call(
                    new Call(target.token(), target.testDc(), method, arguments, client(exchange.request())));
        } catch (RuntimeException | Error bug) {
            reply = CompletableFuture.completedFuture(broken(bug));
        }
        if (reply.isDone()) {
            exchange.send(reply.join());
            return;
        }
        var call = new Waiting(exchange);
        waiting.add(call);
        // Not on the thread that completes it: that one belongs to another call or to the clock.
        var unused = reply.whenCompleteAsync(
                (said, failed) -> call.end(failed == null ? said : broken(failed)),
                exchange.request().getComponents().getExecutor());
        if (stopping) call.end(RESTART);
    }

    /** Neighbours do not count as clients, but a proxy among them says for whom it calls. */
    private static @Nullable String client(Request request) {
        if (request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress peer
                && peer.getAddress() != null) {
            var address = peer.getAddress();
            if (!address.isLoopbackAddress() && !address.isSiteLocalAddress() && !address.isLinkLocalAddress()) {
                return address.getHostAddress();
            }
        }
        return request.getHeaders().get("X-Real-IP");
    }

    private static Reply broken(Throwable bug) {
        LOG.error("a call broke the emulator", bug);
        return new Reply.Failure(500, "Internal Server Error");
    }

    /** What the server says to a token that cannot be one; null if it may be one. */
    private Reply.@Nullable Failure malformed(String token) {
        var invalid = new Reply.Failure(401, "Unauthorized: invalid token specified");
        int colon = token.indexOf(':');
        if (hosted()) {
            boolean shaped = colon > 0 && token.length() <= 80 && token.chars().allMatch(BotApiHandler::isTokenChar);
            return shaped && id(token, colon) > 0 ? null : new Reply.Failure(404, "Not Found");
        }
        if (token.startsWith("0") || token.length() > 80 || token.indexOf('/') >= 0 || colon < 0) return invalid;
        long id = id(token, colon);
        if (id == Long.MIN_VALUE) return new Reply.Failure(421, "Misdirected Request: unallowed token specified");
        return id <= 0 || id >= 1L << 54 ? invalid : null;
    }

    /** The number before the colon; the least long if it is none. */
    private static long id(String token, int colon) {
        try {
            return token.charAt(0) == '+' ? Long.MIN_VALUE : Long.parseLong(token.substring(0, colon));
        } catch (NumberFormatException notANumber) {
            return Long.MIN_VALUE;
        }
    }

    private static boolean isTokenChar(int c) {
        return (c >= '0' && c <= '9')
                || (c >= 'A' && c <= 'Z')
                || (c >= 'a' && c <= 'z')
                || c == '_'
                || c == '-'
                || c == ':';
    }

    private boolean isDownload(@Nullable String path) {
        return hosted() && path != null && path.startsWith("/file/bot");
    }

    private void download(Exchange exchange, String path) throws IOException {
        var bytes = WireText.encode(path);
        var decoded = WireText.percentDecode(bytes, 0, bytes.length, false);
        int slash = decoded.indexOf('/', 1);
        var token = slash < 0 ? "" : decoded.substring("/bot".length(), slash);
        var file = slash < 0 ? null : backend.file(token, decoded.substring(slash + 1));
        if (file == null) {
            exchange.send(new Reply.Failure(404, "Not Found"));
        } else {
            exchange.file(file);
        }
    }

    private boolean hosted() {
        return profile == Profile.HOSTED;
    }

    /** A call that is not answered yet. Nobody behind here learns that its client has gone, as in reality. */
    private final class Waiting {
        private final Exchange exchange;
        private final AtomicBoolean ended = new AtomicBoolean();

        Waiting(Exchange exchange) {
            this.exchange = exchange;
        }

        void end(Reply reply) {
            if (!ended.compareAndSet(false, true)) return;
            waiting.remove(this);
            exchange.send(reply);
        }
    }
}
