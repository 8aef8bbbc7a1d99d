package io.botmesh.e2e;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A bot's own web server, which answers an update with a call. */
final class Hook implements AutoCloseable {
    /** What a library's users write around it. */
    interface Answering {
        /** JSON of the call that answers the JSON of an update. */
        byte[] answer(InputStream update) throws IOException;
    }

    private final HttpServer server;
    private final List<String> secrets = new CopyOnWriteArrayList<>();

    Hook(Answering answering) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/hook", exchange -> {
            secrets.add(exchange.getRequestHeaders().getFirst("X-Telegram-Bot-Api-Secret-Token"));
            var bytes = answering.answer(exchange.getRequestBody());
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
    }

    /** Those that came with updates, in order. */
    List<String> secrets() {
        return secrets;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
