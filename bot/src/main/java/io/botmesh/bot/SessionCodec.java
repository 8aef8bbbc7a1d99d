package io.botmesh.bot;

/**
 * How a session becomes bytes and back. Equal sessions must give equal bytes: by them it is told whether a session has
 * changed.
 *
 * @param <T> the session
 */
public interface SessionCodec<T> {
    byte[] encode(T session);

    /**
     * What was encoded to these bytes.
     *
     * @throws RuntimeException if these are no such bytes
     */
    T decode(byte[] bytes);
}
