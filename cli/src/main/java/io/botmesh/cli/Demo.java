package io.botmesh.cli;

import io.botmesh.emulator.Emulator;
import io.botmesh.emulator.EmulatorOptions;
import io.botmesh.store.SqliteDatabase;
import io.botmesh.world.Limits;
import io.botmesh.world.WorldOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One run of the demo. This process plays Telegram and watches; a reader and N nodes of a peer file, each a process of its own, talk to each
 * other through nothing but that server's HTTP port. At the end the reader's table is compared with a count made here.
 *
 * <p>All decisions are made on one thread, from the events that the children send.
 */
final class Demo {
    private static final String NODE_HEAP = "256m";
    private static final String READER_HEAP = "512m";
    private static final long TICK_MILLIS = 100;
    /** When nothing has moved for so long, nothing will. */
    private static final long STALLED_NANOS = TimeUnit.SECONDS.toNanos(120);

    private final DemoOptions options;
    private final Terminal terminal;
    private final Progress progress;
    private final Leftovers leftovers;
    private final long start = System.nanoTime();
    private final BlockingQueue<ChildProcess.Event> events = new LinkedBlockingQueue<>();
    private final SteadyRate rate = new SteadyRate();

    private final List<InputFiles.InputFile> files;
    private final DemoMesh mesh;
    private final Path work;
    private final List<DemoNode> nodes = new ArrayList<>();
    private final DemoNode victim;
    /** Messages handled from which on the kill happens. */
    private final long killAt;

    private @Nullable ChildProcess reader;
    private boolean readerReady;
    private long readMessages;
    private long duplicates;
    private long earlierDuplicates;
    private DemoResult.@Nullable Killed killed;
    private long movedAt = start;

    private Demo(DemoOptions options, Terminal terminal, List<InputFiles.InputFile> files, Leftovers leftovers)
            throws IOException {
        this.options = options;
        this.terminal = terminal;
        this.files = files;
        this.leftovers = leftovers;
        progress = new Progress(terminal, Boolean.getBoolean("botmesh.tty"), System::nanoTime);
        work = leftovers.directory("botmesh-demo-");
        var emulator = leftovers.add(Emulator.start(
                EmulatorOptions.defaults().withWorld(WorldOptions.defaults().withLimits(Limits.PAPER))));
        mesh = DemoMesh.make(emulator, work, options.nodes(), options.writers());
        var shares = Shares.files(files, options.nodes());
        for (int i = 0; i < options.nodes(); i++) {
            var lanes = mesh.lanes(i);
            var paths = shares.get(i).stream().map(InputFiles.InputFile::path).toList();
            var config = new NodeConfig(
                    DemoMesh.node(i),
                    mesh.api(),
                    work,
                    lanes.holders(),
                    lanes.position(),
                    options.textOnly(),
                    paths,
                    paths.size());
            nodes.add(new DemoNode(config, work.resolve(config.name() + ".json")));
        }
        // The node that is killed holds its last files back until then, so that the kill is in the middle of any input.
        victim = nodes.stream()
                .max((a, b) -> Integer.compare(
                        a.config.files().size(), b.config.files().size()))
                .orElseThrow();
        int heldBack = Math.max(1, victim.config.files().size() / 4);
        killAt = Math.min(Math.ceilDiv(files.size(), 2), files.size() - heldBack);
        for (DemoNode node : nodes) {
            int all = node.config.files().size();
            int until = options.kill() && node == victim ? all - heldBack : all;
            Files.writeString(
                    node.configFile, Json.write(node.config.withUntil(until).json()));
        }
    }

    /** Runs it to the end and leaves nothing behind. */
    static DemoResult run(DemoOptions options, Terminal terminal) throws IOException, InterruptedException {
        List<InputFiles.InputFile> files = InputFiles.list(options.input());
        try (var leftovers = Leftovers.watch(terminal)) {
            var demo = new Demo(options, terminal, files, leftovers);
            try {
                return demo.run();
            } finally {
                demo.progress.clear();
            }
        }
    }

    private DemoResult run() throws IOException, InterruptedException {
        var direct = directCount();
        startReader();
        for (DemoNode node : nodes) startNode(node);
        while (!complete()) {
            if (direct.isCompletedExceptionally()) result(direct); // no need to wait for the rest
            ChildProcess.Event event = events.poll(TICK_MILLIS, TimeUnit.MILLISECONDS);
            for (; event != null; event = events.poll()) on(event);
            if (options.kill() && killed == null && timeToKill()) kill();
            if (nodes.stream()
                    .anyMatch(node -> node.drained && !node.config.files().isEmpty())) rate.end();
            rate.sample(System.nanoTime(), mesh.traffic().texts());
            show(direct);
            if (System.nanoTime() - movedAt > STALLED_NANOS)
                throw CommandException.failed(
                        "the demo stalled: nothing moved for two minutes; run it again with --debug");
        }
        double wallSeconds = seconds();
        stopReader();
        progress.clear();
        return result(wallSeconds, direct);
    }

    private CompletableFuture<Map<String, Long>> directCount() {
        var paths = files.stream().map(InputFiles.InputFile::path).toList();
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return DirectCount.of(paths);
                    } catch (IOException broken) {
                        throw CommandException.failed(IoReason.of(broken), broken);
                    }
                },
                task -> Thread.ofPlatform().name("direct-count").daemon().start(task));
    }

    private static Map<String, Long> result(CompletableFuture<Map<String, Long>> direct) {
        try {
            return direct.join();
        } catch (CompletionException broken) {
            throw Failures.explain(broken);
        }
    }

    private void startReader() throws IOException {
        reader = child("reader", READER_HEAP, List.of("demo-reader", work.toString(), mesh.api()));
    }

    private void startNode(DemoNode node) throws IOException {
        node.process = child(node.name(), NODE_HEAP, List.of("demo-node", node.configFile.toString()));
    }

    private ChildProcess child(String name, String heap, List<String> words) throws IOException {
        return leftovers.add(ChildProcess.start(name, heap, work, words, terminal, events));
    }

    private void on(ChildProcess.Event event) throws InterruptedException {
        if (leftovers.exiting())
            new CountDownLatch(1).await(); // Ctrl-C reaches the children too; the shutdown hook has the last word
        switch (event) {
            case ChildProcess.Event.Said said -> onLine(said.child(), said.line());
            case ChildProcess.Event.Ended ended -> onEnd(ended.child(), ended.exitCode());
        }
    }

    private void onLine(ChildProcess child, JsonObject line) {
        if (child == reader) {
            readerReady = true;
            long messages = line.number("messages");
            if (messages != readMessages) movedAt = System.nanoTime();
            readMessages = messages;
            duplicates = line.number("duplicates");
        } else {
            for (DemoNode node : nodes) {
                if (node.process != child) continue;
                long before = node.sent + node.posts;
                node.onLine(line);
                if (node.sent + node.posts != before) movedAt = System.nanoTime();
            }
        }
    }

    private void onEnd(ChildProcess child, int exitCode) {
        boolean current = child == reader;
        for (DemoNode node : nodes) {
            if (node.process != child) continue;
            if (node.drained && exitCode == ExitCodes.OK) return;
            current = true;
        }
        if (!current) return; // killed before, and another is in its place
        String why = child.lastError().isEmpty() ? "exit code " + exitCode : child.lastError();
        throw CommandException.failed("the process of " + child.name() + " ended early: " + why);
    }

    private boolean timeToKill() {
        return readerReady && nodes.stream().allMatch(node -> node.ready) && readMessages >= killAt;
    }

    /** Kills the node and the reader while the run is in the middle, which is checked and not assumed, and starts both again. */
    private void kill() throws IOException, InterruptedException {
        ChildProcess oldReader = running(reader);
        ChildProcess oldNode = running(victim.process);
        oldReader.kill();
        oldNode.kill();
        // What they had still told before.
        for (int ends = 0; ends < 2; ) {
            ChildProcess.Event event = events.take();
            boolean theirs = event.child() == oldReader || event.child() == oldNode;
            if (theirs && event instanceof ChildProcess.Event.Ended) ends++;
            else on(event);
        }
        if (victim.drained || readMessages >= files.size())
            throw CommandException.failed("the kill came too late to show anything; use a larger --input");
        killed = new DemoResult.Killed(victim.name(), victim.sent, readMessages, 0, 0);
        progress.clear();
        terminal.say(String.format(
                Locale.ROOT,
                "killed %s (pid %d) and the reader (pid %d) with SIGKILL after %,d of %,d messages; starting them again",
                victim.name(),
                oldNode.pid(),
                oldReader.pid(),
                readMessages,
                files.size()));
        earlierDuplicates += duplicates;
        duplicates = 0;
        readerReady = false;
        victim.onKilled();
        Files.writeString(victim.configFile, Json.write(victim.config.json()));
        startReader();
        startNode(victim);
    }

    private static ChildProcess running(@Nullable ChildProcess child) {
        if (child == null || !child.alive()) throw new IllegalStateException("to be killed, but not running");
        return child;
    }

    private boolean complete() {
        return nodes.stream().allMatch(node -> node.drained)
                && readMessages >= sent()
                && readerReady
                && (!options.kill() || killed != null);
    }

    private long sent() {
        return nodes.stream().mapToLong(node -> node.sent).sum();
    }

    private void stopReader() throws InterruptedException {
        ChildProcess last = running(reader);
        last.tell("stop");
        while (true) {
            ChildProcess.Event event = events.poll(60, TimeUnit.SECONDS);
            if (event == null) throw CommandException.failed("the reader does not stop; run it again with --debug");
            if (event instanceof ChildProcess.Event.Ended ended && ended.child() == last) {
                if (ended.exitCode() != ExitCodes.OK) onEnd(last, ended.exitCode());
                return;
            }
            on(event);
        }
    }

    private void show(CompletableFuture<?> direct) {
        var traffic = mesh.traffic();
        boolean started = readerReady && nodes.stream().allMatch(node -> node.ready);
        if (!started && traffic.texts() + traffic.documents() == 0) {
            progress.show(starting(seconds(), nodes.size()));
            return;
        }
        long done = nodes.stream().filter(node -> node.drained).count();
        progress.show(String.format(
                Locale.ROOT,
                "%6.1f s  %,d of %,d messages, %,d posts, %,d documents, %d of %d nodes done%s",
                seconds(),
                readMessages,
                Math.max(files.size(), sent()),
                traffic.texts(),
                traffic.documents(),
                done,
                nodes.size(),
                done == nodes.size() && !direct.isDone() ? ", counting directly" : ""));
    }

    static String starting(double seconds, int nodes) {
        return String.format(
                Locale.ROOT,
                "%6.1f s  starting %d %s and the reader ...",
                seconds,
                nodes,
                nodes == 1 ? "node" : "nodes");
    }

    private double seconds() {
        return (System.nanoTime() - start) / 1e9;
    }

    private DemoResult result(double wallSeconds, CompletableFuture<Map<String, Long>> direct) throws IOException {
        CountTable.Content counts;
        try (var readerDatabase = SqliteDatabase.open(work.resolve(DemoReaderCommand.COUNTS))) {
            counts = CountTable.content(readerDatabase);
        }
        Map<String, Long> expected = result(direct);
        for (InputFiles.InputFile file : files) {
            if (Files.notExists(file.path()) || file.changed())
                throw CommandException.failed(file.path() + " changed while it was counted; run the demo again");
        }
        double fill = DemoNode.fill(nodes);
        var traffic = mesh.traffic();
        return new DemoResult(
                options,
                files.size(),
                counts,
                traffic.texts(),
                traffic.documents(),
                wallSeconds,
                earlierDuplicates + duplicates,
                traffic.refused429(),
                rate.postsPerSecond(),
                Double.isNaN(fill) ? OptionalDouble.empty() : OptionalDouble.of(fill),
                killed == null ? null : killed.withLeft(victim.unposted, victim.pendingBytes),
                difference(expected, counts));
    }

    /** How the reader's table differs from the direct count, or null if it does not. */
    private @Nullable String difference(Map<String, Long> expected, CountTable.Content counts) {
        if (counts.messages() != sent())
            return "not verified: " + sent() + " messages were sent and " + counts.messages() + " handled";
        if (counts.words().equals(expected)) return null;
        long different = expected.entrySet().stream()
                .filter(entry -> !entry.getValue().equals(counts.words().get(entry.getKey())))
                .count();
        long unknown = counts.words().keySet().stream()
                .filter(word -> !expected.containsKey(word))
                .count();
        return "not verified: of " + expected.size() + " words " + different
                + " have another count in the direct count, and " + unknown + " more are not in it";
    }
}
