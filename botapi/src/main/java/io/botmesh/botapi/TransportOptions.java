package io.botmesh.botapi;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link JettyTransport} connects. Start from {@link #defaults()} and change what differs.
 *
 * @param maxConnections per server and lane; further requests wait, within their deadline; default 1000
 * @param connectTimeout for one address of a server; default 10 s
 * @param idleTimeout    after which an unused connection is closed; default 50 s
 * @param proxy          {@code http://host:port} or {@code socks5://host:port}, or null for none
 * @param tls            whom to trust; null for the JDK's default. The host name is verified either way
 */
public record TransportOptions(
        int maxConnections,
        Duration connectTimeout,
        Duration idleTimeout,
        @Nullable URI proxy,
        @Nullable SSLContext tls) {
    public TransportOptions {
        if (maxConnections < 1) throw new IllegalArgumentException("maxConnections: " + maxConnections);
        if (!connectTimeout.isPositive()) throw new IllegalArgumentException("connectTimeout: " + connectTimeout);
        if (!idleTimeout.isPositive()) throw new IllegalArgumentException("idleTimeout: " + idleTimeout);
        if (proxy != null) {
            String scheme = proxy.getScheme() == null ? "" : proxy.getScheme().toLowerCase(Locale.ROOT);
            if (!(scheme.equals("http") || scheme.equals("socks5"))
                    || proxy.getHost() == null
                    || proxy.getPort() < 0
                    || proxy.getRawUserInfo() != null)
                throw new IllegalArgumentException("a proxy is given as http://host:port or socks5://host:port");
        }
    }

    public static TransportOptions defaults() {
        return new TransportOptions(1000, Duration.ofSeconds(10), Duration.ofSeconds(50), null, null);
    }

    public TransportOptions withMaxConnections(int maxConnections) {
        return new TransportOptions(maxConnections, connectTimeout, idleTimeout, proxy, tls);
    }

    public TransportOptions withConnectTimeout(Duration connectTimeout) {
        return new TransportOptions(maxConnections, connectTimeout, idleTimeout, proxy, tls);
    }

    public TransportOptions withIdleTimeout(Duration idleTimeout) {
        return new TransportOptions(maxConnections, connectTimeout, idleTimeout, proxy, tls);
    }

    public TransportOptions withProxy(@Nullable URI proxy) {
        return new TransportOptions(maxConnections, connectTimeout, idleTimeout, proxy, tls);
    }

    public TransportOptions withTls(@Nullable SSLContext tls) {
        return new TransportOptions(maxConnections, connectTimeout, idleTimeout, proxy, tls);
    }
}
