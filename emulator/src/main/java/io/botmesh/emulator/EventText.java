package io.botmesh.emulator;

import static io.botmesh.emulator.ControlHandler.quoted;

import io.botmesh.world.Happening;
import java.util.Locale;

/** What happened as the lines of a server-sent event, without an id and without the blank line that ends it. */
final class EventText {
    /** The clock was moved by hand. */
    static final String CLOCK = event("clock", "");

    private EventText() {}

    static String of(Happening happening) {
        return switch (happening) {
            case Happening.Posted posted -> message(posted.place(), posted.messageId(), "new");
            case Happening.Edited edited -> message(edited.place(), edited.messageId(), "edited");
            case Happening.Deleted deleted -> message(deleted.place(), deleted.messageId(), "deleted");
            case Happening.Pressed pressed ->
                event(
                        "press",
                        where(pressed.place()) + ",\"message_id\":" + pressed.messageId() + ",\"user\":"
                                + pressed.personId() + ",\"query\":" + quoted(pressed.queryId()));
            case Happening.Answered answered ->
                event(
                        "answer",
                        "\"bot\":" + answered.botId() + ",\"query\":" + quoted(answered.queryId()) + ",\"text\":"
                                + quoted(answered.text()) + ",\"alert\":" + answered.showAlert()
                                + (answered.url() == null ? "" : ",\"url\":" + quoted(answered.url())));
            case Happening.Changed changed ->
                event(
                        changed.what().name().toLowerCase(Locale.ROOT),
                        changed.id() == 0 ? "" : "\"id\":" + changed.id());
        };
    }

    private static String message(Happening.Place place, int messageId, String what) {
        var user = place.isPrivate() ? ",\"user\":" + place.personId() : "";
        return event("message", where(place) + user + ",\"message_id\":" + messageId + ",\"what\":\"" + what + "\"");
    }

    private static String where(Happening.Place place) {
        return "\"chat\":" + place.chatId();
    }

    private static String event(String name, String fields) {
        return "event: " + name + "\ndata: {" + fields + "}\n";
    }
}
