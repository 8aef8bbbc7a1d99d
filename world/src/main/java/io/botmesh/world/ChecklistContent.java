package io.botmesh.world;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Things to do, in the name of a business. */
record ChecklistContent(FormattedText title, List<Task> tasks, boolean othersAdd, boolean othersMark)
        implements Content {
    private static final int MOST_TASKS = 30;
    private static final int MOST_TITLE = 255;
    private static final int MOST_TASK = 100;

    /**
     * One of them.
     *
     * @param doneBy who has ticked it off, null for nobody yet
     * @param doneAt Unix seconds, 0 if it is not done
     */
    record Task(int id, FormattedText text, @Nullable Account doneBy, long doneAt) {
        Task(int id, FormattedText text) {
            this(id, text, null, 0);
        }

        void write(JsonWriter json) {
            json.object().field("id", id).field("text", text.text());
            text.writeEntities(json, "text_entities");
            if (doneBy != null) {
                doneBy.write(json.name("completed_by_user"));
                json.field("completion_date", doneAt);
            }
            json.endObject();
        }
    }

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

    boolean has(int taskId) {
        return tasks.stream().anyMatch(task -> task.id() == taskId);
    }

    /** With those of its tasks done, or not done any more, that are named. */
    ChecklistContent marked(List<Integer> done, List<Integer> undone, Account by, long now) {
        return with(tasks.stream()
                .map(task -> undone.contains(task.id())
                        ? new Task(task.id(), task.text())
                        : done.contains(task.id()) ? new Task(task.id(), task.text(), by, now) : task)
                .toList());
    }

    ChecklistContent with(List<Task> others) {
        return new ChecklistContent(title, others, othersAdd, othersMark);
    }

    /** What was done before stays done. */
    ChecklistContent keeping(ChecklistContent before) {
        return with(tasks.stream()
                .map(task -> before.tasks.stream()
                        .filter(old -> old.id() == task.id() && old.doneBy() != null)
                        .map(old -> new Task(task.id(), task.text(), old.doneBy(), old.doneAt()))
                        .findFirst()
                        .orElse(task))
                .toList());
    }

    /** The next tasks that somebody adds. */
    List<Task> more(List<String> texts) {
        if (texts.isEmpty() || tasks.size() + texts.size() > MOST_TASKS) {
            throw new IllegalArgumentException("a checklist has up to " + MOST_TASKS + " tasks");
        }
        int id = tasks.stream().mapToInt(Task::id).max().orElse(0);
        var more = new ArrayList<Task>();
        for (var text : texts) {
            var words = new Draft(text, List.of()).clean(false);
            if (words.isEmpty() || words.codePoints() > MOST_TASK) {
                throw new IllegalArgumentException("a task has 1 to " + MOST_TASK + " characters");
            }
            more.add(new Task(++id, words));
        }
        return more;
    }

    private static FormattedText words(JsonNode json, String name, String entities, int most, Registry registry) {
        var draft = Draft.of(
                Lenient.raw(json, name), Lenient.raw(json, "parse_mode"), Draft.nested(json, entities), registry);
        var text = draft.clean(false);
        if (text.codePoints() > most) throw Refused.of(400, "Checklist " + name + " is too long");
        return text;
    }

    @Override
    public void write(JsonWriter json, View view) {
        json.name("checklist").object().field("title", title.text());
        title.writeEntities(json, "title_entities");
        json.name("tasks").array();
        for (var task : tasks) task.write(json);
        json.endArray();
        if (othersAdd) json.field("others_can_add_tasks", true);
        if (othersMark) json.field("others_can_mark_tasks_as_done", true);
        json.endObject();
    }
}
