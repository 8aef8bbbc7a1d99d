// The topics of a forum: one is open at a time, or all of them.
import { post } from "./api.js";
import { ask, field } from "./dialogs.js";
import { fill, h } from "./dom.js";
import { act } from "./message.js";
import { openTopic, state } from "./state.js";

const GENERAL = 1;

export function showTopics() {
  fill(document.getElementById("topics"), [state.me, state.chat, state.topic, state.topics], () => state.topics.length > 0 && bar());
}

function bar() {
  const open = state.topics.find((topic) => topic.message_thread_id === state.topic);
  return h(
    "div",
    { class: "topics", role: "group", "aria-label": "Topics" },
    tab("All", null),
    state.topics.map((topic) => tab(topic.closed ? `${topic.name} (closed)` : topic.name, topic.message_thread_id)),
    h("button", { type: "button", "aria-label": "New topic", onclick: () => named("New topic", "", (name) => post("topics", { ...who(), name })) }, "+"),
    open && h("button", { type: "button", onclick: () => named("Rename topic", open.name, (name) => post("topics", { ...that(open), name })) }, "Rename"),
    open && h("button", { type: "button", onclick: () => act("topics", { ...that(open), closed: !open.closed }) }, open.closed ? "Open again" : "Close topic"),
  );
}

function tab(name, id) {
  return h("button", { type: "button", "aria-pressed": String(state.topic === id), onclick: () => openTopic(id) }, name);
}

function who() {
  return { user: state.me, chat: state.chat };
}

function that(topic) {
  return { ...who(), topic: topic.message_thread_id };
}

function named(title, name, save) {
  ask(
    title,
    [field("Name", "name", { required: true, maxlength: 128, value: name })],
    async (values) => {
      const { topic } = await save(values.name);
      return () => openTopic(topic);
    },
    "Save",
  );
}

/** Whether a message is to be seen in the topic that is open. */
export function isInTopic(message) {
  if (state.topic === null || state.topics.length === 0) return true;
  if (state.topic === GENERAL) return !message.is_topic_message;
  return message.message_thread_id === state.topic || message.message_id === state.topic;
}

/** What a message to the open topic carries; the general one has no number. */
export function thread() {
  return state.topics.length > 0 && state.topic !== null && state.topic !== GENERAL ? { thread: state.topic } : {};
}
