package io.botmesh.bench;

import io.botmesh.bench.Consumer.Way;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Updates that come one by one: what they cost, how long each waits for its handler, and whether a journal keeps up. */
final class Trickle implements Figure {
    private static final int PER_SECOND = 2_000;
    private static final int JOURNALED_PER_SECOND = 1_000;

    @Override
    public String name() {
        return "trickle";
    }

    @Override
    public List<Row> measure(Scale scale) throws Exception {
        var rows = new ArrayList<>(bare(scale));
        rows.addAll(journaled(scale));
        return rows;
    }

    private static List<Row> bare(Scale scale) throws Exception {
        var ratios = new double[scale.rounds()];
        var lags = new double[scale.rounds()];
        var loopLags = new double[scale.rounds()];
        try (var consumers = new Consumers(List.of(Way.BARE, Way.RUNNER))) {
            for (int i = -scale.longWarmUps(); i < scale.rounds(); i++) {
                long count = Math.max(1, scale.drained() / 20);
                var loop = consumers.trickle(Way.BARE, count, PER_SECOND);
                var runner = consumers.trickle(Way.RUNNER, count, PER_SECOND);
                if (i < 0) continue;
                ratios[i] = runner.cpuMicros() / loop.cpuMicros();
                lags[i] = runner.lagMicros() / 1e3;
                loopLags[i] = loop.lagMicros() / 1e3;
            }
        }
        var rate = String.format(Locale.ROOT, "%,d updates a second: ", PER_SECOND);
        return List.of(
                new Row(
                        rate + "processor time, in that of a loop over the same client",
                        "1.2 at most",
                        Spread.of(ratios).text(2)),
                new Row(
                        rate + "99th percentile from its making to its handler; the loop's",
                        "5 ms at most",
                        Spread.of(lags).text(1) + "; " + Spread.of(loopLags).text(1) + " ms"));
    }

    private static List<Row> journaled(Scale scale) throws Exception {
        var ways = List.of(Way.RUNNER, Way.FILES, Way.SQLITE);
        var ratios = new double[ways.size()][scale.rounds()];
        var lags = new double[ways.size()][scale.rounds()];
        try (var consumers = new Consumers(ways)) {
            for (int i = -scale.longWarmUps(); i < scale.rounds(); i++) {
                long count = Math.max(1, scale.drained() / 60);
                double without = 0;
                for (int way = 0; way < ways.size(); way++) {
                    var round = consumers.trickle(ways.get(way), count, JOURNALED_PER_SECOND);
                    if (way == 0) without = round.perSecond();
                    if (i < 0) continue;
                    ratios[way][i] = round.perSecond() / without;
                    lags[way][i] = round.lagMicros() / 1e3;
                }
            }
        }
        var rate = String.format(Locale.ROOT, "%,d updates a second: ", JOURNALED_PER_SECOND);
        return List.of(
                new Row(
                        rate + "handled in a second with a journal of files, in those without; in SQLite",
                        "0.8 at least; –",
                        Spread.of(ratios[1]).text(2) + "; "
                                + Spread.of(ratios[2]).text(2)),
                new Row(
                        rate + "99th percentile from its making to its handler; with a journal of files; in SQLite",
                        "",
                        Spread.of(lags[0]).text(1) + "; " + Spread.of(lags[1]).text(1) + "; "
                                + Spread.of(lags[2]).text(1) + " ms"));
    }
}
