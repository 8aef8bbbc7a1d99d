package io.botmesh.emulator;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** The control API as the page reads it, to have a form for each of its calls. */
final class RoutesJson {
    private static final JsonMapper JSON = new JsonMapper();

    private RoutesJson() {}

    static String of(ControlTable table) {
        var routes = JsonNodeFactory.instance.arrayNode();
        for (var route : table.listed()) {
            if (route.page() != null) continue;
            var node = routes.addObject()
                    .put("verb", route.verb())
                    .put("path", route.path())
                    .put("does", route.summary());
            write(node.putArray("fields"), route.fields());
        }
        return JSON.writeValueAsString(routes);
    }

    private static void write(ArrayNode list, Fields fields) {
        for (var field : fields.list()) {
            var node = list.addObject()
                    .put("name", field.name())
                    .put("type", field.type().form())
                    .put("required", field.required())
                    .put("means", field.means());
            if (!field.type().choices().isEmpty()) {
                var choices = node.putArray("choices");
                for (var choice : field.type().choices()) choices.add(choice);
            }
            var inside = field.type().inside();
            // A list of objects is written as JSON by whoever needs one.
            if (inside != null && field.type().form().equals("object")) write(node.putArray("fields"), inside);
        }
    }
}
