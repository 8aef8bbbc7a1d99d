package io.botmesh.cli;

import io.botmesh.sim.Nemesis;
import io.botmesh.sim.Pattern;
import io.botmesh.sim.SimOptions;
import io.botmesh.sim.SimOptions.Scheme;
import io.botmesh.sim.SimOptions.Shape;
import io.botmesh.sim.SimReport;
import io.botmesh.sim.Simulation;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Runs a whole mesh in virtual time and says what came of it. */
@Command(
        name = "sim",
        description = {
            "Simulate a mesh on one thread, in virtual time, with everything that can go wrong.",
            "The same seed and options are the same run, on any machine."
        },
        footer = {
            "%nFaults: kill, full, pause, clock, twin, overflow, delete, edit, storm, errors,",
            "lost-reply, reorder, revoke, flood, offline, fail, hang, takeover, leave, pin,",
            "shutdown, away, wipe, and lying-disk, which is not among all because it may lose messages."
        })
final class SimCommand implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Botmesh botmesh;

    @Option(names = "--seed", paramLabel = "S", description = "Of everything; by default another one each time.")
    private @Nullable Long seed;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            defaultValue = "8",
            description = "2 to 200 (default ${DEFAULT-VALUE}).")
    private int nodes;

    @Option(
            names = "--minutes",
            paramLabel = "M",
            defaultValue = "10",
            description = "Virtual minutes of messages and faults (default ${DEFAULT-VALUE}); then all is well until"
                    + " everything has arrived.")
    private int minutes;

    @Option(
            names = "--faults",
            paramLabel = "LIST",
            defaultValue = "none",
            description = "all, none (default), or some of those below with commas between; all,-kill leaves one out.")
    private String faults = "none";

    @Option(
            names = "--shape",
            paramLabel = "SHAPE",
            description =
                    "ring, star, full, random, gather: all post to one that answers, or quasi: all post to one that"
                            + " cannot (default full up to six nodes, then random).")
    private @Nullable String shape;

    @Option(
            names = "--writers",
            paramLabel = "W",
            defaultValue = "2",
            description = "Writers of each channel, 1 to 48 (default ${DEFAULT-VALUE}).")
    private int writers;

    @Option(
            names = "--rate",
            paramLabel = "R",
            defaultValue = "1",
            description = "Messages that each node is given in a second (default ${DEFAULT-VALUE}).")
    private double rate;

    @Option(
            names = "--bytes",
            paramLabel = "B",
            defaultValue = "80",
            description = "Size of most of them (default ${DEFAULT-VALUE}).")
    private int bytes;

    @Option(names = "--sealed", description = "With the real seal instead of a stand-in that costs no time.")
    private boolean sealed;

    @Option(
            names = "--patterns",
            paramLabel = "LIST",
            defaultValue = "none",
            description =
                    "What nodes do beside sending messages: all, none (default), or some of topic, queue, members,"
                            + " expiry, objects, requests, names and singles.")
    private String patterns = "none";

    @Option(
            names = "--posts",
            paramLabel = "P",
            defaultValue = "1",
            description = "Posts that each writer may make in a second (default ${DEFAULT-VALUE}).")
    private double posts;

    @Option(
            names = "--packets",
            paramLabel = "N",
            defaultValue = "0",
            description = "Go on, as long again each time, until so many were posted.")
    private int packets;

    @Option(names = "--grants", description = "Readers say who may post how often.")
    private boolean grants;

    @Option(
            names = "--paper",
            description = "The scheme of one message per post and writers drawn by lot, to compare with.")
    private boolean paper;

    @Option(names = "--trace", description = "Print a line on standard error for each thing that a node does.")
    private boolean trace;

    @Override
    public Integer call() {
        SimOptions options = options();
        SimReport report = trace ? Simulation.run(options, botmesh.terminal()::say) : Simulation.run(options);
        if (botmesh.json()) botmesh.terminal().print(report.toJson());
        else print(report);
        // What another scheme loses is no failure of this program.
        return report.sound() || paper ? ExitCodes.OK : ExitCodes.FAILED;
    }

    private SimOptions options() {
        try {
            SimOptions options = SimOptions.of(seed == null ? System.nanoTime() & 0x7FFF_FFFF : seed, nodes, minutes)
                    .withFaults(Nemesis.parse(faults))
                    .withWriters(writers)
                    .withLoad(rate, bytes)
                    .withSealed(sealed)
                    .withGrants(grants)
                    .withPatterns(Pattern.parse(patterns))
                    .withPostsPerSecond(posts)
                    .withPackets(packets)
                    .withScheme(paper ? Scheme.PAPER : Scheme.MESH);
            return shape == null ? options : options.withShape(Shape.named(shape));
        } catch (IllegalArgumentException wrong) {
            throw CommandException.wrongUse(String.valueOf(wrong.getMessage()));
        }
    }

    private void print(SimReport report) {
        line(String.format(
                Locale.ROOT,
                "seed %d: %d nodes, %.0f virtual seconds",
                report.options().seed(),
                nodes,
                report.virtualSeconds()));
        line(String.format(
                Locale.ROOT,
                "messages    %d promised, %d delivered, %d lost, %d lost and told of, %d twice, %d again and flagged",
                report.messages(),
                report.delivered(),
                report.lost(),
                report.accounted(),
                report.duplicatesDelivered(),
                report.again()));
        line(String.format(
                Locale.ROOT,
                "posts       %d texts, %d documents, %d forwards, %.1f %% full, %d refused with 429, %d by strangers",
                report.posts(),
                report.documents(),
                report.forwards(),
                100 * report.fill(),
                report.floodWaits(),
                report.foreign()));
        if (report.published().messages() > 0)
            line(String.format(
                    Locale.ROOT,
                    "topic       %d messages, %d delivered, %d posts brought back; register at version %d",
                    report.published().messages(),
                    report.published().delivered(),
                    report.recalls(),
                    report.published().register()));
        if (report.objects().sent() > 0)
            line(String.format(
                    Locale.ROOT,
                    "objects     %d sent, %d taken whole, %d refused and told of",
                    report.objects().sent(),
                    report.objects().taken(),
                    report.objects().refused()));
        if (report.requests().asked() > 0)
            line(String.format(
                    Locale.ROOT,
                    "requests    %d made, %d answered, %d not in time, %d refused, the rest forgotten by who died",
                    report.requests().asked(),
                    report.requests().answered(),
                    report.requests().unanswered(),
                    report.requests().refused()));
        line(String.format(
                Locale.ROOT,
                "handlers    failed %d times; %d messages put aside and given back",
                report.handlers().failures(),
                report.handlers().setAside()));
        line(String.format(
                Locale.ROOT,
                "latency     p50 %.3f s, p90 %.3f s, p99 %.3f s, most %.3f s",
                report.latency().p50(),
                report.latency().p90(),
                report.latency().p99(),
                report.latency().most()));
        line(String.format(
                Locale.ROOT,
                "processes   died %d times, lost their place %d times; %d commits",
                report.deaths(),
                report.takeovers(),
                report.commits()));
        line(String.format(Locale.ROOT, "drained     in %.0f s", report.drainSeconds()));
        report.events().forEach((kind, count) -> line("told        " + count + " times " + kind));
        for (String violation : report.violations()) line("violation   " + violation);
        line("violations  " + report.violationCount());
    }

    private void line(String line) {
        botmesh.terminal().print(line);
    }
}
