package io.botmesh.emulator;

import org.jspecify.annotations.Nullable;

/**
 * A state file that cannot be used: damaged, held by another process, made by a newer emulator or with other options; or that
 * cannot be written any more. The message is one line that says what to do. The file is as it was, with all that was answered.
 */
public final class StateFileException extends RuntimeException {
    StateFileException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
