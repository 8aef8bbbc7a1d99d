package io.botmesh.emulator;

import static io.botmesh.emulator.ControlHandler.quoted;

import io.botmesh.world.Buttons;
import java.util.List;

/** The keys and buttons that bots put up, apart from those that ask a bot. */
final class KeyRoutes {
    private static final Fields PLACE = new Fields("Place")
            .needs("latitude", FieldType.DECIMAL, "Degrees.")
            .needs("longitude", FieldType.DECIMAL, "Degrees.");

    private final Buttons buttons;

    KeyRoutes(Buttons buttons) {
        this.buttons = buttons;
    }

    void addTo(ControlTable table) {
        table.get("/control/callbacks", "What the bot answered to a pressed button.", this::answer)
                .needs("id", FieldType.TEXT, "Of the callback query.")
                .gives(FieldType.object(new Fields("CallbackAnswer")
                        .needs("answered", FieldType.FLAG, "")
                        .takes("text", FieldType.TEXT, "")
                        .takes("show_alert", FieldType.FLAG, "")
                        .takes("url", FieldType.TEXT, "")));
        table.get(
                        "/control/buttons",
                        "What a button does at the person's own side, such as open an address.",
                        this::follow)
                .needs("user", FieldType.ID, "A person.")
                .needs("chat", FieldType.ID, "A chat_id, or a bot's id for the private chat with it.")
                .needs("message_id", FieldType.MESSAGE_ID, "")
                .needs("button", FieldType.TEXT, "Its text.")
                .gives(FieldType.object(
                        new Fields("Effect").needs("kind", FieldType.TEXT, "").needs("value", FieldType.TEXT, "")));
        table.get("/control/keys", "The keyboard that a person finds instead of the own one, or null.", this::keyboard)
                .needs("user", FieldType.ID, "A person.")
                .needs("chat", FieldType.ID, "A chat_id, or a bot's id for the private chat with it.");
        table.post("/control/keys", "A person taps a key, and shares what it asks for.", this::tap)
                .needs("user", FieldType.ID, "A person.")
                .needs("chat", FieldType.ID, "A chat_id, or a bot's id for the private chat with it.")
                .needs("key", FieldType.TEXT, "The text on it; without one of the fields below it is sent.")
                .takes("phone_number", FieldType.TEXT, "For a key that asks for it.")
                .takes("location", FieldType.object(PLACE), "For a key that asks for it.")
                .takes("users", FieldType.IDS, "For a key that asks for people or bots.")
                .takes("shared_chat", FieldType.ID, "For a key that asks for a chat.")
                .takes(
                        "managed_bot",
                        FieldType.TEXT,
                        "For a key that asks for a bot to run: the username of a new one.")
                .takes("poll", FieldType.object(PeopleRoutes.POLL), "For a key that asks for a poll.")
                .takes("web_app_data", FieldType.TEXT, "What the web app behind the key sends.");
    }

    private String answer(Given given) {
        return buttons.answer(given.text("id"))
                .map(answer -> "{\"answered\":true,\"text\":" + quoted(answer.text()) + ",\"show_alert\":"
                        + answer.showAlert() + ",\"url\":" + quoted(answer.url()) + "}")
                .orElse("{\"answered\":false}");
    }

    private String follow(Given given) {
        var effect =
                buttons.follow(given.id("user"), given.id("chat"), given.number("message_id"), given.text("button"));
        return "{\"kind\":" + quoted(effect.kind()) + ",\"value\":" + quoted(effect.value()) + "}";
    }

    private String keyboard(Given given) {
        return buttons.keyboard(given.id("user"), given.id("chat")).orElse("null");
    }

    private String tap(Given given) throws Wrong {
        long user = given.id("user");
        long chat = given.id("chat");
        var key = given.text("key");
        var shared =
                List.of("phone_number", "location", "users", "shared_chat", "managed_bot", "poll", "web_app_data")
                        .stream()
                        .filter(given::has)
                        .toList();
        if (shared.size() > 1) throw new Wrong("a key shares one thing, not " + String.join(" and ", shared));
        return switch (shared.isEmpty() ? "" : shared.getFirst()) {
            case "phone_number" -> buttons.shareContact(user, chat, key, given.text("phone_number"));
            case "location" -> {
                var place = given.object("location");
                yield buttons.shareLocation(user, chat, key, place.decimal("latitude"), place.decimal("longitude"));
            }
            case "users" -> buttons.shareUsers(user, chat, key, given.ids("users"));
            case "shared_chat" -> buttons.shareChat(user, chat, key, given.id("shared_chat"));
            case "managed_bot" -> SceneRoutes.json(buttons.shareManagedBot(user, chat, key, given.text("managed_bot")));
            case "poll" -> buttons.sharePoll(user, chat, key, PeopleRoutes.poll(given.object("poll")));
            case "web_app_data" -> buttons.sendWebAppData(user, chat, key, given.text("web_app_data"));
            default -> buttons.tap(user, chat, key);
        };
    }
}
