package io.botmesh.sim;

/**
 * Something to send.
 *
 * @param message its number, which its body says too
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record Letter(String stream, String subject, byte[] body, long message) {}
