package io.botmesh.emulator;

import io.botmesh.world.WebhookCarrier;
import io.botmesh.world.WebhookConnection;
import io.botmesh.world.WebhookPost;
import io.botmesh.world.Webhooks;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Carries updates to bots' own servers: a socket for each connection, read by a virtual thread of its own. */
final class WebhookSockets implements WebhookCarrier, AutoCloseable {
    private final Webhooks webhooks;
    private final WebhookTls tls;
    private final Spool spool;
    private final Supplier<CompletableFuture<Void>> kept;
    private final Map<Long, WebhookSocket> sockets = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** @param kept completes when nothing that has happened until now will be forgotten, and so may be told */
    WebhookSockets(
            Webhooks webhooks, HttpOptions.WebhookTrust trust, Spool spool, Supplier<CompletableFuture<Void>> kept) {
        this.webhooks = webhooks;
        this.tls = new WebhookTls(trust);
        this.spool = spool;
        this.kept = kept;
    }

    @Override
    public void resolve(long lookupId, String host) {
        Thread.ofVirtual().name("webhook-lookup-" + lookupId).start(() -> {
            try {
                webhooks.resolved(lookupId, address(host).getHostAddress());
            } catch (UnknownHostException unknown) {
                webhooks.unresolved(lookupId, "Name or service not known");
            }
        });
    }

    /** An IPv4 address if there is one. */
    private static InetAddress address(String host) throws UnknownHostException {
        var all = InetAddress.getAllByName(host);
        for (var address : all) if (address instanceof Inet4Address) return address;
        return all[0];
    }

    @Override
    public void open(WebhookConnection connection) {
        var socket = new WebhookSocket(connection, webhooks, tls, spool, () -> sockets.remove(connection.id()));
        sockets.put(connection.id(), socket);
        if (closed) socket.close();
        else socket.start();
    }

    @Override
    public void post(WebhookPost post) {
        var socket = sockets.get(post.connectionId());
        // One that has just broken tells so itself.
        if (socket != null) socket.send(post.toBytes(), post.cut(), kept.get());
    }

    @Override
    public void close(long connectionId) {
        var socket = sockets.remove(connectionId);
        if (socket != null) socket.close();
    }

    @Override
    public void close() {
        closed = true;
        sockets.values().forEach(WebhookSocket::close);
        sockets.clear();
    }
}
