package io.botmesh.wire;

import io.botmesh.wire.WireException.Malformed;
import io.botmesh.wire.WireException.OverLimit;
import io.botmesh.wire.WireException.Reason;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Raw DEFLATE (RFC 1951) under a limit. */
final class Deflate {
    private Deflate() {}

    /** Inflates a complete stream; memory grows with what really comes out and never past the limit. */
    static byte[] inflate(byte[] body, int limit) {
        var inflater = new Inflater(true);
        try {
            inflater.setInput(body);
            // One byte more than allowed tells "exactly the limit" from "above it".
            var out = new byte[(int) Math.min(limit + 1L, Math.max(512, body.length * 4L))];
            int size = 0;
            while (!inflater.finished()) {
                if (size > limit) {
                    throw new OverLimit(Reason.DEFLATE_BOMB, body.length + " bytes inflate to more than " + limit);
                }
                if (size == out.length) out = Arrays.copyOf(out, (int) Math.min(limit + 1L, size * 2L));
                int got = inflater.inflate(out, size, out.length - size);
                size += got;
                if (got == 0 && !inflater.finished() && (inflater.needsInput() || inflater.needsDictionary())) {
                    throw new Malformed(Reason.DEFLATE_BROKEN, "the compressed body ends early");
                }
            }
            if (size > limit) {
                throw new OverLimit(Reason.DEFLATE_BOMB, body.length + " bytes inflate to more than " + limit);
            }
            if (inflater.getRemaining() > 0) {
                throw new Malformed(Reason.DEFLATE_BROKEN, "bytes follow the compressed body");
            }
            return size == out.length ? out : Arrays.copyOf(out, size);
        } catch (DataFormatException broken) {
            throw new Malformed(Reason.DEFLATE_BROKEN, "the compressed body is no raw DEFLATE stream");
        } finally {
            inflater.end();
        }
    }
}
