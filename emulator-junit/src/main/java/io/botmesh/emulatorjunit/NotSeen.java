package io.botmesh.emulatorjunit;

/** Somebody waited in vain. The message ends with the transcript. */
final class NotSeen extends AssertionError {
    NotSeen(String message) {
        super(message);
    }
}
