package io.botmesh.botapi;

import java.util.Objects;

/**
 * A call by name, for a method or parameter that is newer than this version.
 *
 * @param method     as in the documentation
 * @param parameters an object
 */
public record RawCall(String method, RawJson parameters) implements ApiCall<RawJson> {
    public RawCall {
        // The name becomes part of the path that holds the token.
        if (!method.matches("[A-Za-z0-9_]+")) throw new IllegalArgumentException("no method name: " + method);
        Objects.requireNonNull(parameters, "parameters");
    }

    public static RawCall of(String method, String parameters) {
        return new RawCall(method, new RawJson(parameters));
    }
}
