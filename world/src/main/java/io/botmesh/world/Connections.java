package io.botmesh.world;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All people who let bots act for them. */
final class Connections {
    static final List<String> RIGHTS = List.of(
            "can_reply",
            "can_read_messages",
            "can_delete_sent_messages",
            "can_delete_all_messages",
            "can_edit_name",
            "can_edit_bio",
            "can_edit_profile_photo",
            "can_edit_username",
            "can_change_gift_settings",
            "can_view_gifts_and_stars",
            "can_convert_gifts_to_stars",
            "can_transfer_and_upgrade_gifts",
            "can_transfer_stars",
            "can_manage_stories");

    private final Postman postman;
    private final Agenda agenda;
    private final Map<String, Connection> connections = new LinkedHashMap<>();

    Connections(Postman postman, Agenda agenda) {
        this.postman = postman;
        this.agenda = agenda;
    }

    Connection connect(String id, Account person, Bot bot, Set<String> rights) {
        var connection = new Connection(id, person, bot, agenda.seconds(), rights);
        connections.put(id, connection);
        tell(connection);
        return connection;
    }

    void tell(Connection connection) {
        var json = connection.write(new JsonWriter(512));
        give(connection, UpdateKind.BUSINESS_CONNECTION, connection.person.id(), json);
    }

    void tellDeleted(Chat chat, Connection connection, List<Integer> ids) {
        var json = new JsonWriter().object().field("business_connection_id", connection.id);
        chat.write(json.name("chat"));
        json.name("message_ids").array();
        for (int id : ids) json.value(id);
        give(
                connection,
                UpdateKind.DELETED_BUSINESS_MESSAGES,
                chat.id(),
                json.endArray().endObject());
    }

    private void give(Connection connection, UpdateKind kind, long subject, JsonWriter json) {
        postman.give(connection.bot, kind, subject, Postman.named(kind, json));
    }

    Connection known(String id) {
        var connection = connections.get(id);
        if (connection == null) throw new IllegalArgumentException("no business connection " + id);
        return connection;
    }

    /** The one that a call names. */
    Connection of(Bot bot, Params params) {
        return of(bot, params.required("business_connection_id"));
    }

    private Connection of(Bot bot, String id) {
        var connection = connections.get(id);
        if (connection == null || connection.bot != bot) throw Refused.of(400, "business connection not found");
        return connection;
    }

    /** The one that a call names, if it still counts and goes so far. */
    Connection allowed(Bot bot, Params params, String right) {
        var connection = of(bot, params);
        if (!connection.enabled) throw Refused.of(400, "BUSINESS_CONNECTION_INVALID");
        if (!connection.rights.contains(right)) throw Refused.of(403, "BOT_ACCESS_FORBIDDEN");
        return connection;
    }

    /** Of the person whose account that bot manages, null if it does not. */
    @Nullable
    Connection managing(Bot bot, long personId) {
        for (var connection : connections.values()) {
            if (connection.bot == bot && connection.enabled && connection.person.id() == personId) return connection;
        }
        return null;
    }

    /** Null for a call that names none. */
    @Nullable
    Connection maybe(Bot bot, Params params, String right) {
        return params.has("business_connection_id") ? allowed(bot, params, right) : null;
    }

    /** The chat of that connection that a call means. */
    Chat chat(Connection connection, String chatId) {
        if (chatId.isEmpty()) throw Refused.of(400, "chat_id is empty");
        var chat = connection.chats.get(Lenient.number(chatId));
        if (chat == null) throw Refused.of(400, "chat not found");
        return chat;
    }

    /** The chat that a call means: one of a connection if it names one, else one of the bot's own that it belongs to. */
    Chat writable(Bot bot, Params params, ChatAccess access) {
        var connection = maybe(bot, params, "can_reply");
        var chatId = params.raw("chat_id");
        return connection == null ? access.writable(bot, chatId) : chat(connection, chatId);
    }

    Chat open(Connection connection, Account other) {
        return connection.chats.computeIfAbsent(other.id(), any -> {
            var chat = Chat.between(connection.bot, other);
            chat.connection = connection;
            return chat;
        });
    }
}
