package io.botmesh.mesh;

import java.nio.file.Path;

/**
 * An object that has come whole, its digest checked.
 *
 * @param from name of the peer that sent it
 * @param name as the sender calls it; never a place on this disk
 * @param file its bytes; move it away or read it, it is deleted when the handler returns
 * @param size in bytes
 */
public record ReceivedObject(String from, String name, Path file, long size) {
    /** Gets an object. If it fails, or the process dies inside, the object comes again. */
    @FunctionalInterface
    public interface Handler {
        /** Handles one object. */
        void handle(ReceivedObject object) throws Exception;
    }
}
