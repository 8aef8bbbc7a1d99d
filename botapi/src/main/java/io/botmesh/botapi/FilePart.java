package io.botmesh.botapi;

import io.botmesh.botapi.TransportException.Happened;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;

/** The bytes of a file as they arrive, from some position on. Close it early to end the transfer. */
public final class FilePart implements AutoCloseable {
    /** What to let go of; quick, and fails for nobody. */
    @FunctionalInterface
    interface Ending {
        void close();
    }

    private final long from;
    private final long total;
    private final InputStream body;
    private final Redactor redactor;
    private final Ending ending;

    FilePart(long from, long total, InputStream body, Redactor redactor, Ending ending) {
        this.from = from;
        this.total = total;
        this.body = body;
        this.redactor = redactor;
        this.ending = ending;
    }

    /** Where in the file these bytes begin: where it was asked for, or 0 from a server that gives whole files only. */
    public long from() {
        return from;
    }

    /** The size of the whole file, or -1 if the server does not say. */
    public long total() {
        return total;
    }

    /**
     * The next bytes.
     *
     * @return how many, at least 1; -1 at the end
     * @throws TransportException if they stop coming
     */
    public int read(byte[] buffer) throws InterruptedException {
        try {
            return body.read(buffer);
        } catch (InterruptedIOException interrupted) {
            Thread.interrupted();
            throw new InterruptedException();
        } catch (IOException e) {
            throw new TransportException(
                    Happened.UNKNOWN,
                    200,
                    "download: the file broke off: " + redactor.text(e.getMessage()),
                    redactor.clean(e));
        }
    }

    @Override
    public void close() {
        ending.close();
    }
}
