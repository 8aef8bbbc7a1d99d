package io.botmesh.world;

/** Which server is played. */
public enum Profile {
    /** {@code api.telegram.org}: the server behind its web front. */
    HOSTED,
    /** The open-source server as it is started without options. */
    OSS,
    /** The open-source server with {@code --local}: no caps on files, absolute paths. */
    LOCAL
}
