package io.botmesh.cli;

import picocli.CommandLine.Option;

/** How a command prints what peers sent. */
final class PrintMixin {
    @Option(
            names = "--raw",
            description = {
                "Print the bytes of each message as they are, control characters too, a line feed behind each, and nothing else.",
                "Without it characters that command a terminal are written as \\u001b and the like."
            })
    private boolean raw;

    /** @throws CommandException if it is to be two things at once */
    MessagePrinter printer(Botmesh botmesh) {
        if (raw && botmesh.json()) throw CommandException.wrongUse("--raw and --json exclude each other; take one");
        return new MessagePrinter(botmesh.terminal(), botmesh.json(), raw);
    }
}
