package io.botmesh.mesh;

import io.botmesh.wire.Outgoing;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a sender has still to bring to Telegram, in order: messages that are not in a packet yet, and packets that are
 * not known to be posted. A packet is made once and keeps its bytes, so that sending it again is recognised. An
 * implementation on disk has everything safe when a method returns; all are thread-safe, but only one thread packs.
 */
public interface Outbox extends AutoCloseable {
    /** Names this outbox to receivers: random, made with it, kept as long as it lives. */
    long incarnation();

    /** Messages ever added, whatever became of them; the next one gets this number. */
    long messages();

    /** Bytes of messages that are in no packet yet. A waiting message without bytes counts one. */
    long pendingBytes();

    /**
     * Adds one message at the end, whole or not at all.
     *
     * @param body read to its end, not closed
     * @return the message's number, from 0
     * @throws IOException when {@code body} cannot be read; then nothing was added
     */
    long append(String subject, InputStream body) throws IOException, InterruptedException;

    /**
     * Makes the next packet from the head of the queue.
     *
     * @param mostBytes how much of the queue's head is worth looking at
     * @return the packet, or null when no message waits
     */
    @Nullable
    Post pack(long mostBytes, Filling filling) throws InterruptedException;

    /**
     * Drops the oldest messages of which nothing is in a packet or about to be.
     *
     * @param bytes  how many are to become free, if there are as many
     * @param before messages from this number on stay
     * @return the numbers of those that are gone, ascending
     */
    List<Long> drop(long bytes, long before);

    /** Packets that were made and are not known to be posted, oldest first: what a new process has to send again. */
    List<Post> unposted();

    /** Forgets a packet: Telegram has it. */
    void posted(long packetNumber) throws InterruptedException;

    @Override
    void close();

    /**
     * One packet on its way.
     *
     * @param number          its packet number, from 0 in every outbox
     * @param packet          its bytes
     * @param document        whether it goes as a file
     * @param messagesThrough how many messages have ended in this packet or an earlier one
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Post(long number, byte[] packet, boolean document, long messagesThrough) {}

    /** Puts the head of the queue into one packet. */
    interface Filling {
        /**
         * Fills the packet.
         *
         * @param packetNumber its number
         * @param sequence     the first piece's sequence number
         * @param head         the oldest waiting messages, never empty; the last may be cut short
         */
        Filled fill(long packetNumber, long sequence, List<Outgoing> head);
    }

    /**
     * What went into a packet.
     *
     * @param packet        its bytes
     * @param document      whether it goes as a file
     * @param wholeMessages messages of the head that ended in it
     * @param bytesOfNext   bytes of the message after those that are in it as well
     * @param pieces        sequence numbers used
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Filled(byte[] packet, boolean document, int wholeMessages, long bytesOfNext, int pieces) {}
}
