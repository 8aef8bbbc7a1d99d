package io.botmesh.emulator;

import io.botmesh.world.Call;
import io.botmesh.world.Recorder;

/** Something that went into the world and has to go in again when it is made anew. */
sealed interface Input {
    /** A call of the Bot API. */
    record Called(Call call) implements Input {}

    /** What a poll changed. */
    record Polled(Recorder.Polled polled) implements Input {}

    /** An update that a webhook took. */
    record Delivered(long botId, int updateId) implements Input {}

    /** What went wrong with a webhook. */
    record Failed(long botId, String message) implements Input {}

    /** A webhook that was given up. */
    record Lost(long botId) implements Input {}

    /** A jump of a bot's update ids that a fault made. */
    record Jumped(long botId) implements Input {}

    /** A token that a fault shut out. */
    record Revoked(long botId) implements Input {}

    /**
     * A call of the control API.
     *
     * @param json what it was given, as one JSON object
     */
    record Acted(String verb, String path, String json) implements Input {}

    /** Nothing but that the clock was moved to here. */
    record Moved() implements Input {}
}
