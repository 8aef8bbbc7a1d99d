package io.botmesh.bench;

import io.botmesh.bench.Consumer.Way;
import java.util.List;

/** What it costs to answer every update with a message. */
final class Replies implements Figure {
    @Override
    public String name() {
        return "replies";
    }

    @Override
    public List<Row> measure(Scale scale) throws Exception {
        var ratios = new double[scale.rounds()];
        var loops = new double[scale.rounds()];
        var runners = new double[scale.rounds()];
        try (var consumers = new Consumers(List.of(Way.BARE_REPLIES, Way.RUNNER_REPLIES))) {
            for (int i = -scale.warmUps(); i < scale.rounds(); i++) {
                long count = Math.max(1, scale.drained() / 5);
                var loop = consumers.drain(Way.BARE_REPLIES, count);
                var runner = consumers.drain(Way.RUNNER_REPLIES, count);
                if (i < 0) continue;
                loops[i] = loop.cpuMicros();
                runners[i] = runner.cpuMicros();
                ratios[i] = runners[i] / loops[i];
            }
        }
        return List.of(
                new Row(
                        "an update and its reply, 50 at once: processor time, in that of a loop over the same client",
                        "1.3 at most",
                        Spread.of(ratios).text(2)),
                new Row(
                        "an update and its reply: processor time of the loop; of the runner",
                        "",
                        Spread.of(loops).text(1) + "; " + Spread.of(runners).text(1) + " µs"));
    }
}
