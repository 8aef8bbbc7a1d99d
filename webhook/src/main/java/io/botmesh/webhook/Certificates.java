package io.botmesh.webhook;

import io.botmesh.webhook.WebhookServerOptions.Tls;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.Arrays;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server's certificate and key, read again when their files have changed. */
final class Certificates implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookServer.class);
    private static final Duration LOOK = Duration.ofMinutes(1);

    private final Tls tls;
    private final SslContextFactory.Server context = new SslContextFactory.Server();
    /** Of the one thread that looks. */
    private byte[] content;

    private @Nullable Thread watcher;

    Certificates(Tls tls) throws IOException {
        this.tls = tls;
        this.content = PemFiles.content(tls);
        context.setKeyStore(PemFiles.read(tls));
        context.setKeyStorePassword(new String(PemFiles.PASSWORD));
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
            if (Arrays.equals(now, content)) return;
            var store = PemFiles.read(tls);
            context.reload(factory -> factory.setKeyStore(store));
            content = now;
            LOG.info("the certificate in {} is in use", tls.certificates());
        } catch (Exception | Error unusable) { // a moment without memory, too: nobody would look again
            var gone = unusable instanceof FileSystemException file ? "cannot read " + file.getFile() : null;
            LOG.warn("the certificate stays as it was: {}", gone == null ? unusable.getMessage() : gone);
        }
    }

    @Override
    public void close() {
        if (watcher != null) watcher.interrupt();
    }
}
