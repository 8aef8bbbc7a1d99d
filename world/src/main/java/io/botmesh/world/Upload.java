package io.botmesh.world;

/**
 * One file of a call.
 *
 * @param field       name of the part
 * @param fileName    as the client gave it, may be empty
 * @param contentType as the client gave it, may be empty
 * @param content     the bytes; they must stay readable for as long as the world lives
 */
public record Upload(String field, String fileName, String contentType, Blob content) {}
