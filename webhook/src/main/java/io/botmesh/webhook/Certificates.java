package io.botmesh.webhook;

import io.botmesh.webhook.WebhookServerOptions.Tls;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server's certificate and key, read again when their files have changed. */
final class Certificates implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookServer.class);
    private static final Duration LOOK = Duration.ofMinutes(1);
    /** Of what has been forgotten somebody has to hear in time. */
    private static final Duration SOON = Duration.ofDays(7);

    private final Tls tls;
    private final SslContextFactory.Server context = new SslContextFactory.Server();
    /** Of the one thread that looks. */
    private byte[] content;

    private X509Certificate shown;
    private String told = "";
    private @Nullable Thread watcher;

    Certificates(Tls tls) throws IOException {
        this.tls = tls;
        this.content = PemFiles.content(tls);
        var store = PemFiles.read(tls);
        shown = PemFiles.shown(store);
        context.setKeyStore(store);
        context.setKeyStorePassword(new String(PemFiles.PASSWORD));
        tell(complaint(Instant.now()));
    }

    SslContextFactory.Server context() {
        return context;
    }

    void watch() {
        watcher = Thread.ofVirtual().name("botmesh-webhook-certificate").start(() -> {
            try {
                while (true) {
                    Thread.sleep(LOOK);
                    look();
                }
            } catch (InterruptedException closed) {
                // which is how it ends
            }
        });
    }

    /** Takes new files over; keeps what it has if they are unusable, as between the writing of one and the other. */
    void look() {
        try {
            byte[] now = PemFiles.content(tls);
            if (Arrays.equals(now, content)) {
                tell(complaint(Instant.now()));
                return;
            }
            var store = PemFiles.read(tls);
            var next = PemFiles.shown(store);
            context.reload(factory -> factory.setKeyStore(store));
            content = now;
            shown = next;
            LOG.info("the certificate in {} is in use", tls.certificates());
            tell(complaint(Instant.now()));
        } catch (Exception | Error unusable) { // a moment without memory, too: nobody would look again
            var gone = unusable instanceof FileSystemException file ? "cannot read " + file.getFile() : null;
            LOG.warn("the certificate stays as it was: {}", gone == null ? unusable.getMessage() : gone);
        }
    }

    /** What the server is not going to like about the certificate, or soon; empty if nothing. */
    String complaint(Instant now) {
        var end = shown.getNotAfter().toInstant();
        var file = "the certificate in " + tls.certificates();
        if (now.isAfter(end)) return file + " expired at " + end + ": the server does not call until it is renewed";
        if (now.plus(SOON).isAfter(end)) return file + " expires at " + end + ": renew it";
        var begin = shown.getNotBefore().toInstant();
        if (now.isBefore(begin))
            return file + " is not valid before " + begin + ": the server does not call until then";
        return "";
    }

    /** Once, though it is looked at each minute. */
    private void tell(String complaint) {
        if (!complaint.isEmpty() && !complaint.equals(told)) LOG.warn(complaint);
        told = complaint;
    }

    @Override
    public void close() {
        if (watcher != null) watcher.interrupt();
    }
}
