package io.botmesh.emulator;

import io.botmesh.world.Outgoing;
import io.botmesh.world.People;

/** What people do, and what they see. */
final class PeopleRoutes {
    private static final String WHERE = "A chat_id, or a bot's id for the private chat with it.";

    /** A Message of the Bot API. */
    private static final FieldType MESSAGE = FieldType.object(new Fields("Message")
            .needs("message_id", FieldType.MESSAGE_ID, "")
            .needs("date", FieldType.ID, "Seconds since 1970.")
            .needs("chat", FieldType.OBJECT, ""));

    private final People people;

    PeopleRoutes(People people) {
        this.people = people;
    }

    void addTo(ControlTable table) {
        table.post("/control/messages", "A person sends a text or a document.", this::say)
                .needs("from", FieldType.ID, "A person.")
                .needs("chat", FieldType.ID, WHERE)
                .takes("text", FieldType.TEXT, "The text, or the caption of the document.")
                .takes("document", FieldType.FILE, "")
                .takes("reply_to", FieldType.MESSAGE_ID, "A message of the same chat.")
                .gives(MESSAGE);
        table.get("/control/messages", "All messages of a chat, oldest first, as a person sees them.", this::transcript)
                .needs("user", FieldType.ID, "Who looks.")
                .needs("chat", FieldType.ID, WHERE)
                .gives(FieldType.OBJECTS);
    }

    private String say(Given given) throws Wrong {
        var text = given.optionalText("text");
        var document = given.file("document");
        if (text == null && document == null) throw new Wrong("a message has \"text\" or \"document\" or both");
        var replyTo = given.has("reply_to") ? Integer.valueOf(given.number("reply_to")) : null;
        return people.say(given.id("from"), given.id("chat"), new Outgoing(text, document, replyTo));
    }

    private String transcript(Given given) {
        return people.transcriptJson(given.id("user"), given.id("chat"));
    }
}
