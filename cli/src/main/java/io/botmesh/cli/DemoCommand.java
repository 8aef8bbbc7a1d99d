package io.botmesh.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code botmesh demo}. */
@Command(
        name = "demo",
        sortOptions = false,
        description = {
            "Count words in separate processes over bots and a channel, and prove the result right.",
            "The Bot API server is this machine's own: no token, no network."
        })
final class DemoCommand implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Botmesh botmesh;

    @Option(
            names = "--input",
            paramLabel = "DIR|FILE",
            description = "What to count: the regular files below, hidden directories, build outputs and links left out"
                    + " (default: the checkout of this project).")
    private @Nullable Path input;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            defaultValue = "4",
            description = "Processes that count and send (default: ${DEFAULT-VALUE}).")
    private int nodes;

    @Option(
            names = "--writers",
            paramLabel = "W",
            defaultValue = "8",
            description = "Writer bots; each may post once a second (default: ${DEFAULT-VALUE}).")
    private int writers;

    @Option(names = "--text-only", description = "Send text posts only, no documents; prints the steady rate.")
    private boolean textOnly;

    @Option(names = "--kill", description = "Kill one node and the reader half-way with SIGKILL and start them again.")
    private boolean kill;

    @Override
    public Integer call() throws Exception {
        var options = new DemoOptions(input == null ? checkout() : input, nodes, writers, textOnly, kill);
        Terminal terminal = botmesh.terminal();
        DemoResult result = Demo.run(options, terminal);
        if (botmesh.json()) terminal.print(Json.write(result.json()));
        else result.lines().forEach(terminal::print);
        if (result.wrong() == null) return ExitCodes.OK;
        throw CommandException.failed(result.wrong());
    }

    private static Path checkout() {
        String home = System.getProperty("botmesh.home");
        if (home == null) throw CommandException.wrongUse("--input is missing; name a directory or a file");
        return Path.of(home);
    }
}
