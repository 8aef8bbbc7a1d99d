package io.botmesh.mesh;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** A whole message as it arrived. Its bytes stay in the inbox until the message is done. */
public final class Incoming {
    private final Inbox inbox;
    private final Inbox.StreamId stream;
    private final long firstSequence;
    private final long lastSequence;
    private final String sender;
    private final String subject;
    private final long length;
    private final byte @Nullable [] loaded;

    /**
     * Made by an {@link Inbox}.
     *
     * @param stream        which outbox it comes from, and which of its streams
     * @param firstSequence its first piece
     * @param lastSequence  its last piece
     * @param sender        name of the sending node, empty if it gave none; in plain packets nothing proves it
     * @param subject       what it is about, empty for nothing
     * @param length        its bytes
     */
    public Incoming(
            Inbox inbox,
            Inbox.StreamId stream,
            long firstSequence,
            long lastSequence,
            String sender,
            String subject,
            long length) {
        this(inbox, stream, firstSequence, lastSequence, sender, subject, length, null);
    }

    private Incoming(
            Inbox inbox,
            Inbox.StreamId stream,
            long firstSequence,
            long lastSequence,
            String sender,
            String subject,
            long length,
            byte @Nullable [] loaded) {
        this.inbox = inbox;
        this.stream = stream;
        this.firstSequence = firstSequence;
        this.lastSequence = lastSequence;
        this.sender = sender;
        this.subject = subject;
        this.length = length;
        this.loaded = loaded;
    }

    /** The same message with its bytes at hand, for use where the inbox cannot be asked. */
    public Incoming withBody(byte[] body) {
        return new Incoming(inbox, stream, firstSequence, lastSequence, sender, subject, length, body);
    }

    /** Which outbox it comes from; with {@link #firstSequence()} the same for every delivery of the same message. */
    public Inbox.StreamId stream() {
        return stream;
    }

    public long firstSequence() {
        return firstSequence;
    }

    public long lastSequence() {
        return lastSequence;
    }

    /** Name of the sending node, empty if it gave none. */
    public String sender() {
        return sender;
    }

    public String subject() {
        return subject;
    }

    /** Size in bytes. */
    public long length() {
        return length;
    }

    /** Reads the message piece by piece; for messages of any size. Only until the message is done. */
    public InputStream open() {
        return loaded != null ? new ByteArrayInputStream(loaded) : inbox.body(this);
    }

    /** The message as one array. */
    public byte[] body() {
        try (InputStream in = open()) {
            return in.readAllBytes();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    @Override
    public String toString() {
        return "message " + Long.toHexString(stream.incarnation()) + "/" + firstSequence + " of " + length + " bytes";
    }
}
