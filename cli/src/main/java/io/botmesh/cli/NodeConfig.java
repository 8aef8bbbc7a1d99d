package io.botmesh.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one sending process of the demo is told. Its keys and tokens stand in the mesh's files.
 *
 * @param name     of the node
 * @param api      base URL
 * @param folder   of the peer files; its store goes there too
 * @param holders  how many nodes post through each of its writers
 * @param position which of those this one is, from 0
 * @param textOnly no documents
 * @param files    what it counts, in order
 * @param until    how many of the files it counts before it holds still; all of them to go through
 */
record NodeConfig(
        String name,
        String api,
        Path folder,
        int holders,
        int position,
        boolean textOnly,
        List<Path> files,
        int until) {

    NodeConfig {
        files = List.copyOf(files);
    }

    NodeConfig withUntil(int until) {
        return new NodeConfig(name, api, folder, holders, position, textOnly, files, until);
    }

    Map<String, Object> json() {
        var json = new LinkedHashMap<String, Object>();
        json.put("name", name);
        json.put("api", api);
        json.put("folder", folder.toString());
        json.put("holders", holders);
        json.put("position", position);
        json.put("text_only", textOnly);
        json.put("files", files.stream().map(Path::toString).toList());
        json.put("until", until);
        return json;
    }

    static NodeConfig parse(String text) {
        JsonObject json = Json.parseObject(text);
        return new NodeConfig(
                json.text("name"),
                json.text("api"),
                Path.of(json.text("folder")),
                Math.toIntExact(json.number("holders")),
                Math.toIntExact(json.number("position")),
                json.truth("text_only"),
                json.texts("files").stream().map(Path::of).toList(),
                Math.toIntExact(json.number("until")));
    }
}
