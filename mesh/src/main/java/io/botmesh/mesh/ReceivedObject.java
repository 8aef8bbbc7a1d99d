package io.botmesh.mesh;

import java.nio.file.Path;

/**
 * An object that has come whole, its digest checked.
 *
 * @param from  name of the peer that sent it
 * @param name  as the sender calls it; never a place on this disk
 * @param file  its bytes; read it or link to it, it is deleted when the handler returns; one that is moved
 *              away is not there to be checked should the process die before the object is known as handled
 * @param size  in bytes
 * @param again whether it may have been handled before: the handler failed, or the process died inside
 */
public record ReceivedObject(String from, String name, Path file, long size, boolean again) {
    /** Gets an object. If it fails, or the process dies inside, the object comes again, and says so. */
    @FunctionalInterface
    public interface Handler {
        /** Handles one object. */
        void handle(ReceivedObject object) throws Exception;
    }
}
