package io.botmesh.emulator;

import io.botmesh.world.Blob;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** The bytes of uploads in a {@link StateFile}: equal ones once, in parts, so that no file is ever in memory as a whole. */
final class StateBlobs implements InputCodec.Blobs {
    private static final int PART = 1 << 20;

    /** Has something done by the thread that holds the connection. */
    interface Runner {
        <T extends @Nullable Object> T run(Callable<T> task) throws IOException;
    }

    private final Connection connection;
    private final Runner runner;

    StateBlobs(Connection connection, Runner runner) {
        this.connection = connection;
        this.runner = runner;
    }

    static void make(Statement sql) throws SQLException {
        sql.execute("CREATE TABLE blob(number INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, size INTEGER NOT NULL)"
                + " STRICT");
        sql.execute("CREATE TABLE part(blob INTEGER NOT NULL, number INTEGER NOT NULL, bytes BLOB NOT NULL,"
                + " sum INTEGER NOT NULL, UNIQUE(blob, number)) STRICT");
    }

    /** What is wrong with them, null if nothing is. */
    @Nullable
    String flaw() throws SQLException {
        try (var sql = connection.createStatement()) {
            try (var parts = sql.executeQuery("SELECT blob, bytes, sum FROM part")) {
                while (parts.next()) {
                    if (parts.getLong(3) != StateFile.sum(parts.getBytes(2))) {
                        return "upload " + parts.getLong(1) + " has another checksum";
                    }
                }
            }
            try (var torn = sql.executeQuery("""
                    SELECT blob.number FROM blob LEFT JOIN part ON part.blob = blob.number
                    GROUP BY blob.number
                    HAVING coalesce(sum(length(part.bytes)), 0) != blob.size
                        OR coalesce(max(part.number) + 1, 0) != count(part.number)
                    LIMIT 1
                    """)) {
                return torn.next() ? "upload " + torn.getLong(1) + " is not whole" : null;
            }
        }
    }

    @Override
    public long keep(Blob blob) throws IOException {
        if (blob instanceof Stored stored && stored.home() == this) return stored.number();
        var digest = digest(blob);
        try {
            try (var find = connection.prepareStatement("SELECT number FROM blob WHERE digest = ?")) {
                find.setBytes(1, digest);
                try (var found = find.executeQuery()) {
                    if (found.next()) return found.getLong(1);
                }
            }
            try (var insert =
                    connection.prepareStatement("INSERT INTO blob(digest, size) VALUES(?, ?) RETURNING number")) {
                insert.setBytes(1, digest);
                insert.setLong(2, blob.size());
                try (var made = insert.executeQuery()) {
                    made.next();
                    long number = made.getLong(1);
                    parts(number, blob);
                    return number;
                }
            }
        } catch (SQLException failed) {
            throw new IOException(failed);
        }
    }

    private void parts(long blob, Blob content) throws IOException, SQLException {
        try (var in = content.open();
                var insert = connection.prepareStatement("INSERT INTO part VALUES(?, ?, ?, ?)")) {
            int number = 0;
            for (var bytes = in.readNBytes(PART); bytes.length > 0; bytes = in.readNBytes(PART)) {
                insert.setLong(1, blob);
                insert.setInt(2, number++);
                insert.setBytes(3, bytes);
                insert.setLong(4, StateFile.sum(bytes));
                insert.executeUpdate();
            }
        }
    }

    @Override
    public Blob find(long number) throws IOException {
        return runner.run(() -> {
            try (var find = connection.prepareStatement("SELECT size FROM blob WHERE number = ?")) {
                find.setLong(1, number);
                try (var found = find.executeQuery()) {
                    if (!found.next()) throw new IllegalArgumentException("upload " + number + " is missing");
                    return new Stored(this, number, found.getLong(1));
                }
            }
        });
    }

    private byte @Nullable [] part(long blob, int number) throws IOException {
        return runner.<byte @Nullable []>run(() -> {
            try (var find = connection.prepareStatement("SELECT bytes, sum FROM part WHERE blob = ? AND number = ?")) {
                find.setLong(1, blob);
                find.setInt(2, number);
                try (var found = find.executeQuery()) {
                    if (!found.next()) return null;
                    var bytes = found.getBytes(1);
                    if (found.getLong(2) != StateFile.sum(bytes))
                        throw new IOException("upload " + blob + " is damaged");
                    return bytes;
                }
            }
        });
    }

    private static byte[] digest(Blob blob) throws IOException {
        try (var in = new DigestInputStream(blob.open(), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(OutputStream.nullOutputStream());
            return in.getMessageDigest().digest();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    private record Stored(StateBlobs home, long number, long size) implements Blob {
        @Override
        public InputStream open() {
            return new Parts(home, number);
        }
    }

    /** One part after the other. */
    private static final class Parts extends InputStream {
        private final StateBlobs home;
        private final long blob;
        private int next;
        private byte[] part = {};
        private int at;

        Parts(StateBlobs home, long blob) {
            this.home = home;
            this.blob = blob;
        }

        @Override
        public int read() throws IOException {
            return more() ? part[at++] & 0xFF : -1;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            if (length == 0) return 0;
            if (!more()) return -1;
            int count = Math.min(length, part.length - at);
            System.arraycopy(part, at, into, from, count);
            at += count;
            return count;
        }

        private boolean more() throws IOException {
            if (at < part.length) return true;
            var found = home.part(blob, next);
            if (found == null) return false;
            next++;
            part = found;
            at = 0;
            return part.length > 0;
        }
    }
}
