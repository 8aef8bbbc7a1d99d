package io.botmesh.mesh;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a topic's owner has put into its {@link Register}.
 *
 * @param version from 1 on, grows with each value
 * @param value   not copied
 */
@SuppressWarnings("ArrayRecordComponent") // compares by content
public record RegisterValue(long version, byte[] value) {
    /** The value as UTF-8; what is none becomes U+FFFD. */
    public String text() {
        return new String(value, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RegisterValue that && version == that.version && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(version);
    }

    @Override
    public String toString() {
        return "version " + version + " of " + value.length + " bytes";
    }
}
