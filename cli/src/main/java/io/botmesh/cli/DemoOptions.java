package io.botmesh.cli;

import java.nio.file.Path;

/**
 * What a run of the demo does.
 *
 * @param input    directory or file whose words are counted
 * @param nodes    sending processes, at least 1
 * @param writers  writer bots, at least 1
 * @param textOnly whether documents are left out
 * @param kill     whether one node and the reader are killed on the way
 */
record DemoOptions(Path input, int nodes, int writers, boolean textOnly, boolean kill) {
    static final int MOST_NODES = 256;
    /** As many administrators as Telegram lets a channel have, the reader and the owner left out. */
    static final int MOST_WRITERS = 48;

    DemoOptions {
        if (nodes < 1 || nodes > MOST_NODES)
            throw CommandException.wrongUse("--nodes takes a number from 1 to " + MOST_NODES);
        if (writers < 1 || writers > MOST_WRITERS)
            throw CommandException.wrongUse(
                    "--writers takes a number from 1 to " + MOST_WRITERS + "; a channel has 50 administrators at most");
    }
}
