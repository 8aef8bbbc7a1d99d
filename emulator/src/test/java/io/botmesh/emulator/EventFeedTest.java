package io.botmesh.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.world.Limits;
import io.botmesh.world.Outgoing;
import io.botmesh.world.VirtualClock;
import io.botmesh.world.World;
import io.botmesh.world.WorldOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class EventFeedTest {
    private final VirtualClock clock = new VirtualClock(Instant.parse("2026-03-01T12:00:00Z"));
    private final Emulator emulator = Emulator.start(EmulatorOptions.defaults().withClock(clock));
    private final World world = emulator.world();

    @AfterEach
    void close() {
        emulator.close();
    }

    /** One event as it came. */
    private record Event(String name, String data, String id) {}

    /** A connection that reads events; without chunks, because it speaks HTTP/1.0. */
    private static final class Stream implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader lines;
        private final String head;

        Stream(URI server, String lastEventId) throws IOException {
            socket = new Socket(server.getHost(), server.getPort());
            socket.setSoTimeout(120_000);
            var last = lastEventId.isEmpty() ? "" : "Last-Event-ID: " + lastEventId + "\r\n";
            var request = "GET /control/events HTTP/1.0\r\nHost: localhost\r\n" + last + "\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII));
            var read = new StringBuilder();
            for (var line = lines.readLine(); line != null && !line.isEmpty(); line = lines.readLine()) {
                read.append(line).append('\n');
            }
            head = read.toString();
        }

        /** Null at the end of the stream. */
        String line() throws IOException {
            var line = lines.readLine();
            return line == null ? "end" : line;
        }

        /** Events up to the next that has an id, which ends a batch. */
        List<Event> batch() throws IOException {
            var batch = new ArrayList<Event>();
            var name = "";
            var data = "";
            for (var line = line(); !line.equals("end"); line = line()) {
                if (line.startsWith("event: ")) name = line.substring(7);
                if (line.startsWith("data: ")) data = line.substring(6);
                if (line.startsWith("id: ")) {
                    batch.add(new Event(name, data, line.substring(4)));
                    return batch;
                }
                if (line.isEmpty() && !name.isEmpty()) {
                    batch.add(new Event(name, data, ""));
                    name = "";
                }
            }
            return batch;
        }

        /** The next event of that name; others pass by. */
        Event await(String name) throws IOException {
            while (true) {
                var batch = batch();
                if (batch.isEmpty()) throw new IOException("the stream ended before " + name);
                for (var event : batch) {
                    if (event.name().equals(name))
                        return new Event(name, event.data(), batch.getLast().id());
                }
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private Stream open(String lastEventId) throws IOException {
        return new Stream(emulator.control(), lastEventId);
    }

    @Test
    void whoeverBeginsIsToldToReadEverything() throws IOException {
        try (var stream = open("")) {
            assertThat(stream.head).contains("200 OK", "Content-Type: text/event-stream", "Cache-Control: no-store");
            assertThat(stream.line()).isEqualTo("retry: 500");
            assertThat(stream.await("resync").data()).isEqualTo("{}");
        }
    }

    @Test
    void messagesAndQueuesAreToldAndNoTokenIs() throws IOException {
        try (var stream = open("")) {
            stream.await("resync");
            var bot = world.addBot("echo_bot");
            var ann = world.addUser("Ann", null);
            assertThat(stream.await("known").data()).isEqualTo("{\"id\":" + bot.id() + "}");
            world.people().say(ann.id(), bot.id(), Outgoing.text("my token is " + bot.token()));
            var message = stream.await("message");
            assertThat(message.data())
                    .isEqualTo(
                            "{\"chat\":" + bot.id() + ",\"user\":" + ann.id() + ",\"message_id\":1,\"what\":\"new\"}");
            world.limits(Limits.PAPER);
            assertThat(stream.await("limits").data()).isEqualTo("{}");
            emulator.advance(Duration.ofHours(1));
            assertThat(stream.await("clock").data()).isEqualTo("{}");
            world.revoke(bot.token());
            assertThat(stream.await("queue").data()).isEqualTo("{\"id\":" + bot.id() + "}");
        }
    }

    @Test
    void aReaderThatComesBackGoesOnAfterTheEventThatItNames() throws IOException {
        String id;
        try (var stream = open("")) {
            id = stream.await("resync").id();
        }
        var bot = world.addBot("echo_bot");
        world.addUser("Ann", null);
        try (var stream = open(id)) {
            var missed = stream.batch();
            assertThat(missed).extracting(Event::name).containsExactly("known", "known");
            assertThat(missed.getFirst().data()).isEqualTo("{\"id\":" + bot.id() + "}");
            id = missed.getLast().id();
        }
        try (var stream = open(id)) {
            world.limits(Limits.PAPER);
            assertThat(stream.batch()).extracting(Event::name).containsExactly("limits");
        }
    }

    @Test
    void equalEventsOfOneBatchAreToldOnceInThePlaceOfTheLast() throws IOException {
        String id;
        try (var stream = open("")) {
            id = stream.await("resync").id();
        }
        world.limits(Limits.PAPER);
        var ann = world.addUser("Ann", null);
        for (int i = 0; i < 100; i++) world.limits(Limits.PAPER);
        try (var stream = open(id)) {
            assertThat(stream.batch())
                    .extracting(event -> event.name() + event.data())
                    .containsExactly("known{\"id\":" + ann.id() + "}", "limits{}");
        }
    }

    @Test
    void whoeverFellTooFarBehindOrNamesAnotherRunIsToldToReadEverything() throws IOException {
        String id;
        try (var stream = open("")) {
            id = stream.await("resync").id();
        }
        for (int i = 0; i <= EventFeed.MOST_KEPT; i++) world.limits(Limits.OFF);
        for (var last : List.of(id, "12345678-3", id + "0000000", id.substring(0, 9) + "x", "garbage")) {
            try (var stream = open(last)) {
                assertThat(stream.batch()).extracting(Event::name).as(last).containsExactly("resync");
            }
        }
    }

    @Test
    void aReaderThatFallsBehindIsToldSoAndThenHearsWhatIsNew() throws IOException {
        try (var slow = open("")) {
            for (int i = 0; i < 60_000; i++) world.limits(i % 2 == 0 ? Limits.PAPER : Limits.OFF);
            world.addUser("Ann", null);
            for (var told = ""; !told.equals("known"); ) {
                told = slow.batch().getLast().name();
                // What came before it is in the state that is read afresh.
                if (told.equals("resync")) world.addUser("Bea", null);
            }
        }
    }

    @Test
    void moreReadersThanThereMayBeAreRefused() throws IOException {
        var streams = new ArrayList<Stream>();
        try {
            for (int i = 0; i < EventFeed.MOST_READERS; i++) {
                streams.add(open(""));
                assertThat(streams.getLast().head).contains("200 OK");
            }
            try (var tooMany = open("")) {
                assertThat(tooMany.head).contains("503");
                assertThat(tooMany.line()).isEqualTo("too many readers: close other pages, or wait");
            }
        } finally {
            for (var stream : streams) stream.close();
        }
    }

    @Test
    void streamsEndWithTheEmulator() throws IOException {
        try (var stream = open("")) {
            stream.await("resync");
            emulator.close();
            assertThat(stream.batch()).isEmpty();
        }
    }

    @Test
    void aSilentStreamIsKeptAliveByComments() throws Exception {
        var server = new Server(0);
        var feed = new EventFeed(new World(WorldOptions.defaults(), clock, 1), Duration.ofMillis(1));
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                return feed.handle(request, response, callback);
            }
        });
        server.start();
        try (var stream =
                new Stream(URI.create("http://127.0.0.1:" + server.getURI().getPort()), "")) {
            stream.await("resync");
            assertThat(stream.line()).isEmpty();
            for (int i = 0; i < 3; i++) {
                assertThat(stream.line()).isEqualTo(":");
                assertThat(stream.line()).isEmpty();
            }
        } finally {
            feed.close();
            server.stop();
        }
    }
}
