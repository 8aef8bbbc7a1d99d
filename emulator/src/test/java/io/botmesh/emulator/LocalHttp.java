package io.botmesh.emulator;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.LocalConnector;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The emulator's HTTP server without a socket: the bytes of a connection go in, the bytes of its answers come out. */
final class LocalHttp implements AutoCloseable {
    /** One answer. The body is one char a byte. */
    record Answer(int status, String head, String body) {
        boolean isJson() {
            return head.toLowerCase(Locale.ROOT).contains("content-type: application/json");
        }
    }

    private final Server server;
    private final LocalConnector connector;

    LocalHttp(Request.Handler handler) throws Exception {
        var threads = new QueuedThreadPool(4, 1);
        threads.setDaemon(true);
        threads.setReservedThreads(0);
        server = new Server(threads);
        connector = new LocalConnector(server, EmulatorServer.http());
        server.addConnector(connector);
        server.setErrorHandler(EmulatorServer.errors());
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                return handler.handle(request, response, callback);
            }
        });
        server.start();
    }

    /**
     * All answers of a connection whose client sends that and nothing more.
     *
     * @param passTime called again and again while answers are outstanding
     */
    List<Answer> answers(byte[] requests, Runnable passTime) throws Exception {
        try (var connection = connector.connect()) {
            connection.addInputAndExecute(ByteBuffer.wrap(requests));
            connection.addInputEOF();
            long begun = System.nanoTime();
            while (connection.isOpen() && !connection.isOutputShutdown()) {
                if (System.nanoTime() - begun > TimeUnit.SECONDS.toNanos(120)) {
                    throw new AssertionError("no answer in two minutes, only: " + text(connection.getOutput()));
                }
                passTime.run();
                connection.waitUntilClosedOrIdleFor(1, TimeUnit.MILLISECONDS);
            }
            return parse(text(connection.takeOutput()));
        }
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.ISO_8859_1.decode(bytes.duplicate()).toString();
    }

    private static List<Answer> parse(String output) {
        List<Answer> answers = new ArrayList<>();
        for (int at = 0; at < output.length(); ) {
            int end = output.indexOf("\r\n\r\n", at) + 4;
            if (end < 4 || !output.startsWith("HTTP/1.", at)) {
                throw new AssertionError("no HTTP: " + output.substring(at));
            }
            var head = output.substring(at, end);
            int status = Integer.parseInt(head.substring(9, 12));
            int length = 0;
            for (var line : head.split("\r\n", -1)) {
                if (line.toLowerCase(Locale.ROOT).startsWith("content-length: ")) {
                    length = Integer.parseInt(line.substring("content-length: ".length()));
                }
            }
            if (end + length > output.length()) throw new AssertionError("cut off: " + output.substring(at));
            answers.add(new Answer(status, head, output.substring(end, end + length)));
            at = end + length;
        }
        return answers;
    }

    @Override
    public void close() {
        LifeCycle.stop(server);
    }
}
