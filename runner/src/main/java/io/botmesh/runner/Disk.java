package io.botmesh.runner;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** The one folder that a {@link FileJournal} writes to. An interface, so that tests can fill it up and cut its power. */
interface Disk extends Closeable {
    /** A file that is open. */
    interface Content extends Closeable {
        long size() throws IOException;

        /** Reads until the buffer is full or the file ends. */
        void read(ByteBuffer into, long at) throws IOException;

        /** Writes all of the buffer. */
        void write(ByteBuffer from, long at) throws IOException;

        /** Returns when the bytes are on stable storage. */
        void force() throws IOException;
    }

    List<String> names() throws IOException;

    /** Opens a file, and makes it if it is not there. */
    Content open(String name) throws IOException;

    /**
     * The first bytes of a file that has so many: what is put there is in the file, for as long as the system runs, without a call.
     *
     * @throws UnsupportedOperationException if the system cannot do that
     */
    ByteBuffer map(String name, int bytes) throws IOException;

    void rename(String from, String to) throws IOException;

    void delete(String name) throws IOException;

    /** Returns when names that were made, changed or deleted are on stable storage. */
    void force() throws IOException;
}
