package io.botmesh.emulator;

import static java.util.stream.Collectors.joining;

import io.botmesh.world.Admin;
import io.botmesh.world.Limits;
import io.botmesh.world.Outgoing;
import io.botmesh.world.Right;
import io.botmesh.world.Upload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The control API: lets another program set a scene and look at it. JSON in, JSON out; every mistake gets a status of 4xx
 * and one line that says what to do. Meant for the machine's own programs, so it wants a loopback name in {@code Host} and
 * JSON as the content type: no page in a browser can send those two.
 */
final class ControlHandler implements Request.Handler {
    private static final int MOST_BYTES = 128 << 20;

    private static final Map<String, Limits> LIMITS = Map.of(
            "off", Limits.OFF, "paper", Limits.PAPER, "documented", Limits.DOCUMENTED, "cautious", Limits.CAUTIOUS);

    private final Emulator emulator;
    private final Spool spool;
    private final JsonMapper json = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(MOST_BYTES)
                            .build())
                    .build())
            .build();

    ControlHandler(Emulator emulator, Spool spool) {
        this.emulator = emulator;
        this.spool = spool;
    }

    /** A call that cannot be carried out, and why. */
    private static final class Wrong extends Exception {
        private final int status;

        Wrong(int status, String why) {
            super(why, null, false, false);
            this.status = status;
        }

        Wrong(String why) {
            this(400, why);
        }

        String why() {
            return String.valueOf(getMessage());
        }
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = 200;
        String answer;
        try {
            answer = answer(request);
        } catch (Wrong wrong) {
            status = wrong.status;
            answer = error(wrong.why());
        } catch (IllegalArgumentException | IllegalStateException refused) {
            status = 400;
            answer = error(String.valueOf(refused.getMessage()));
        } catch (IOException gone) {
            callback.failed(gone);
            return true;
        }
        var bytes = answer.getBytes(StandardCharsets.US_ASCII);
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
        response.write(true, ByteBuffer.wrap(bytes), callback);
        return true;
    }

    private String answer(Request request) throws Wrong, IOException {
        var host = Request.getServerName(request);
        if (!host.equals("localhost") && !host.equals("127.0.0.1")) {
            throw new Wrong(403, "call the control API as 127.0.0.1 or localhost");
        }
        var path = request.getHttpURI().getPath();
        boolean get = request.getMethod().equals("GET");
        return switch (path == null ? "" : path) {
            case "/control/bots" -> bot(body(request));
            case "/control/users" -> user(body(request));
            case "/control/channels" -> channel(body(request));
            case "/control/messages" -> get ? transcript(new Query(request, "user", "chat")) : message(body(request));
            case "/control/clock" -> clock(body(request));
            case "/control/limits" -> limits(body(request));
            case "/control/updates" -> updates(body(request));
            case "/control/state" -> {
                if (!get) throw new Wrong(405, "use GET");
                yield state(new Query(request, "tokens"));
            }
            default ->
                throw new Wrong(
                        404,
                        "there are /control/bots, /control/users, /control/channels, /control/messages, /control/state,"
                                + " /control/updates, /control/clock and /control/limits");
        };
    }

    private String state(Query query) {
        return emulator.world().stateJson("true".equals(query.text("tokens")));
    }

    private String transcript(Query query) throws Wrong {
        return emulator.world().people().transcriptJson(query.id("user"), query.id("chat"));
    }

    private String bot(Body body) throws Wrong {
        body.allow("username", "token");
        var token = body.optionalText("token");
        var username = body.text("username");
        var bot = token == null
                ? emulator.world().addBot(username)
                : emulator.world().addBot(username, token);
        return "{\"id\":" + bot.id() + ",\"token\":" + quoted(bot.token()) + ",\"username\":" + quoted(bot.username())
                + "}";
    }

    private String user(Body body) throws Wrong {
        body.allow("first_name", "username");
        var user = emulator.world().addUser(body.text("first_name"), body.optionalText("username"));
        return "{\"id\":" + user.id() + ",\"first_name\":" + quoted(user.firstName())
                + (user.username() == null ? "" : ",\"username\":" + quoted(user.username())) + "}";
    }

    private String channel(Body body) throws Wrong {
        body.allow("title", "username", "admins");
        var admins = new ArrayList<Admin>();
        for (var node : body.list("admins")) admins.add(admin(new Body(node)));
        var channel = emulator.world().addChannel(body.text("title"), body.optionalText("username"), admins);
        return "{\"chat_id\":" + channel.id() + "}";
    }

    private static Admin admin(Body body) throws Wrong {
        body.allow("bot", "user", "rights");
        if (body.has("bot") == body.has("user")) throw new Wrong("an admin has either \"bot\" or \"user\", an id");
        long id = body.number(body.has("bot") ? "bot" : "user");
        if (!body.has("rights")) return Admin.full(id);
        var rights = EnumSet.noneOf(Right.class);
        for (var node : body.list("rights")) {
            var name = node.isString() ? node.stringValue() : node.toString();
            rights.add(Right.ofWireName(name)
                    .orElseThrow(() -> new Wrong("unknown right: " + name + "; there are "
                            + Arrays.stream(Right.values()).map(Right::wireName).collect(joining(", ")))));
        }
        return new Admin(id, rights);
    }

    private String message(Body body) throws Wrong, IOException {
        body.allow("from", "chat", "text", "document", "reply_to");
        var text = body.optionalText("text");
        var document = document(body);
        if (text == null && document == null) throw new Wrong("a message has \"text\" or \"document\" or both");
        var replyTo = body.has("reply_to") ? body.messageId("reply_to") : null;
        return emulator.world()
                .people()
                .say(body.number("from"), body.number("chat"), new Outgoing(text, document, replyTo));
    }

    private @Nullable Upload document(Body body) throws Wrong, IOException {
        var node = body.find("document");
        if (node == null) return null;
        var name = "file.bin";
        var type = "application/octet-stream";
        var base64 = node;
        if (node.isObject()) {
            var file = new Body(node);
            file.allow("name", "base64", "content_type");
            if (file.has("name")) name = file.text("name");
            if (file.has("content_type")) type = file.text("content_type");
            base64 = file.find("base64");
        }
        if (base64 == null || !base64.isString()) {
            throw new Wrong("\"document\" is base64 text or {\"name\",\"base64\",\"content_type\"}");
        }
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64.stringValue());
        } catch (IllegalArgumentException broken) {
            throw new Wrong("\"document\" is not valid base64");
        }
        var entry = spool.entry();
        entry.write(bytes);
        return new Upload("document", name, type, entry.finish());
    }

    private String updates(Body body) throws Wrong {
        body.allow("bot", "jump");
        var jump = body.find("jump");
        if (jump == null || !jump.isBoolean() || !jump.booleanValue()) throw new Wrong("\"jump\" is true");
        return "{\"next_update_id\":" + emulator.world().jumpUpdateId(body.number("bot")) + "}";
    }

    private String clock(Body body) throws Wrong {
        body.allow("advance");
        try {
            emulator.advance(Duration.parse(body.text("advance")));
        } catch (DateTimeException broken) {
            throw new Wrong("\"advance\" is an ISO 8601 duration such as \"PT1.5S\" or \"PT24H\"");
        }
        return "{\"now\":" + quoted(emulator.now().toString()) + "}";
    }

    private String limits(Body body) throws Wrong {
        body.allow("profile");
        var limits = LIMITS.get(body.text("profile").toLowerCase(Locale.ROOT));
        if (limits == null) throw new Wrong("\"profile\" is one of off, paper, documented, cautious");
        emulator.world().limits(limits);
        return "{\"ok\":true}";
    }

    private Body body(Request request) throws Wrong, IOException {
        if (!request.getMethod().equals("POST")) throw new Wrong(405, "use POST");
        var type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        if (type == null || !type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
            throw new Wrong(415, "send JSON with the header Content-Type: application/json");
        }
        var bytes = Content.Source.asInputStream(request).readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) throw new Wrong(413, "at most " + MOST_BYTES + " bytes");
        try {
            return new Body(json.readTree(bytes));
        } catch (JacksonException broken) {
            throw new Wrong("the body is not valid JSON: " + broken.getOriginalMessage());
        }
    }

    private static String error(String why) {
        return "{\"ok\":false,\"error\":" + quoted(why) + "}";
    }

    private static String quoted(String text) {
        var out = new StringBuilder();
        ReplyJson.appendString(out, text);
        return out.toString();
    }

    /** The parameters of a GET. */
    private static final class Query {
        private final Fields fields;

        Query(Request request, String... names) throws Wrong {
            try {
                fields = Request.extractQueryParameters(request);
            } catch (IllegalArgumentException broken) {
                throw new Wrong("the query is not percent-encoded UTF-8");
            }
            var allowed = Set.of(names);
            for (var field : fields) {
                if (!allowed.contains(field.getName())) {
                    throw new Wrong(
                            "unknown parameter \"" + field.getName() + "\"; there are " + String.join(", ", names));
                }
            }
        }

        @Nullable
        String text(String name) {
            return fields.getValue(name);
        }

        long id(String name) throws Wrong {
            var text = text(name);
            if (text == null) throw new Wrong("parameter \"" + name + "\" is missing");
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException broken) {
                throw new Wrong("parameter \"" + name + "\" is an id, a number");
            }
        }
    }

    /** A JSON object whose fields are asked for by name and type. */
    private record Body(JsonNode node) {
        private Body {
            if (node == null) throw new IllegalArgumentException("an object is missing");
        }

        void allow(String... names) throws Wrong {
            if (!node.isObject()) throw new Wrong("expected a JSON object with " + String.join(", ", names));
            var allowed = Set.of(names);
            for (var name : node.propertyNames()) {
                if (!allowed.contains(name)) {
                    throw new Wrong("unknown field \"" + name + "\"; there are " + String.join(", ", names));
                }
            }
        }

        boolean has(String name) {
            return find(name) != null;
        }

        /** Null if the field is missing or null. */
        @Nullable
        JsonNode find(String name) {
            var found = node.get(name);
            return found == null || found.isNull() ? null : found;
        }

        String text(String name) throws Wrong {
            var text = optionalText(name);
            if (text == null) throw new Wrong("\"" + name + "\" is missing");
            return text;
        }

        @Nullable
        String optionalText(String name) throws Wrong {
            var found = find(name);
            if (found == null) return null;
            if (!found.isString()) throw new Wrong("\"" + name + "\" is a string");
            return found.stringValue();
        }

        long number(String name) throws Wrong {
            var found = find(name);
            if (found == null) throw new Wrong("\"" + name + "\" is missing");
            if (!found.isIntegralNumber() || !found.canConvertToLong())
                throw new Wrong("\"" + name + "\" is an id, a number");
            return found.longValue();
        }

        int messageId(String name) throws Wrong {
            long id = number(name);
            if (id < 1 || id > Integer.MAX_VALUE) throw new Wrong("\"" + name + "\" is a message id");
            return (int) id;
        }

        List<JsonNode> list(String name) throws Wrong {
            var found = find(name);
            if (found == null) return List.of();
            if (!found.isArray()) throw new Wrong("\"" + name + "\" is a list");
            return List.copyOf(found.values());
        }
    }
}
