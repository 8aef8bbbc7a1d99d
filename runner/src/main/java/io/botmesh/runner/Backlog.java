package io.botmesh.runner;

import java.time.Duration;
import java.util.List;

/**
 * What waits in memory, at the moment of asking.
 *
 * @param oldest  how long the update that waits longest, be it for one of {@link Workers}, has been waiting since it came; zero if
 *                none waits
 * @param deepest the keys behind which most updates wait, the deepest first; as many as asked for. What has its keys and waits for
 *                a slot or for one of {@link Workers} is not here: what runs holds it up, whatever its key
 */
public record Backlog(Duration oldest, List<KeyDepth> deepest) {
    /**
     * A key and how many updates wait behind those of it that run.
     *
     * @param key   as the {@link Keys} gave it
     * @param depth at least 1
     */
    public record KeyDepth(Object key, int depth) {}
}
