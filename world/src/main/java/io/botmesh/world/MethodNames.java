package io.botmesh.world;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The documented methods of the Bot API by their name in lower case, and the undocumented names that work as well. */
final class MethodNames {
    private static final String SCHEMA = "bot-api-10.3.json";
    private static final Map<String, String> ALIASES = Map.of(
            "getchatmemberscount", "getChatMemberCount",
            "kickchatmember", "banChatMember",
            "setstickersetthumb", "setStickerSetThumbnail",
            "sendcustomrequest", "sendCustomRequest",
            "answercustomquery", "answerCustomQuery");
    private static final Map<String, String> NAMES = read();

    private MethodNames() {}

    /** The documented spelling, null for a method that no server has. */
    static @Nullable String find(String method) {
        var lower = method.toLowerCase(Locale.ROOT);
        var alias = ALIASES.get(lower);
        return alias != null ? alias : NAMES.get(lower);
    }

    /** The documented names. */
    static Collection<String> all() {
        return NAMES.values();
    }

    static int count() {
        return NAMES.size();
    }

    private static Map<String, String> read() {
        try (var schema = MethodNames.class.getResourceAsStream(SCHEMA)) {
            if (schema == null) throw new IllegalStateException("no schema at " + SCHEMA);
            var methods = JsonMapper.builder().build().readTree(schema).get("methods");
            if (methods == null) throw new IllegalStateException("no methods in " + SCHEMA);
            var names = new TreeMap<String, String>();
            for (var method : methods.properties()) {
                names.put(method.getKey().toLowerCase(Locale.ROOT), method.getKey());
            }
            return Map.copyOf(names);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
