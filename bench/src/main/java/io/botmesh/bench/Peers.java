package io.botmesh.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the same costs in other people's runners, and what they lose. */
final class Peers implements Figure {
    @Override
    public String name() {
        return "peers";
    }

    @Override
    public List<Row> measure(Scale scale) throws Exception {
        var rows = new ArrayList<Row>();
        var others = new OtherPeers();
        rows.add(new Row(
                "other runners that are measured, as they are shipped; others",
                "",
                others.found.size() + "; " + (others.missing.isEmpty() ? "none" : String.join(", ", others.missing))));
        // A journal of its own each time: it would know the updates of another server as repeated ones.
        try (var folder = new Folder()) {
            rows.addAll(compare(
                    all(folder.file("counted"), others),
                    "an update that is counted",
                    "count",
                    Math.max(1, scale.drained() / 2),
                    scale.longWarmUps(),
                    scale.rounds()));
            rows.addAll(compare(
                    all(folder.file("answered"), others),
                    "an update that is answered",
                    "reply",
                    Math.max(1, scale.drained() / 10),
                    scale.warmUps(),
                    scale.rounds()));
            rows.add(Losses.measure(all(folder.file("killed"), others), scale.inFlight()));
        }
        return rows;
    }

    private static List<Peer> all(Path journal, OtherPeers others) {
        var all = new ArrayList<Peer>();
        all.add(OurPeer.plain());
        all.add(OurPeer.journaled(journal));
        all.addAll(others.found);
        return all;
    }

    private static List<Row> compare(List<Peer> peers, String what, String mode, long count, int warmUps, int measured)
            throws IOException {
        var micros = new double[peers.size()][measured];
        var feeds = new ArrayList<Feed>();
        try {
            for (var peer : peers) feeds.add(new Feed(peer, mode, count));
            for (int round = -warmUps; round < measured; round++) {
                for (int i = 0; i < feeds.size(); i++) {
                    double seen = feeds.get(i).drain() / 1e3 / count;
                    if (round >= 0) micros[i][round] = seen;
                }
            }
        } finally {
            for (var feed : feeds) feed.close();
        }
        var rows = new ArrayList<Row>();
        for (int i = 1; i < peers.size(); i++) {
            var ratios = new double[measured];
            for (int round = 0; round < measured; round++) ratios[round] = micros[i][round] / micros[0][round];
            rows.add(new Row(
                    String.format(
                            Locale.ROOT,
                            "%s: processor time of %s, in that of %s; both",
                            peers.get(i).name(),
                            what,
                            peers.getFirst().name()),
                    "",
                    Spread.of(ratios).text(2) + "; " + Spread.of(micros[i]).text(1) + " and "
                            + Spread.of(micros[0]).text(1) + " µs"));
        }
        return rows;
    }

    /** A peer and the server that it gets updates from. */
    private static final class Feed implements AutoCloseable {
        private final Child server;
        private final Child peer;
        private final long count;

        Feed(Peer peer, String mode, long count) throws IOException {
            this.count = count;
            server = Child.startOn(Consumers.SERVER_CPU, UpdateServer.class);
            this.peer = peer.start().start(server.answer(), mode, count);
        }

        /** Nanoseconds of processor time for a round. */
        long drain() throws IOException {
            long before = peer.cpuNanos();
            server.ask("more " + count);
            peer.answer();
            return peer.cpuNanos() - before;
        }

        @Override
        public void close() throws IOException {
            try (server) {
                peer.kill(); // some do not end for a while
            } catch (InterruptedException hurry) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
