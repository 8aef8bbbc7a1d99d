package io.botmesh.mesh;

/**
 * One way for posts to go: a writer bot into a channel.
 *
 * @param writer  the writer's user id
 * @param channel where it posts, as a number or a name with its {@code @}
 */
public record LaneId(long writer, String channel) {
    @Override
    public String toString() {
        return writer + " in " + channel;
    }
}
