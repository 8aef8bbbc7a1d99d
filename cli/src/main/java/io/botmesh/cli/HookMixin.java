package io.botmesh.cli;

import io.botmesh.botapi.ApiOptions;
import io.botmesh.webhook.WebhookOptions;
import io.botmesh.webhook.WebhookServer;
import io.botmesh.webhook.WebhookServerOptions;
import io.botmesh.webhook.WebhookServerOptions.Tls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a command is reached over HTTP: by webhooks, and by those who watch it. */
final class HookMixin {
    private static final int USUAL_PORT = 8080;
    private static final int LONGEST_LOOK = 3_600;

    @Option(
            names = "--webhook",
            paramLabel = "URL",
            description =
                    "Have updates sent to this https address instead of polling for them; a proxy hands them on to"
                            + " --listen.")
    private @Nullable String webhook;

    @Option(
            names = "--listen",
            paramLabel = "PORT",
            description = "Port on this machine for webhooks and for /health, /ready and /metrics, 0 for any free one"
                    + " (default: none without --webhook, else 8080).")
    private @Nullable Integer listen;

    @Option(
            names = "--certificate",
            paramLabel = "FILE",
            description = {
                "With --webhook and no proxy: PEM file with the certificate, and those that lead to its authority. --listen"
                        + " then takes requests from everywhere, and /health, /ready and /metrics are at --watch-port.",
                "A new file is taken over within a minute; a self-signed certificate goes to the server by itself."
            })
    private @Nullable Path certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "PEM file with the certificate's key in PKCS #8.")
    private @Nullable Path key;

    @Option(
            names = "--watch-port",
            paramLabel = "PORT",
            description =
                    "Port of their own for /health, /ready and /metrics, on this machine alone, 0 for any free one"
                            + " (default: that of --listen, or with --certificate any free one).")
    private @Nullable Integer watchPort;

    @Option(
            names = "--look",
            paramLabel = "SECONDS",
            description =
                    "With --webhook: how often the server is asked how the webhook does, so that the bot ends when its token"
                            + " is revoked and sets again what something else has changed (default: 60).")
    private @Nullable Integer look;

    /** Whether anything is to be listened for. */
    boolean wanted() {
        return webhook != null || listen != null || watchPort != null;
    }

    boolean byWebhook() {
        return webhook != null;
    }

    /**
     * @param server that is to send the updates
     * @throws CommandException if the options do not fit together
     */
    void check(ApiOptions server) {
        if (webhook != null) checkAddress(address(webhook), server);
        if ((certificate == null) != (key == null))
            throw CommandException.wrongUse("--certificate and --key go together");
        if (certificate != null && webhook == null)
            throw CommandException.wrongUse("--certificate goes with --webhook: polling needs none");
        if (look != null && webhook == null)
            throw CommandException.wrongUse("--look goes with --webhook: a poll hears of everything at once");
        if (look != null && (look < 1 || look > LONGEST_LOOK))
            throw CommandException.wrongUse("--look takes seconds, 1 to " + LONGEST_LOOK);
        checkPort("--listen", listen);
        checkPort("--watch-port", watchPort);
        if (watchPort != null && watchPort != 0 && watchPort == port())
            throw CommandException.wrongUse("--watch-port " + watchPort + " is that of --listen; leave it out");
        checkPath();
    }

    /** The port for webhooks. */
    private int port() {
        if (listen != null) return listen;
        return webhook == null ? 0 : USUAL_PORT;
    }

    private void checkPath() {
        if (webhook == null || certificate != null || watchPort != null) return;
        var path = address(webhook).path();
        if (Watching.PATHS.contains(path))
            throw CommandException.wrongUse(
                    "--webhook has the path " + path + ", where this shows how the bot does; take another path");
    }

    /** Telegram wants https; a server of one's own may not, and says so itself. */
    private static void checkAddress(WebhookOptions hook, ApiOptions server) {
        var url = hook.registration().url();
        boolean telegram = server.base().equals(ApiOptions.defaults().base());
        if (telegram && !"https".equalsIgnoreCase(url.getScheme()))
            throw CommandException.wrongUse(
                    "--webhook " + url + " is not https, which Telegram wants; give https://HOST/PATH");
    }

    private static WebhookOptions address(String webhook) {
        try {
            return WebhookOptions.at(URI.create(webhook));
        } catch (IllegalArgumentException wrong) {
            throw CommandException.wrongUse("--webhook " + webhook + " is no address: " + wrong.getMessage(), wrong);
        }
    }

    private static void checkPort(String option, @Nullable Integer port) {
        if (port != null && (port < 0 || port > 65_535))
            throw CommandException.wrongUse(option + " " + port + " is no port; give one from 1 to 65535, or 0");
    }

    /** @throws CommandException if it cannot listen */
    WebhookServer listen() {
        int port = port();
        var options = WebhookServerOptions.defaults().withPort(port).withEndpointPort(watchPort);
        if (certificate != null && key != null) {
            options = options.withHost("0.0.0.0").withTls(new Tls(certificate, key));
            if (watchPort == null) options = options.withEndpointPort(0);
        }
        try {
            return WebhookServer.start(options);
        } catch (UncheckedIOException failed) {
            throw CommandException.failed("cannot listen" + where(port) + ": " + reason(failed), failed);
        }
    }

    /** Which of them it was nobody says. */
    private String where(int port) {
        var named = new ArrayList<String>();
        if (port != 0) named.add("--listen " + port);
        if (watchPort != null && watchPort != 0) named.add("--watch-port " + watchPort);
        return named.isEmpty() ? "" : " on " + String.join(" or ", named);
    }

    private static String reason(UncheckedIOException failed) {
        var cause = Objects.requireNonNull(failed.getCause());
        if (cause instanceof BindException) return cause.getMessage() + "; choose another port";
        return cause instanceof FileSystemException file
                ? file.getFile() + ": " + IoReason.of(cause)
                : IoReason.of(cause);
    }

    /** What the server is told; without the kinds of updates. */
    WebhookOptions options() {
        var where = address(String.valueOf(webhook));
        if (look != null) where = where.withLook(Duration.ofSeconds(look));
        if (certificate == null || !isSelfSigned(certificate)) return where;
        return where.withRegistration(where.registration().withCertificate(certificate));
    }

    private static boolean isSelfSigned(Path file) {
        try (var in = Files.newInputStream(file)) {
            return CertificateFactory.getInstance("X.509").generateCertificate(in) instanceof X509Certificate first
                    && first.getIssuerX500Principal().equals(first.getSubjectX500Principal());
        } catch (CertificateException damaged) {
            throw CommandException.failed("--certificate " + file + " holds no certificate in PEM", damaged);
        } catch (IOException broken) {
            throw CommandException.failed(
                    "cannot read --certificate " + file + " (" + IoReason.of(broken) + ")", broken);
        }
    }
}
