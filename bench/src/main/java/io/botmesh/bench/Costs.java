package io.botmesh.bench;

import io.botmesh.bench.Consumer.Way;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What an update costs that waits at the server already, when the handler only counts it. */
final class Costs implements Figure {
    @Override
    public String name() {
        return "updates";
    }

    @Override
    public List<Row> measure(Scale scale) throws Exception {
        var ways = List.of(Way.SOCKETS, Way.BARE, Way.RUNNER, Way.FILES, Way.SQLITE);
        Map<Way, List<Consumers.Round>> rounds = new EnumMap<>(Way.class);
        var commits = new double[scale.rounds()];
        try (var consumers = new Consumers(ways);
                var byHand = Child.startOn(Consumers.CONSUMER_CPU, Commits.class)) {
            // What is asked is what a process costs that has been running for long.
            for (int i = -scale.longWarmUps(); i < scale.rounds(); i++) {
                for (var way : ways) {
                    var round = consumers.drain(way, scale.drained());
                    if (i >= 0)
                        rounds.computeIfAbsent(way, none -> new ArrayList<>()).add(round);
                }
                double written = byHand.askNumber("run " + scale.drained()) / 1e3 / scale.drained();
                if (i >= 0) commits[i] = written;
            }
        }
        return List.of(
                new Row(
                        "the runner: processor time it adds to an update, to a loop that fetches and scans over the same client",
                        "1.5 µs at most",
                        less(rounds, Way.RUNNER, Way.BARE) + " µs"),
                new Row(
                        "a journal of files: processor time it adds to that of the runner",
                        "2 µs at most",
                        less(rounds, Way.FILES, Way.RUNNER) + " µs"),
                new Row(
                        "a journal in SQLite: processor time it adds to that of the runner; the same batches written to SQLite by hand",
                        "",
                        less(rounds, Way.SQLITE, Way.RUNNER) + "; "
                                + Spread.of(commits).text(2) + " µs"),
                new Row(
                        "processor time of an update: sockets alone; the loop; the runner; with files; with SQLite",
                        "",
                        String.join(
                                        "; ",
                                        ways.stream()
                                                .map(way -> cpu(rounds, way))
                                                .toList()) + " µs"),
                new Row(
                        "updates a second with a journal of files, in those without",
                        "0.6 at least",
                        ratio(rounds, Way.FILES, Way.RUNNER)),
                new Row(
                        "updates a second with a journal in SQLite, in those without",
                        "",
                        ratio(rounds, Way.SQLITE, Way.RUNNER)),
                new Row(
                        "updates a second, one core: sockets alone; the loop; the runner; with files; with SQLite",
                        "",
                        String.join(
                                "; ",
                                ways.stream().map(way -> rate(rounds, way)).toList())));
    }

    private static List<Consumers.Round> of(Map<Way, List<Consumers.Round>> rounds, Way way) {
        return rounds.getOrDefault(way, List.of());
    }

    private static String less(Map<Way, List<Consumers.Round>> rounds, Way way, Way than) {
        return spread(rounds, way, than, (one, other) -> one.cpuMicros() - other.cpuMicros());
    }

    private static String ratio(Map<Way, List<Consumers.Round>> rounds, Way way, Way than) {
        return spread(rounds, way, than, (one, other) -> one.perSecond() / other.perSecond());
    }

    private interface Comparison {
        double of(Consumers.Round one, Consumers.Round other);
    }

    private static String spread(Map<Way, List<Consumers.Round>> rounds, Way way, Way than, Comparison comparison) {
        var ones = of(rounds, way);
        var others = of(rounds, than);
        var seen = new double[ones.size()];
        for (int i = 0; i < seen.length; i++) seen[i] = comparison.of(ones.get(i), others.get(i));
        return Spread.of(seen).text(2);
    }

    private static String cpu(Map<Way, List<Consumers.Round>> rounds, Way way) {
        return Spread.of(of(rounds, way).stream()
                        .mapToDouble(Consumers.Round::cpuMicros)
                        .toArray())
                .text(2);
    }

    private static String rate(Map<Way, List<Consumers.Round>> rounds, Way way) {
        double median = Spread.of(of(rounds, way).stream()
                        .mapToDouble(Consumers.Round::perSecond)
                        .toArray())
                .median();
        return String.format(Locale.ROOT, "%,.0f", median);
    }
}
