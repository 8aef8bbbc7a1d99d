package io.botmesh.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Long polls of many bots that wait at once: what they cost, and that all of them are answered. */
final class Polls implements Figure {
    private static final int PATIENCE_SECONDS = 40;

    @Override
    public String name() {
        return "polls";
    }

    @Override
    public List<Row> measure(Scale scale) throws Exception {
        int count = scale.polls();
        try (var server = Child.start(Served.class, "emulator");
                var sockets = new Sockets(Integer.parseInt(server.answer()))) {
            var tokens = server.ask("bots " + count).split(" ", -1);
            long before = server.askNumber("heap");
            for (int i = 0; i < count; i++) {
                sockets.open(Connection.request(tokens[i], "getUpdates", "{\"timeout\":50}"));
            }
            long deadline = System.nanoTime() + PATIENCE_SECONDS * 1_000_000_000L;
            while (server.askNumber("polling") < count) {
                if (System.nanoTime() > deadline) throw new IOException("not all polls came to wait");
            }
            long during = server.askNumber("heap");
            long begun = System.nanoTime();
            server.ask("say");
            sockets.awaitUpdates();
            double seconds = (System.nanoTime() - begun) / 1e9;
            var title = String.format(Locale.ROOT, "%,d long polls at once: ", count);
            return List.of(
                    new Row(title + "heap of the server", "under 100 MB", Texts.megabytes(during)),
                    new Row(
                            title + "heap of the polls alone, with their connections",
                            "",
                            String.format(
                                    Locale.ROOT,
                                    "%s, %.1f kB each",
                                    Texts.megabytes(during - before),
                                    (during - before) / 1e3 / count)),
                    new Row(
                            title + "an update for each, until the last one is answered",
                            "all answered",
                            String.format(Locale.ROOT, "all, in %.2f s", seconds)));
        }
    }

    /** Connections that wait for one answer each, on one thread. */
    private static final class Sockets implements AutoCloseable {
        private final int port;
        private final Selector selector = Selector.open();
        private final List<SocketChannel> sockets = new ArrayList<>();
        private final ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);

        Sockets(int port) throws IOException {
            this.port = port;
        }

        void open(byte[] request) throws IOException {
            var socket = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            sockets.add(socket);
            socket.write(ByteBuffer.wrap(request));
            socket.configureBlocking(false);
            socket.register(selector, SelectionKey.OP_READ, new ByteArrayOutputStream());
        }

        /** Returns once every connection has been told of an update. */
        void awaitUpdates() throws IOException {
            int left = sockets.size();
            while (left > 0) {
                if (selector.select(PATIENCE_SECONDS * 1000L) == 0) throw new IOException(left + " polls got nothing");
                for (var key : selector.selectedKeys()) {
                    var received = (ByteArrayOutputStream) key.attachment();
                    buffer.clear();
                    int read = ((SocketChannel) key.channel()).read(buffer);
                    if (read < 0) throw new IOException("closed after: " + received);
                    received.write(buffer.array(), 0, read);
                    var answer = received.toString(StandardCharsets.ISO_8859_1);
                    if (!answer.endsWith("]}")) continue;
                    if (!answer.contains("\"update_id\":")) throw new IOException("no update: " + answer);
                    key.cancel();
                    left--;
                }
                selector.selectedKeys().clear();
            }
        }

        @Override
        public void close() throws IOException {
            selector.close();
            for (var socket : sockets) socket.close();
        }
    }
}
