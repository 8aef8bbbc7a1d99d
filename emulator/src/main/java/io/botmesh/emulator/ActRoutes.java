package io.botmesh.emulator;

import io.botmesh.world.Chats;
import io.botmesh.world.Memberships;
import io.botmesh.world.People;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What people do with messages that are there, and with chats. */
final class ActRoutes {
    private static final String WHERE = "A chat_id, or a bot's id for the private chat with it.";

    private final People people;
    private final Chats chats;
    private final Memberships memberships;

    ActRoutes(People people, Chats chats, Memberships memberships) {
        this.people = people;
        this.chats = chats;
        this.memberships = memberships;
    }

    void addTo(ControlTable table) {
        onMessage(table.post("/control/edits", "A person edits a text of its own.", this::edit))
                .needs("text", FieldType.TEXT, "The new one.");
        onMessage(table.post("/control/callbacks", "A person presses a button that asks the bot.", this::press))
                .needs("data", FieldType.TEXT, "The button's callback data, else its text.")
                .gives(FieldType.object(new Fields("Pressed").needs("id", FieldType.TEXT, "Of the callback query.")));
        onMessage(table.post("/control/reactions", "A person reacts, instead of as before.", this::react))
                .needs("emoji", FieldType.TEXTS, "None of them takes the reaction back.");
        onMessage(table.post("/control/votes", "A person votes in a poll.", this::vote))
                .needs("options", FieldType.IDS, "Numbers from 0; none of them takes the vote back.");
        onMessage(table.post("/control/poll-ends", "A person ends a poll of its own.", this::endPoll));
        onMessage(table.post("/control/poll-options", "A person adds an answer to a poll.", this::addOption))
                .needs("text", FieldType.TEXT, "")
                .gives(FieldType.object(new Fields("PollOption").needs("persistent_id", FieldType.TEXT, "")));
        table.get("/control/reactions", "How everybody reacted to a message.", this::reactions)
                .needs("user", FieldType.ID, "Who looks.")
                .needs("chat", FieldType.ID, WHERE)
                .needs("message_id", FieldType.MESSAGE_ID, "")
                .gives(FieldType.OBJECTS);
        table.post("/control/members", "Somebody joins, becomes an administrator or is removed.", this::member)
                .needs("chat", FieldType.ID, "A channel or group.")
                .needs("user", FieldType.ID, "A person or a bot.")
                .needs(
                        "status",
                        FieldType.oneOf(
                                "member",
                                "administrator",
                                "demoted",
                                "kicked",
                                "banned",
                                "unbanned",
                                "restricted",
                                "left"),
                        "What becomes of it; an administrator gets all rights unless some are named.")
                .takes("rights", FieldType.TEXTS, "As in ChatAdministratorRights.")
                .takes("permissions", FieldType.TEXTS, "What who is restricted still may, as in ChatPermissions.")
                .takes("until", FieldType.INSTANT, "When it ends for who is banned or restricted.");
    }

    private static Route onMessage(Route route) {
        return route.needs("from", FieldType.ID, "A person.")
                .needs("chat", FieldType.ID, WHERE)
                .needs("message_id", FieldType.MESSAGE_ID, "");
    }

    private String edit(Given given) {
        return people.edit(given.id("from"), given.id("chat"), given.number("message_id"), given.text("text"));
    }

    private String press(Given given) {
        var id = people.press(given.id("from"), given.id("chat"), given.number("message_id"), given.text("data"));
        return "{\"id\":\"" + id + "\"}";
    }

    private String react(Given given) {
        people.opinions()
                .react(
                        given.id("from"),
                        given.id("chat"),
                        given.number("message_id"),
                        given.texts("emoji").toArray(String[]::new));
        return "{\"ok\":true}";
    }

    private String vote(Given given) {
        return people.opinions()
                .vote(
                        given.id("from"),
                        given.id("chat"),
                        given.number("message_id"),
                        given.ids("options").stream()
                                .mapToInt(number -> Math.clamp(number, -1, Integer.MAX_VALUE))
                                .toArray());
    }

    private String endPoll(Given given) {
        return people.opinions().stop(given.id("from"), given.id("chat"), given.number("message_id"));
    }

    private String addOption(Given given) {
        var id = people.opinions()
                .addOption(given.id("from"), given.id("chat"), given.number("message_id"), given.text("text"));
        return "{\"persistent_id\":" + ControlHandler.quoted(id) + "}";
    }

    private String reactions(Given given) {
        return people.opinions().reactions(given.id("user"), given.id("chat"), given.number("message_id"));
    }

    private static @Nullable Instant until(Given given) {
        return given.has("until") ? given.instant("until") : null;
    }

    private String member(Given given) throws Wrong {
        long chat = given.id("chat");
        long user = given.id("user");
        switch (given.text("status")) {
            case "administrator" -> chats.promote(chat, SceneRoutes.admin(user, given));
            case "demoted" -> chats.demote(chat, user);
            case "kicked" -> chats.kick(chat, user);
            case "banned" -> chats.ban(chat, user, until(given));
            case "unbanned" -> chats.unban(chat, user);
            case "restricted" -> chats.restrict(chat, user, SceneRoutes.permissions(given), until(given));
            case "left" -> memberships.leave(user, chat);
            default -> chats.join(chat, user);
        }
        return "{\"ok\":true}";
    }
}
