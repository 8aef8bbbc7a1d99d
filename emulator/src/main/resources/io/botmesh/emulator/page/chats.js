// The left side: who the person is and what chats it has.
import { post } from "./api.js";
import { newBot, newPerson, newPlace } from "./dialogs.js";
import { avatar, fill, h, list, toast } from "./dom.js";
import { actAs, openChat, state, titleOf, unread } from "./state.js";
import { clockTime, short, summary } from "./text.js";

export function showChats(showPane) {
  fill(document.getElementById("me"), [state.me, state.users], me);
  list(document.getElementById("chats"), rows(), (row) => row.chat.chat, (row) => entry(row, showPane));
  fill(document.getElementById("more"), [strangers(), places(), state.users.length], () => more(showPane));
}

function me() {
  const person = state.users.find((user) => user.id === state.me);
  const choice = h(
    "select",
    { id: "who", onchange: () => actAs(Number(choice.value)) },
    state.users.map((user) => h("option", { value: user.id, selected: user.id === state.me }, personName(user))),
  );
  choice.disabled = !person;
  return [
    avatar(person?.id ?? 0, person ? personName(person) : "?"),
    h("label", { for: "who" }, h("span", {}, "You are"), choice),
    h("button", { type: "button", class: "round", title: "New person", "aria-label": "New person", onclick: newPerson }, "+"),
  ];
}

export function personName(user) {
  return [user.first_name, user.last_name].filter(Boolean).join(" ");
}

function rows() {
  return state.chats
    .map((chat) => ({ chat, open: chat.chat === state.chat, unread: unread(chat) }))
    .sort((a, b) => (b.chat.last_message?.date ?? 0) - (a.chat.last_message?.date ?? 0));
}

function entry({ chat, open, unread: count }, showPane) {
  const last = chat.last_message;
  const own = last?.from?.id === state.me;
  return h(
    "li",
    {},
    h(
      "button",
      { type: "button", class: "entry", "aria-current": open ? "true" : undefined, onclick: () => enter(chat.chat, showPane) },
      avatar(chat.chat, titleOf(chat)),
      h("span", { class: "title" }, titleOf(chat), kindMark(chat)),
      last && h("time", {}, clockTime(last.date)),
      h("span", { class: "preview" }, last ? (own ? "You: " : "") + short(summary(last), 80) : "No messages"),
      count > 0 && h("span", { class: "badge", "aria-label": `${count} unread` }, String(count)),
    ),
  );
}

function kindMark(chat) {
  const kind = chat.bot ? "bot" : chat.about.type === "channel" ? "channel" : "group";
  return h("span", { class: "kind" }, kind);
}

function enter(chat, showPane) {
  openChat(chat);
  showPane("chat");
}

/** Bots that the person never wrote to. */
function strangers() {
  return state.bots
    .filter((bot) => !bot.revoked && !state.chats.some((chat) => chat.chat === bot.id))
    .map(({ id, username, first_name }) => ({ id, username, first_name }));
}

/** Channels and groups that it is not in. */
function places() {
  return state.places
    .filter((place) => !state.chats.some((chat) => chat.chat === place.id))
    .map(({ id, title, type }) => ({ id, title, type }));
}

function more(showPane) {
  const others = [
    ...strangers().map((bot) => other(bot.id, bot.first_name || bot.username, `@${bot.username}`, "Open", () => enter(bot.id, showPane))),
    ...places().map((place) =>
      other(place.id, place.title, place.type === "channel" ? "channel" : "group", "Join", () => join(place.id, showPane)),
    ),
  ];
  return [
    others.length > 0 && [h("h2", {}, "Not in your chats"), h("ul", { class: "chats" }, others)],
    h(
      "div",
      { class: "create", role: "group", "aria-label": "Create" },
      h("button", { type: "button", onclick: newBot }, "New bot"),
      h("button", { type: "button", onclick: () => newPlace("group"), disabled: state.users.length === 0 }, "New group"),
      h("button", { type: "button", onclick: () => newPlace("channel"), disabled: state.users.length === 0 }, "New channel"),
    ),
  ];
}

function other(id, title, about, verb, act) {
  return h(
    "li",
    {},
    h(
      "button",
      { type: "button", class: "entry", onclick: act, disabled: state.me === null },
      avatar(id, title),
      h("span", { class: "title" }, title),
      h("span", { class: "preview" }, about),
      h("span", { class: "verb" }, verb),
    ),
  );
}

async function join(chat, showPane) {
  try {
    await post("members", { chat, user: state.me, status: "member" });
    enter(chat, showPane);
  } catch (error) {
    toast(error.message, "error");
  }
}
