package io.botmesh.bench;

import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.VirtualThreadPool;

/**
 * The least that a server on the same HTTP library with the same settings can do: reads the body, throws it away and answers
 * bytes that it was given before.
 */
final class Floor implements AutoCloseable {
    private final Server server;
    private final ServerConnector connector;
    private final Map<String, Canned> answers = new ConcurrentHashMap<>();

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Canned(List<HttpField> head, byte[] body) {}

    Floor() throws Exception {
        // Threads and connector as in the emulator, or the two could not be compared.
        var threads = new QueuedThreadPool(16, 1);
        threads.setReservedThreads(0);
        var virtualThreads = new VirtualThreadPool();
        virtualThreads.setMaxConcurrentTasks(-1);
        threads.setVirtualThreadsExecutor(virtualThreads);
        server = new Server(threads);
        var http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendDateHeader(false);
        http.setRequestHeaderSize(256 * 1024);
        http.setUriCompliance(UriCompliance.UNSAFE);
        http.setHttpCompliance(HttpCompliance.RFC7230_LEGACY);
        connector = new ServerConnector(server, 1, -1, new HttpConnectionFactory(http));
        connector.setHost("127.0.0.1");
        connector.setAcceptQueueSize(4096);
        server.addConnector(connector);
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                Content.Source.asInputStream(request).transferTo(OutputStream.nullOutputStream());
                var path = request.getHttpURI().getPath();
                var canned = answers.get(path.substring(path.lastIndexOf('/') + 1));
                if (canned == null) return false;
                for (var field : canned.head) response.getHeaders().put(field);
                response.write(true, ByteBuffer.wrap(canned.body), callback);
                return true;
            }
        });
        server.start();
    }

    int port() {
        return connector.getLocalPort();
    }

    /** What is answered to a method from now on: the very bytes that another server said, both in base64. */
    void answer(String method, String head, String body) {
        var fields = new ArrayList<HttpField>();
        var lines = new String(Base64.getDecoder().decode(head), StandardCharsets.ISO_8859_1).split("\r\n", -1);
        for (var line : List.of(lines).subList(1, lines.length)) {
            int colon = line.indexOf(": ");
            // Jetty leaves a header out that it thinks needless, unless it does not know it.
            if (colon > 0) fields.add(new HttpField(null, line.substring(0, colon), line.substring(colon + 2)));
        }
        answers.put(method, new Canned(fields, Base64.getDecoder().decode(body)));
    }

    @Override
    public void close() {
        LifeCycle.stop(server);
    }
}
