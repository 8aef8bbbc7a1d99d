package io.botmesh.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the reading process of the demo is told, in a file only its owner may read, as it holds a token.
 *
 * @param api      base URL
 * @param channel  id
 * @param token    the reader bot's
 * @param database its SQLite file: journal, inbox and the counts
 */
record ReaderConfig(String api, long channel, String token, Path database) {

    Map<String, Object> json() {
        var json = new LinkedHashMap<String, Object>();
        json.put("api", api);
        json.put("channel", channel);
        json.put("token", token);
        json.put("database", database.toString());
        return json;
    }

    static ReaderConfig parse(String text) {
        JsonObject json = Json.parseObject(text);
        return new ReaderConfig(
                json.text("api"), json.number("channel"), json.text("token"), Path.of(json.text("database")));
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "ReaderConfig[" + database + "]";
    }
}
