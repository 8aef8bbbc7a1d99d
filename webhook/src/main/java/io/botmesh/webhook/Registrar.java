package io.botmesh.webhook;

import io.botmesh.botapi.Api;
import io.botmesh.botapi.ApiException;
import io.botmesh.botapi.DeleteWebhook;
import io.botmesh.botapi.GetWebhookInfo;
import io.botmesh.botapi.InputFile;
import io.botmesh.botapi.SetWebhook;
import io.botmesh.botapi.TransportException;
import io.botmesh.botapi.WebhookInfo;
import io.botmesh.runner.Sleeper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the server where updates go, and looks whether it has it so. Used by one thread at a time. */
final class Registrar {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookSource.class);

    /** Several processes of one bot may start together, and the server takes one address a second. */
    private static final int ATTEMPTS = 5;

    /** After a failure; twice as long after each further one, up to 32 s. */
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private final Api api;
    private final Registration registration;
    private final WebhookSecret secret;
    private final Sleeper sleeper;
    private boolean dropped;
    private volatile boolean maybeSet;
    /** The certificate that the server has. */
    private byte @Nullable [] told;

    Registrar(Api api, Registration registration, WebhookSecret secret, Sleeper sleeper) {
        this.api = api;
        this.registration = registration;
        this.secret = secret;
        this.sleeper = sleeper;
    }

    /**
     * {@link #set}, as soon as the server can be reached.
     *
     * @param wanted whether it is to be set still
     */
    void setAtLast(BooleanSupplier wanted) throws InterruptedException {
        for (int failures = 0; ; failures++) {
            try {
                set();
                return;
            } catch (TransportException away) { // saying it twice does no harm
                if (away.isClosed()) throw away;
                // A client may report an interrupt in its own words.
                if (Thread.interrupted() || !wanted.getAsBoolean())
                    throw (InterruptedException) new InterruptedException().initCause(away);
                var pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures, 5));
                LOG.atWarn()
                        .addKeyValue("bot", api.token().botId())
                        .addKeyValue("next_try_s", pause.toSeconds())
                        .log("the webhook cannot be set: {}", away.getMessage());
                sleeper.sleep(pause);
            }
        }
    }

    /**
     * Sets the webhook. What waits at the server stays there, and comes.
     *
     * @throws ApiException     if the server refuses it, as for a port or address that it does not go to
     * @throws WebhookException if it has another one a moment later
     */
    void set() throws InterruptedException {
        byte[] certificate = registration.certificate() == null ? null : content(registration.certificate());
        for (int attempt = 1; ; attempt++) {
            try {
                send(call(certificate));
                break;
            } catch (ApiException.FloodWait wait) {
                if (attempt == ATTEMPTS) throw wait;
                sleeper.sleep(wait.retryAfter());
            } catch (ApiException.Rejected refused) {
                if (refused.errorCode() != 409 || attempt == ATTEMPTS) throw refused;
                sleeper.sleep(Duration.ofSeconds(1));
            }
        }
        dropped = true;
        told = certificate;
        var info = ask();
        check(info);
        LOG.atInfo()
                .addKeyValue("bot", api.token().botId())
                .addKeyValue("pending", info.pendingUpdateCount())
                .log("the webhook is set");
    }

    private void send(SetWebhook call) throws InterruptedException {
        boolean before = maybeSet;
        maybeSet = true; // also if the stop interrupts the call: the server may have it by then
        try {
            api.call(call);
        } catch (ApiException refused) {
            maybeSet = before;
            throw refused;
        } catch (TransportException lost) {
            maybeSet = before || lost.happened() != TransportException.Happened.NO;
            throw lost;
        }
    }

    /** Whether a webhook was set, or nobody knows. */
    boolean maybeSet() {
        return maybeSet;
    }

    /** Whether the file of the certificate holds another one than the server has. */
    boolean isOutdated() {
        var file = registration.certificate();
        if (file == null || told == null) return false;
        try {
            return !Arrays.equals(told, Files.readAllBytes(file));
        } catch (IOException between) { // it is being replaced
            return false;
        }
    }

    private static byte[] content(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException broken) {
            throw new UncheckedIOException("cannot read " + file, broken);
        }
    }

    private SetWebhook call(byte @Nullable [] certificate) {
        var call = SetWebhook.of(registration.url().toString()).withSecretToken(secret.value());
        var allowed = registration.allowedUpdates();
        if (allowed != null) call = call.withAllowedUpdates(allowed);
        var connections = registration.maxConnections();
        if (connections != null) call = call.withMaxConnections(connections.longValue());
        var ipAddress = registration.ipAddress();
        if (ipAddress != null) call = call.withIpAddress(ipAddress);
        if (certificate != null) call = call.withCertificate(InputFile.upload("certificate.pem", certificate));
        if (registration.dropPending() && !dropped) call = call.withDropPendingUpdates(true);
        return call;
    }

    private void check(WebhookInfo info) {
        if (!info.url().equals(registration.url().toString()))
            throw new WebhookException("the server has another address than the one that was set a moment ago: "
                    + "something else sets the webhook of bot " + api.token().botId());
        if (info.hasCustomCertificate() != (registration.certificate() != null))
            throw new WebhookException("the server has " + (info.hasCustomCertificate() ? "a" : "no")
                    + " certificate of bot " + api.token().botId() + "'s own");
    }

    WebhookInfo ask() throws InterruptedException {
        return api.call(new GetWebhookInfo());
    }

    void delete() throws InterruptedException {
        api.call(DeleteWebhook.of());
    }
}
