package io.botmesh.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * A row's CRC-32C over its bytes and what tells them apart. SQLite's own check sees the structure of a file, not a bit that
 * has changed in the bytes it keeps.
 */
final class Checksum {
    private Checksum() {}

    static long of(byte[] bytes, String text, long... numbers) {
        var crc = new CRC32C();
        var fixed = ByteBuffer.allocate(Long.BYTES * numbers.length);
        for (long number : numbers) fixed.putLong(number);
        crc.update(fixed.flip());
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        crc.update(bytes);
        return crc.getValue();
    }
}
