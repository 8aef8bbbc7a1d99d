package io.botmesh.emulator;

import java.io.IOException;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** One thing that the control API can do: its verb and path, what it takes, and what it means. */
final class Route {
    /** What a route does with what it was given; answers with JSON. */
    interface Act {
        String answer(Given given) throws Wrong, IOException;
    }

    private final String verb;
    private final String path;
    private final String summary;
    private final @Nullable Act act;
    private final Request.@Nullable Handler page;
    private final Fields fields = new Fields("");
    private FieldType gives = FieldType.OBJECT;
    private String mediaType = "application/json";
    private boolean waits;
    private boolean listed = true;

    Route(String verb, String path, String summary, @Nullable Act act, Request.@Nullable Handler page) {
        this.verb = verb;
        this.path = path;
        this.summary = summary;
        this.act = act;
        this.page = page;
    }

    /** A field that must be there. */
    Route needs(String field, FieldType type, String means) {
        fields.needs(field, type, means);
        return this;
    }

    /** A field that may be there. */
    Route takes(String field, FieldType type, String means) {
        fields.takes(field, type, means);
        return this;
    }

    /** What the answer is, for the reference. */
    Route gives(FieldType type) {
        gives = type;
        return this;
    }

    /** The form of the answer. */
    Route in(String type) {
        mediaType = type;
        return this;
    }

    /** Only part of a page: nothing that a program would ask for. */
    Route unlisted() {
        listed = false;
        return this;
    }

    /** It may take its time or move the clock, so it does not run inside the world's gate, and no state file keeps it. */
    Route waits() {
        waits = true;
        return this;
    }

    String verb() {
        return verb;
    }

    String path() {
        return path;
    }

    String summary() {
        return summary;
    }

    Fields fields() {
        return fields;
    }

    FieldType answer() {
        return gives;
    }

    String mediaType() {
        return mediaType;
    }

    /** Null for a page. */
    @Nullable
    Act act() {
        return act;
    }

    /** What answers in its own form; null for all that answer with JSON. */
    Request.@Nullable Handler page() {
        return page;
    }

    boolean isListed() {
        return listed;
    }

    boolean mayWait() {
        return waits;
    }

    /** Whether it may change the world. */
    boolean changes() {
        return !verb.equals("GET");
    }
}
