package io.botmesh.cli;

import java.util.Arrays;

/** Where in the user's own code something happened. */
final class UserCode {
    private UserCode() {}

    /** File and line in brackets, after a space; or nothing if that cannot be known. */
    static String place(StackTraceElement[] stack) {
        return Arrays.stream(stack)
                .filter(frame ->
                        !frame.getClassName().matches("(java|javax|jdk|sun)\\..*") && frame.getLineNumber() > 0)
                .findFirst()
                .map(frame -> " (" + frame.getFileName() + ":" + frame.getLineNumber() + ")")
                .orElse("");
    }
}
