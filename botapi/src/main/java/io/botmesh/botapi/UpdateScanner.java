package io.botmesh.botapi;

import io.botmesh.botapi.RawUpdate.Envelope;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/**
 * Splits an answer to {@code getUpdates} into updates in one pass, and reads on the way what routing needs. Only when that
 * pass meets damage, the answer is cut along its brackets and each update looked at by itself.
 *
 * <p>Where a name stands twice the last one counts, as it does for {@link RawUpdate#decode()}.
 */
final class UpdateScanner {
    private static final System.Logger LOG = System.getLogger("io.botmesh.botapi");

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

    static List<RawUpdate> answer(byte[] bytes) {
        var scanner = new UpdateScanner(bytes, 0, bytes.length);
        try (scanner.parser) {
            return scanner.wholeAnswer();
        } catch (JacksonException damaged) {
            return salvaged(bytes, JsonIn.complaint(damaged));
        }
    }

    static RawUpdate single(byte[] json) {
        var scanner = new UpdateScanner(json, 0, json.length);
        try (scanner.parser) {
            if (scanner.parser.nextToken() == JsonToken.START_OBJECT) {
                Envelope envelope = scanner.update();
                if (envelope != null && scanner.parser.nextToken() == null) return new RawUpdate(json, envelope);
            }
        } catch (JacksonException damaged) {
            Envelope envelope = guess(json, 0, json.length);
            if (envelope != null) return new RawUpdate(json, envelope);
        }
        throw new DecodeException("not an update: no object with an update_id");
    }

    private List<RawUpdate> wholeAnswer() {
        List<RawUpdate> updates = new ArrayList<>();
        boolean ok = false;
        boolean array = false;
        if (parser.nextToken() != JsonToken.START_OBJECT) throw new DecodeException("the answer is no object");
        for (String name; (name = parser.nextName()) != null; ) {
            JsonToken token = parser.nextToken();
            if (name.equals("ok")) {
                ok = token == JsonToken.VALUE_TRUE;
            } else if (name.equals("result") && token == JsonToken.START_ARRAY) {
                array = true;
                updates.clear();
                elements(updates);
            } else {
                parser.skipChildren();
            }
        }
        if (!ok || !array) throw new DecodeException("the answer holds no updates");
        return updates;
    }

    private void elements(List<RawUpdate> into) {
        int passedOver = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                parser.skipChildren();
                passedOver++;
                continue;
            }
            int start = from + (int) parser.currentTokenLocation().getByteOffset();
            Envelope envelope = update();
            int end = from + (int) parser.currentLocation().getByteOffset();
            if (envelope == null) passedOver++;
            else into.add(new RawUpdate(Arrays.copyOfRange(bytes, start, end), envelope));
        }
        tell(passedOver);
    }

    private static void tell(int passedOver) {
        if (passedOver > 0)
            LOG.log(
                    Level.WARNING,
                    "passed over {0} elements of an answer to getUpdates that are no updates",
                    passedOver);
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
        return new Envelope(updateId, kind, chatId, topic ? threadId : directTopicId, userId, businessConnectionId);
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

    private static List<RawUpdate> salvaged(byte[] bytes, String complaint) {
        int at = resultArray(bytes, complaint);
        List<RawUpdate> updates = new ArrayList<>();
        int passedOver = 0;
        at = JsonBytes.skipSpace(bytes, at + 1, bytes.length);
        while (at < bytes.length && bytes[at] != ']') {
            int end = JsonBytes.skipValue(bytes, at, bytes.length);
            if (end == at) throw new DecodeException(complaint);
            byte[] json = Arrays.copyOfRange(bytes, at, end);
            try {
                updates.add(single(json));
            } catch (DecodeException none) {
                passedOver++;
            }
            at = JsonBytes.skipSpace(bytes, end, bytes.length);
            if (at < bytes.length && bytes[at] == ',') at = JsonBytes.skipSpace(bytes, at + 1, bytes.length);
            else if (at < bytes.length && bytes[at] != ']') throw new DecodeException(complaint);
        }
        // Without its end nobody knows what the last update should have been.
        if (at >= bytes.length) throw new DecodeException(complaint);
        tell(passedOver);
        return updates;
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
        return id == Long.MIN_VALUE ? null : new Envelope(id, kind, null, null, null, null);
    }
}
