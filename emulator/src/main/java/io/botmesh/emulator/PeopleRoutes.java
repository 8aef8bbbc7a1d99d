package io.botmesh.emulator;

import io.botmesh.world.Outgoing;
import io.botmesh.world.Outgoing.FileKind;
import io.botmesh.world.Outgoing.Item;
import io.botmesh.world.People;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** What people say, and what they see. */
final class PeopleRoutes {
    private static final String WHERE = "A chat_id, or a bot's id for the private chat with it.";

    /** A Message of the Bot API. */
    private static final FieldType MESSAGE = FieldType.object(new Fields("Message")
            .needs("message_id", FieldType.MESSAGE_ID, "")
            .needs("date", FieldType.ID, "Seconds since 1970.")
            .needs("chat", FieldType.OBJECT, ""));

    private static final FieldType DEGREES = FieldType.DECIMAL;
    private static final Fields LOCATION = new Fields("Location")
            .needs("latitude", DEGREES, "-90 to 90.")
            .needs("longitude", DEGREES, "-180 to 180.")
            .takes("live_period", FieldType.number(0, Integer.MAX_VALUE), "Seconds in which it moves.");
    private static final Fields VENUE = new Fields("Venue")
            .needs("latitude", DEGREES, "-90 to 90.")
            .needs("longitude", DEGREES, "-180 to 180.")
            .needs("title", FieldType.TEXT, "")
            .needs("address", FieldType.TEXT, "");
    private static final Fields CONTACT = new Fields("Contact")
            .needs("phone_number", FieldType.TEXT, "")
            .needs("first_name", FieldType.TEXT, "")
            .takes("last_name", FieldType.TEXT, "")
            .takes("user", FieldType.ID, "Who that is.");
    static final Fields POLL = new Fields("Question")
            .needs("question", FieldType.TEXT, "")
            .needs("options", FieldType.TEXTS, "What can be chosen.")
            .takes("correct", FieldType.number(0, 99), "Number of the right one from 0: the poll is a quiz.")
            .takes("anonymous", FieldType.FLAG, "Whether nobody is told who chose what; so unless false.")
            .takes("multiple", FieldType.FLAG, "Whether more than one may be chosen.");
    private static final Fields SUGGESTION = new Fields("Suggestion")
            .takes("stars", FieldType.number(0, 1_000_000), "What is offered.")
            .takes("send_date", FieldType.INSTANT, "When it is to appear.");
    private static final Fields FORWARD =
            new Fields("Forward").needs("chat", FieldType.ID, WHERE).needs("message_id", FieldType.MESSAGE_ID, "");

    private final People people;

    PeopleRoutes(People people) {
        this.people = people;
    }

    void addTo(ControlTable table) {
        content(table.post("/control/messages", "A person sends something.", this::say)
                        .needs("from", FieldType.ID, "A person.")
                        .needs("chat", FieldType.ID, WHERE))
                .takes("location", FieldType.object(LOCATION), "")
                .takes("venue", FieldType.object(VENUE), "")
                .takes("contact", FieldType.object(CONTACT), "")
                .takes("dice", FieldType.TEXT, "An emoji that shows a value by chance; empty for a die.")
                .takes("poll", FieldType.object(POLL), "")
                .takes("forward", FieldType.object(FORWARD), "A message that the person sees, shown again.")
                .takes("reply_to", FieldType.MESSAGE_ID, "A message of the same chat.")
                .takes("quote", FieldType.TEXT, "The part of that message that it means.")
                .takes("thread", FieldType.MESSAGE_ID, "A topic of the chat.")
                .takes(
                        "suggest",
                        FieldType.object(SUGGESTION),
                        "To a channel's direct messages: a post for the channel.")
                .takes("as_channel", FieldType.ID, "In a group: the channel in whose name it is.")
                .gives(MESSAGE);
        table.post("/control/suggestions", "A person agrees to a suggested post or declines it.", this::decide)
                .needs("from", FieldType.ID, "An administrator of the channel, or who wrote to it.")
                .needs("chat", FieldType.ID, "The channel's direct messages.")
                .needs("message_id", FieldType.MESSAGE_ID, "What was suggested.")
                .takes("approved", FieldType.FLAG, "Default true.")
                .takes("comment", FieldType.TEXT, "Why it is declined.");
        table.get("/control/messages", "All messages of a chat, oldest first, as a person sees them.", this::transcript)
                .needs("user", FieldType.ID, "Who looks.")
                .needs("chat", FieldType.ID, WHERE)
                .gives(FieldType.OBJECTS);
        content(table.post("/control/replacements", "A person puts another file in the place of one.", this::replace)
                        .needs("from", FieldType.ID, "A person.")
                        .needs("chat", FieldType.ID, WHERE)
                        .needs("message_id", FieldType.MESSAGE_ID, ""))
                .gives(MESSAGE);
        table.post("/control/albums", "A person sends files as an album.", this::album)
                .needs("from", FieldType.ID, "A person.")
                .needs("chat", FieldType.ID, WHERE)
                .needs("items", FieldType.oneOrMore(item()), "Each has one file.")
                .gives(FieldType.OBJECTS);
        table.post("/control/purchases", "A person pays for files that are for sale.", this::buy)
                .needs("from", FieldType.ID, "A person.")
                .needs("chat", FieldType.ID, WHERE)
                .needs("message_id", FieldType.MESSAGE_ID, "");
        table.post("/control/locations", "A person moves a live location, or ends it.", this::move)
                .needs("from", FieldType.ID, "A person.")
                .needs("chat", FieldType.ID, WHERE)
                .needs("message_id", FieldType.MESSAGE_ID, "")
                .takes("location", FieldType.object(LOCATION), "Without it, it ends.")
                .gives(MESSAGE);
    }

    private static Fields item() {
        var item = new Fields("AlbumItem").takes("text", FieldType.TEXT, "The caption.");
        for (var kind : FileKind.values()) item.takes(kind.wireName(), FieldType.FILE, "");
        return item;
    }

    private static Route content(Route route) {
        route.takes("text", FieldType.TEXT, "The text, or the caption of a file.");
        for (var kind : FileKind.values()) route.takes(kind.wireName(), FieldType.FILE, "");
        return route;
    }

    private String say(Given given) throws Wrong {
        if (given.has("suggest")) {
            var suggestion = given.object("suggest");
            var date = suggestion.has("send_date") ? suggestion.instant("send_date") : null;
            return people.suggest(
                    given.id("from"), given.id("chat"), outgoing(given), suggestion.number("stars", 0), date);
        }
        return people.say(given.id("from"), given.id("chat"), outgoing(given));
    }

    private String decide(Given given) {
        var comment = given.optionalText("comment");
        people.decide(
                given.id("from"),
                given.id("chat"),
                given.number("message_id"),
                given.flag("approved", true),
                comment == null ? "" : comment);
        return "{\"ok\":true}";
    }

    private String album(Given given) throws Wrong {
        var items = new ArrayList<Outgoing>();
        for (var item : given.each("items")) items.add(outgoing(item));
        return people.sayAlbum(given.id("from"), given.id("chat"), items);
    }

    private String replace(Given given) throws Wrong {
        return people.replace(given.id("from"), given.id("chat"), given.number("message_id"), outgoing(given));
    }

    private String buy(Given given) {
        people.buy(given.id("from"), given.id("chat"), given.number("message_id"));
        return "{\"ok\":true}";
    }

    private String move(Given given) {
        long from = given.id("from");
        long chat = given.id("chat");
        int message = given.number("message_id");
        if (!given.has("location")) return people.stopMoving(from, chat, message);
        var place = given.object("location");
        return people.move(from, chat, message, place.decimal("latitude"), place.decimal("longitude"));
    }

    private static Outgoing outgoing(Given given) throws Wrong {
        var items = new ArrayList<Item>();
        for (var kind : FileKind.values()) {
            var file = given.file(kind.wireName());
            if (file != null) items.add(new Item.File(kind, file));
        }
        if (given.has("location")) {
            var place = given.object("location");
            items.add(new Item.Location(
                    place.decimal("latitude"), place.decimal("longitude"), place.number("live_period", 0)));
        }
        if (given.has("venue")) {
            var place = given.object("venue");
            items.add(new Item.Venue(
                    place.decimal("latitude"), place.decimal("longitude"), place.text("title"), place.text("address")));
        }
        if (given.has("contact")) {
            var contact = given.object("contact");
            var lastName = contact.optionalText("last_name");
            items.add(new Item.Contact(
                    contact.text("phone_number"),
                    contact.text("first_name"),
                    lastName == null ? "" : lastName,
                    contact.has("user") ? contact.id("user") : 0));
        }
        if (given.has("dice")) items.add(new Item.Dice(given.text("dice")));
        if (given.has("poll")) items.add(poll(given.object("poll")));
        if (given.has("forward")) {
            var message = given.object("forward");
            items.add(new Item.Forward(message.id("chat"), message.number("message_id")));
        }
        var text = given.optionalText("text");
        if (items.size() > 1) throw new Wrong("a message has one of these only: send several messages");
        if (items.isEmpty() && text == null) {
            throw new Wrong("a message has \"text\" or \"document\" or both, or one of the other kinds");
        }
        return new Outgoing(
                text,
                items.isEmpty() ? null : items.getFirst(),
                whole(given, "reply_to"),
                given.optionalText("quote"),
                whole(given, "thread"),
                given.has("as_channel") ? Long.valueOf(given.id("as_channel")) : null);
    }

    static Item.Poll poll(Given given) {
        return new Item.Poll(
                given.text("question"),
                given.texts("options"),
                whole(given, "correct"),
                given.flag("anonymous", true),
                given.flag("multiple", false));
    }

    private static @Nullable Integer whole(Given given, String field) {
        return given.has(field) ? Integer.valueOf(given.number(field)) : null;
    }

    private String transcript(Given given) {
        return people.transcriptJson(given.id("user"), given.id("chat"));
    }
}
