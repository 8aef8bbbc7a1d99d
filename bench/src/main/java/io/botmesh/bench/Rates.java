package io.botmesh.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

/**
 * Calls over 16 connections that stay open, on the emulator and on the {@link Floor} in turn: how many a second, and how long
 * the server's process was on the processor for each.
 */
final class Rates implements Figure {
    private static final int CONNECTIONS = 16;
    private static final int FILE_BYTES = 10_000;

    /** What the connections do. */
    private enum Calls {
        SEND("sendMessage", "sendMessage", 0),
        UPLOAD("sendDocument, a file of 10 kB", "sendDocument", 0),
        EMPTY("getUpdates, nothing waits", "getUpdates", 0),
        ONE("getUpdates, one update each time", "getUpdates", 1),
        HUNDRED("getUpdates, 100 updates each time", "getUpdates", 100);

        private final String title;
        private final String method;
        private final int updates;

        Calls(String title, String method, int updates) {
            this.title = title;
            this.method = method;
            this.updates = updates;
        }

        boolean isSent() {
            return this == SEND || this == UPLOAD;
        }

        /** How many times fewer there are in a round: of some each costs more, and uploads stay in memory. */
        int weight() {
            return this == HUNDRED ? 5 : this == UPLOAD ? 10 : 1;
        }
    }

    private record Round(double perSecond, double cpuMicros) {}

    @Override
    public String name() {
        return "rates";
    }

    @Override
    public List<Row> measure(Scale scale) throws Exception {
        var rows = new ArrayList<Row>();
        try (var emulator = Child.start(Served.class, "emulator");
                var kept = Child.start(Served.class, "kept");
                var floor = Child.start(Served.class, "floor")) {
            int emulatorPort = Integer.parseInt(emulator.answer());
            int keptPort = Integer.parseInt(kept.answer());
            int floorPort = Integer.parseInt(floor.answer());
            for (var calls : Calls.values()) {
                var cast = emulator.ask("bots " + CONNECTIONS).split(" ", -1);
                if (calls.isSent()) emulator.ask("say");
                if (calls.updates > 0) emulator.ask("channel");
                try (var toEmulator = new Clients(emulatorPort, calls, cast);
                        var toFloor = new Clients(floorPort, calls, cast)) {
                    rows.addAll(measure(calls, scale, emulator, toEmulator, floor, toFloor));
                }
            }
            var cast = emulator.ask("bots " + CONNECTIONS).split(" ", -1);
            emulator.ask("say");
            var keptCast = kept.ask("bots " + CONNECTIONS).split(" ", -1);
            try (var toEmulator = new Clients(emulatorPort, Calls.SEND, cast);
                    var toKept = new Clients(keptPort, Calls.SEND, keptCast)) {
                rows.addAll(keeping(scale, emulator, toEmulator, kept, toKept));
            }
        }
        return rows;
    }

    /** What it costs that everything goes into a state file before it is answered. */
    private static List<Row> keeping(Scale scale, Child emulator, Clients toEmulator, Child kept, Clients toKept)
            throws Exception {
        var ratios = new ArrayList<Double>();
        var rounds = new ArrayList<Round>();
        var plain = new ArrayList<Round>();
        for (int i = -scale.warmUps(); i < scale.rounds(); i++) {
            var round = toKept.round(kept, scale.requests());
            var without = toEmulator.round(emulator, scale.requests());
            if (i < 0) continue;
            rounds.add(round);
            plain.add(without);
            ratios.add(round.cpuMicros / without.cpuMicros);
        }
        return List.of(
                new Row(
                        "sendMessage with a state file: processor time of a call, in those of a call without one",
                        "",
                        Spread.of(ratios.stream()
                                        .mapToDouble(Double::doubleValue)
                                        .toArray())
                                .text(2)),
                new Row(
                        "sendMessage with a state file: calls a second over " + CONNECTIONS + " connections",
                        "",
                        perSecond(rounds) + "; without one: " + perSecond(plain)));
    }

    private static List<Row> measure(
            Calls calls, Scale scale, Child emulator, Clients toEmulator, Child floor, Clients toFloor)
            throws Exception {
        int requests = Math.max(1, scale.requests() / calls.weight());
        if (calls.updates > 0) emulator.ask("post " + calls.updates);
        var sample = toEmulator.sample();
        floor.ask("answer " + calls.method + " " + base64(sample.head()) + " " + base64(sample.body()));
        var rounds = new ArrayList<Round>();
        var floors = new ArrayList<Round>();
        for (int i = -scale.warmUps(); i < scale.rounds(); i++) {
            if (calls.updates > 0) emulator.ask("post " + requests * calls.updates);
            var round = toEmulator.round(emulator, requests);
            var least = toFloor.round(floor, requests);
            if (i < 0) continue;
            rounds.add(round);
            floors.add(least);
        }
        return rows(calls, rounds, floors);
    }

    private static List<Row> rows(Calls calls, List<Round> rounds, List<Round> floors) {
        var ratios = new double[rounds.size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = rounds.get(i).cpuMicros / floors.get(i).cpuMicros;
        }
        return List.of(
                new Row(
                        calls.title + ": processor time of a call, in those of a handler with a canned answer",
                        calls == Calls.UPLOAD ? "" : "3 at most",
                        Spread.of(ratios).text(2)),
                new Row(
                        calls.title + ": calls a second over " + CONNECTIONS + " connections; processor time",
                        "",
                        String.format(
                                Locale.ROOT,
                                "%s; %s µs; canned answer: %s; %s µs",
                                perSecond(rounds),
                                cpu(rounds),
                                perSecond(floors),
                                cpu(floors))));
    }

    private static String perSecond(List<Round> rounds) {
        return Spread.of(rounds.stream().mapToDouble(Round::perSecond).toArray())
                .text(0);
    }

    private static String cpu(List<Round> rounds) {
        return Spread.of(rounds.stream().mapToDouble(Round::cpuMicros).toArray())
                .text(0);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The connections to one server, one bot each. */
    private static final class Clients implements AutoCloseable {
        private final List<Client> clients = new ArrayList<>();

        /** Tokens of the bots, then the id of the person they write to. */
        Clients(int port, Calls calls, String[] cast) throws IOException {
            for (int i = 0; i < CONNECTIONS; i++) {
                clients.add(new Client(new Connection(port), calls, cast[i], cast[cast.length - 1]));
            }
        }

        /** What the server answers to one call; all clients have called once after it. */
        Connection sample() throws IOException {
            for (var client : clients) client.call();
            return clients.getFirst().connection;
        }

        Round round(Child server, int requests) throws Exception {
            long cpu = server.askNumber("cpu");
            long begun = System.nanoTime();
            try (var threads = Executors.newFixedThreadPool(CONNECTIONS)) {
                var tasks = new ArrayList<Callable<Void>>();
                for (var client : clients) {
                    tasks.add(() -> {
                        for (int i = 0; i < requests; i++) client.call();
                        return null;
                    });
                }
                for (var done : threads.invokeAll(tasks)) done.get();
            }
            double seconds = (System.nanoTime() - begun) / 1e9;
            double total = (double) requests * CONNECTIONS;
            return new Round(total / seconds, (server.askNumber("cpu") - cpu) / 1e3 / total);
        }

        @Override
        public void close() throws IOException {
            for (var client : clients) client.connection.close();
        }
    }

    /** One connection and what it says next. */
    private static final class Client {
        private final Connection connection;
        private final Calls calls;
        private final String token;
        private final byte[] send;
        private long updateOffset = 1;

        Client(Connection connection, Calls calls, String token, String person) {
            this.connection = connection;
            this.calls = calls;
            this.token = token;
            send = calls == Calls.UPLOAD
                    ? Connection.upload(token, person, FILE_BYTES)
                    : Connection.request(
                            token,
                            "sendMessage",
                            "{\"chat_id\":" + person + ",\"text\":\"" + Texts.numbered(1) + "\"}");
        }

        void call() throws IOException {
            if (calls.isSent()) {
                connection.exchange(send);
                return;
            }
            connection.exchange(Connection.request(
                    token,
                    "getUpdates",
                    "{\"offset\":" + updateOffset + ",\"limit\":" + Math.max(1, calls.updates) + ",\"timeout\":0}"));
            if (calls == Calls.EMPTY) {
                // An offset that stands still is answered late on purpose.
                updateOffset = 3 - updateOffset;
                return;
            }
            long last = connection.lastUpdateId();
            if (last == 0) throw new IOException("no update: " + connection.body());
            updateOffset = last + 1;
        }
    }
}
