package io.botmesh.bench;

import io.botmesh.bench.Consumer.Way;
import java.util.List;
import java.util.Locale;

/** Updates that come one by one: what they cost, and how long each waits for its handler. */
final class Trickle implements Figure {
    private static final int PER_SECOND = 2_000;

    @Override
    public String name() {
        return "trickle";
    }

    @Override
    public List<Row> measure(Scale scale) throws Exception {
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
}
