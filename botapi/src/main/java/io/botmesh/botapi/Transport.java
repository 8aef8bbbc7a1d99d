package io.botmesh.botapi;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Carries one HTTP request to a server and the answer back. What any implementation must hold:
 *
 * <ul>
 *   <li>one request is sent at most once, whatever goes wrong; only a request of which no byte was written may go
 *       again over another connection
 *   <li>the deadline covers all of it: waiting for a connection, writing, and reading the answer to its end
 *   <li>an interrupt ends a blocked call on any kind of thread, and ends the exchange with it
 *   <li>bodies stream: memory does not grow with their size
 *   <li>no redirects, cookies, caches or decoding
 * </ul>
 */
public interface Transport extends AutoCloseable {
    /**
     * Sends the request and returns when the answer's head is there. The caller reads the body and closes the answer.
     *
     * @throws TransportException   if there is no answer; it says whether the request may have arrived
     * @throws InterruptedException if the thread is interrupted; the request may have arrived
     */
    Answer execute(Request request, Duration deadline) throws InterruptedException;

    /**
     * Ends what is under way and lets go of connections and threads. What is executed later fails at once, and
     * {@linkplain TransportException#isClosed() says why}.
     */
    @Override
    void close();

    /** Connections are pooled by lane, so that waiting polls never keep sends from going out. */
    enum Lane {
        CALL,
        POLL,
        FILE
    }

    /**
     * What to send.
     *
     * @param uri  absolute; its path may hold a secret, so {@link #toString()} leaves it out
     * @param body null for a GET, else a POST
     * @param from the first byte wanted of what is there; 0 for all of it, else it goes as {@code Range}
     */
    record Request(URI uri, @Nullable Body body, Lane lane, long from) {
        public Request {
            if (from < 0) throw new IllegalArgumentException("from: " + from);
            Objects.requireNonNull(uri, "uri");
            Objects.requireNonNull(lane, "lane");
        }

        public Request(URI uri, @Nullable Body body, Lane lane) {
            this(uri, body, lane, 0);
        }

        @Override
        public String toString() {
            return (body == null ? "GET " : "POST ") + uri.getScheme() + "://" + uri.getAuthority();
        }
    }

    /** A request's body. */
    interface Body {
        String contentType();

        /** Bytes, or -1 if unknown until written. */
        long length();

        /** Writes the whole body once, on the thread that called {@link Transport#execute}. */
        void writeTo(OutputStream out) throws IOException;

        static Body of(String contentType, byte[] bytes) {
            return new BytesBody(contentType, bytes);
        }
    }

    /** An answer whose head has arrived. Closing it early ends the exchange. */
    abstract class Answer implements AutoCloseable {
        private final int status;
        private final Map<String, String> headers = new TreeMap<>();

        /** The first value of a header counts, whatever its case. */
        protected Answer(int status, Map<String, String> headers) {
            this.status = status;
            headers.forEach((name, value) -> this.headers.putIfAbsent(name.toLowerCase(Locale.ROOT), value));
        }

        public final int status() {
            return status;
        }

        /** The header of this name in any case, or null. */
        public final @Nullable String header(String name) {
            return headers.get(name.toLowerCase(Locale.ROOT));
        }

        /** What the server announced, or -1. */
        public final long contentLength() {
            String length = header("content-length");
            try {
                return length == null ? -1 : Long.parseLong(length.strip());
            } catch (NumberFormatException garbled) {
                return -1;
            }
        }

        /**
         * The body as it arrives. Reading throws {@link IOException} when the connection fails or the deadline passes,
         * {@link InterruptedIOException} when the thread is interrupted; an answer that ends before its announced
         * length is a failure, not an end.
         */
        public abstract InputStream body();

        /**
         * The whole body.
         *
         * @throws TransportException if it does not arrive, or is larger than {@code limit}
         */
        public final byte[] readAll(int limit) throws InterruptedException {
            try (InputStream body = body()) {
                if (contentLength() > limit) throw tooLarge(limit);
                byte[] bytes = body.readNBytes(limit);
                if (bytes.length == limit && body.read() >= 0) throw tooLarge(limit);
                return bytes;
            } catch (InterruptedIOException interrupted) {
                Thread.interrupted();
                throw new InterruptedException();
            } catch (IOException e) {
                throw new TransportException(
                        TransportException.Happened.UNKNOWN, status, "the answer broke off: " + e.getMessage(), e);
            }
        }

        private TransportException tooLarge(int limit) {
            return new TransportException(
                    TransportException.Happened.UNKNOWN,
                    status,
                    "the answer is larger than the limit of " + limit + " bytes",
                    null);
        }

        @Override
        public abstract void close();
    }
}
