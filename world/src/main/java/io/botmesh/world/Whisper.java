package io.botmesh.world;

/**
 * That a message is for one member of a group only, and is not kept in the chat.
 *
 * @param id counts such messages of the chat
 */
record Whisper(Account receiver, int id) {}
