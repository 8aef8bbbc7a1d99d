package io.botmesh.emulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.botmesh.world.Arguments;
import io.botmesh.world.Blob;
import io.botmesh.world.Call;
import io.botmesh.world.Reply;
import io.botmesh.world.Upload;
import io.botmesh.world.VirtualClock;
import io.botmesh.world.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * Lives in an emulator with a virtual clock by all methods of the Bot API and all routes of the control API, at random. What it
 * gives them follows from the schema, the routes' fields and what earlier answers held. Equal seeds lead to equal lives, if
 * the emulators are.
 */
final class RandomLife {
    private static final JsonNode SCHEMA = schema();
    private static final String KEYBOARD =
            "{\"inline_keyboard\":[[{\"text\":\"a\",\"callback_data\":\"b\"},{\"text\":\"c\",\"url\":\"https://x.org\"}]]}";
    private static final int DEEPEST = 4;
    private static final int MOST_KNOWN = 12;

    /** They change no world, or are none of its acts. */
    private static final List<String> LEFT_OUT = List.of("/control/clock", "/control/faults", "/control/calls");

    /** Rarely, because what follows has less to do. */
    private static final List<String> ENDING = List.of(
            "leaveChat",
            "close",
            "logOut",
            "banChatMember",
            "restrictChatMember",
            "setChatPermissions",
            "promoteChatMember",
            "/control/bots",
            "/control/users",
            "/control/channels",
            "/control/groups",
            "/control/managed-bots",
            "/control/direct-messages",
            "/control/tokens",
            "/control/deactivations",
            "/control/upgrades",
            "/control/limits",
            "/control/blocks",
            "/control/members");

    private static final Map<String, String> ALIASES = Map.of(
            "connection", "business_connection_id",
            "charge", "telegram_payment_charge_id",
            "sticker", "file_id",
            "name", "set_name");

    private final Random random;
    private final Map<String, List<String>> known = new TreeMap<>();
    private final List<String> tokens = new ArrayList<>();
    private final List<String> answers = new ArrayList<>();
    private final TreeSet<String> succeeded = new TreeSet<>();
    private final List<String> methods = new ArrayList<>();
    private int names;

    private Emulator emulator;
    private Door door;

    RandomLife(long seed, Emulator emulator) {
        random = new Random(seed);
        this.emulator = emulator;
        door = Door.of(emulator);
        for (var method : SCHEMA.get("methods").properties()) methods.add(method.getKey());
        methods.remove("setWebhook"); // its outcome comes from other servers
        methods.sort(null);
    }

    private static JsonNode schema() {
        try (var in = World.class.getResourceAsStream("bot-api-10.3.json")) {
            if (in == null) throw new IOException("no schema");
            return Door.JSON.readTree(in.readAllBytes());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Goes on in that one. */
    void moveTo(Emulator emulator) {
        this.emulator = emulator;
        door = Door.of(emulator);
    }

    /** All that was answered, in order. */
    List<String> answers() {
        return answers;
    }

    /** Methods and routes that did something, by name. */
    Set<String> succeeded() {
        return succeeded;
    }

    /** People, chats and bots with all that they may have. */
    void settle() throws IOException {
        for (int i = 0; i < 3; i++) {
            act("POST", "/control/users", "{\"first_name\":\"P" + i + "\",\"username\":\"person_" + i + "\"}");
            act("POST", "/control/bots", "{\"username\":\"bot_" + i + "_bot\"}");
        }
        for (var bot : List.copyOf(known("bot"))) {
            for (var field : route("POST", "/control/bot-settings").fields().list()) {
                if (field.type() == FieldType.FLAG && !field.name().equals("test_server")) {
                    act("POST", "/control/bot-settings", "{\"bot\":" + bot + ",\"" + field.name() + "\":true}");
                }
            }
            for (var person : known("user")) {
                act("POST", "/control/messages", "{\"from\":" + person + ",\"chat\":" + bot + ",\"text\":\"/start\"}");
                act("POST", "/control/stars", "{\"bot\":" + bot + ",\"amount\":1000}");
            }
        }
        for (var kind : List.of("channels", "groups", "groups")) {
            var admins = new ArrayList<String>();
            for (var bot : known("bot")) admins.add("{\"bot\":" + bot + "}");
            for (var person : known("user")) admins.add("{\"user\":" + person + "}");
            act(
                    "POST",
                    "/control/" + kind,
                    "{\"title\":\"C" + names++ + "\",\"admins\":[" + String.join(",", admins) + "]}");
        }
        for (var chat : known("chat")) {
            act("POST", "/control/chat-settings", "{\"chat\":" + chat + ",\"forum\":true}");
            act("POST", "/control/links", "{\"chat\":" + chat + "}");
            act("POST", "/control/links", "{\"chat\":" + chat + ",\"asks\":true}");
            for (var token : tokens) {
                call(token, "createForumTopic", Arguments.of("chat_id", chat, "name", "t"));
                call(token, "sendMessage", Arguments.of("chat_id", chat, "text", "hello", "reply_markup", KEYBOARD));
                call(token, "sendPoll", Arguments.of("chat_id", chat, "question", "q", "options", "[\"a\",\"b\"]"));
                var price = "[{\"label\":\"a\",\"amount\":5}]";
                call(
                        token,
                        "sendInvoice",
                        Arguments.of(
                                "chat_id",
                                chat,
                                "title",
                                "t",
                                "description",
                                "d",
                                "payload",
                                "p",
                                "currency",
                                "XTR",
                                "prices",
                                price));
            }
        }
        for (int i = 0; i < 3; i++) {
            act(
                    "POST",
                    "/control/business",
                    "{\"user\":" + known("user").get(i) + ",\"bot\":"
                            + known("bot").get(i) + "}");
            var name = "set" + i + "_by_bot_" + i + "_bot";
            var stickers = "[{\"sticker\":\"attach://file\",\"format\":\"static\",\"emoji_list\":[\"\uD83D\uDC4D\"]}]";
            var set = Arguments.builder()
                    .add("user_id", known("user").get(i))
                    .add("name", name)
                    .add("title", "s")
                    .add("stickers", stickers)
                    .add(new Upload("file", "a.png", "", Blob.of(png(1))));
            call(tokens.get(i), "createNewStickerSet", set.build());
            call(tokens.get(i), "getStickerSet", Arguments.of("name", name));
            know("set_name", name);
        }
    }

    void live(int steps) throws IOException {
        for (int i = 0; i < steps; i++) {
            switch (random.nextInt(8)) {
                case 0 -> emulator.advance(Duration.ofMillis(random.nextInt(50_000)));
                case 1, 2, 3 -> act();
                default -> call();
            }
        }
    }

    private void call() {
        var method = any(methods);
        if (ENDING.contains(method) && random.nextInt(30) > 0) method = "getUpdates";
        var arguments = Arguments.builder();
        for (var param : SCHEMA.get("methods").get(method).get("params").values()) {
            boolean needed =
                    List.of("chat_id", "message_id").contains(param.get(0).asString());
            boolean optional = param.get(2).asString().equals("optional") && !needed;
            if (random.nextInt(9) > 0 == optional) continue;
            var value = value(param.get(0).asString(), param.get(1).asString(), 0);
            arguments.add(
                    param.get(0).asString(),
                    value.startsWith("\"") ? Door.JSON.readTree(value).asString() : value);
        }
        if (random.nextInt(4) > 0) {
            arguments.add(new Upload("file", "a.png", "", Blob.of(png(1 + random.nextInt(3)))));
        }
        call(any(tokens), method, arguments.build());
    }

    private static byte[] png(int size) {
        var bytes = HexFormat.of().parseHex("89504e470d0a1a0a0000000d49484452" + "0000020000000200" + "0806000000");
        return java.util.Arrays.copyOf(bytes, 100 * size);
    }

    private void call(String token, String method, Arguments arguments) {
        // How fast a bot polls is not kept: whoever has just started again has polled of late in no process.
        if (method.equals("getUpdates")) emulator.advance(Duration.ofSeconds(4));
        var reply = emulator.world().call(new Call(token, false, method, arguments));
        if (!reply.isDone()) emulator.advance(Duration.ofSeconds(70));
        var said = reply.isDone() ? reply.join() : "nothing";
        answers.add(method + " " + arguments.values() + " -> " + said);
        if (said instanceof Reply.Ok ok) {
            succeeded.add(method);
            learn("", Door.JSON.readTree(ok.resultJson()));
        }
    }

    private Route route(String verb, String path) {
        for (var route : emulator.controls().listed()) {
            if (route.verb().equals(verb) && route.path().equals(path)) return route;
        }
        throw new IllegalArgumentException(verb + " " + path);
    }

    private void act() throws IOException {
        var routes = emulator.controls().listed().stream()
                .filter(route -> route.changes() && !LEFT_OUT.contains(route.path()))
                .toList();
        var route = any(routes);
        if (ENDING.contains(route.path()) && random.nextInt(30) > 0) return;
        act(route.verb(), route.path(), object(route.fields(), 0));
    }

    private void act(String verb, String path, String json) throws IOException {
        var name = path.substring("/control/".length());
        var answer = verb.equals("POST") ? door.tryPost(name, json) : door.tryDelete(name + query(json));
        answers.add(verb + " " + path + " " + json + " -> " + answer.body());
        if (answer.status() != 200) return;
        succeeded.add(verb + " " + path);
        var body = Door.JSON.readTree(answer.body());
        if (path.equals("/control/bots")) tokens.add(body.get("token").stringValue());
        if (path.equals("/control/bots")) know("bot", body.get("id").asString());
        if (path.equals("/control/users")) know("user", body.get("id").asString());
        if (body.has("chat_id")) know("chat", body.get("chat_id").asString());
        if (path.equals("/control/business"))
            know("business_connection_id", body.values().iterator().next().asString());
        if (path.equals("/control/links"))
            know("link", body.values().iterator().next().asString());
        learn("", body);
    }

    private static String query(String json) {
        var query = new StringBuilder("?");
        for (var field : Door.JSON.readTree(json).properties()) {
            query.append(field.getKey()).append('=');
            query.append(java.net.URLEncoder.encode(field.getValue().asString(), UTF_8))
                    .append('&');
        }
        return query.toString();
    }

    private void know(String name, String value) {
        var values = known.computeIfAbsent(name, any -> new ArrayList<>());
        if (values.contains(value)) return;
        // What was there in the beginning is what most of the others belong to.
        if (values.size() == MOST_KNOWN) values.remove(3 + random.nextInt(MOST_KNOWN - 3));
        values.add(value);
    }

    private List<String> known(String name) {
        return known.getOrDefault(name, List.of());
    }

    /** Keeps what may be of use, by the name of its field. */
    private void learn(String name, JsonNode value) {
        for (var field : value.properties()) learn(field.getKey(), field.getValue());
        if (value.isArray()) for (var each : value.values()) learn(name, each);
        boolean useful = List.of("payment", "topic").contains(name)
                || name.endsWith("id")
                || name.endsWith("link")
                || name.endsWith("charge_id");
        if (useful && (value.isString() || value.isNumber())) know(name, value.asString());
        if (name.equals("emoji") && value.isString()) know(name, value.asString());
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private String object(Fields fields, int depth) {
        var json = new StringBuilder("{");
        for (var field : fields.list()) {
            if (!field.required() && random.nextInt(4) > 0) continue;
            if (json.length() > 1) json.append(',');
            json.append('"').append(field.name()).append("\":").append(value(field, depth));
        }
        return json.append('}').toString();
    }

    private String value(Fields.Field field, int depth) {
        var type = field.type();
        var inside = type.inside();
        if (inside != null) {
            var object = object(inside, depth + 1);
            return type.schema().startsWith("{ type: array") ? "[" + object + "]" : object;
        }
        if (type == FieldType.FLAG) return Boolean.toString(random.nextBoolean());
        if (type == FieldType.ID) return id(field.name());
        if (type == FieldType.MESSAGE_ID) return number("message_id");
        if (type == FieldType.IDS) return "[" + id(field.name()) + "]";
        if (type == FieldType.DECIMAL) return Double.toString(random.nextInt(90));
        if (type == FieldType.DURATION) return "\"PT" + (1 + random.nextInt(9000)) + "S\"";
        if (type == FieldType.INSTANT) return "\"" + emulator.now().plusSeconds(random.nextInt(9000)) + "\"";
        if (type == FieldType.TEXTS) return "[" + ControlHandler.quoted(text(field.name())) + "]";
        if (type == FieldType.FILE) return "\"AAECAwQ=\"";
        if (type == FieldType.OBJECT) return "{}";
        if (type == FieldType.OBJECTS) return "[{}]";
        if (type.is().startsWith("is one of ")) {
            return ControlHandler.quoted(
                    any(List.of(type.is().substring("is one of ".length()).split(", "))));
        }
        if (type == FieldType.TEXT) return ControlHandler.quoted(text(field.name()));
        return Integer.toString(1 + random.nextInt(20));
    }

    private String id(String name) {
        var kinds = List.of("user", "bot", "chat");
        if (List.of("payment", "topic").contains(name) && !known(name).isEmpty()) return any(known(name));
        var kind = name.equals("from") ? "user" : kinds.contains(name) && random.nextInt(4) > 0 ? name : any(kinds);
        return known(kind).isEmpty() ? "1" : any(known(kind));
    }

    private String text(String name) {
        for (var candidate : List.of(ALIASES.getOrDefault(name, name), "id")) {
            boolean last = candidate.equals("id");
            if (last && !name.endsWith("id")) continue;
            if (!known(candidate).isEmpty() && random.nextInt(3) > 0) return any(known(candidate));
        }
        return switch (name) {
            case "chat_id", "from_chat_id" -> id("chat");
            case "url", "photo_url", "web_app_url" -> "https://example.org/a.png";
            case "currency" -> "XTR";
            case "language_code" -> random.nextBoolean() ? "en" : "tr";
            case "emoji", "emoji_list" -> "\uD83D\uDC4D";
            case "file_id", "sticker", "photo", "document" ->
                known("file_id").isEmpty() ? "attach://file" : any(known("file_id"));
            case "parse_mode" -> any(List.of("HTML", "MarkdownV2", "Markdown"));
            case "username" -> "name" + names++ + "_bot";
            default -> "Text I\u0131\u0130\u00e9 " + random.nextInt(10);
        };
    }

    /** As JSON. */
    private String value(String name, String type, int depth) {
        if (type.startsWith("Array<")) {
            if (depth > DEEPEST) return "[]";
            return "[" + value(name, type.substring(6, type.length() - 1), depth + 1) + "]";
        }
        if (type.contains(" | ")) return value(name, any(List.of(type.split(" \\| "))), depth);
        if (type.startsWith("\"")) return type;
        return switch (type) {
            case "Integer" -> number(name);
            case "Float" -> "0.5";
            case "Boolean", "True" -> Boolean.toString(random.nextBoolean());
            case "String" -> ControlHandler.quoted(text(name));
            case "InputFile" ->
                known("file_id").isEmpty() || random.nextBoolean()
                        ? "\"attach://file\""
                        : ControlHandler.quoted(any(known("file_id")));
            default -> typed(name, type, depth);
        };
    }

    private String typed(String name, String type, int depth) {
        var union = SCHEMA.get("unions").get(type);
        if (union != null) return value(name, union.asString(), depth);
        var values = SCHEMA.get("enums").get(type);
        if (values != null) {
            return ControlHandler.quoted(
                    values.get(random.nextInt(values.size())).asString());
        }
        var fields = SCHEMA.get("types").get(type);
        if (fields == null || depth > DEEPEST) return "{}";
        var json = new StringBuilder("{");
        for (var field : fields.get("fields").values()) {
            if (field.get(2).asString().equals("optional") && random.nextInt(6) > 0) continue;
            if (json.length() > 1) json.append(',');
            var inner = field.get(0).asString();
            json.append('"').append(inner).append("\":");
            json.append(value(inner, field.get(1).asString(), depth + 1));
        }
        return json.append('}').toString();
    }

    private String number(String name) {
        return switch (name) {
            case "user_id", "receiver_user_id" -> id("user");
            case "chat_id", "from_chat_id", "sender_chat_id", "actor_chat_id" ->
                random.nextInt(3) == 0 ? id("user") : id("chat");
            case "message_id", "message_ids" -> known("message_id").isEmpty() ? "1" : any(known("message_id"));
            case "message_thread_id" -> known(name).isEmpty() ? "1" : any(known(name));
            case "star_count" -> "1000";
            case "month_count" -> "3";
            case "timeout" -> "1";
            case "offset" -> random.nextInt(4) == 0 ? "-1" : "0";
            case "expire_date", "until_date", "close_date" ->
                Long.toString(emulator.now().getEpochSecond() + random.nextInt(100_000));
            default -> Integer.toString(random.nextInt(100));
        };
    }

    /** Everything that can be seen from outside. */
    Map<String, String> seen() throws IOException {
        var seen = new LinkedHashMap<String, String>();
        var state = door.get("state?tokens=true");
        seen.put("state", state.toString());
        for (var user : state.get("users")) {
            var all = new ArrayList<JsonNode>();
            for (var chat : state.get("chats")) all.add(chat);
            for (var bot : state.get("bots")) all.add(bot);
            for (var chat : all) {
                var path = "messages?user=" + user.get("id") + "&chat=" + chat.get("id");
                seen.put(path, door.tryGet(path).body());
            }
        }
        for (var path : List.of("chats", "limits", "faults"))
            seen.put(path, door.tryGet(path).body());
        return seen;
    }

    /** Lives without a state file and prints a digest of all that there was; with a second argument all of it. */
    public static void main(String... arguments) throws IOException, NoSuchAlgorithmException {
        var options = EmulatorOptions.defaults().withClock(new VirtualClock(Instant.parse("2026-03-01T12:00:00Z")));
        try (var emulator = Emulator.start(options)) {
            var life = new RandomLife(Long.parseLong(arguments[0]), emulator);
            life.settle();
            life.live(Integer.parseInt(arguments[1]));
            var digest = MessageDigest.getInstance("SHA-256");
            int number = 0;
            var all = new ArrayList<>(life.answers());
            life.seen().forEach((what, is) -> all.add(what + " -> " + is));
            for (var answer : all) {
                digest.update(answer.getBytes(UTF_8));
                // After each one, so that the first difference is known.
                var sum = ((MessageDigest) clone(digest)).digest();
                System.out.println(number++ + " " + HexFormat.of().formatHex(sum, 0, 8) + " "
                        + answer.substring(0, Math.min(40, answer.indexOf(' '))));
            }
        }
    }

    private static Object clone(MessageDigest digest) {
        try {
            return digest.clone();
        } catch (CloneNotSupportedException impossible) {
            throw new IllegalStateException("SHA-256 can be cloned", impossible);
        }
    }
}
