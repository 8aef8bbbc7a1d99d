package io.botmesh.world;

/**
 * What a download link serves.
 *
 * @param path        path of the link, such as {@code documents/file_0.pdf}
 * @param contentType its media type, {@code application/octet-stream} if unknown
 * @param content     the bytes
 */
public record StoredFile(String path, String contentType, Blob content) {}
