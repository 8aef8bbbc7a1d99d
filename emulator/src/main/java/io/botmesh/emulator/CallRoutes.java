package io.botmesh.emulator;

import io.botmesh.world.CallFilter;
import io.botmesh.world.Calls;

/** What bots have called. */
final class CallRoutes {
    private final Calls calls;

    CallRoutes(Calls calls) {
        this.calls = calls;
    }

    void addTo(ControlTable table) {
        table.get("/control/calls", "Recorded calls and what they were told, oldest first.", this::list)
                .takes("bot", FieldType.ID, "Only of that bot.")
                .takes("method", FieldType.TEXT, "Only of that method.")
                .takes("chat", FieldType.ID, "Only those whose chat_id names that chat.")
                .takes("after", FieldType.number(0, Long.MAX_VALUE), "Only those with a greater sequence number.")
                .takes("ok", FieldType.FLAG, "Only those that succeeded, or only the others.")
                .takes("most", FieldType.number(1, Integer.MAX_VALUE), "The latest that many.")
                .gives(FieldType.OBJECTS);
    }

    private String list(Given given) {
        var filter = CallFilter.all();
        if (given.has("bot")) filter = filter.withBot(given.id("bot"));
        if (given.has("method")) filter = filter.withMethod(given.text("method"));
        if (given.has("chat")) filter = filter.withChat(given.id("chat"));
        if (given.has("after")) filter = filter.withAfter(given.id("after"));
        if (given.has("ok")) filter = filter.withOk(given.flag("ok", true));
        if (given.has("most")) filter = filter.withMost(given.number("most"));
        return calls.listJson(filter);
    }
}
