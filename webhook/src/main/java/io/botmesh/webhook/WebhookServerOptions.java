package io.botmesh.webhook;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link WebhookServer} listens. Start from {@link #defaults()} and change what differs.
 *
 * @param host         address to listen on; default {@code 127.0.0.1}, where a proxy on this machine finds it
 * @param port         0 for a free one; default 0
 * @param tls          certificate and key; null if a proxy in front ends TLS, the default
 * @param endpointPort a port of their own for health and metrics, without TLS, on the loopback interface; 0 for a free one;
 *                     null for the same port as the webhooks, the default
 * @param bodyCap      most bytes of a request's body; default 4 MiB, as much as the server puts into one answer to a poll
 * @param bodyTime     how long a body may take to arrive; default 20 s
 * @param connections  most connections at once; default 2,000
 */
public record WebhookServerOptions(
        String host,
        int port,
        @Nullable Tls tls,
        @Nullable Integer endpointPort,
        int bodyCap,
        Duration bodyTime,
        int connections) {
    /**
     * TLS by PEM files. They are read again when they have changed, so that a renewed certificate needs no restart.
     *
     * @param certificates the server's certificate, then those that lead to its authority
     * @param key          its private key in PKCS #8, unencrypted ({@code BEGIN PRIVATE KEY})
     */
    public record Tls(Path certificates, Path key) {}

    public WebhookServerOptions {
        if (host.isBlank()) throw new IllegalArgumentException("host is empty");
        if (port < 0 || port > 65535) throw new IllegalArgumentException("port: " + port);
        if (endpointPort != null && (endpointPort < 0 || endpointPort > 65535))
            throw new IllegalArgumentException("endpointPort: " + endpointPort);
        if (bodyCap < 1) throw new IllegalArgumentException("bodyCap: " + bodyCap);
        if (!bodyTime.isPositive()) throw new IllegalArgumentException("bodyTime: " + bodyTime);
        if (connections < 1) throw new IllegalArgumentException("connections: " + connections);
    }

    public static WebhookServerOptions defaults() {
        return new WebhookServerOptions("127.0.0.1", 0, null, null, 4 << 20, Duration.ofSeconds(20), 2_000);
    }

    public WebhookServerOptions withHost(String host) {
        return new WebhookServerOptions(host, port, tls, endpointPort, bodyCap, bodyTime, connections);
    }

    public WebhookServerOptions withPort(int port) {
        return new WebhookServerOptions(host, port, tls, endpointPort, bodyCap, bodyTime, connections);
    }

    public WebhookServerOptions withTls(@Nullable Tls tls) {
        return new WebhookServerOptions(host, port, tls, endpointPort, bodyCap, bodyTime, connections);
    }

    public WebhookServerOptions withEndpointPort(@Nullable Integer endpointPort) {
        return new WebhookServerOptions(host, port, tls, endpointPort, bodyCap, bodyTime, connections);
    }

    public WebhookServerOptions withBodyCap(int bodyCap) {
        return new WebhookServerOptions(host, port, tls, endpointPort, bodyCap, bodyTime, connections);
    }

    public WebhookServerOptions withBodyTime(Duration bodyTime) {
        return new WebhookServerOptions(host, port, tls, endpointPort, bodyCap, bodyTime, connections);
    }

    public WebhookServerOptions withConnections(int connections) {
        return new WebhookServerOptions(host, port, tls, endpointPort, bodyCap, bodyTime, connections);
    }
}
