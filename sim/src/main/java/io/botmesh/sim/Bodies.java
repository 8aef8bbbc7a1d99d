package io.botmesh.sim;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Bodies of messages that tell by themselves which message they are and whether they are whole. */
final class Bodies {
    private static final int ID_BYTES = 8;
    /** Half of each body compresses well and half not at all, as much traffic does. */
    private static final byte[] WORDS = "temperature=21.5 humidity=40 pressure=1013 station=7 status=ok "
            .getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private final long seed;
    private final boolean noise;

    /**
     * @param noise whether nothing of a body can be compressed
     */
    Bodies(long seed, boolean noise) {
        this.seed = seed;
        this.noise = noise;
    }

    byte[] of(long message, int bytes) {
        byte[] body = new byte[Math.max(ID_BYTES, bytes)];
        ByteBuffer.wrap(body).putLong(message);
        var random = new SplittableRandom(seed ^ message * 0x9E3779B97F4A7C15L);
        int half = noise ? ID_BYTES : ID_BYTES + (body.length - ID_BYTES) / 2;
        for (int i = ID_BYTES; i < half; i++) body[i] = WORDS[i % WORDS.length];
        byte[] noise = new byte[body.length - half];
        random.nextBytes(noise);
        System.arraycopy(noise, 0, body, half, noise.length);
        return body;
    }

    /** The message that a body says it is, null if it says nothing. */
    @Nullable
    Long message(byte[] body) {
        return body.length < ID_BYTES ? null : ByteBuffer.wrap(body).getLong();
    }

    boolean intact(byte[] body) {
        Long message = message(body);
        return message != null && Arrays.equals(body, of(message, body.length));
    }
}
