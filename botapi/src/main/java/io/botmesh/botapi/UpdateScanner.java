package io.botmesh.botapi;

import io.botmesh.botapi.RawUpdate.Envelope;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.exc.UnexpectedEndOfInputException;

/**
 * Splits an answer to {@code getUpdates} into updates in one pass, and reads on the way what routing needs. Only when that
 * pass meets damage, the answer is cut along its brackets and each update looked at by itself.
 *
 * <p>Where a name stands twice the last one counts, as it does for {@link RawUpdate#decode()}.
 */
final class UpdateScanner {
    private static final Set<String> KINDS =
            UpdateKind.known().stream().map(UpdateKind::value).collect(Collectors.toUnmodifiableSet());

    private final byte[] bytes;
    private final int from;
    private final JsonParser parser;

    private long updateId;
    private boolean hasUpdateId;
    private String kind = "";
    private @Nullable Long chatId;
    private @Nullable Long userId;
    private @Nullable Long threadId;
    private @Nullable Long directTopicId;
    private boolean inTopic;
    private @Nullable String businessConnectionId;

    private UpdateScanner(byte[] bytes, int from, int length) {
        this.bytes = bytes;
        this.from = from;
        parser = JsonIn.FACTORY.createParser(ObjectReadContext.empty(), bytes, from, length);
    }

    /** @param offset the first update that was asked for; 0 or less if that is not known */
    static List<RawUpdate> answer(byte[] bytes, long offset) {
        var elements = new Elements();
        var scanner = new UpdateScanner(bytes, 0, bytes.length);
        try (scanner.parser) {
            scanner.wholeAnswer(elements);
        } catch (JacksonException damaged) {
            elements.clear();
            salvage(bytes, JsonIn.complaint(damaged), elements);
        }
        return elements.updates(offset);
    }

    static RawUpdate single(byte[] json) {
        Envelope envelope = envelope(json);
        if (envelope == null) throw new DecodeException("not an update: no object with an update_id");
        return new RawUpdate(json, envelope);
    }

    private static @Nullable Envelope envelope(byte[] json) {
        var scanner = new UpdateScanner(json, 0, json.length);
        try (scanner.parser) {
            if (scanner.parser.nextToken() != JsonToken.START_OBJECT) return null;
            Envelope envelope = scanner.update();
            return scanner.parser.nextToken() == null ? envelope : null;
        } catch (UnexpectedEndOfInputException cut) {
            return null; // whoever has the rest may send it
        } catch (JacksonException damaged) {
            return guess(json, 0, json.length);
        }
    }

    private void wholeAnswer(Elements into) {
        boolean ok = false;
        boolean array = false;
        if (parser.nextToken() != JsonToken.START_OBJECT) throw new DecodeException("the answer is no object");
        for (String name; (name = parser.nextName()) != null; ) {
            JsonToken token = parser.nextToken();
            if (name.equals("ok")) {
                ok = token == JsonToken.VALUE_TRUE;
            } else if (name.equals("result") && token == JsonToken.START_ARRAY) {
                array = true;
                into.clear();
                elements(into);
            } else {
                parser.skipChildren();
            }
        }
        if (!ok || !array) throw new DecodeException("the answer holds no updates");
    }

    private void elements(Elements into) {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            int start = from + (int) parser.currentTokenLocation().getByteOffset();
            Envelope envelope = null;
            if (parser.currentToken() == JsonToken.START_OBJECT) {
                envelope = update();
            } else {
                parser.skipChildren();
                parser.finishToken();
            }
            int end = from + (int) parser.currentLocation().getByteOffset();
            into.add(Arrays.copyOfRange(bytes, start, end), envelope);
        }
    }

    /** From the start of the update's object to its end; null if it has no usable id. */
    private @Nullable Envelope update() {
        hasUpdateId = false;
        kind = "";
        forgetRouting();
        for (String name; (name = parser.nextName()) != null; ) {
            JsonToken token = parser.nextToken();
            if (name.equals("update_id")) {
                Long id = whole(token);
                hasUpdateId = id != null;
                if (id != null) updateId = id;
            } else if (kind.isEmpty() || KINDS.contains(name)) {
                kind = name;
                forgetRouting();
                if (token == JsonToken.START_OBJECT) body();
                else parser.skipChildren();
            } else {
                parser.skipChildren();
            }
        }
        if (!hasUpdateId) return null;
        // Replies in a group without topics carry a thread too; only a topic is a conversation of its own.
        boolean topic = inTopic || kind.equals("stopped_message_generation");
        return new Envelope(
                updateId, true, kind, chatId, topic ? threadId : directTopicId, userId, businessConnectionId);
    }

    private void forgetRouting() {
        chatId = null;
        userId = null;
        threadId = null;
        directTopicId = null;
        inTopic = false;
        businessConnectionId = null;
    }

    /** What the update is about: a message, a query, a change of membership, ... */
    private void body() {
        boolean connection = kind.equals("business_connection");
        for (String name; (name = parser.nextName()) != null; ) {
            JsonToken token = parser.nextToken();
            switch (name) {
                case "from", "user" -> userId = idIn(token);
                case "message" -> {
                    if (token == JsonToken.START_OBJECT) message();
                    else parser.skipChildren();
                }
                case "id" -> {
                    if (connection) businessConnectionId = text(token);
                    else parser.skipChildren();
                }
                case "user_chat_id" -> {
                    if (connection) chatId = whole(token);
                    else parser.skipChildren();
                }
                default -> place(name, token);
            }
        }
    }

    /** The message that a callback query hangs on: it tells the place, its sender is not who acts. */
    private void message() {
        for (String name; (name = parser.nextName()) != null; ) place(name, parser.nextToken());
    }

    private void place(String name, JsonToken token) {
        switch (name) {
            case "chat" -> chatId = idIn(token);
            case "message_thread_id" -> threadId = whole(token);
            case "is_topic_message" -> inTopic = token == JsonToken.VALUE_TRUE;
            case "business_connection_id" -> businessConnectionId = text(token);
            case "direct_messages_topic" -> directTopicId = fieldOf(token, "topic_id");
            default -> parser.skipChildren();
        }
    }

    private @Nullable Long idIn(JsonToken token) {
        return fieldOf(token, "id");
    }

    private @Nullable Long fieldOf(JsonToken token, String wanted) {
        if (token != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return null;
        }
        Long found = null;
        for (String name; (name = parser.nextName()) != null; ) {
            JsonToken value = parser.nextToken();
            if (name.equals(wanted)) found = whole(value);
            else parser.skipChildren();
        }
        return found;
    }

    private @Nullable Long whole(JsonToken token) {
        if (token == JsonToken.VALUE_NUMBER_INT && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER)
            return parser.getLongValue();
        parser.skipChildren();
        return null;
    }

    private @Nullable String text(JsonToken token) {
        if (token == JsonToken.VALUE_STRING) return parser.getString();
        parser.skipChildren();
        return null;
    }

    // ---- after damage

    private static void salvage(byte[] bytes, String complaint, Elements into) {
        int at = resultArray(bytes, complaint);
        at = JsonBytes.skipSpace(bytes, at + 1, bytes.length);
        while (at < bytes.length && bytes[at] != ']') {
            int end = JsonBytes.skipValue(bytes, at, bytes.length);
            if (end == at) throw new DecodeException(complaint);
            byte[] json = Arrays.copyOfRange(bytes, at, end);
            into.add(json, envelope(json));
            at = JsonBytes.skipSpace(bytes, end, bytes.length);
            if (at < bytes.length && bytes[at] == ',') at = JsonBytes.skipSpace(bytes, at + 1, bytes.length);
            else if (at < bytes.length && bytes[at] != ']') throw new DecodeException(complaint);
        }
        // Without its end nobody knows what the last update should have been.
        if (at >= bytes.length) throw new DecodeException(complaint);
    }

    /** See {@link TransportException#brokenUpdate}. */
    static @Nullable RawUpdate broken(byte[] bytes, long offset) {
        int at;
        try {
            at = JsonBytes.skipSpace(bytes, resultArray(bytes, "") + 1, bytes.length);
        } catch (DecodeException other) {
            return null;
        }
        if (at >= bytes.length || bytes[at] != '{') return null;
        int end = JsonBytes.skipValue(bytes, at, bytes.length);
        int behind = JsonBytes.skipSpace(bytes, end, bytes.length);
        if (behind < bytes.length && (bytes[behind] == ',' || bytes[behind] == ']')) {
            byte[] whole = Arrays.copyOfRange(bytes, at, end);
            Envelope envelope = envelope(whole);
            if (envelope != null) return new RawUpdate(whole, envelope);
        }
        long id = idAtStart(bytes, at, offset);
        return id <= 0 ? null : new RawUpdate(Arrays.copyOfRange(bytes, at, bytes.length), Envelope.without(id));
    }

    /** The server writes it first, so it is there unless the object breaks off at once; its last digit may be missing then. */
    private static long idAtStart(byte[] bytes, int at, long otherwise) {
        var members = new JsonBytes.Members(bytes, at, bytes.length);
        return members.advance() && members.named("update_id") && members.valueEnd < bytes.length
                ? members.number(otherwise)
                : otherwise;
    }

    private static int resultArray(byte[] bytes, String complaint) {
        boolean ok = false;
        int array = -1;
        var members = new JsonBytes.Members(bytes, JsonBytes.skipSpace(bytes, 0, bytes.length), bytes.length);
        while (members.advance()) {
            if (members.named("ok")) ok = bytes[members.valueStart] == 't';
            if (members.named("result") && bytes[members.valueStart] == '[') array = members.valueStart;
        }
        if (!ok || array < 0) throw new DecodeException(complaint);
        return array;
    }

    /** Id and kind of an update that is damaged somewhere, so that it can be set aside under its own id. */
    private static @Nullable Envelope guess(byte[] bytes, int at, int end) {
        long id = Long.MIN_VALUE;
        String kind = "";
        var members = new JsonBytes.Members(bytes, at, end);
        while (members.advance()) {
            if (members.named("update_id")) id = members.number(Long.MIN_VALUE);
            else if (kind.isEmpty()) kind = members.name();
        }
        // Without a kind nobody would decode it, and nobody would learn that it is damaged.
        return id == Long.MIN_VALUE || kind.isEmpty() ? null : new Envelope(id, true, kind, null, null, null, null);
    }
}
