package io.botmesh.runner;

import java.util.function.Function;

/**
 * How an update becomes the bytes that a journal keeps, and back.
 *
 * @param encode gives the bytes; nobody changes them afterwards
 * @param decode gets exactly what {@code encode} gave, from an earlier version of the program perhaps; whatever it throws makes
 *               a dead letter of that update
 * @param <U>    the update
 */
public record Codec<U>(Function<? super U, byte[]> encode, Function<byte[], ? extends U> decode) {
    /** For updates that are bytes already. */
    public static Codec<byte[]> bytes() {
        return new Codec<>(bytes -> bytes, bytes -> bytes);
    }
}
