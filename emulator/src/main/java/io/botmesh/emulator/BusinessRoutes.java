package io.botmesh.emulator;

import static io.botmesh.emulator.ControlHandler.quoted;

import io.botmesh.world.Business;
import java.util.List;

/** How people let bots act for them, and what goes on in the private chats that such a bot sees. */
final class BusinessRoutes {
    private static final String OK = "{\"ok\":true}";

    private final Business business;

    BusinessRoutes(Business business) {
        this.business = business;
    }

    void addTo(ControlTable table) {
        table.post("/control/business", "A person lets a bot act for it, or changes what the bot may.", this::connect)
                .needs("user", FieldType.ID, "A person.")
                .needs("bot", FieldType.ID, "")
                .takes("rights", FieldType.TEXTS, "As in BusinessBotRights.")
                .gives(FieldType.object(new Fields("Connection").needs("connection", FieldType.TEXT, "Its id.")));
        table.post("/control/business-connections", "Switches a connection on or off.", this::enable)
                .needs("connection", FieldType.TEXT, "Its id.")
                .needs("enabled", FieldType.FLAG, "");
        table.post(
                        "/control/business-messages",
                        "A message to the person who has the connection, or from it.",
                        this::write)
                .needs("connection", FieldType.TEXT, "Its id.")
                .needs("other", FieldType.ID, "The other person.")
                .needs("text", FieldType.TEXT, "")
                .takes("own", FieldType.FLAG, "True if who has the connection writes; default is the other one.")
                .takes("message_id", FieldType.MESSAGE_ID, "The message whose text becomes this one.");
        table.get(
                        "/control/business-messages",
                        "All messages between two persons, as the one with the connection sees them.",
                        this::show)
                .needs("connection", FieldType.TEXT, "Its id.")
                .needs("other", FieldType.ID, "The other person.")
                .gives(FieldType.OBJECTS);
        table.post(
                        "/control/checklists",
                        "One of the two persons ticks tasks of a checklist off, or adds some.",
                        this::checklist)
                .needs("connection", FieldType.TEXT, "Its id.")
                .needs("other", FieldType.ID, "The other person.")
                .needs("message_id", FieldType.MESSAGE_ID, "The checklist.")
                .takes("own", FieldType.FLAG, "True if who has the connection does; default is the other one.")
                .takes("done", FieldType.IDS, "Tasks that are done now.")
                .takes("undone", FieldType.IDS, "Tasks that are not done any more.")
                .takes("add", FieldType.TEXTS, "New tasks.");
        table.post("/control/business-deletions", "Messages between two persons are deleted.", this::delete)
                .needs("connection", FieldType.TEXT, "Its id.")
                .needs("other", FieldType.ID, "The other person.")
                .needs("message_ids", FieldType.IDS, "");
        table.get("/control/business-stories", "The stories that a bot put up for a person.", this::stories)
                .needs("connection", FieldType.TEXT, "Its id.");
    }

    private String connect(Given given) {
        var id = business.connect(
                given.id("user"), given.id("bot"), given.texts("rights").toArray(String[]::new));
        return "{\"connection\":" + quoted(id) + "}";
    }

    private String checklist(Given given) throws Wrong {
        boolean own = given.flag("own", false);
        boolean adds = given.has("add");
        if (adds == (given.has("done") || given.has("undone"))) {
            throw new Wrong("either \"add\", or \"done\" and \"undone\"");
        }
        if (adds) {
            business.addTasks(
                    given.text("connection"), given.id("other"), given.number("message_id"), own, given.texts("add"));
        } else {
            business.tick(
                    given.text("connection"),
                    given.id("other"),
                    given.number("message_id"),
                    own,
                    tasks(given, "done"),
                    tasks(given, "undone"));
        }
        return OK;
    }

    private static List<Integer> tasks(Given given, String field) {
        return given.ids(field).stream().map(Long::intValue).toList();
    }

    private String enable(Given given) {
        business.enable(given.text("connection"), given.flag("enabled", true));
        return OK;
    }

    private String write(Given given) {
        var connection = given.text("connection");
        long other = given.id("other");
        var text = given.text("text");
        if (given.has("message_id")) return business.edit(connection, other, given.number("message_id"), text);
        return given.flag("own", false)
                ? business.write(connection, other, text)
                : business.receive(connection, other, text);
    }

    private String show(Given given) {
        return business.transcriptJson(given.text("connection"), given.id("other"));
    }

    private String delete(Given given) {
        business.delete(
                given.text("connection"),
                given.id("other"),
                given.ids("message_ids").stream()
                        .mapToInt(id -> Math.clamp(id, 0, Integer.MAX_VALUE))
                        .toArray());
        return OK;
    }

    private String stories(Given given) {
        return business.storiesJson(given.text("connection"));
    }
}
