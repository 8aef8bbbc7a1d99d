// Where a person writes.
import { upload } from "./api.js";
import { fill, h, toast } from "./dom.js";
import { act, sendText } from "./message.js";
import { currentChat, setDraft, state } from "./state.js";
import { short, summary } from "./text.js";

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
  if (edit) text.value = edit.text;
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
    text,
    h("button", { type: "submit", class: "round primary", "aria-label": edit ? "Save" : "Send", title: "Enter sends, Shift+Enter breaks the line" }, edit ? "✓" : "➤"),
  );
  if (replyTo || edit) queueMicrotask(() => text.focus());
  return [(replyTo || edit) && banner(replyTo ?? edit, edit ? "Edit" : "Reply"), form, keyboard && buttons(keyboard)];
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
  const to = { from: state.me, chat: state.chat };
  if (replyTo) to.reply_to = replyTo.message_id;
  if (!words.trim() && files.length === 0) return;
  let done;
  if (edit) {
    done = await act("edits", { from: state.me, chat: state.chat, message_id: edit.message_id, text: words });
  } else if (files.length === 0) {
    done = await act("messages", { ...to, text: words });
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

/** What a messenger makes of a file by its type. */
function kindOf(file) {
  const kinds = { "image/png": "photo", "image/jpeg": "photo", "image/gif": "animation", "video/mp4": "video", "audio/mpeg": "audio", "audio/mp4": "audio", "audio/ogg": "voice" };
  return kinds[file.type] ?? "document";
}

function grow(text) {
  text.rows = Math.min(8, text.value.split("\n").length);
}

// The keyboard that a bot put in place of the person's own

function buttons(markup) {
  return h(
    "div",
    { class: "keyboard reply", role: "group", "aria-label": "Reply keyboard" },
    markup.keyboard.map((row) =>
      h(
        "div",
        {},
        row.map((button) => {
          const text = typeof button === "string" ? button : button.text;
          const plain = typeof button === "string" || Object.keys(button).every((name) => ["text", "style", "icon_custom_emoji_id"].includes(name));
          const press = () => (plain ? sendText(text) : toast("This page cannot press a button of this kind", "error"));
          return h("button", { type: "button", onclick: press }, text);
        }),
      ),
    ),
  );
}
