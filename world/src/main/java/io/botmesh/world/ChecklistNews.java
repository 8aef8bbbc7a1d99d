package io.botmesh.world;

import java.util.List;

/** News about a checklist. */
sealed interface ChecklistNews extends ServiceContent {
    int messageId();

    default void writeChecklist(JsonWriter json, View view) {
        var list = view.message().chat().message(messageId());
        if (list != null) view.messages().write(json.name("checklist_message"), list, view.viewer(), false);
    }

    record Marked(int messageId, List<Integer> done, List<Integer> undone) implements ChecklistNews {
        public Marked {
            done = List.copyOf(done);
            undone = List.copyOf(undone);
        }

        @Override
        public void write(JsonWriter json, View view) {
            json.name("checklist_tasks_done").object();
            writeChecklist(json, view);
            write(json, "marked_as_done_task_ids", done);
            write(json, "marked_as_not_done_task_ids", undone);
            json.endObject();
        }

        private static void write(JsonWriter json, String name, List<Integer> ids) {
            if (ids.isEmpty()) return;
            json.name(name).array();
            for (int id : ids) json.value(id);
            json.endArray();
        }
    }

    record Added(int messageId, List<ChecklistContent.Task> tasks) implements ChecklistNews {
        public Added {
            tasks = List.copyOf(tasks);
        }

        @Override
        public void write(JsonWriter json, View view) {
            json.name("checklist_tasks_added").object();
            writeChecklist(json, view);
            json.name("tasks").array();
            for (var task : tasks) task.write(json);
            json.endArray().endObject();
        }
    }
}
