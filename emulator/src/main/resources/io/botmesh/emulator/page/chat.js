// The middle: the open chat.
import { avatar, fill, h, list } from "./dom.js";
import { bubble, dayMark } from "./message.js";
import { currentChat, state, titleOf } from "./state.js";
import { day } from "./text.js";

const box = document.getElementById("messages");
const toEnd = document.getElementById("to-end");
let shownChat = null;

export function showChat(showPane) {
  const chat = currentChat();
  fill(document.getElementById("chat-head"), [chat && titleOf(chat), about(chat)], () => head(chat, showPane));
  const follow = atEnd() || shownChat !== `${state.me} ${state.chat}`;
  list(box, items(chat), (item) => item.key, (item) => (item.day ? dayMark(item.day) : bubble(item.messages, item.readOnly)));
  if (follow && box.childElementCount) {
    shownChat = `${state.me} ${state.chat}`;
    box.scrollTop = box.scrollHeight;
  }
  markEnd();
}

function head(chat, showPane) {
  if (!chat) return h("p", { class: "hint" }, state.users.length ? "Choose a chat, or create a bot and open it." : "Create a person and a bot to begin.");
  return [
    h("button", { type: "button", class: "back", "aria-label": "Back to the chats", onclick: () => showPane("chats") }, "‹"),
    avatar(chat.chat, titleOf(chat)),
    h("div", {}, h("h2", {}, titleOf(chat)), h("p", {}, about(chat))),
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
  for (const message of state.messages) {
    const date = day(message.date);
    if (date !== lastDay) made.push({ key: date, day: message.date });
    lastDay = date;
    const before = made.at(-1);
    if (message.media_group_id && before.messages?.[0].media_group_id === message.media_group_id) {
      before.messages.push(message);
    } else {
      made.push({ key: message.message_id, messages: [message], me: state.me, readOnly: chat?.status === "left" });
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

toEnd.addEventListener("click", () => box.scrollTo({ top: box.scrollHeight, behavior: "smooth" }));
box.addEventListener("scroll", markEnd);
// Media grows when it arrives.
box.addEventListener("load", () => toEnd.hidden && (box.scrollTop = box.scrollHeight), true);
