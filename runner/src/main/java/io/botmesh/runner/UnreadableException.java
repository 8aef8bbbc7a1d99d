package io.botmesh.runner;

import org.jspecify.annotations.Nullable;

/** An update whose content cannot be read, today or after a pause: it is not worth another attempt. */
public class UnreadableException extends RuntimeException {
    public UnreadableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
