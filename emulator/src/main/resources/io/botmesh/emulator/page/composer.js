// Where a person writes.
import { upload } from "./api.js";
import { fill, h } from "./dom.js";
import { keys } from "./keys.js";
import { act, sendText } from "./message.js";
import { more } from "./send.js";
import { currentChat, setDraft, state } from "./state.js";
import { short, summary } from "./text.js";
import { thread } from "./topics.js";

export function showComposer() {
  const chat = currentChat();
  const { replyTo, edit } = state.draft;
  const { keyboard } = state;
  fill(
    document.getElementById("composer"),
    [state.me, chat?.chat, chat?.status, chat?.messages === 0, replyTo?.message_id, edit?.message_id, keyboard],
    () => composer(chat, keyboard),
  );
}

function composer(chat, keyboard) {
  if (!chat || state.me === null) return null;
  if (chat.status === "left") return h("p", { class: "hint" }, "You are not in this chat.");
  if (chat.status === "member" && chat.about.type === "channel") return h("p", { class: "hint" }, "Only administrators write here.");
  if (chat.bot && chat.messages === 0) return h("button", { type: "button", class: "start", onclick: () => sendText("/start") }, "Start");
  const { replyTo, edit } = state.draft;
  const text = h("textarea", {
    id: "text",
    rows: 1,
    placeholder: "Message",
    "aria-label": "Message",
    onkeydown: (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        form.requestSubmit();
      } else if (event.key === "Escape") setDraft({});
    },
    oninput: () => grow(text),
  });
  if (edit) text.value = edit.text ?? edit.caption ?? "";
  const file = h("input", { type: "file", id: "file", class: "hidden", multiple: true, "aria-label": "Files", onchange: () => form.requestSubmit() });
  const form = h(
    "form",
    {
      class: "composer",
      onsubmit: (event) => {
        event.preventDefault();
        send(text, file);
      },
    },
    !edit && h("label", { class: "round", for: "file", title: "Send a file" }, "📎"),
    !edit && file,
    !edit && h("button", { type: "button", class: "round", "aria-label": "Send something else", title: "Send something else", onclick: more }, "+"),
    text,
    h("button", { type: "submit", class: "round primary", "aria-label": edit ? "Save" : "Send", title: "Enter sends, Shift+Enter breaks the line" }, edit ? "✓" : "➤"),
  );
  if (replyTo || edit) queueMicrotask(() => text.focus());
  return [(replyTo || edit) && banner(replyTo ?? edit, edit ? "Edit" : "Reply"), form, keyboard && keys(keyboard)];
}

function banner(message, verb) {
  return h(
    "div",
    { class: "banner" },
    h("div", {}, h("strong", {}, verb), h("span", {}, short(summary(message), 80))),
    h("button", { type: "button", class: "round", "aria-label": "Do not", onclick: () => setDraft({}) }, "×"),
  );
}

async function send(text, input) {
  const { replyTo, edit } = state.draft;
  const words = text.value;
  const files = [...input.files];
  const to = { from: state.me, chat: state.chat, ...thread() };
  if (replyTo) to.reply_to = replyTo.message_id;
  if (!words.trim() && files.length === 0) return;
  let done;
  if (edit) {
    done = await act("edits", { from: state.me, chat: state.chat, message_id: edit.message_id, text: words });
  } else if (files.length === 0) {
    done = await act("messages", { ...to, text: words });
  } else if (isAlbum(files) && !replyTo && !to.thread) {
    const items = await Promise.all(files.map(async (file) => ({ [kindOf(file)]: await upload(file) })));
    if (words.trim()) items[0].text = words;
    done = await act("albums", { from: state.me, chat: state.chat, items });
  } else {
    done = true;
    for (const [number, file] of files.entries()) {
      const caption = number === 0 && words.trim() ? { text: words } : {};
      done = done && (await act("messages", { ...to, ...caption, [kindOf(file)]: await upload(file) }));
    }
  }
  input.value = "";
  if (!done) return;
  text.value = "";
  grow(text);
  setDraft({});
}

/** Photos and films go together, documents and music with their own kind. */
function isAlbum(files) {
  const kinds = new Set(files.map(kindOf));
  const visual = [...kinds].every((kind) => kind === "photo" || kind === "video");
  const alike = kinds.size === 1 && (kinds.has("document") || kinds.has("audio"));
  return files.length > 1 && files.length <= 10 && (visual || alike);
}

/** What a messenger makes of a file by its type. */
function kindOf(file) {
  const kinds = { "image/png": "photo", "image/jpeg": "photo", "image/gif": "animation", "video/mp4": "video", "audio/mpeg": "audio", "audio/mp4": "audio", "audio/ogg": "voice", "image/webp": "sticker" };
  return kinds[file.type] ?? "document";
}

function grow(text) {
  text.rows = Math.min(8, text.value.split("\n").length);
}
