package io.botmesh.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one sending process of the demo is told, in a file only its owner may read, as it holds tokens.
 *
 * @param name     of the node
 * @param api      base URL
 * @param channel  id
 * @param writers  tokens of its writers
 * @param holders  how many nodes post through each of them
 * @param position which of those this one is, from 0
 * @param textOnly no documents
 * @param outbox   its SQLite file
 * @param files    what it counts, in order
 * @param until    how many of the files it counts before it holds still; all of them to go through
 */
record NodeConfig(
        String name,
        String api,
        long channel,
        List<String> writers,
        int holders,
        int position,
        boolean textOnly,
        Path outbox,
        List<Path> files,
        int until) {

    NodeConfig {
        writers = List.copyOf(writers);
        files = List.copyOf(files);
    }

    NodeConfig withUntil(int until) {
        return new NodeConfig(name, api, channel, writers, holders, position, textOnly, outbox, files, until);
    }

    Map<String, Object> json() {
        var json = new LinkedHashMap<String, Object>();
        json.put("name", name);
        json.put("api", api);
        json.put("channel", channel);
        json.put("writers", writers);
        json.put("holders", holders);
        json.put("position", position);
        json.put("text_only", textOnly);
        json.put("outbox", outbox.toString());
        json.put("files", files.stream().map(Path::toString).toList());
        json.put("until", until);
        return json;
    }

    static NodeConfig parse(String text) {
        JsonObject json = Json.parseObject(text);
        return new NodeConfig(
                json.text("name"),
                json.text("api"),
                json.number("channel"),
                json.texts("writers"),
                Math.toIntExact(json.number("holders")),
                Math.toIntExact(json.number("position")),
                json.truth("text_only"),
                Path.of(json.text("outbox")),
                json.texts("files").stream().map(Path::of).toList(),
                Math.toIntExact(json.number("until")));
    }

    /** Without the tokens. */
    @Override
    public String toString() {
        return "NodeConfig[" + name + "]";
    }
}
