package io.botmesh.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How large a file may be that a peer sends. */
final class MostBytesMixin {
    @Option(
            names = "--most-bytes",
            paramLabel = "N",
            description = "Refuse files that are larger (default: as large as they are).")
    private @Nullable Long mostBytes;

    /** @throws CommandException if that is no number of bytes */
    long bytes() {
        Long most = mostBytes;
        if (most == null) return Long.MAX_VALUE;
        if (most < 0) throw CommandException.wrongUse("--most-bytes takes a number of bytes, not " + most);
        return most;
    }
}
