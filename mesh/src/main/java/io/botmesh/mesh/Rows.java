package io.botmesh.mesh;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** How a node's values look on disk: a version, then fields in order. */
final class Rows {
    interface Writer {
        void write(DataOutputStream out) throws IOException;
    }

    interface Reader<T> {
        T read(DataInputStream in) throws IOException;
    }

    private Rows() {}

    static byte[] write(int version, Writer writer) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(version);
            writer.write(out);
        } catch (IOException impossible) {
            throw new AssertionError("writing to memory", impossible);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws MeshException.Damaged when nobody wrote it so
     */
    static <T> T read(String what, int version, byte[] bytes, Reader<T> reader) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int found = in.readByte();
            if (found != version) {
                throw new MeshException.Damaged(
                        "the stored state of " + what + " is of version " + found + ", this program reads " + version);
            }
            T value = reader.read(in);
            if (in.read() >= 0) throw new MeshException.Damaged("the stored state of " + what + " has bytes behind it");
            return value;
        } catch (IOException | IllegalArgumentException damaged) {
            throw new MeshException.Damaged("the stored state of " + what + " is damaged: " + damaged.getMessage());
        }
    }

    static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static byte[] readBytes(DataInputStream in) throws IOException {
        int size = in.readInt();
        if (size < 0 || size > in.available()) throw new IOException(size + " bytes announced");
        var bytes = new byte[size];
        in.readFully(bytes);
        return bytes;
    }
}
