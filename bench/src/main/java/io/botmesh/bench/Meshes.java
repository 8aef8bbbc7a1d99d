package io.botmesh.bench;

import io.botmesh.sim.Load;
import io.botmesh.sim.SimOptions;
import io.botmesh.sim.SimOptions.Scheme;
import io.botmesh.sim.SimOptions.Shape;
import io.botmesh.sim.SimReport;
import io.botmesh.sim.SimReport.Steady;
import io.botmesh.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What whole nodes make of a channel's lanes in the simulator, and the scheme of one message per post and writers drawn by lot
 * beside them. Virtual time: what else runs on the machine does not count.
 */
final class Meshes implements Figure {
    private static final int WRITERS = 8;
    private static final int SHORT = 100;
    private static final int TEXT_LOAD =
            392; // messages of 120 bytes, with what each costs in a packet, in 8 posts of 7,678 bytes
    private static final int LOAD_BYTES = 120;

    @Override
    public String name() {
        return "mesh";
    }

    @Override
    public List<Row> measure(Scale scale) {
        boolean tiny = scale.rounds() == 1;
        int seeds = tiny ? 1 : Math.min(5, scale.rounds());
        int one = tiny ? 10 : 180;
        int many = tiny ? 10 : 1_800;
        int warm = tiny ? 2 : 600;
        List<Row> rows = new ArrayList<>();
        SimOptions pair = SimOptions.of(1, 2, 1).withShape(Shape.GATHER).withWriters(WRITERS);
        SimOptions crowd = SimOptions.of(1, tiny ? 3 : 17, 1)
                .withShape(Shape.GATHER)
                .withWriters(WRITERS)
                .withSeconds(many);
        Load full = Load.saturated(SHORT).withTextOnly(true).withWarmUp(tiny ? 2 : 60);
        Load crowded = Load.saturated(2_000).withTextOnly(true).withWarmUp(warm);

        List<Steady> alone = runs(pair.withSeconds(one).withLoad(full), seeds);
        rows.add(shares(
                "one saturated node, 8 writers: share of the posts that the lanes take", "97 % at least", alone));
        rows.add(row(
                "its texts' characters, of 4,096 each", "97 % at least", alone, each -> 100 * each.fill(), 1, " %"));
        rows.add(row("its 429 in 1,000 posts after the first minute", "1 at most", alone, Steady::floodWaits, 1, ""));
        rows.add(row(
                "its messages of 100 bytes that reach their handler in a second",
                "500 at least",
                alone,
                Steady::perSecond,
                0,
                ""));
        paper(rows, pair.withSeconds(one).withLoad(full), seeds);

        crowd(rows, "16 nodes that do not know of each other", "75 % at least", crowd.withLoad(crowded), seeds);
        crowd(
                rows,
                "16 nodes with the reader's grants",
                "90 % at least",
                crowd.withLoad(crowded).withGrants(true),
                seeds);
        paper(rows, crowd.withLoad(crowded), seeds);

        load(rows, pair.withSeconds(one), tiny ? 2 : 60, seeds);
        List<Steady> files = runs(
                pair.withSeconds(tiny ? 8 : 25)
                        .withLoad(Load.even(tiny ? 2_000 : 55_000, SHORT).withWarmUp(tiny ? 3 : 10)),
                tiny ? 1 : 3);
        rows.add(row(
                "55,000 messages of 100 bytes a second, with documents: that reach their handler in a second",
                "50,000 at least",
                files,
                Steady::perSecond,
                0,
                ""));
        return rows;
    }

    private static void crowd(List<Row> rows, String who, String target, SimOptions options, int seeds) {
        List<Steady> seen = runs(options, seeds);
        rows.add(shares(who + ", saturated, 8 writers: share of the posts that the lanes take", target, seen));
        rows.add(row("their 429 in 1,000 posts after ten minutes", "", seen, Steady::floodWaits, 1, ""));
    }

    private static void paper(List<Row> rows, SimOptions options, int seeds) {
        List<Steady> seen =
                runs(options.withScheme(Scheme.PAPER).withShape(Shape.QUASI).withGrants(false), seeds);
        String what = options.nodes() == 2 ? "one node" : "16 nodes";
        rows.add(shares("the paper's scheme, " + what + ": the same share", "", seen));
        rows.add(row(
                "its 429 in 1,000 posts; messages a second: each post is one", "", seen, Steady::floodWaits, 0, ""));
    }

    private static void load(List<Row> rows, SimOptions pair, int warm, int seeds) {
        Load idle = Load.even(1, LOAD_BYTES).withTextOnly(true).withWarmUp(warm);
        List<Steady> floor = runs(pair.withLoad(idle).withScheme(Scheme.PAPER).withShape(Shape.QUASI), seeds);
        List<Steady> busy = runs(
                pair.withLoad(
                        Load.even(TEXT_LOAD, LOAD_BYTES).withTextOnly(true).withWarmUp(warm)),
                seeds);
        double bar = Spread.of(percentiles(floor)).median() + 3.0 / WRITERS;
        rows.add(new Row(
                "one node at 80 % of what texts hold, messages at times drawn by lot: 99th percentile to the handler; of a bare post and poll, idle",
                String.format(Locale.ROOT, "%.2f s at most", bar),
                Spread.of(percentiles(busy)).text(2) + "; "
                        + Spread.of(percentiles(floor)).text(2) + " s"));
    }

    private static double[] percentiles(List<Steady> seen) {
        return seen.stream().mapToDouble(one -> one.latency().p99()).toArray();
    }

    private static List<Steady> runs(SimOptions options, int seeds) {
        List<Steady> seen = new ArrayList<>();
        for (int seed = 1; seed <= seeds; seed++) {
            SimReport report = Simulation.run(options.withSeed(seed));
            if (options.scheme() == Scheme.MESH && !report.sound())
                throw new IllegalStateException("seed " + seed + ": " + report.violations());
            seen.add(report.steady());
        }
        return seen;
    }

    private static Row shares(String figure, String target, List<Steady> seen) {
        return row(figure, target, seen, one -> 100 * one.share(), 1, " %");
    }

    private static Row row(
            String figure, String target, List<Steady> seen, ToDoubleFunction<Steady> of, int digits, String unit) {
        return new Row(
                figure,
                target,
                Spread.of(seen.stream().mapToDouble(of).toArray()).text(digits) + unit);
    }
}
