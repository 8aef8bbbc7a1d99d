package io.botmesh.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where a node of a mesh of peer files keeps what it has. */
final class StoreMixin {
    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private PeerFolder folder;

    @Option(
            names = "--store",
            paramLabel = "FILE|URL",
            description = {
                "What the node must not forget: a SQLite file (default: NODE.db in the folder),",
                "or postgresql://USER@HOST/DATABASE; the password is taken from PGPASSWORD."
            })
    private @Nullable String store;

    PeerFolder folder() {
        return folder;
    }

    /** The node's store; whoever opens it closes it. */
    NodeStorePlace open(String node) {
        return NodeStorePlace.open(store, folder.folder().resolve(node + ".db"), node);
    }

    /** The same of a node that has run before. */
    NodeStorePlace openExisting(String node) {
        return NodeStorePlace.openExisting(store, folder.folder().resolve(node + ".db"), node);
    }
}
