package io.botmesh.botapi;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a limiter has to know of a call.
 *
 * @param repeatable    whether a second time leaves things as the first did
 * @param chat          where to, or null
 * @param connection    the business account on whose behalf, or null
 * @param inlineMessage the message by its inline id, or null
 * @param messages      how many it makes or changes, at least 1
 * @param paid          whether it may be paid for to pass the bot's usual limit
 */
record Route(
        String method,
        CallKind kind,
        boolean repeatable,
        @Nullable ChatId chat,
        @Nullable String connection,
        @Nullable String inlineMessage,
        int messages,
        boolean paid) {

    static Route of(String method, CallKind kind, boolean repeatable) {
        return new Route(method, kind, repeatable, null, null, null, 1, false);
    }

    static @Nullable ChatId chat(@Nullable Long id) {
        return id == null ? null : ChatId.of(id);
    }

    /** A method that is newer than this version is told by its name; it is not repeated. */
    static Route ofRaw(RawCall call) {
        // The server does not mind the case of a method's name.
        String name = call.method().toLowerCase(Locale.ROOT);
        Route known = Routes.named(name);
        if (known == null) known = of(call.method(), newer(name), false);
        ChatId chat = null;
        String connection = null;
        String inline = null;
        int messages = 1;
        boolean paid = false;
        byte[] json = call.parameters().text().getBytes(StandardCharsets.UTF_8);
        var members = new JsonBytes.Members(json, JsonBytes.skipSpace(json, 0, json.length), json.length);
        while (members.advance()) {
            switch (members.name()) {
                case "chat_id" -> chat = chat(members);
                case "business_connection_id" -> connection = members.text();
                case "inline_message_id" -> inline = members.text();
                case "media", "message_ids" -> messages = elements(json, members.valueStart, members.valueEnd);
                case "allow_paid_broadcast" -> paid = json[members.valueStart] == 't';
                default -> {}
            }
        }
        if (known.kind() != CallKind.MESSAGE) messages = 1;
        return new Route(known.method(), known.kind(), known.repeatable(), chat, connection, inline, messages, paid);
    }

    private static CallKind newer(String name) {
        if (name.startsWith("answer")) return CallKind.ANSWER;
        if (name.startsWith("send") || name.startsWith("forward") || name.startsWith("copy")) return CallKind.MESSAGE;
        return name.startsWith("editmessage") ? CallKind.CHANGE : CallKind.OTHER;
    }

    private static @Nullable ChatId chat(JsonBytes.Members members) {
        String text = members.text();
        if (text.isEmpty()) {
            long id = members.number(0);
            return id == 0 ? null : ChatId.of(id);
        }
        try {
            return ChatId.of(text);
        } catch (IllegalArgumentException neither) {
            return new ChatId.Username(text); // the server refuses it; until then it is a place of its own
        }
    }

    private static int elements(byte[] json, int start, int end) {
        if (json[start] != '[') return 1;
        int count = 0;
        int at = start + 1;
        while (true) {
            at = JsonBytes.skipSpace(json, at, end);
            int next = JsonBytes.skipValue(json, at, end);
            if (next <= at) return Math.max(1, count);
            count++;
            at = JsonBytes.skipSpace(json, next, end);
            if (at >= end || json[at] != ',') return count;
            at++;
        }
    }

    /** The lane whose order it keeps; null if it needs none. Names are one chat whatever their case. */
    @Nullable
    String lane() {
        if (kind != CallKind.MESSAGE && kind != CallKind.CHANGE) return null;
        String place = place();
        return place == null ? null : place;
    }

    /** The place that a refusal may be about; null if it has none. */
    @Nullable
    String place() {
        String account = connection == null || connection.isEmpty() ? "" : connection + "/";
        if (chat != null) return account + chat.toString().toLowerCase(Locale.ROOT);
        return inlineMessage == null || inlineMessage.isEmpty() ? null : "inline/" + inlineMessage;
    }
}
