package io.botmesh.codegen;

import io.botmesh.codegen.Schema.Field;
import io.botmesh.codegen.Schema.Method;
import io.botmesh.codegen.Schema.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Turns a schema into the parts of {@code bot} that follow it: {@code Shortcuts} (calls that take their chat, message or
 * query from an update), {@code MessageFields} and {@code UpdateFilters} (a filter per field).
 */
final class ShortcutSources {
    /** Ids of what waits for an answer, and what the update has to be. */
    private static final Map<String, String> QUERIES = Map.of(
            "callback_query_id", "callbackQuery().id()",
            "inline_query_id", "inlineQuery().id()",
            "shipping_query_id", "shippingQuery().id()",
            "pre_checkout_query_id", "preCheckoutQuery().id()",
            "guest_query_id", "guestQueryId()",
            "chat_join_request_query_id", "chatJoinRequestQueryId()");

    /** Beside a chat, a user is somebody to be named, except where the update is his wish. */
    private static final Set<String> OF_THE_ASKING_USER = Set.of("approveChatJoinRequest", "declineChatJoinRequest");

    /** Refused unless something is added that the schema calls optional, because there are two ways to say it. */
    private static final Set<String> NOTHING_BY_ITSELF = Set.of("editMessageText", "editEphemeralMessageText");

    /** {@code Filters} has better ones. */
    private static final Set<String> KINDS_BY_HAND = Set.of("callback_query", "inline_query", "message_reaction");

    private final Schema schema;

    ShortcutSources(Schema schema) {
        this.schema = schema;
    }

    Map<String, String> all() {
        var sources = new TreeMap<String, String>();
        sources.put("Shortcuts", shortcuts());
        sources.put("MessageFields", messageFields());
        sources.put("UpdateFilters", updateFilters());
        return sources;
    }

    // ---- calls

    private String shortcuts() {
        var body = new StringBuilder("""
                /**
                 * The calls that belong to an update. Chat, topic, business account, message or query are filled in from the
                 * update; what else is required is an argument, and the last argument may add the rest or replace what was filled
                 * in. A shortcut that the update has nothing to fill in for throws {@link BotException.Missing}, and sends nothing.
                 */
                public abstract sealed class Shortcuts permits Context {
                    Shortcuts() {}

                    abstract Update known();

                    /** Sends any call. */
                    public abstract <R> R call(ApiCall<R> call) throws InterruptedException;

                    abstract long chatFor(String method);

                    abstract long messageFor(String method);

                    abstract long topicFor(String method);

                    abstract long userFor(String method);

                    abstract long managedBotFor(String method);

                    abstract String businessFor(String method);

                    abstract long receiverFor(String method);

                    abstract long ephemeralMessageFor(String method);

                    abstract String guestQueryId();

                    abstract String chatJoinRequestQueryId();

                    /** The business account that the update came through, or null. */
                    public abstract @Nullable String businessConnectionId();

                    abstract @Nullable Long topicOrNull();

                    abstract @Nullable Long directTopicOrNull();

                    /** The message that was sent by way of an inline query, or null if it is another. */
                    public abstract @Nullable String inlineMessageId();

                    abstract @Nullable Long userIdOrNull();

                    abstract <T> T required(@Nullable T value, String what);
                """);
        for (Field kind : schema.types.get("Update").fields()) {
            if (kind.required() || kind.java().equals("message")) continue;
            body.append("\n    /** The update, which is {@code ")
                    .append(kind.wire())
                    .append("}; of another kind it throws. */\n");
            body.append("    public ")
                    .append(JavaSources.boxed(kind.shape()))
                    .append(" ")
                    .append(kind.java());
            body.append("() {\n        return required(known().")
                    .append(kind.java())
                    .append("(), ");
            body.append(JavaSources.quote(kind.wire())).append(");\n    }\n");
        }
        body.append("\n    /** What the update of this kind holds, or null if that could not be read. */\n");
        body.append("    static @Nullable Object body(Update update, String kind) {\n        return switch (kind) {\n");
        for (Field kind : schema.types.get("Update").fields()) {
            if (kind.required()) continue;
            body.append("            case ")
                    .append(JavaSources.quote(kind.wire()))
                    .append(" -> update.");
            body.append(kind.java()).append("();\n");
        }
        body.append("            default -> update;\n        };\n    }\n");
        for (Method method : schema.methods.values()) shortcut(body, method);
        body.append("}\n");
        return file(body.toString());
    }

    private static void shortcut(StringBuilder body, Method method) {
        var filled = new TreeSet<String>();
        var given = new ArrayList<Field>();
        var required = new ArrayList<String>();
        var optional = new StringBuilder();
        String name = JavaSources.quote(method.wire());
        boolean elsewhere = has(method, "from_chat_id");
        boolean inline = has(method, "inline_message_id");
        for (Field field : method.fields()) {
            if (field.constant()) continue;
            String value = value(method, field);
            if (value != null && field.required()) {
                required.add(value);
                filled.add(field.wire());
            } else if (field.required()) {
                required.add(field.java());
                given.add(field);
            } else if (value != null && !elsewhere && !inline) {
                filled.add(field.wire());
                String with = "with" + Character.toUpperCase(field.java().charAt(0))
                        + field.java().substring(1);
                optional.append("        if (")
                        .append(value)
                        .append(" != null) call = call.")
                        .append(with);
                optional.append("(").append(value).append(");\n");
            }
        }
        if (inline) {
            filled.add("inline_message_id");
            if (has(method, "business_connection_id"))
                optional.append(
                        "        if (businessConnectionId() != null) call = call.withBusinessConnectionId(businessConnectionId());\n");
            optional.append(
                    "        call = inlineMessageId() != null\n                ? call.withInlineMessageId(inlineMessageId())\n");
            optional.append("                : call.withChatId(").append(chat(method, field(method, "chat_id")));
            optional.append(").withMessageId(messageFor(");
            optional.append(name).append("));\n");
        }
        if (method.wire().equals("sendGift")) {
            filled.add("user_id");
            optional.append(
                    "        call = userIdOrNull() != null ? call.withUserId(userIdOrNull()) : call.withChatId(");
            optional.append(chat(method, field(method, "chat_id"))).append(");\n");
        }
        if (filled.isEmpty()) return;
        write(body, method, given, required, optional.toString(), false);
        if (given.stream().anyMatch(field -> field.shape() instanceof Shape.ChatId))
            write(body, method, given, required, "", true);
    }

    /** What fills a field from the update, or null if nothing does. */
    private static String value(Method method, Field field) {
        String quoted = "(" + JavaSources.quote(method.wire()) + ")";
        boolean elsewhere = has(method, "from_chat_id");
        if (QUERIES.containsKey(field.wire())) return QUERIES.get(field.wire());
        return switch (field.wire()) {
            case "chat_id" -> field.required() && !elsewhere ? chat(method, field) : null;
            case "from_chat_id" -> has(method, "chat_id") ? chat(method, field) : null;
            case "message_id" -> field.required() ? "messageFor" + quoted : null;
            case "message_thread_id" -> field.required() ? "topicFor" + quoted : "topicOrNull()";
            case "direct_messages_topic_id" -> "directTopicOrNull()";
            case "business_connection_id" ->
                field.required() ? "businessFor" + quoted : has(method, "chat_id") ? "businessConnectionId()" : null;
            case "receiver_user_id" -> "receiverFor" + quoted;
            case "ephemeral_message_id" -> "ephemeralMessageFor" + quoted;
            case "user_id" -> {
                if (!field.required()) yield null;
                if (method.wire().contains("ManagedBot")) yield "managedBotFor" + quoted;
                boolean somebody =
                        method.fields().stream().anyMatch(other -> other.wire().equals("chat_id") && other.required());
                yield somebody && !OF_THE_ASKING_USER.contains(method.wire()) ? null : "userFor" + quoted;
            }
            default -> null;
        };
    }

    /** Some calls take no chat by name. */
    private static String chat(Method method, Field field) {
        String number = "chatFor(" + JavaSources.quote(method.wire()) + ")";
        return field.shape() instanceof Shape.ChatId ? "ChatId.of(" + number + ")" : number;
    }

    private static Field field(Method method, String wire) {
        return method.fields().stream()
                .filter(field -> field.wire().equals(wire))
                .findFirst()
                .orElseThrow();
    }

    private static boolean has(Method method, String wire) {
        return method.fields().stream().anyMatch(field -> field.wire().equals(wire));
    }

    private static void write(
            StringBuilder body,
            Method method,
            List<Field> given,
            List<String> required,
            String optional,
            boolean byNumber) {
        String result = JavaSources.boxed(method.result());
        String parameters = given.stream()
                .map(field -> (byNumber && field.shape() instanceof Shape.ChatId ? "long" : JavaSources.declared(field))
                        + " " + field.java())
                .collect(Collectors.joining(", "));
        String arguments = given.stream()
                .map(field -> byNumber && field.shape() instanceof Shape.ChatId
                        ? "ChatId.of(" + field.java() + ")"
                        : field.java())
                .collect(Collectors.joining(", "));
        String separator = given.isEmpty() ? "" : ", ";
        String doc = "\n    /**\n     * The call {@code " + method.wire() + "}, for this update.\n     *\n    "
                + JavaSources.see(method.wire()) + "     */\n";
        if (!NOTHING_BY_ITSELF.contains(method.wire())) {
            body.append(doc).append("    public ").append(result).append(" ").append(method.wire());
            body.append("(").append(parameters).append(") throws InterruptedException {\n");
            body.append("        return ")
                    .append(method.wire())
                    .append("(")
                    .append(arguments)
                    .append(separator);
            body.append("more -> more);\n    }\n");
        }
        body.append(doc).append("    public ").append(result).append(" ").append(method.wire());
        body.append("(")
                .append(parameters)
                .append(separator)
                .append("UnaryOperator<")
                .append(method.name());
        body.append("> more) throws InterruptedException {\n");
        if (byNumber) {
            body.append("        return ").append(method.wire()).append("(").append(arguments);
            body.append(", more);\n    }\n");
            return;
        }
        body.append("        var call = ").append(method.name()).append(".of(").append(String.join(", ", required));
        body.append(");\n").append(optional).append("        return call(more.apply(call));\n    }\n");
    }

    // ---- filters

    private String messageFields() {
        var body = new StringBuilder("""
                /** A filter per field of a message: only messages that have it, and it is what is taken out. */
                public abstract sealed class MessageFields extends Filter<Message> permits MessageFilter {
                    MessageFields(long kinds) {
                        super(kinds, Context::ownMessage);
                    }

                    abstract <R> Filter<R> field(Function<Message, @Nullable R> field);

                    abstract TextFilter textField(Function<Message, @Nullable String> field);
                """);
        for (Field field : schema.types.get("Message").fields()) {
            if (field.required()) continue;
            boolean text = field.shape() instanceof Shape.Text;
            body.append("\n    /** Only with {@code ").append(field.wire()).append("}. */\n    public ");
            body.append(text ? "TextFilter" : "Filter<" + JavaSources.boxed(field.shape()) + ">")
                    .append(" ");
            body.append(field.java()).append("() {\n        return ");
            if (text) body.append("textField(Message::").append(field.java()).append(")");
            else if (field.shape() instanceof Shape.Mark)
                body.append("field(message -> message.").append(field.java()).append("() ? true : null)");
            else body.append("field(Message::").append(field.java()).append(")");
            body.append(";\n    }\n");
        }
        body.append("}\n");
        return file(body.toString());
    }

    private String updateFilters() {
        var body = new StringBuilder("""
                /** A filter per kind of update; {@link Filters} has them all. */
                public abstract sealed class UpdateFilters permits Filters {
                    UpdateFilters() {}
                """);
        for (Field field : schema.types.get("Update").fields()) {
            if (field.required() || KINDS_BY_HAND.contains(field.wire())) continue;
            boolean message =
                    field.shape() instanceof Shape.Type type && type.name().equals("Message");
            body.append("\n    /** Updates of the kind {@code ")
                    .append(field.wire())
                    .append("}. */\n    public static ");
            body.append(message ? "MessageFilter" : "Filter<" + JavaSources.boxed(field.shape()) + ">")
                    .append(" ");
            body.append(field.java()).append("() {\n        return new ");
            String bit = "Kinds.bit(" + JavaSources.quote(field.wire()) + ")";
            if (message) body.append("MessageFilter(").append(bit).append(")");
            else
                body.append("Filter<>(")
                        .append(bit)
                        .append(", ctx -> ctx.update().")
                        .append(field.java())
                        .append("())");
            body.append(";\n    }\n");
        }
        body.append("}\n");
        return file(body.toString());
    }

    private static String file(String declaration) {
        return """
                package io.botmesh.bot;

                import io.botmesh.botapi.*;
                import java.util.List;
                import java.util.Optional;
                import java.util.function.Function;
                import java.util.function.UnaryOperator;
                import org.jspecify.annotations.Nullable;

                """ + declaration;
    }
}
