package io.botmesh.emulator;

import io.botmesh.world.WebhookConnection;
import io.botmesh.world.Webhooks;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** One connection to a bot's own server, from the attempt to its end. */
final class WebhookSocket {
    /** Nothing to read for that long, and the connection ends. */
    private static final Duration IDLE = Duration.ofSeconds(60);

    private final WebhookConnection connection;
    private final Webhooks webhooks;
    private final WebhookTls tls;
    private final Spool spool;
    private final Runnable onEnd;
    private final Socket raw = new Socket();
    private final CompletableFuture<OutputStream> connected = new CompletableFuture<>();
    private volatile boolean waiting;
    private volatile boolean unwanted;
    private volatile long activeAt = System.nanoTime();

    WebhookSocket(WebhookConnection connection, Webhooks webhooks, WebhookTls tls, Spool spool, Runnable onEnd) {
        this.connection = connection;
        this.webhooks = webhooks;
        this.tls = tls;
        this.spool = spool;
        this.onEnd = onEnd;
    }

    void start() {
        Thread.ofVirtual().name("webhook-" + connection.id()).start(this::run);
    }

    /**
     * Sends a request, once there is a connection and what it tells of is kept.
     *
     * @param last whether the connection ends with it
     */
    void send(byte[] request, boolean last, CompletableFuture<Void> kept) {
        waiting = true;
        Thread.ofVirtual().name("webhook-" + connection.id() + "-send").start(() -> {
            try {
                kept.join();
                var out = connected.join();
                activeAt = System.nanoTime();
                out.write(request);
                out.flush();
                if (last) quietly(raw);
            } catch (IOException | CompletionException | CancellationException broken) {
                // whoever reads notices as well
                quietly(raw);
            }
        });
    }

    /** Nobody is told any more. */
    void close() {
        unwanted = true;
        connected.cancel(false);
        quietly(raw);
    }

    private void run() {
        String why = null;
        try (raw) {
            raw.setTcpNoDelay(true);
            raw.connect(
                    new InetSocketAddress(connection.ipAddress(), connection.port()), Math.toIntExact(IDLE.toMillis()));
            var socket = connection.tls() ? tls.over(raw, connection) : raw;
            connected.complete(socket.getOutputStream());
            read(socket);
        } catch (IOException broken) {
            why = waiting || !connected.isDone() ? text(broken) : null;
        } finally {
            connected.cancel(false);
            onEnd.run();
            if (!unwanted) webhooks.closed(connection.id(), why);
        }
    }

    private void read(Socket socket) throws IOException {
        var in = socket.getInputStream();
        var bytes = new byte[16 << 10];
        var response = new WebhookResponse();
        while (true) {
            int count;
            try {
                socket.setSoTimeout(untilIdle());
                count = in.read(bytes);
            } catch (SocketTimeoutException maybe) {
                // What was sent meanwhile may have made it wait anew.
                if (untilIdle() > 1) continue;
                throw maybe;
            }
            activeAt = System.nanoTime();
            boolean complete = count < 0 ? response.end() : response.read(ByteBuffer.wrap(bytes, 0, count));
            if (complete) {
                var answer = response.answer(spool);
                response = new WebhookResponse();
                waiting = false;
                webhooks.answered(connection.id(), answer);
                if (!answer.keepAlive()) return;
            }
            if (count < 0) throw new EOFException();
        }
    }

    private int untilIdle() {
        long left = IDLE.toNanos() - (System.nanoTime() - activeAt);
        return Math.max(1, Math.toIntExact(left / 1_000_000));
    }

    /** In the words in which getWebhookInfo has it. */
    private static String text(IOException broken) {
        var message = String.valueOf(broken.getMessage());
        return switch (broken) {
            case SocketTimeoutException late ->
                message.startsWith("Connect") ? "Connection timed out" : "Read timeout expired";
            case EOFException end -> "Connection closed";
            case SSLException untrusted -> "SSL error {" + message + "}";
            case SocketException reset -> message.equals("Connection reset") ? "Connection reset by peer" : message;
            default -> message;
        };
    }

    private static void quietly(@Nullable Socket socket) {
        try {
            if (socket != null) socket.close();
        } catch (IOException gone) {
            // which is what was wanted
        }
    }
}
