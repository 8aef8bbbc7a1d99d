package io.botmesh.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Lines as bytes, whatever their encoding is: what is not UTF-8 goes on as it came. A line ends with LF or CR LF; a CR alone is part of it. */
final class LineInput {
    private final InputStream in;
    private final int most;
    private long line;

    /** @param most bytes of a line; a longer one is refused before all of it is in memory */
    LineInput(InputStream in, int most) {
        this.in = new BufferedInputStream(in, 1 << 16);
        this.most = most;
    }

    /** The next one without its end; null after the last. What stands behind the last LF is a line, too. */
    byte @Nullable [] next() throws IOException {
        int one = in.read();
        if (one < 0) return null;
        line++;
        var bytes = new ByteArrayOutputStream();
        for (; one >= 0 && one != '\n'; one = in.read()) {
            if (bytes.size() > most) // one more for the CR
            throw CommandException.wrongUse(
                        "line " + line + " of standard input has more than " + most + " bytes, the most of a message");
            bytes.write(one);
        }
        byte[] all = bytes.toByteArray();
        int length = one == '\n' && all.length > 0 && all[all.length - 1] == '\r' ? all.length - 1 : all.length;
        return length == all.length ? all : Arrays.copyOf(all, length);
    }
}
