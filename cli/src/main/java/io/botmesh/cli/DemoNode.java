package io.botmesh.cli;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What has become of one sending process of the demo, and of its successor. */
final class DemoNode {
    final NodeConfig config;
    final Path configFile;

    @Nullable
    ChildProcess process;

    boolean ready;
    boolean drained;
    long sent;
    long posts;
    /** Packets and bytes that its outbox held when it started. */
    long unposted;

    long pendingBytes;
    /** Of posts with a known fill, the posts and the filled posts they amount to. */
    private double filled;
    // The same of processes that were killed.
    private long earlierPosts;
    private double earlierFilled;

    DemoNode(NodeConfig config, Path configFile) {
        this.config = config;
        this.configFile = configFile;
    }

    String name() {
        return config.name();
    }

    void onLine(JsonObject line) {
        sent = line.number("sent");
        if (line.text("event").equals("ready")) {
            ready = true;
            unposted = line.number("unposted");
            pendingBytes = line.number("pending_bytes");
            return;
        }
        drained = line.text("event").equals("drained");
        posts = line.number("posts");
        filled = line.has("fill") ? line.decimal("fill") * posts : 0;
    }

    void onKilled() {
        earlierPosts += posts;
        earlierFilled += filled;
        posts = 0;
        filled = 0;
        ready = false;
    }

    /** How full the posts of several were, {@code NaN} if none was. */
    static double fill(List<DemoNode> nodes) {
        double posts = 0;
        double filled = 0;
        for (DemoNode node : nodes) {
            posts += node.filled > 0 ? node.posts : 0;
            posts += node.earlierFilled > 0 ? node.earlierPosts : 0;
            filled += node.filled + node.earlierFilled;
        }
        return filled / posts;
    }
}
