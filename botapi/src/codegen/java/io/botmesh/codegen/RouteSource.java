package io.botmesh.codegen;

import io.botmesh.codegen.Schema.Field;
import io.botmesh.codegen.Schema.Method;
import io.botmesh.codegen.Schema.Shape;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Writes what a limiter has to know of each method: what kind of call it is, where it goes, and whether it may go twice. */
final class RouteSource {
    /** Doing it a second time leaves things as the first time did. */
    private static final List<String> REPEATABLE = List.of(
            "get",
            "answer",
            "set",
            "edit",
            "delete",
            "pin",
            "unpin",
            "ban",
            "unban",
            "restrict",
            "promote",
            "approve",
            "decline",
            "close",
            "reopen",
            "hide",
            "unhide",
            "leave",
            "verify",
            "remove",
            "read",
            "revoke",
            "stop");

    /** As they begin, these would be; but each time adds or takes one more picture, or ends the bot's session. */
    private static final Set<String> NOT_REPEATABLE = Set.of(
            "close",
            "setMyProfilePhoto",
            "removeMyProfilePhoto",
            "setBusinessAccountProfilePhoto",
            "removeBusinessAccountProfilePhoto",
            "setChatPhoto");

    private static final List<String> SENDING = List.of("send", "forward", "copy");
    private static final List<String> CHANGING =
            List.of("editMessage", "editEphemeralMessage", "stopMessageLiveLocation", "stopPoll", "setGameScore");

    private final Schema schema;

    RouteSource(Schema schema) {
        this.schema = schema;
    }

    String body() {
        var routes = new StringBuilder();
        var bare = new StringBuilder();
        for (Method method : schema.methods.values()) {
            String head = "\"" + method.wire() + "\", CallKind." + kind(method) + ", " + repeatable(method);
            bare.append("            case \"")
                    .append(method.wire().toLowerCase(Locale.ROOT))
                    .append("\" -> ");
            bare.append("Route.of(").append(head).append(");\n");
            routes.append("            case \"").append(method.wire()).append("\" -> ");
            String chat = chat(method);
            String connection = has(method, "business_connection_id") ? "it.businessConnectionId()" : "null";
            String inline = has(method, "inline_message_id") ? "it.inlineMessageId()" : "null";
            boolean paid = has(method, "allow_paid_broadcast");
            if (chat.equals("null") && connection.equals("null") && inline.equals("null")) {
                routes.append("Route.of(").append(head).append(");\n");
                continue;
            }
            routes.append("{\n                var it = (").append(method.name()).append(") call;\n");
            routes.append("                yield new Route(").append(head).append(", ");
            routes.append(chat)
                    .append(", ")
                    .append(connection)
                    .append(", ")
                    .append(inline)
                    .append(", ");
            routes.append(messages(method)).append(", ");
            routes.append(paid ? "Boolean.TRUE.equals(it.allowPaidBroadcast())" : "false");
            routes.append(");\n            }\n");
        }
        return """
                /** Where each call goes. */
                final class Routes {
                    private Routes() {}

                    static Route of(ApiCall<?> call) {
                        if (call instanceof RawCall raw) return Route.ofRaw(raw);
                        return switch (call.method()) {
                %s            default -> throw new IllegalArgumentException(call.method());
                        };
                    }

                    /** What is known by the name alone, in lower case; null for a method that is newer. */
                    static @Nullable Route named(String method) {
                        return switch (method) {
                %s            default -> null;
                        };
                    }
                }
                """.formatted(routes, bare);
    }

    private static String kind(Method method) {
        String name = method.wire();
        if (name.equals("getUpdates")) return "POLL";
        if (name.startsWith("answer")) return "ANSWER";
        if (name.endsWith("Draft") || begins(CHANGING, name)) return "CHANGE";
        return begins(SENDING, name) && answersMessage(method.result()) ? "MESSAGE" : "OTHER";
    }

    private static boolean answersMessage(Shape shape) {
        return switch (shape) {
            case Shape.Type type -> type.name().equals("Message") || type.name().equals("MessageId");
            case Shape.Many many -> answersMessage(many.element());
            default -> false;
        };
    }

    private static boolean repeatable(Method method) {
        String name = method.wire();
        if (NOT_REPEATABLE.contains(name)) return false;
        return begins(REPEATABLE, name) || name.endsWith("Draft") || name.equals("sendChatAction");
    }

    private static boolean begins(List<String> beginnings, String name) {
        return beginnings.stream().anyMatch(name::startsWith);
    }

    private static String chat(Method method) {
        return field(method, "chat_id")
                .map(field -> {
                    String value = "it." + field.java() + "()";
                    if (field.shape() instanceof Shape.ChatId) return value;
                    return field.required() ? "ChatId.of(" + value + ")" : "Route.chat(" + value + ")";
                })
                .findAny()
                .orElse("null");
    }

    private static String messages(Method method) {
        String list = has(method, "message_ids") ? "messageIds" : has(method, "media") ? "media" : null;
        boolean many = kind(method).equals("MESSAGE")
                && list != null
                && field(method, list.equals("media") ? "media" : "message_ids")
                        .anyMatch(field -> field.shape() instanceof Shape.Many);
        return many && method.result() instanceof Shape.Many ? "Math.max(1, it." + list + "().size())" : "1";
    }

    private static boolean has(Method method, String wire) {
        return field(method, wire).findAny().isPresent();
    }

    private static Stream<Field> field(Method method, String wire) {
        return method.fields().stream().filter(field -> field.wire().equals(wire));
    }
}
