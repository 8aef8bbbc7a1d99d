package io.botmesh.runner;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** What a flight recording shows of runners. Costs next to nothing while none is made: no text is built then. */
final class Events {
    private Events() {}

    @Name("io.botmesh.Poll")
    @Label("Poll")
    @Category("Botmesh")
    @Description("A poll, or whatever else a source does for updates")
    @StackTrace(false)
    static final class Poll extends Event {
        @Label("Updates")
        int updates;
    }

    @Name("io.botmesh.Append")
    @Label("Journal append")
    @Category("Botmesh")
    @Description("Updates of a poll go to stable storage")
    @StackTrace(false)
    static final class Append extends Event {
        @Label("Updates")
        int updates;

        @Label("New updates")
        int fresh;
    }

    @Name("io.botmesh.Handle")
    @Label("Handle")
    @Category("Botmesh")
    @Description("An attempt of a handler")
    @StackTrace(false)
    static final class Handle extends Event {
        @Label("Update")
        @Description("As it prints itself")
        String update = "";

        @Label("Keys")
        String keys = "";

        @Label("Attempt")
        int attempt;

        @Label("Failure")
        @Description("The class of what the handler threw; empty if it ended well")
        String failure = "";
    }
}
