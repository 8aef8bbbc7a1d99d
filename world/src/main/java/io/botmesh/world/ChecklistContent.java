package io.botmesh.world;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Things to do, in the name of a business. Nobody ticks them off. */
record ChecklistContent(FormattedText title, List<Task> tasks, boolean othersAdd, boolean othersMark)
        implements Content {
    private static final int MOST_TASKS = 30;
    private static final int MOST_TITLE = 255;
    private static final int MOST_TASK = 100;

    /** One of them. */
    record Task(int id, FormattedText text) {}

    ChecklistContent {
        tasks = List.copyOf(tasks);
    }

    static ChecklistContent parse(Params params, Registry registry) {
        var json = Lenient.json(params.required("checklist"));
        if (json == null) throw Refused.of(400, "Can't parse checklist JSON object");
        if (!json.isObject()) throw Refused.of(400, "Object expected as checklist");
        var tasks = new ArrayList<Task>();
        var ids = new HashSet<Integer>();
        var list = json.get("tasks");
        if (list != null && list.isArray()) {
            for (var one : list.values()) {
                int id = Lenient.integer(Lenient.text(one, "id"), 0, 0, Integer.MAX_VALUE);
                if (id == 0 || !ids.add(id)) throw Refused.of(400, "Wrong checklist task identifier specified");
                tasks.add(new Task(id, words(one, "text", "text_entities", MOST_TASK, registry)));
            }
        }
        if (tasks.isEmpty() || tasks.size() > MOST_TASKS) {
            throw Refused.of(400, "Wrong number of checklist tasks specified");
        }
        return new ChecklistContent(
                words(json, "title", "title_entities", MOST_TITLE, registry),
                tasks,
                Lenient.flag(json, "others_can_add_tasks"),
                Lenient.flag(json, "others_can_mark_tasks_as_done"));
    }

    private static FormattedText words(JsonNode json, String name, String entities, int most, Registry registry) {
        var draft = Draft.of(
                Lenient.text(json, name), Lenient.text(json, "parse_mode"), Draft.nested(json, entities), registry);
        var text = draft.clean(false);
        if (text.codePoints() > most) throw Refused.of(400, "Checklist " + name + " is too long");
        return text;
    }

    @Override
    public void write(JsonWriter json, View view) {
        json.name("checklist").object().field("title", title.text());
        title.writeEntities(json, "title_entities");
        json.name("tasks").array();
        for (var task : tasks) {
            json.object().field("id", task.id()).field("text", task.text().text());
            task.text().writeEntities(json, "text_entities");
            json.endObject();
        }
        json.endArray();
        if (othersAdd) json.field("others_can_add_tasks", true);
        if (othersMark) json.field("others_can_mark_tasks_as_done", true);
        json.endObject();
    }
}
