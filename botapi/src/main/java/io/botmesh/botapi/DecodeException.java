package io.botmesh.botapi;

/** Bytes that are no JSON, or not the type that was asked for. The message names the place, never the content. */
public final class DecodeException extends RuntimeException {
    DecodeException(String message) {
        super(message);
    }
}
