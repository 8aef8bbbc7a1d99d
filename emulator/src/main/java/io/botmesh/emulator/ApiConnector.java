package io.botmesh.emulator;

import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.http.HttpScheme;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * A port on which can be told whether a request line named a path or a whole URL, which Jetty makes the same of. It
 * completes a path with the scheme of the connection, so a connection that passes for one with TLS keeps the two apart:
 * whoever wrote {@code http://} itself still has that.
 */
final class ApiConnector extends ServerConnector {
    private static final EndPoint.SslSessionData PRETENDED = EndPoint.SslSessionData.from(null, "", "", null);

    ApiConnector(Server server, HttpConnectionFactory http) {
        super(server, 1, -1, http);
    }

    /** Whether the request line named no path but a whole URL with {@code http}, as it is done with proxies. */
    static boolean namesAWholeUrl(Request request) {
        return HttpScheme.HTTP.is(request.getHttpURI().getScheme());
    }

    @Override
    protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        var accepted = new Accepted(channel, selector, key, getScheduler());
        accepted.setIdleTimeout(getIdleTimeout());
        return accepted;
    }

    private static final class Accepted extends SocketChannelEndPoint {
        Accepted(SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler) {
            super(channel, selector, key, scheduler);
        }

        @Override
        public EndPoint.@Nullable SslSessionData getSslSessionData() {
            return PRETENDED;
        }
    }
}
