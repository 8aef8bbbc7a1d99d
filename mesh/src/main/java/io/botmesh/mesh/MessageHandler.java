package io.botmesh.mesh;

/**
 * What a program does with a message. Messages of one sender come one after the other in the order they were sent,
 * those of different senders at once, on virtual threads; blocking is fine.
 */
@FunctionalInterface
public interface MessageHandler {
    /**
     * Handles one message; when this returns, the message is done and its bytes may go. If the process dies in here the
     * message comes again.
     *
     * @throws Exception any failure; the message comes again after a pause, as often as {@link QuasiOptions} say, and is then set aside
     */
    void handle(Incoming message) throws Exception;
}
