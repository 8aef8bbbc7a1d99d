// The middle: the open chat.
import { avatar, fill, h, list } from "./dom.js";
import { bubble, dayMark } from "./message.js";
import { aboutChat } from "./send.js";
import { currentChat, state, titleOf } from "./state.js";
import { day } from "./text.js";
import { isInTopic } from "./topics.js";

const box = document.getElementById("messages");
const toEnd = document.getElementById("to-end");
let shownChat = null;

export function showChat(showPane) {
  const chat = currentChat();
  fill(document.getElementById("chat-head"), [chat?.chat, chat && titleOf(chat), about(chat), state.users.length > 0], () => head(chat, showPane));
  const shown = `${state.me} ${state.chat} ${state.topic}`;
  const follow = atEnd() || shownChat !== shown;
  list(box, items(chat), (item) => item.key, (item) => (item.day ? dayMark(item.day) : bubble(item.items, item.readOnly)));
  if (follow && box.childElementCount) {
    shownChat = shown;
    toNewest();
  }
  markEnd();
}

function head(chat, showPane) {
  if (!chat) return h("p", { class: "hint" }, state.users.length ? "Choose a chat, or create a bot and open it." : "Create a person and a bot to begin.");
  return [
    h("button", { type: "button", class: "back", "aria-label": "Back to the chats", onclick: () => showPane("chats") }, "‹"),
    avatar(chat.chat, titleOf(chat)),
    h("div", {}, h("h2", {}, titleOf(chat)), h("p", {}, about(chat))),
    chat.status !== "left" && h("button", { type: "button", class: "round", "aria-label": "About this chat", title: "About this chat", onclick: aboutChat }, "⋯"),
  ];
}

function about(chat) {
  if (!chat) return "";
  if (chat.bot) return `bot @${chat.bot.username}`;
  const place = state.places.find((one) => one.id === chat.chat);
  const members = (place?.members ?? []).filter((member) => !["left", "kicked"].includes(member.status)).length;
  const kind = chat.about.type === "channel" ? "channel" : "group";
  return `${kind}${chat.about.username ? ` @${chat.about.username}` : ""}, ${members} ${members === 1 ? "member" : "members"}`;
}

/** Days, single messages and albums, in order. */
function items(chat) {
  const made = [];
  let lastDay = "";
  for (const shown of state.messages) {
    const message = shown.message;
    if (!isInTopic(message)) continue;
    const date = day(message.date);
    if (date !== lastDay) made.push({ key: date, day: message.date });
    lastDay = date;
    const before = made.at(-1);
    if (message.media_group_id && before.items?.[0].message.media_group_id === message.media_group_id) {
      before.items.push(shown);
    } else {
      made.push({ key: message.message_id, items: [shown], me: state.me, readOnly: chat?.status === "left" });
    }
  }
  return made;
}

function atEnd() {
  return box.scrollHeight - box.scrollTop - box.clientHeight < 60;
}

function markEnd() {
  toEnd.hidden = atEnd();
}

/** Nothing scrolls while it is not seen. */
export function toNewest() {
  box.scrollTop = box.scrollHeight;
}

toEnd.addEventListener("click", () => box.scrollTo({ top: box.scrollHeight, behavior: "smooth" }));
box.addEventListener("scroll", markEnd);
// Media grows when it arrives.
box.addEventListener("load", () => toEnd.hidden && (box.scrollTop = box.scrollHeight), true);
