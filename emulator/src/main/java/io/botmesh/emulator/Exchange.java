package io.botmesh.emulator;

import io.botmesh.world.Reply;
import io.botmesh.world.StoredFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Blocker;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * One request to the Bot API with its response, in the very headers of the server that is imitated: those of
 * {@code HttpConnection.cpp}, or behind the web front those that users have captured from the hosted service.
 */
final class Exchange {
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    /** Jetty leaves this one out where it goes without saying, unless it does not recognise it. */
    private static final HttpField KEEP_ALIVE = new HttpField(null, "Connection", "keep-alive");

    private static final HttpField NGINX = new PreEncodedHttpField(HttpHeader.SERVER, "nginx/1.18.0");
    private static final HttpField ONLY_HTTPS =
            new PreEncodedHttpField("Strict-Transport-Security", "max-age=31536000; includeSubDomains; preload");
    private static final HttpField FOR_ALL_PAGES = new PreEncodedHttpField("Access-Control-Allow-Origin", "*");
    private static final HttpField ALLOWED_METHODS =
            new PreEncodedHttpField("Access-Control-Allow-Methods", "GET, POST, OPTIONS");
    private static final HttpField EXPOSED_HEADERS = new PreEncodedHttpField(
            "Access-Control-Expose-Headers", "Content-Length,Content-Type,Date,Server,Connection");

    private static final byte[] NOTHING = {};

    private final Request request;
    private final Response response;
    private final Callback callback;
    private final @Nullable Front front;
    private @Nullable InputStream body;

    /** The web front of the hosted service. */
    static final class Front {
        private final HttpOptions options;
        private final InstantSource clock;
        private volatile Stamp stamp = new Stamp(Long.MIN_VALUE, "");

        private record Stamp(long second, String date) {}

        Front(HttpOptions options, InstantSource clock) {
            this.options = options;
            this.clock = clock;
        }

        /** The present as a Date header; written once a second, because writing it takes longer than the call. */
        String date() {
            var now = clock.instant();
            var latest = stamp;
            if (latest.second != now.getEpochSecond()) {
                latest = new Stamp(now.getEpochSecond(), HTTP_DATE.format(now));
                stamp = latest;
            }
            return latest.date;
        }
    }

    Exchange(Request request, Response response, Callback callback, @Nullable Front front) {
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.front = front;
    }

    Request request() {
        return request;
    }

    /** The body without its transfer encoding. Not closed by who reads it: what is left has to be drained. */
    InputStream body() {
        if (body == null) body = Content.Source.asInputStream(request);
        return body;
    }

    /** Answers a method call. */
    void send(Reply reply) {
        switch (reply) {
            case Reply.Ok ok -> json(200, null, ReplyJson.of(ok));
            case Reply.Failure failure -> json(failure.code(), failure.retryAfter(), ReplyJson.of(failure));
            case Reply.NotBuilt notBuilt -> json(501, null, ReplyJson.of(notBuilt));
            case Reply.Raw raw -> raw(raw);
            case Reply.Closed closed -> hangUp(closed.reset());
        }
    }

    private void json(int status, @Nullable Integer retryAfter, byte[] json) {
        head(status, "application/json", json.length);
        if (retryAfter != null) response.getHeaders().put(HttpHeader.RETRY_AFTER, retryAfter.toString());
        cors(status);
        response.write(true, ByteBuffer.wrap(json), callback);
    }

    private void raw(Reply.Raw raw) {
        var body = raw.body().getBytes(StandardCharsets.US_ASCII);
        head(raw.status(), raw.contentType(), body.length);
        response.write(true, ByteBuffer.wrap(body), callback);
    }

    /** Ends the connection without an answer. */
    private void hangUp(boolean reset) {
        var endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
        try {
            // With nothing to linger for, closing breaks the connection instead of ending it in order.
            if (reset && endPoint.getTransport() instanceof SocketChannel socket) {
                socket.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        } catch (IOException gone) {
            // the client was faster
        }
        var hungUp = new EofException("hung up on purpose");
        endPoint.close(hungUp);
        callback.failed(hungUp);
    }

    void redirect(String location) {
        head(302, "text/html", 0);
        response.getHeaders().put(HttpHeader.LOCATION, location);
        cors(302);
        response.write(true, ByteBuffer.wrap(NOTHING), callback);
    }

    static String httpDate(Instant instant) {
        return HTTP_DATE.format(instant);
    }

    /** A preflight request of a page; only the front answers one. */
    void preflight() {
        head(204, null, -1);
        cors(204);
        var asked = request.getHeaders().get("Access-Control-Request-Headers");
        if (asked != null
                && front != null
                && opensToPages(front)
                && front.options.preflight() == HttpOptions.Preflight.PERMISSIVE) {
            response.getHeaders().put("Access-Control-Allow-Headers", asked);
        }
        response.write(true, ByteBuffer.wrap(NOTHING), callback);
    }

    /** A download, of which only the front knows. */
    void file(StoredFile file) throws IOException {
        var download = Download.of(file, request.getHeaders(), front != null && front.options.fileRanges());
        int status = download.status();
        download.headers().forEach(response.getHeaders()::put);
        if (status == 416) {
            raw(Reply.Raw.page(status, "Requested Range Not Satisfiable"));
            return;
        }
        try (var out = Content.Sink.asOutputStream(response)) {
            head(status, download.contentType(), download.length());
            cors(status);
            if (!request.getMethod().equals("HEAD")) download.writeTo(out);
        }
        callback.succeeded();
    }

    /**
     * Answers with no more than a status line, or in the front's words, and closes. The rest of the body is read first, or
     * the client might lose the answer together with its connection.
     */
    void refuse(HttpRefusal refused) {
        int status = refused.status();
        var said = refused.byFront() ? frontsWords(status) : null;
        var body = said == null ? NOTHING : said.body().getBytes(StandardCharsets.US_ASCII);
        head(status, said == null ? null : said.contentType(), body.length);
        response.getHeaders().remove(HttpHeader.CONNECTION);
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        cors(status);
        try {
            try (var written = Blocker.callback()) {
                response.write(true, ByteBuffer.wrap(body), written);
                written.block();
            }
            if (!request.getHeaders().contains(HttpHeader.EXPECT)) body().transferTo(OutputStream.nullOutputStream());
            callback.succeeded();
        } catch (IOException gone) {
            callback.failed(gone);
        }
    }

    private Reply.Raw frontsWords(int status) {
        var reason = "Request Entity Too Large";
        if (front != null && !front.options.refusesInJson()) return Reply.Raw.page(status, reason);
        var json = new String(ReplyJson.of(new Reply.Failure(status, reason)), StandardCharsets.US_ASCII);
        return new Reply.Raw(status, "application/json", json);
    }

    private void head(int status, @Nullable String contentType, long length) {
        var headers = response.getHeaders();
        response.setStatus(status);
        if (status == 413) name("Request Entity Too Large");
        if (status == 416) name("Requested Range Not Satisfiable");
        if (front != null) {
            headers.put(NGINX);
            headers.put(HttpHeader.DATE, front.date());
        }
        if (staysOpen()) headers.put(KEEP_ALIVE);
        if (contentType != null) headers.put(HttpHeader.CONTENT_TYPE, contentType);
        if (length >= 0) headers.put(HttpHeader.CONTENT_LENGTH, Long.toString(length));
        if (front != null) {
            headers.put(ONLY_HTTPS);
        }
    }

    private boolean staysOpen() {
        return request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_1
                && !request.getHeaders().contains(HttpHeader.CONNECTION, "close");
    }

    /** The allowed methods are named only with success, the same two headers also with errors of the client. */
    private void cors(int status) {
        if (front == null || status >= 500 || !opensToPages(front)) return;
        var headers = response.getHeaders();
        headers.put(FOR_ALL_PAGES);
        if (status < 400 || front.options.methodsWithErrors()) headers.put(ALLOWED_METHODS);
        headers.put(EXPOSED_HEADERS);
    }

    /** Downloads are another server's business than calls, its errors included. */
    private boolean opensToPages(Front front) {
        var path = request.getHttpURI().getPath();
        return front.options.fileCors() || path == null || !path.startsWith("/file/");
    }

    /** Jetty knows some by their newer names only. */
    private void name(String reason) {
        request.addHttpStreamWrapper(stream -> new HttpStream.Wrapper(stream) {
            @Override
            public void send(
                    MetaData.Request to,
                    MetaData.@Nullable Response head,
                    boolean last,
                    ByteBuffer content,
                    Callback sent) {
                var named = head == null
                        ? null
                        : new MetaData.Response(head.getStatus(), reason, head.getHttpVersion(), head.getHttpFields());
                super.send(to, named, last, content, sent);
            }
        });
    }
}
